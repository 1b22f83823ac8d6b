#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Each way in which a subtest can end, and what of it is reported.
set -u
# shellcheck source=harness/tests/lib.sh
source "$(dirname "$0")/lib.sh"

p=fake_outcomes

# All outcomes in one run: the machine breaks several times and the rest still runs.
fake_new
harness run --timeout 3
check_code 1
check_result $p@pass pass
check_result $p@fail fail 'test: Failed assertion: one == two'
check_result $p@skip skip 'test: a unicorn'
check_result $p@kernel-warning fail 'kmsg: .*WARNING: CPU'
check_result $p@kernel-warning-expected pass
check_result $p@driver-error fail 'kmsg: .*ERROR. fake error'
check_result $p@user-error pass
check_result $p@complaint fail 'model: .*complaint fake-rule'
check_result $p@complaint-expected pass
check_result $p@crash crash 'target: killed by SIGSEGV'
check_result $p@hang timeout 'target: no result after 3 s'
check_result $p@oops incomplete 'kmsg: .*Internal error: Oops'
check_result $p@gone incomplete 'target: the target went away'
check_result $p@last pass
check_result fake_simple pass
check "the oops and the lost target cost a boot each" test "$(<"$FAKE_STATE/boots")" -ge 3
check "every test has one record" jq -e '[.tests[].name] | length == (unique | length)' "$RUN/results.json"
check "the target was closed" test -e "$FAKE_STATE/closed"

# The files.
schema=$HERE/../../results/schema.json
check "results.json follows the schema" test -z "$(jq -r --slurpfile schema "$schema" \
	-f "$HERE/../report/validate.jq" "$RUN/results.json")"
check "the validator sees a violation" test -n "$(jq '.tests[0].result = "good"' "$RUN/results.json" |
	jq -r --slurpfile schema "$schema" -f "$HERE/../report/validate.jq")"
if command -v xmllint >/dev/null; then
	check "JUnit is XML" xmllint --noout "$RUN/junit.xml"
fi
check "JUnit has all tests" test "$(grep -c '<testcase' "$RUN/junit.xml")" -eq "$(jq '.tests | length' "$RUN/results.json")"
check "TAP begins with its version" grep -qx 'TAP version 14' "$FAKE_STATE/out"
check "TAP's plan is the number of its points" test \
	"$(grep -cE '^(not )?ok ' "$FAKE_STATE/out")" -eq "$(sed -n 's/^1\.\.//p' "$FAKE_STATE/out")"
check "TAP names a skip's reason" grep -q "^ok .*$p@skip # SKIP a unicorn" "$FAKE_STATE/out"
check "the ladder shows both grades" test "$(grep -cE '^panthor +[12] (ioctl|submit)' "$FAKE_STATE/err")" -eq 2
check "a grade with a failure is not reached" jq -e '.drivers[0].highest == null' "$RUN/results.json"
check "a test's kernel log is its own" jq -e --arg n $p@driver-error \
	'.tests[] | select(.name == $n) | .kmsg | length == 1' "$RUN/results.json"

# Only what passes: exit code 0, and a grade that ran in part is not reached.
fake_new
harness run "$p@pass" "$p@skip" submit
check_code 0
check "submit ran whole but ioctl did not" jq -e \
	'.drivers[0] | .highest == null and .grades[1].reached and (.grades[0].complete | not)' "$RUN/results.json"
check "only what was asked for ran" test "$(jq '.tests | length' "$RUN/results.json")" -eq 3

# A program without subtests, by its exit status.
for pair in 0:pass:0 77:skip:3 98:fail:1 139:crash:1 5:fail:1; do
	IFS=: read -r status result code <<<"$pair"
	echo "$status" >"$FAKE_STATE/simple-status"
	harness run submit
	check_code "$code"
	check_result fake_simple "$result"
done

tests_end
