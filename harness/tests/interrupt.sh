#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A harness that is interrupted, or killed by force: what it leaves behind.
set -u
# shellcheck source=harness/tests/lib.sh
source "$(dirname "$0")/lib.sh"

p=fake_outcomes

# start ARGS...: harness.sh in the background, in a process group of its own as on a terminal;
# returns once the test that hangs is running.
start() {
	local i
	set -m
	# a signal that was ignored when this script began cannot be trapped by any child otherwise
	env --default-signal=INT,TERM,HUP "$HARNESS" "$@" >"$FAKE_STATE/out" 2>"$FAKE_STATE/err" </dev/null &
	PID=$!
	set +m
	for ((i = 0; i < 200; i++)); do
		! grep -qs 'starting subtest hang\|Starting subtest: hang' "$FAKE_STATE"/results/latest/raw/*.log || return 0
		sleep 0.1
	done
	printf 'the run did not start\n'
}

# left_over: processes of the fake machine or of the harness that still exist.
left_over() {
	pgrep -f "$FAKE_STATE|^bash /tmp/tyr\.[A-Za-z0-9]{8}/session" || true
}

# gone: nothing is left within five seconds.
gone() {
	local i
	for ((i = 0; i < 50; i++)); do
		[[ -n $(left_over) ]] || return 0
		sleep 0.1
	done
	left_over | xargs -r ps -o pid,args -p
	return 1
}

# stop SIGNAL [GROUP]: end the harness and take its exit code.
stop() {
	kill -"$1" -- "${2:-}$PID"
	CODE=0
	wait "$PID" 2>/dev/null || CODE=$?
}

# ^C reaches the whole process group of the terminal; TERM only the harness.
for how in 'INT -' 'TERM'; do
	fake_new
	start run --driver panthor "$p@pass" "$p@hang" "$p@last" fake_simple
	# shellcheck disable=SC2086 # one or two words
	stop $how
	check_code 130
	check "$how: nothing is left" gone
	check_result $p@pass pass
	check_result $p@hang incomplete 'target: the run was interrupted'
	check "$how: the result says so" jq -e '.interrupted' "$RUN/results.json"
	check "$how: what did not run has no record" test "$(jq '.tests | length' "$RUN/results.json")" -eq 2
	check "$how: JUnit is there" test -s "$RUN/junit.xml"
	check "$how: the target was closed" test -e "$FAKE_STATE/closed"
	check "$how: the ladder is there" grep -q '^highest grade of panthor: none' "$FAKE_STATE/err"
	check "$how: no other file is left" test -z "$(find "$RUN/" -name '.part*' -o -name '*.new' -o -name run.json)"
done

# kill -9: nothing runs on, and the records of programs that had ended are there.
fake_new
start run --driver panthor submit/fake_simple "$p@pass" "$p@hang"
stop KILL
check_code 137
check "KILL: nothing is left" gone
check "KILL: the raw log is there" grep -q 'Subtest pass: SUCCESS' "$RUN"/raw/*.log

tests_end
