# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# A Debian kernel as it is in the archive, its modules that the guest uses, and an initrd with the
# few that mount the root. "stable" is trixie's (with security updates), "backports" the newest.
#
#   vmlinuz  initrd.cpio  modules.erofs  release (the kernel's name)  version (the package's)

PIECE_TITLE[kernel]='guest kernel'
PIECE_MB[kernel]=800
PIECE_NEEDS[kernel]='buildroot'

# kernel_packages KIND: the packages "NAME VERSION" with the kernel's files. Up to 6.12 there is
# one; later image, modules and metadata are apart.
kernel_packages() {
	apt_kernel "$1" arm64 linux-image-arm64 '^linux-(image|binary|modules|base)-[0-9]'
}

kernel_inputs() {
	kernel_packages "$1"
	printf 'guest %s\n' "$(tree_hash sim/guest/initrd.c sim/guest/modules.list sim/guest/pack-kernel)"
}

# kernel_fetch KIND: download them; prints the files.
kernel_fetch() {
	kernel_packages "$1" | apt_fetch arm64
}

kernel_build() {
	local dir=$1 deb debs
	debs=$(kernel_fetch "$2")
	mkdir "$dir/root"
	for deb in $debs; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$dir/root" --exclude='*.dtb' --exclude='*/System.map*'
	done
	in_buildroot --out "$dir" bash /tyr/sim/guest/pack-kernel
	kernel_packages "$2" | awk 'NR == 1 { print $2 }' >"$dir/version"
	rm -r "$dir/root"
}
