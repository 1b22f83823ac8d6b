#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The command "bench" against a fake machine: turns, figures, verdicts, exit codes, what is left when it is interrupted; and
# the arithmetic by itself.
set -u
# shellcheck source=harness/tests/lib.sh
source "$(dirname "$0")/lib.sh"

# figure FILTER: of the last bench.
figure() {
	jq -r "$1" "$FAKE_STATE/results/latest-bench/bench.json"
}

# of NAME FILTER: of one benchmark.
of() {
	figure ".benchmarks[] | select(.name == \"$1\") | $2"
}

violations() {
	jq -r --slurpfile schema "$HERE/../../results/bench.schema.json" -f "$HERE/../report/validate.jq" \
		"$FAKE_STATE/results/latest-bench/bench.json"
}

fake_new
harness bench --driver panthor,panthor --rounds 18 steady rate level absent
check_code 0
check "it follows the schema" test -z "$(violations)$(grep '^warning' "$FAKE_STATE/err")"
check "six turns of three rounds" test "$(figure '"\(.turns) \(.rounds)"')" = '6 3'
check "turns of both drivers" test "$(wc -l <"$FAKE_STATE/calls")" -eq 12
check "each sample is kept" test "$(of steady '.sides[1] | "\(.n) \(.turns | length) \(.turns | flatten | length)"')" = '18 6 18'
check "its median" test "$(of steady '"\(.sides[0].median) \(.sides[1].median)"')" = '10001 5001'
check "half the time is faster" test "$(of steady '.comparison | "\(.verdict) \(.ratio * 100 | round) \(.noise)"')" = 'faster 50 0'
check "half the rate is slower" test "$(of rate .comparison.verdict)" = slower
check "the same is the same" test "$(of level .comparison.verdict)" = same
check "what was skipped says why" test "$(of absent '"\(.skipped) \(.comparison)"')" = 'a unicorn null'
check "the table has each" test "$(grep -cE '^(steady|rate|level|absent) ' "$FAKE_STATE/out")" -eq 4
check "and the verdicts" test "$(grep -cE '(faster|slower|same)$' "$FAKE_STATE/out")" -eq 3
check "and the clock" grep -q '^clock: ' "$FAKE_STATE/out"
check "no test result is left" test ! -e "$FAKE_STATE/results/latest"

harness bench --driver panthor --rounds 6 level
check_code 0
check "one driver is compared with nobody" test "$(of level .comparison)" = null

harness bench --driver panthor --rounds 6 broken level
check_code 1
check "a failure is named, each time" test "$(of broken '.problems | length')" -eq 6
check "and shown" grep -q '^panthor broken, turn 1: fail: ' "$FAKE_STATE/out"
check "the others have their figures" test "$(of level '.sides[0].n')" -eq 6

harness bench --driver panthor --rounds 6 absent
check_code 3
harness bench --driver panthor 'no-such'
check_code 2

# Interrupted in the second benchmark: the first has its figures.
fake_new
set -m
env --default-signal=INT,TERM,HUP "$HARNESS" bench --driver panthor level slow >"$FAKE_STATE/out" 2>"$FAKE_STATE/err" </dev/null &
set +m
for ((i = 0; i < 200; i++)); do
	! grep -qs 'Starting subtest: slow' "$FAKE_STATE"/results/latest-bench/raw/*.log || break
	sleep 0.1
done
kill -INT -- -$!
CODE=0
wait $! 2>/dev/null || CODE=$?
check_code 130
check "an interrupted bench says so" test "$(figure .interrupted)" = true
check "and follows the schema" test -z "$(violations)"
check "and has what was measured" test "$(of level '.sides[0].n')" -eq 10
check "and a table" grep -q '^interrupted' "$FAKE_STATE/out"
sleep 1
check "and nothing runs on" test -z "$(pgrep -f bench/fake_bench)"

# The arithmetic: a turn that is off widens the interval; order does not matter.
stats() {
	awk -F '\t' -f "$HERE/../report/bench-stats.awk" | sed -n "s/^$1\t//p"
}
rows() {
	local turn
	for turn in 1 2 3 4 5 6; do
		printf 'x\t0\t%d\t%d\nx\t0\t%d\t%d\n' "$turn" 100 "$turn" 102
		printf 'x\t1\t%d\t%d\nx\t1\t%d\t%d\n' "$turn" $((turn % 2 ? 50 : 150)) "$turn" $((turn % 2 ? 52 : 152))
	done
}
line=$(rows | stats compare)
check "the ratio of medians" test "$(cut -f 2 <<<"$line")" = 1
check "an interval that has both modes" awk -F '\t' '$3 < 0.6 && $4 > 1.4 { ok = 1 } END { exit !ok }' <<<"$line"
check "noise as large as the modes are apart" awk -F '\t' '$5 > 1.9 { ok = 1 } END { exit !ok }' <<<"$line"
check "the same samples, the same interval" test "$line" = "$(rows | stats compare)"
check "quartiles" test "$(printf 'y\t0\t1\t%s\n' 5 1 4 2 3 | stats side)" = "$(printf 'y\t0\t5\t3\t2\t4')"

tests_end
