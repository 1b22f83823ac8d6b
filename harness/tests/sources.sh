#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The part "style" goes by git's list of files: without one it fails, it does not pass on nothing.
set -u
# shellcheck source=harness/tests/lib.sh
source "$(dirname "$0")/lib.sh"

fake_new
tree=$FAKE_STATE/tree
mkdir "$tree"
cp -r "$HERE"/../../harness{,.sh} "$tree"
export TYR_ROOT=$tree GIT_CEILING_DIRECTORIES=$FAKE_STATE
HARNESS=$tree/harness.sh

# listed: the files that sources_load finds.
listed() {
	bash -c 'source "$TYR_ROOT/harness/test.sh" && sources_load && test_sources "$@"' listed "$@"
}

harness test style
check_code 1
check "no clone: git's words" grep -q '| fatal: not a git repository' "$FAKE_STATE/out"
check "no clone: nothing passes" grep -qx '0 passed, 1 failed' "$FAKE_STATE/out"

git -C "$tree" init -q
echo '*' >"$tree/.git/info/exclude"
harness test style
check_code 1
check "no file: it says so" grep -q "git lists no file in $tree" "$FAKE_STATE/out"

: >"$tree/.git/info/exclude"
touch "$tree/mød.c" "$tree/gone.c"
git -C "$tree" add gone.c
rm "$tree/gone.c"
check "a file that is not committed yet" grep -qx 'mød.c' <(listed)
check "not what was removed" test "$(listed '*.c')" = mød.c
check "patterns reach into folders" grep -qx 'harness/tests/lib.sh' <(listed '*.c' '*.sh')
export GIT_TEST_ASSUME_DIFFERENT_OWNER=1
check "git would refuse somebody else's clone" grep -q dubious <(git -C "$tree" status 2>&1)
check "a clone of somebody else" test "$(listed '*.c')" = mød.c

tests_end
