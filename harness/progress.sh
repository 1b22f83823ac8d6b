# SPDX-License-Identifier: MIT
#
# Progress on stderr. On a terminal one line that changes, cut at its width; otherwise a line for
# each program, so that a log file stays readable.

PROGRESS_DONE=0
PROGRESS_TOTAL=0
PROGRESS_WHAT=
PROGRESS_WIDTH=80

# progress_begin TOTAL: TOTAL tests are to come.
progress_begin() {
	PROGRESS_TOTAL=$1 PROGRESS_DONE=0
	PROGRESS_WIDTH=$(term_width)
}

# progress_line TEXT: replace the line on the terminal.
progress_line() {
	[[ -t 2 ]] || return 0
	printf '\r\e[K%s' "${1:0:PROGRESS_WIDTH-1}" >&2
}

progress_clear() {
	[[ ! -t 2 ]] || printf '\r\e[K' >&2
}

# progress_program WHAT: a program begins.
progress_program() {
	PROGRESS_WHAT=$1
	progress_line "[$PROGRESS_DONE/$PROGRESS_TOTAL] $PROGRESS_WHAT"
}

# progress_subtest NAME: a subtest of it begins.
progress_subtest() {
	progress_line "[$PROGRESS_DONE/$PROGRESS_TOTAL] $PROGRESS_WHAT@$1"
}

# progress_result COUNT TEXT: COUNT tests more are done; TEXT sums them up.
progress_result() {
	PROGRESS_DONE=$((PROGRESS_DONE + $1))
	if [[ -t 2 ]]; then
		progress_line "[$PROGRESS_DONE/$PROGRESS_TOTAL] $PROGRESS_WHAT"
	else
		say "[$PROGRESS_DONE/$PROGRESS_TOTAL] $PROGRESS_WHAT: $2"
	fi
}
