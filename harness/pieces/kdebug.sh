# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# A kernel that checks itself, for the kernels "debug" and "debug-backports": Debian's patched source of stable or
# backports, configured by sim/guest/debug.config. Laid out like the packages of a kernel and of its headers:
#
#   boot/  usr/lib/modules/  usr/src/linux-headers-RELEASE/  release (the kernel's name)

PIECE_TITLE[kdebug]='debug kernel, compiled'
PIECE_MB[kdebug]=5000
PIECE_NEEDS[kdebug]='buildroot'

# kdebug_package SUITE: the package with the source, "NAME VERSION".
kdebug_package() {
	apt_kernel "$1" amd64 linux-source '^linux-source-[0-9]'
}

kdebug_inputs() {
	kdebug_package "$1"
	printf 'recipe %s\n' "$(tree_hash sim/guest/debug.config sim/guest/build-debug)"
}

kdebug_build() {
	local deb
	deb=$(kdebug_package "$2" | apt_fetch amd64)
	dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$1" --wildcards './usr/src/*.tar.xz'
	in_buildroot --out "$1" bash /tyr/sim/guest/build-debug
}
