# SPDX-License-Identifier: MIT
#
# For the harness's own tests: a fake target to run against, and checks that count.

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
HARNESS=$HERE/../../harness.sh
PASSED=0
FAILED=0

# fake_new: a fresh fake machine; FAKE_STATE is its folder, RUN the results of the next run.
fake_new() {
	[[ -z ${FAKE_STATE:-} ]] || rm -rf "$FAKE_STATE"
	FAKE_STATE=$(mktemp -d)
	local device=$FAKE_STATE/sys/bus/platform/devices/fb000000.gpu
	mkdir -p "$device/of_node" "$FAKE_STATE/sys/bus/platform/drivers/panthor"
	printf 'rockchip,rk3588-mali\0arm,mali-valhall-csf\0' >"$device/of_node/compatible"
	ln -s ../../drivers/panthor "$device/driver"
	cp -r "$HERE/fake/programs" "$FAKE_STATE/programs"
	echo 0 >"$FAKE_STATE/simple-status"
	export FAKE_STATE TYR_TESTS_DIR=$FAKE_STATE/programs TYR_TARGET_FILE=$HERE/fake/target.sh
	export TYR_RESULTS=$FAKE_STATE/results TYR_CACHE=$FAKE_STATE/cache
	export TYR_MODEL_LOG=$FAKE_STATE/model.log
	RUN=$FAKE_STATE/results/latest
}

fake_end() {
	[[ -z ${FAKE_STATE:-} ]] || rm -rf "$FAKE_STATE"
}
trap fake_end EXIT

# harness ARGS...: run harness.sh; CODE, $FAKE_STATE/out and err are what it did. The fake machine cannot build our own driver, so
# a run without --driver is Panthor's.
harness() {
	CODE=0
	[[ $1 != run || " $* " == *" --driver"* ]] || set -- run --driver panthor "${@:2}"
	"$HARNESS" "$@" >"$FAKE_STATE/out" 2>"$FAKE_STATE/err" </dev/null || CODE=$?
}

# check WHAT CONDITION...: count CONDITION, a command, as one test.
check() {
	local what=$1
	shift
	if "$@" >"$FAKE_STATE/check" 2>&1; then
		PASSED=$((PASSED + 1))
		return
	fi
	FAILED=$((FAILED + 1))
	printf 'FAILED: %s: %s\n' "${0##*/}" "$what"
	sed 's/^/    /' "$FAKE_STATE/check" | head -n 5
	[[ ! -s $FAKE_STATE/err ]] || tail -n 8 "$FAKE_STATE/err" | sed 's/^/    | /'
}

# check_code WANT: the exit code of the last harness call.
check_code() {
	check "exit code $CODE, not $1" test "$CODE" -eq "$1"
}

# result_of TEST: its result in the last run.
result_of() {
	jq -r --arg name "$1" '.tests[] | select(.name == $name) | .result' "$RUN/results.json"
}

# why_of TEST: "BY: TEXT" in the last run.
why_of() {
	jq -r --arg name "$1" '.tests[] | select(.name == $name) | "\(.why.by): \(.why.text)"' "$RUN/results.json"
}

# check_result TEST WANT [WHY-PATTERN]: result and reason of a test of the last run.
check_result() {
	check "$1 is $2" test "$(result_of "$1")" = "$2"
	[[ $# -lt 3 ]] || check "$1: $(why_of "$1") has '$3'" grep -qe "$3" <<<"$(why_of "$1")"
}

# tests_end: the line that harness/test.sh adds up.
tests_end() {
	printf '%s passed, %s failed\n' "$PASSED" "$FAILED"
	[[ $FAILED -eq 0 ]]
}
