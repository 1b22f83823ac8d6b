# SPDX-License-Identifier: MIT
#
# Messages, exit codes and timed steps, shared by everything under harness/. Sourced by
# harness.sh with "set -euo pipefail"; functions and constants only, no work at source time.

# Exit codes of harness.sh; docs/harness.md lists them for the user.
{
	EXIT_PASS=0
	EXIT_FAIL=1
	EXIT_USAGE=2
	EXIT_ENV=3
	EXIT_INTR=130
}

TYR_CACHE="${TYR_CACHE:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/tyr}"

# colour_init: set the C_* escape sequences. Progress goes to stderr, so that is the descriptor
# asked; NO_COLOR (any value) and TERM=dumb turn colours off.
colour_init() {
	C_RED='' C_GREEN='' C_YELLOW='' C_BOLD='' C_DIM='' C_OFF=''
	if [[ -t 2 && -z ${NO_COLOR+set} && ${TERM:-dumb} != dumb ]]; then
		C_RED=$'\e[31m' C_GREEN=$'\e[32m' C_YELLOW=$'\e[33m'
		C_BOLD=$'\e[1m' C_DIM=$'\e[2m' C_OFF=$'\e[0m'
	fi
	C_READY=1
}

# term_width: columns of the terminal on stderr (COLUMNS overrides); 160 when it is not one, since a
# log can be scrolled.
term_width() {
	local size=${COLUMNS:-}
	if [[ -z $size && -t 2 ]]; then
		size=$(stty size 2>/dev/null <&2) || size=
		size=${size##* }
	fi
	[[ $size =~ ^[0-9]+$ && $size -ge 20 ]] || size=160
	printf '%s\n' "$size"
}

# say TEXT: one line for the user, on stderr (stdout belongs to TAP and to answers).
say() {
	printf '%s\n' "$*" >&2
}

# warn TEXT: something the user should know, but that stops nothing.
warn() {
	[[ -n ${C_READY:-} ]] || colour_init
	printf '%swarning:%s %s\n' "$C_YELLOW" "$C_OFF" "$*" >&2
}

# die CODE TEXT: one clear line, then exit with CODE (one of EXIT_*). In a subshell it ends the
# subshell with that code; callers use "x=$(f) || exit $?" to pass it on.
die() {
	local code=$1
	shift
	[[ -n ${C_READY:-} ]] || colour_init
	printf '%serror:%s %s\n' "$C_RED" "$C_OFF" "$*" >&2
	exit "$code"
}

# elapsed_since START: seconds since START (a value of $EPOCHREALTIME), one decimal.
elapsed_since() {
	local now=${EPOCHREALTIME/[.,]/} then=${1/[.,]/}
	local tenths=$(((now - then) / 100000))
	printf '%d.%d\n' $((tenths / 10)) $((tenths % 10))
}

# Process groups of the steps that run now; step_kill ends them.
STEP_PIDS=()

# step_kill: exit hook; end what an interrupted step has started.
step_kill() {
	local pid
	for pid in "${STEP_PIDS[@]}"; do
		kill -TERM -- "-$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	STEP_PIDS=()
}

# step_guard GROUP: end the process group of a step when the harness was killed by force.
step_guard() {
	while kill -0 "$1"; do
		kill -0 $$ || kill -KILL -- "-$1"
		sleep 1
	done
}

# step_log NAME: the file that holds the full output of step NAME.
step_log() {
	printf '%s/log/%s.log\n' "$TYR_CACHE" "${1//[^A-Za-z0-9._-]/_}"
}

# step NAME CMD...: run CMD with its output in a log file and a line with the elapsed time. When
# it fails the tail of the log is shown and its status returned; the caller decides what to do.
# CMD may be a function; it runs in a subshell, so it can neither end the harness nor set
# variables of it.
step() {
	local name=$1 log start rc group
	shift
	[[ -n ${C_READY:-} ]] || colour_init
	log=$(step_log "$name")
	mkdir -p "${log%/*}" || die "$EXIT_ENV" "cannot write to ${log%/*}; set TYR_CACHE to a writable folder"
	start=$EPOCHREALTIME
	[[ -t 2 ]] && printf '%s  ...  %s%s' "$C_DIM" "$name" "$C_OFF" >&2
	# errexit is off inside a command tested by "if" or "||"; a separate "wait" keeps it on. A
	# process group of its own lets step_kill end all of it.
	((!BASH_SUBSHELL)) || trap 'step_kill; exit $EXIT_INTR' INT TERM HUP
	set -m
	(
		set +m
		group=$BASHPID
		step_guard "$group" >/dev/null 2>&1 &
		"$@"
	) >"$log" 2>&1 </dev/null &
	STEP_PIDS+=($!)
	set +m
	wait $! && rc=0 || rc=$?
	STEP_PIDS=("${STEP_PIDS[@]:0:${#STEP_PIDS[@]}-1}")
	[[ -t 2 ]] && printf '\r\e[K' >&2
	if ((rc == 0)); then
		printf '%s   ok  %s%s (%s s)\n' "$C_GREEN" "$C_OFF" "$name" "$(elapsed_since "$start")" >&2
		return 0
	fi
	printf '%s FAIL  %s%s (%s s), status %d; log: %s\n' "$C_RED" "$C_OFF" "$name" \
		"$(elapsed_since "$start")" "$rc" "$log" >&2
	setup_reason "$log" >/dev/null || tail -n 20 "$log" | sed 's/^/       | /' >&2
	return "$rc"
}

# need_tool TOOL PACKAGE: stop unless TOOL can be run; PACKAGE is the Debian package that has it.
need_tool() {
	command -v "$1" >/dev/null 2>&1 ||
		die "$EXIT_ENV" "$1 is missing; install it with: apt-get install $2"
}
