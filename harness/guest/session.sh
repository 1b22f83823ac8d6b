#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Runs test programs on the target, one at a time, as the harness asks; see harness/session.sh.
#   session.sh FOLDER   FOLDER holds the test programs and this script's small files
# Requests on stdin:
#   run N PROGRAM SUBTESTS [NAME=VALUE]...   SUBTESTS: names with commas, or "-" for all
#   kill                                     end the program that runs
#   done                                     the harness goes, but not by accident: keep FOLDER/..
# Replies on stdout, a line each:
#   X ready | X nokmsg | X begin N | X end N STATUS | O what the program printed | K kernel log
# When stdin ends, because the harness is gone, the program that runs is killed; without "done"
# before that, all that was pushed to this machine is removed.
set -u

root=$1
kmsg=${TYR_KMSG:-/dev/kmsg}
model=${TYR_MODEL:-/dev/virtio-ports/org.tyr.model}
ratelimit=/proc/sys/kernel/printk_devkmsg
ratelimit_was=
job=
follower=
keep=0

# note TEXT: a line in the kernel log, which cuts it into the programs' parts.
note() {
	{ printf '%s\n' "<6>[TYR $$] $1" >"$kmsg"; } 2>/dev/null
}

# mark TEXT: tell the model what runs next, so that its complaints find the test. The port admits
# one opener at a time.
mark() {
	local try reply
	[[ -e $model ]] || return 0
	for try in 1 2 3 4 5; do
		if { exec 4<>"$model"; } 2>/dev/null; then
			printf 'mark %s\n' "$1" >&4
			read -r -t 2 reply <&4
			exec 4>&-
			return 0
		fi
		sleep 0.05
	done
	: "$try" "${reply:-}"
}

# follow_kernel_log: the kernel log from this session on, as K lines. When the kernel's buffer
# overran the reader, reading starts again; the harness drops what it has seen by its number.
# An empty line, which the log never has, ends the range: with "$" sed would hold each line back
# until the next one. cat, because a read of /dev/kmsg must have room for a whole record; stdbuf, so that each line
# leaves at once and in one piece.
follow_kernel_log() {
	set +m
	while [[ -e $root/session ]]; do
		# shellcheck disable=SC2002 # see above
		cat "$kmsg" 2>/dev/null | stdbuf -oL sed -n "/\\[TYR $$\\]/,/^\$/ s/^/K /p"
		printf 'X kmsg-lost\n'
		sleep 0.2
	done
}

# open_kernel_log: without this the kernel drops all but ten of the tests' marks in five seconds.
open_kernel_log() {
	if [[ ! -r $kmsg || ! -w $kmsg ]]; then
		printf 'X nokmsg\n'
		return
	fi
	if [[ -w $ratelimit ]]; then
		ratelimit_was=$(<"$ratelimit")
		{ echo on >"$ratelimit"; } 2>/dev/null
	fi
	note "session"
	set -m # a process group of its own, so that finish can end all of it
	follow_kernel_log &
	set +m
	follower=$!
}

# run N PROGRAM SUBTESTS [NAME=VALUE]...: one program in a session of its own.
run() {
	local n=$1 program=$2 subtests=$3 status
	local arguments=()
	shift 3
	[[ $subtests == - ]] || arguments=(--run-subtest "$subtests")
	mark "${program##*/}"
	note "begin $n"
	printf 'X begin %s\n' "$n"
	{
		setsid env "$@" "$root/$program" "${arguments[@]}" 2>&1 </dev/null &
		echo $! >"$root/pid"
		wait $!
		echo $? >"$root/status"
		# what it left running would hold the output open
		kill -KILL -- "-$(<"$root/pid")" 2>/dev/null
	} | stdbuf -oL sed 's/^/O /'
	status=$(<"$root/status")
	rm -f "$root/pid"
	mark -
	note "end $n"
	printf '\nX end %s %s\n' "$n" "$status"
}

# end_program: SIGTERM lets it undo what it did to the machine; SIGKILL if it does not.
end_program() {
	local pid i
	[[ -e $root/pid ]] || return 0
	pid=$(<"$root/pid")
	# who is blocked, and where, goes into the kernel log
	[[ $kmsg != /dev/kmsg ]] || { echo w >/proc/sysrq-trigger; } 2>/dev/null
	kill -TERM -- "-$pid" 2>/dev/null
	for ((i = 0; i < 20; i++)); do
		kill -0 -- "-$pid" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL -- "-$pid" 2>/dev/null
}

# finish: leave the machine as it was found.
finish() {
	rm -f "$root/session"
	end_program
	[[ -z $job ]] || wait "$job" 2>/dev/null
	[[ -z $ratelimit_was ]] || { echo "$ratelimit_was" >"$ratelimit"; } 2>/dev/null
	[[ -z $follower ]] || kill -KILL -- "-$follower" 2>/dev/null
	((keep)) || rm -rf "$(dirname "$0")"
}

cd "$root" || exit 1
: >session
open_kernel_log
printf 'X ready\n'
while read -r verb arguments; do
	case $verb in
	run)
		read -ra words <<<"$arguments"
		run "${words[@]}" </dev/null &
		job=$!
		;;
	kill) end_program ;;
	done) keep=1 ;;
	esac
done
finish
