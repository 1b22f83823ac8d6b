# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# A piece for the harness's own tests. TOY is a folder with its input, a line in "builds" for each
# time that it was built, and "during": shell commands that run when it is half made.

PIECE_TITLE[toy]='a toy'
PIECE_MB[toy]=${TOY_MB:-0}
PIECE_NEEDS[toy]='toybase'

toy_inputs() {
	cat "$TOY/input"
}

toy_build() {
	printf 'toy\n' >>"$TOY/builds"
	cp "$TOY/input" "$1/made"
	touch "$TOY/half"
	# shellcheck source=/dev/null
	source "$TOY/during"
	printf 'argument %s\n' "$2" >>"$1/made"
}
