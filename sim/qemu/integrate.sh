#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# integrate.sh SRC_DIR - put the virtual Mali-G610 into an unpacked QEMU source tree.
#
# Copies these files to hw/mali/ and names that folder where QEMU lists its folders. Running it
# again brings the copies up to date and changes nothing else, so a build directory stays warm.
# Configure then with
#   --with-devices-aarch64=tyr --extra-cflags=-IDIR_OF_mali_sim.h --extra-ldflags=-LDIR_OF_libmali_sim.so
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() {
	echo "integrate.sh: $*" >&2
	exit 1
}

# put FILE AS - copy unless it is there unchanged: ninja goes by time stamps.
put() {
	cmp -s "$1" "$2" || cp -- "$1" "$2"
}

# name_after FILE ANCHOR LINE - insert LINE after the line ANCHOR unless FILE has it.
name_after() {
	local file=$1 anchor=$2 line=$3

	grep -qxF -- "$line" "$file" && return
	grep -qxF -- "$anchor" "$file" ||
		die "$file has no line \"$anchor\": this QEMU is laid out differently, adapt integrate.sh"
	sed -i "\|^${anchor}\$|a\\${line}" "$file"
}

[[ $# -eq 1 ]] || die "usage: integrate.sh SRC_DIR (an unpacked QEMU source tree)"
src=$1
[[ -f $src/VERSION && -f $src/hw/arm/virt.c ]] || die "$src is not a QEMU source tree"

mkdir -p "$src/hw/mali"
for file in "$here"/*.[ch] "$here"/{Kconfig,meson.build,trace-events}; do
	put "$file" "$src/hw/mali/${file##*/}"
done
put "$here/devices.mak" "$src/configs/devices/aarch64-softmmu/tyr.mak"

name_after "$src/hw/Kconfig" "source misc/Kconfig" "source mali/Kconfig"
name_after "$src/hw/meson.build" "subdir('misc')" "subdir('mali')"
name_after "$src/meson.build" "    'hw/misc'," "    'hw/mali',"
