#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What the results of a run on the simulator say about the machine: its clock, and the pieces that it
# is made of. A board has neither.
set -u
# shellcheck source=harness/tests/lib.sh
source "$(dirname "$0")/lib.sh"

# violations FILTER: what the schema says of the last results, changed by jq's FILTER.
violations() {
	jq "$1" "$RUN/results.json" | jq -r --slurpfile schema "$HERE/../../results/schema.json" \
		-f "$HERE/../report/validate.jq"
}

fake_new
harness run fake_outcomes@pass
check_code 0
check "a board has no clock and no pieces" jq -e '.target | has("clock") or has("pieces") | not' "$RUN/results.json"
cp "$RUN/records.jsonl" "$FAKE_STATE/records"

# The same records, as those of a simulator that is made of toys.
export TYR_ROOT=$FAKE_STATE/tree TOY=$FAKE_STATE/toy
mkdir -p "$TYR_ROOT/harness/pieces" "$TYR_CACHE" "$TOY"
cp -r "$HERE"/../*.sh "$HERE/../inner" "$HERE/../report" "$TYR_ROOT/harness"
cp -r "$HERE/../../results" "$TYR_ROOT"
cp "$HERE"/fake/pieces/*.sh "$TYR_ROOT/harness/pieces"
echo one >"$TOY/input"
: >"$TOY/during"
check "the report of a simulator" "$HERE/fake/report" "$FAKE_STATE/records" 2>"$FAKE_STATE/err"
check "its results follow the schema" test -z "$(grep "^warning" "$FAKE_STATE/err")$(violations .)"
check "they say what it is" jq -e '.target | .kind == "sim" and .kernel == "backports"' "$RUN/results.json"
check "the clock" jq -e '.target.clock == "virtual"' "$RUN/results.json"
check "the pieces, keys apart" jq -e '.target.pieces | keys == ["kernel", "toy"]' "$RUN/results.json"
check "a piece has its id" jq -e '.target.pieces.toy.id | test("^toy-[0-9a-f]{16}$")' "$RUN/results.json"
check "and its inputs, to the version" jq -e '.target.pieces | (.toy.inputs | any(. == "one")) and
	(.kernel.inputs | any(. == "package linux-image-backports 1.0"))' "$RUN/results.json"

# The schema asks for them.
check "without a clock" grep -q 'results.target: lacks clock' <(violations 'del(.target.clock)')
check "without pieces" grep -q 'results.target: lacks pieces' <(violations 'del(.target.pieces)')
check "a piece without inputs" grep -q 'target.pieces.toy: lacks inputs' <(violations 'del(.target.pieces.toy.inputs)')
check "a clock that there is not" grep -q 'target.clock: "sun" is not one of' <(violations '.target.clock = "sun"')
check "a board needs neither" test -z "$(violations '.target |= (del(.clock, .pieces) | .kind = "ssh" | .kernel = null)')"

tests_end
