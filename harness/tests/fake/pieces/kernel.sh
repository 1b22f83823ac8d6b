# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# The kernel that a toy runs on: a piece with an argument, for the harness's own tests.

PIECE_TITLE[kernel]='the kernel of a toy'
PIECE_MB[kernel]=0
PIECE_NEEDS[kernel]=''

kernel_inputs() {
	printf 'package linux-image-%s 1.0\n' "$1"
}

kernel_build() {
	touch "$1/vmlinuz"
}
