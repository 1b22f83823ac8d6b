#!/bin/bash
# SPDX-License-Identifier: MIT
# core.sh OUTCOMES SIMPLE: checks the test core from outside, by output and exit code.
set -u

outcomes=$1
simple=$2
failed=0
export TYR_MODEL=/nonexistent/model IGT_PLAIN_OUTPUT=1

# check NAME EXIT-CODE [+REGEX | -REGEX]... -- COMMAND...
# The output (both streams) must match each +REGEX as a line and must not match any -REGEX.
check() {
	local name=$1 want=$2 out code pattern ok=1
	local -a patterns=()
	shift 2
	while [ "$1" != -- ]; do
		patterns+=("$1")
		shift
	done
	shift
	out=$("$@" 2>&1)
	code=$?
	[ "$code" -eq "$want" ] || ok=0
	for pattern in "${patterns[@]}"; do
		if grep -Eqx -- "${pattern#?}" <<<"$out"; then
			[ "${pattern:0:1}" = + ] || ok=0
		else
			[ "${pattern:0:1}" = - ] || ok=0
		fi
	done
	if [ $ok = 1 ]; then
		echo "ok $name"
	else
		printf 'not ok %s (exit code %s, wanted %s)\n%s\n' "$name" "$code" "$want" "$out"
		failed=1
	fi
}

# shellcheck disable=SC2317 # called by check
run() {
	"$outcomes" --run-subtest "$1"
}

t='\([0-9]+\.[0-9]{3}s\)'

check list 0 '+pass' '+format-1' '-fixture ran' '-Starting.*' -- "$outcomes" --list-subtests
check list-glob 0 '+format-0' '-pass' -- "$outcomes" --list-subtests --run-subtest 'format-*'
check describe 0 '+SUB pass .*outcomes\.c:[0-9]+:' '+  Passes' '+  A group' '+  NO DOCUMENTATION!' \
	-- "$outcomes" --describe
check description 0 '+Outcomes of the test core itself' -- "$outcomes" --help-description
check testlist 0 '+igt@outcomes@pass' -- "$outcomes" --show-testlist
check help 0 '+Usage: outcomes \[OPTIONS\]' -- "$outcomes" --help
check bad-option 79 '+Usage: outcomes \[OPTIONS\]' -- "$outcomes" --no-such-option
check unknown-subtest 79 '+.*Unknown subtest: nosuch' -- run nosuch
check pass 0 '+fixture ran' '+Starting subtest: pass' "+Subtest pass: SUCCESS $t" -- run pass
check short-option 0 "+Subtest pass: SUCCESS $t" -- "$outcomes" --r pass
check skip 77 '+Test requirement not met in function .*, file .*:[0-9]+:' '+Test requirement: false' \
	'+nothing to see' "+Subtest skip: SKIP $t" '-unreachable' -- run skip
check fail 98 '+.*CRITICAL: Test assertion failure function .*' '+.*Failed assertion: 1 == 2' \
	'+.*error: 1 != 2' '+Subtest fail failed\.' '+\*\*\*\* DEBUG \*\*\*\*' '+.*DEBUG: a debug line' \
	'+\*\*\*\*  END  \*\*\*\*' "+Subtest fail: FAIL $t" '-unreachable' -- run fail
check crash 139 '+Received signal SIGSEGV\.' "+Subtest crash: CRASH $t" -- run crash
check crash-goes-on 139 "+Subtest crash: CRASH $t" "+Subtest format-1: SUCCESS $t" -- run 'crash,format-*'
check timeout 98 '+Timed out: a timeout' "+Subtest timeout: FAIL $t" -- run timeout
check glob-list 0 "+Subtest pass: SUCCESS $t" "+Subtest format-1: SUCCESS $t" '-.*format-0.*' \
	-- run 'pass,format-*,!format-0'
check pass-and-skip 0 "+Subtest skip: SKIP $t" -- run 'pass,skip'
check pass-and-fail 98 "+Subtest pass: SUCCESS $t" -- run 'pass,fail'
check fork-pass 0 "+Subtest fork-pass: SUCCESS $t" -- run fork-pass
check fork-fail 98 '+child 1 failed with exit status 98' "+Subtest fork-fail: FAIL $t" -- run fork-fail
check fork-left-behind 98 "+Subtest fork-left-behind: FAIL $t" -- timeout 10 "$outcomes" --r fork-left-behind
check dynamic-pass 0 '+Starting dynamic subtest: one' "+Dynamic subtest two: SUCCESS $t" \
	"+Subtest dynamic-pass: SUCCESS $t" -- run dynamic-pass
check dynamic-fail 98 "+Dynamic subtest two: FAIL $t" "+Subtest dynamic-fail: FAIL $t" -- run dynamic-fail
check dynamic-none 77 '+No dynamic tests executed\.' "+Subtest dynamic-none: SKIP $t" -- run dynamic-none
check group-skipped 77 "+Subtest group-skipped: SKIP $t" '-unreachable' -- run group-skipped
check group-failed 98 "+Subtest group-failed: FAIL $t" '-unreachable' \
	-- env SELFTEST=1 "$outcomes" --r group-failed
check group-ends 98 "+Subtest group-failed: FAIL $t" "+Subtest expect-kmsg: SUCCESS $t" \
	-- env SELFTEST=1 "$outcomes" --r 'group-*,expect-kmsg'
check expect-kmsg 0 '+expect-kmsg: WARNING: \.\*' -- run expect-kmsg
check command-stream 0 "+Subtest command-stream: SUCCESS $t" -- run command-stream
check command-stream-full 98 '+.*CRITICAL: the command stream.*' -- run command-stream-full
check no-device 77 '+No known gpu found .*' "+Subtest device: SKIP $t" \
	-- env TYR_MUTATE=absent "$outcomes" --r device
check no-model 77 '+needs the virtual GPU.*' "+Subtest inject: SKIP $t" -- run inject
check bad-mutation 79 '+TYR_MUTATE=bogus: use accept, refuse or absent' \
	-- env TYR_MUTATE=bogus "$outcomes" --r pass
check simple-pass 0 "+SUCCESS $t" -- "$simple"
check simple-skip 77 '+asked to skip' "+SKIP $t" -- env SELFTEST=skip "$simple"
check simple-fail 98 "+FAIL $t" -- env SELFTEST=fail "$simple"
check simple-crash 134 '+Received signal SIGABRT\.' -- env SELFTEST=crash "$simple"
check simple-list 79 -- "$simple" --list-subtests
check simple-subtest 79 '+.*Unknown subtest: x' -- "$simple" --run-subtest x

exit $failed
