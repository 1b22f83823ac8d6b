#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Builds our driver on a board, from the sources pushed to kmd/ beside this script, into modules/.
#   build-kmd.sh NAME
set -eu

here=$(cd "$(dirname "$0")" && pwd)
headers=/lib/modules/$(uname -r)/build
[[ -e $headers/Makefile ]] || {
	printf 'build-kmd.sh: no kernel headers: apt-get install linux-headers-%s\n' "$(uname -r)" >&2
	exit 1
}
command -v make >/dev/null || {
	printf 'build-kmd.sh: make is missing on the board\n' >&2
	exit 1
}
make -s -C "$headers" M="$here/kmd" modules
mkdir -p "$here/modules"
cp "$here/kmd/$1.ko" "$here/modules"
