# SPDX-License-Identifier: MIT
#
# A session: one connection to the target that runs test programs one after the other and
# streams back what they print and what the kernel logs. guest/session.sh is the other end and
# says what the lines mean. All of the stream goes to a raw file; here only events are read.

SESSION_IN=
SESSION_OUT=
SESSION_JOB=
SESSION_RAW=
SESSION_KMSG=0
SESSION_LINE=

# What the last session_run saw.
#   RAN_STATE    end: the program ended | timeout: it had to be killed | hung: it could not be
#                killed | oops: the kernel broke | gone: the target is gone
#   RAN_STATUS   exit status of the program, when it ended or was killed
#   RAN_CURRENT  the subtest that ran last
RAN_STATE=
RAN_STATUS=
RAN_CURRENT=

# Lines of the stream that matter while it runs: protocol, starts and results of subtests, the end
# mark in the kernel log, and what a kernel prints when it breaks.
SESSION_EVENTS='^X |^O Starting subtest: |^O Subtest [^ ]+: |^K .*\[TYR [0-9]+\] end |^K .*(Internal error: |Unable to handle kernel|kernel BUG at|Kernel panic|Oops)'

# session_stream RAW: the pipeline of a session. It ends when its stdin closes or the target goes. tee writes to
# its standard output before its files: here the raw file must come before the events that lead to its being read.
session_stream() {
	set +m
	target_exec "$(session_environment) bash $TARGET_DIR/session.sh $TARGET_DIR/tests" 2>>"$1.stderr" |
		{ tee -a "$1" /dev/fd/3 >/dev/null; } 3>&1 | grep --line-buffered -aE "$SESSION_EVENTS"
}

# session_environment: settings that the other end needs, as assignments for a shell.
session_environment() {
	local name
	for name in TYR_KMSG TYR_MODEL; do
		[[ -z ${!name:-} ]] || printf '%s=%q ' "$name" "${!name}"
	done
}

# session_open RAW: start one; status 1 when the target does not answer.
session_open() {
	local i
	SESSION_RAW=$1
	SESSION_KMSG=1
	: >>"$SESSION_RAW"
	set -m # a process group of its own, which ^C does not reach: nothing of the log is lost
	coproc SESSION_PROC { session_stream "$SESSION_RAW"; }
	set +m
	SESSION_JOB=$SESSION_PROC_PID
	exec {SESSION_OUT}<&"${SESSION_PROC[0]}" {SESSION_IN}>&"${SESSION_PROC[1]}"
	local out=${SESSION_PROC[0]} in=${SESSION_PROC[1]}
	exec {out}<&- {in}>&-
	for ((i = 0; i < 30; i++)); do
		session_read || (($? > 128)) || return 1
		case $SESSION_LINE in
		'X ready') return 0 ;;
		'X nokmsg')
			SESSION_KMSG=0
			warn "the kernel log of $TARGET_NAME cannot be read (not root?): a WARN or a driver error will go unseen"
			;;
		esac
	done
	return 1
}

# session_read: the next event into SESSION_LINE; status above 128 when there was none for a second,
# 1 when the stream has ended.
session_read() {
	local rc=0
	SESSION_LINE=
	INTERRUPT_LATER=1
	IFS= read -r -t 1 -u "$SESSION_OUT" SESSION_LINE || rc=$?
	INTERRUPT_LATER=0
	((!INTERRUPTED)) || interrupted
	return "$rc"
}

# session_close: end it; what still runs on the target is killed by the other end.
session_close() {
	local i
	[[ -n $SESSION_JOB ]] || return 0
	{ printf 'done\n' >&"$SESSION_IN"; } 2>/dev/null || true
	exec {SESSION_IN}>&- {SESSION_OUT}<&-
	for ((i = 0; i < 50; i++)); do
		kill -0 "$SESSION_JOB" 2>/dev/null || break
		sleep 0.1
	done
	session_kill
}

# session_kill: exit hook; end the pipeline at once.
session_kill() {
	[[ -n $SESSION_JOB ]] || return 0
	kill -KILL -- "-$SESSION_JOB" 2>/dev/null || true
	wait "$SESSION_JOB" 2>/dev/null || true
	SESSION_JOB=
}

# session_run N PROGRAM SUBTESTS TIMEOUT [NAME=VALUE]...: run one program; sets RAN_*. PROGRAM is
# a path below the folder of tests, SUBTESTS names with commas or "-". No subtest may take longer
# than TIMEOUT seconds. The caller closes the session unless RAN_STATE is "end".
session_run() {
	local n=$1 program=$2 subtests=$3 timeout=$4
	shift 4
	RAN_STATE='' RAN_STATUS='' RAN_CURRENT=''
	if ! { printf 'run %s %s %s %s\n' "$n" "$program" "$subtests" "$*" >&"$SESSION_IN"; } 2>/dev/null; then
		RAN_STATE=gone
		return 0
	fi
	session_watch "$n" "$timeout"
}

# session_watch N TIMEOUT: read events until program N is over.
#   since      when the current subtest began
#   stop       when waiting ends although the end was not seen; 0: not set
#   outcome    RAN_STATE once waiting ends
session_watch() {
	local n=$1 timeout=$2 rc ended=0 logged=$((!SESSION_KMSG))
	local since=$SECONDS stop=0 outcome=''
	while ((!ended || !logged)); do
		rc=0
		session_read || rc=$?
		if ((rc == 0)); then
			session_event "$SESSION_LINE"
		elif ((rc < 128)); then
			outcome=${outcome:-gone}
			break
		fi
		if ((stop && SECONDS >= stop)); then
			break
		elif ((!stop && rc > 128)) && ! target_alive; then
			# what is still in the pipe may tell why
			outcome=gone stop=$((SECONDS + 2))
		elif ((!stop && SECONDS - since >= timeout)); then
			{ printf 'kill\n' >&"$SESSION_IN"; } 2>/dev/null || true
			outcome=timeout stop=$((SECONDS + 10))
		fi
	done
	[[ $outcome != timeout || $ended -eq 1 ]] || outcome=hung
	RAN_STATE=${outcome:-end}
}

# session_event LINE: one event; works on the variables of session_watch.
session_event() {
	case $1 in
	'O Starting subtest: '*)
		RAN_CURRENT=${1#O Starting subtest: }
		since=$SECONDS
		progress_subtest "$RAN_CURRENT"
		;;
	'O Subtest '*) since=$SECONDS ;;
	"X end $n "*)
		ended=1
		RAN_STATUS=${1##* }
		# the mark in the kernel log follows at once, unless the log is not readable
		((stop)) || stop=$((SECONDS + 3))
		;;
	'K '*"] end $n") logged=1 ;;
	'K '*'[TYR '*) ;;
	'K '*)
		[[ $outcome == oops ]] || {
			# let it print the rest
			outcome=oops stop=$((SECONDS + 2))
		}
		;;
	esac
}
