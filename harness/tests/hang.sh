#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Tests and machines that hang: time limits, reboots, and a machine that does not come back.
set -u
# shellcheck source=harness/tests/lib.sh
source "$(dirname "$0")/lib.sh"

p=fake_outcomes

# A test that ignores SIGTERM is killed with SIGKILL, which is quick.
fake_new
harness run --timeout 2 "$p@stubborn" "$p@last"
check_code 1
check_result $p@stubborn timeout
check_result $p@last pass

# The kernel's messages come late, in bursts, and are still given to the right test.
fake_new
harness run --timeout 2 "$p@kernel-warning" "$p@pass" "$p@driver-error" "$p@last"
check_result $p@pass pass
check_result $p@last pass
check_result $p@driver-error fail 'kmsg: '

# A machine that does not come back: what was found is reported, the rest is not called passed.
fake_new
touch "$FAKE_STATE/broken"
harness run "$p@pass" "$p@gone" "$p@last" submit
check_code 3
check "TAP says that the run ended early" grep -q '^Bail out! ' "$FAKE_STATE/out"
check_result $p@pass pass
check_result $p@gone incomplete
check "no grade is reached" jq -e '.drivers[0].highest == null' "$RUN/results.json"
check "one line says why" grep -qE '^error: fake does not come back' "$FAKE_STATE/err"

# A reboot for each test that breaks the machine, and no more.
fake_new
harness run "$p@gone" "$p@oops" "$p@last"
check_code 1
check "three boots" test "$(<"$FAKE_STATE/boots")" -eq 3
check "records say in which boot" jq -e '[.tests[].boot] == [1, 2, 3]' "$RUN/results.json"

# The start of the test that breaks the machine is lost: the next that was to run is to blame, once; when
# the machine breaks again before any start, the rest is not tried one boot after the other.
fake_new
harness run "$p@pass" "$p@lost" "$p@last"
check_code 1
check "blamed is the next one" jq -e '[.tests[] | [.subtest, .result, .boot]] ==
	[["pass", "pass", 1], ["lost", "incomplete", 1], ["last", "pass", 2]]' "$RUN/results.json"
# So it is when the machine stands still.
fake_new
harness run --timeout 2 "$p@pass" "$p@frozen" "$p@last"
check_code 1
check "blamed is the next one" jq -e '[.tests[] | [.subtest, .result, .boot]] ==
	[["pass", "pass", 1], ["frozen", "incomplete", 1], ["last", "pass", 2]]' "$RUN/results.json"

fake_new
touch "$FAKE_STATE/doomed"
harness run "$p@pass" "$p@fail" "$p@skip" "$p@last"
check_code 1
check "two boots for a machine that always breaks" jq -e '[.tests[].result] ==
	["incomplete", "incomplete", "notrun", "notrun"]' "$RUN/results.json"

tests_end
