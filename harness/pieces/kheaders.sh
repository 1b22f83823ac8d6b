# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# What a module for one of the guest's kernels is built against: Debian's headers of that kernel, and the tools
# of its kbuild for this machine; those of a debug kernel are left from its compilation.
#
#   usr/  release (the kernel's name)

PIECE_TITLE[kheaders]='kernel headers'
PIECE_MB[kheaders]=300
PIECE_NEEDS[kheaders]='buildroot'

# kheaders_packages KIND: the packages "NAME[:ARCH] VERSION" to unpack.
kheaders_packages() {
	apt_kernel "$1" amd64 linux-headers-arm64:arm64 '^linux-(headers|kbuild)-[0-9]'
}

kheaders_inputs() {
	local suite
	if suite=$(kernel_debugs "$1"); then
		printf 'piece %s\n' "$(piece_id "kdebug:$suite")"
	else
		kheaders_packages "$1"
	fi
}

# kheaders_fetch KIND: download them; prints the files.
kheaders_fetch() {
	kernel_debugs "$1" >/dev/null || kheaders_packages "$1" | apt_fetch amd64
}

kheaders_build() {
	local dir=$1 suite deb debs
	if suite=$(kernel_debugs "$2"); then
		cp -r "$(piece kdebug "$suite")"/{usr,release} "$dir"
		return
	fi
	debs=$(kheaders_fetch "$2")
	for deb in $debs; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$dir" --exclude=./usr/share
	done
	# they are used in place, on /in of the build root
	sed -i 's,/usr/src/,/in/usr/src/,g' "$dir"/usr/src/linux-headers-*-arm64/Makefile
	basename "$dir"/usr/lib/modules/* >"$dir/release"
}
