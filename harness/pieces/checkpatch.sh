# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# The kernel's checkpatch, from Debian's source package: it judges the style of kmd/. Used, never copied into the tree.
#
#   checkpatch.pl  spelling.txt  const_structs.checkpatch

PIECE_TITLE[checkpatch]="the kernel's checkpatch"
PIECE_MB[checkpatch]=300
PIECE_NEEDS[checkpatch]='buildroot'

checkpatch_inputs() {
	apt_source_versions linux
}

# The newest version that can be had: a mirror may lag behind its own index.
checkpatch_build() {
	local version versions
	mkdir "$1/dsc"
	versions=$(apt_source_versions linux)
	for version in $versions; do
		! apt_fetch_source linux "$version" "$1/dsc" 2>/dev/null || break
	done
	in_buildroot --out "$1" sh -ec 'tar -xf dsc/linux_*.orig.tar.xz --wildcards --transform "s,.*/,," --occurrence=1 \
		"*/scripts/checkpatch.pl" "*/scripts/spelling.txt" "*/scripts/const_structs.checkpatch"'
	rm -r "$1/dsc"
	[[ -s $1/checkpatch.pl ]]
}
