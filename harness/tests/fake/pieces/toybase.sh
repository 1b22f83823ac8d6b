# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# What the toy is made from: another piece for the harness's own tests.

PIECE_TITLE[toybase]='the base of a toy'
PIECE_MB[toybase]=0
PIECE_NEEDS[toybase]=''

toybase_inputs() {
	printf '%s\n' "${TOY_BASE:-1}"
}

toybase_build() {
	printf 'toybase\n' >>"$TOY/builds"
	touch "$1/base"
}
