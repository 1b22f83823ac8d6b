# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# Mesa's description of the command-stream instructions, from Debian's source package: the unit tests
# compare the model's instruction table with it. Read, never copied into the tree.
#
#   v10.xml

PIECE_TITLE[genxml]="Mesa's genxml"
PIECE_MB[genxml]=150
PIECE_NEEDS[genxml]='buildroot'

genxml_inputs() {
	printf 'mesa %s\n' "$(apt_source_version mesa)"
}

genxml_build() {
	mkdir "$1/dsc"
	apt_fetch_source mesa "$(apt_source_version mesa)" "$1/dsc"
	# the folder has moved between Mesa's releases, the file has not
	in_buildroot --out "$1" sh -ec "tar -xf dsc/mesa_*.orig.tar.*z --wildcards --transform 's,.*/,,' '*/genxml/v10.xml'"
	rm -r "$1/dsc"
	[[ -s $1/v10.xml ]]
}
