#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Builds the tests on a board, from the sources pushed to FOLDER/source, into FOLDER/tests. FOLDER/uapi has a newer uAPI
# header than the board's own, when the harness had one.
set -eu

root=$1
for tool in meson cc pkg-config; do
	command -v "$tool" >/dev/null || {
		printf 'build.sh: %s is missing on the board\n' "$tool" >&2
		exit 1
	}
done
options=()
[[ ! -d $root/uapi ]] || options=("-Dc_args=-isystem$root/uapi")
meson setup -Dsim=false "${options[@]}" --prefix=/ --libexecdir=libexec "$root/build" "$root/source"
meson compile -C "$root/build"
DESTDIR=$root/install meson install --no-rebuild -C "$root/build"
mv "$root/install/libexec/tyr" "$root/tests"
