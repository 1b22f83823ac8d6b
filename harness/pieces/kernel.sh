# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# A Debian kernel as it is in the archive, its modules that the guest uses, and an initrd with the
# few that mount the root. "stable" is trixie's (with security updates), "backports" the newest; "debug" and
# "debug-backports" are their sources, compiled to check themselves (kdebug.sh).
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
	local suite
	if suite=$(kernel_debugs "$1"); then
		printf 'piece %s\n' "$(piece_id "kdebug:$suite")"
	else
		kernel_packages "$1"
	fi
	printf 'guest %s\n' "$(tree_hash sim/guest/initrd.c sim/guest/modules.list sim/guest/pack-kernel)"
}

# kernel_fetch KIND: download them; prints the files.
kernel_fetch() {
	local suite
	if suite=$(kernel_debugs "$1"); then
		piece_load kdebug
		kdebug_package "$suite" | apt_fetch amd64
	else
		kernel_packages "$1" | apt_fetch arm64
	fi
}

# kernel_unpack KIND FOLDER: as its packages have it.
kernel_unpack() {
	local deb debs
	debs=$(kernel_fetch "$1")
	for deb in $debs; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$2" --exclude='*.dtb' --exclude='*/System.map*'
	done
}

kernel_build() {
	local dir=$1 suite debug
	mkdir "$dir/root"
	if suite=$(kernel_debugs "$2"); then
		piece_load kdebug
		debug=$(piece kdebug "$suite")
		mkdir "$dir/root/usr"
		cp -r "$debug/boot" "$dir/root"
		cp -r "$debug/usr/lib" "$dir/root/usr"
		kdebug_package "$suite" | awk '{ print $2 }' >"$dir/version"
	else
		kernel_unpack "$2" "$dir/root"
		kernel_packages "$2" | awk 'NR == 1 { print $2 }' >"$dir/version"
	fi
	in_buildroot --out "$dir" bash /tyr/sim/guest/pack-kernel
	rm -r "$dir/root"
}
