#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Lists the test programs below FOLDER: a line "P GRADE PROGRAM" for each, then what the program
# prints for --describe as lines "D ...", then its subtests as lines "S NAME".
#   list.sh FOLDER GRADE...
set -u

root=$1
shift
for grade in "$@"; do
	for program in "$root/$grade"/*; do
		[[ -f $program && -x $program ]] || continue
		printf 'P %s %s\n' "$grade" "${program##*/}"
		"$program" --describe </dev/null 2>/dev/null | sed 's/^/D /'
		# a program without subtests prints none and exits with 79
		"$program" --list-subtests </dev/null 2>/dev/null | sed 's/^/S /'
	done
done
exit 0
