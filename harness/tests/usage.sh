#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The command line: what is an error of usage (2) or of the environment (3), before anything runs.
set -u
# shellcheck source=harness/tests/lib.sh
source "$(dirname "$0")/lib.sh"

fake_new

# refused CODE PATTERN ARGS...: harness.sh stops with CODE and one line that matches PATTERN.
refused() {
	local code=$1 pattern=$2
	shift 2
	harness "$@"
	check "'$*' ends with $CODE, not $code" test "$CODE" -eq "$code"
	check "'$*' says '$pattern'" grep -qE "^error: .*$pattern" "$FAKE_STATE/err"
	check "'$*' says it in one line" test "$(grep -vc '^nothing was run' "$FAKE_STATE/err")" -eq 1
}

refused 2 "no command 'fly'" fly
refused 2 'has no option --fast' run --fast
refused 2 'panthor, tyr or all' run --driver nouveau
refused 2 'stable, backports, debug or debug-backports' run --kernel=experimental
refused 2 'sim, local or ssh:' run --target rock5b
refused 2 'sim, local or ssh:' run --target ssh:-oProxyCommand=x
refused 2 'needs a value' run --driver
refused 2 'number of seconds' run --timeout soon
refused 2 'is for the simulator' run --kernel stable --target local
refused 2 'is for a board' run --build-on-target
refused 2 'no grade and no test' run 'rm -rf;'
refused 2 'has no option --driver' setup --driver panthor
refused 2 'has no option --rounds' run --rounds 5
refused 2 'number up to 9999' bench --rounds many
refused 2 'compares two drivers' bench --driver panthor,panthor --driver panthor
refused 2 'panthor, tyr or all' bench --driver panthor,nouveau
refused 2 "no part 'everything'" test everything
refused 2 "follows '--'" shell ls
if [[ ! -e $HERE/../../kmd/Kbuild ]]; then
	refused 2 'no driver tyr' run --driver tyr
fi

harness help
check_code 0
check "help names every command" test "$(grep -cE '^  (run|bench|setup|shell|list|doctor|test|help)\b' "$FAKE_STATE/out")" -eq 8

# A glob that names nothing, when the tests are known only after the boot and when before.
harness run 'fake_nothing'
check_code 2
check "the first run did not know the tests" grep -q 'nothing was run' "$FAKE_STATE/err"
refused 2 "no grade and no test is called 'fake_nothing'" run 'fake_nothing'

# list: from the cache.
harness list
check_code 0
check "list has every test" test "$(grep -c 'fake_' "$FAKE_STATE/out")" -eq 18
check "list has descriptions" grep -qE '^ioctl +fake_outcomes@pass +Does as it says\.$' "$FAKE_STATE/out"
harness list submit
check "list takes globs" test "$(grep -c 'fake_' "$FAKE_STATE/out")" -eq 1

# A device that nothing binds; a device tree without a Mali; a target that does not open.
fake_new
rm "$FAKE_STATE/sys/bus/platform/devices/fb000000.gpu/driver"
harness run --driver panthor fake_simple
check_code 1
check_result fake_simple notrun 'target: the driver panthor could not be bound'
check "why it could not be bound" grep -q '^warning: driver panthor cannot be selected: ' "$FAKE_STATE/err"

unset TYR_TARGET_FILE
refused 3 'cannot log in to nobody@127.0.0.1:1 ' run --target ssh:nobody@127.0.0.1:1

tests_end
