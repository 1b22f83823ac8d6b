#!/bin/bash
# SPDX-License-Identifier: MIT
#
# --build-on-target: what a board gets, how its meson is called, and what is said when that fails.
set -u
# shellcheck source=harness/tests/lib.sh
source "$(dirname "$0")/lib.sh"

# board_new: a fake board with tools; it builds the fake programs.
board_new() {
	fake_new
	unset TYR_TESTS_DIR
	mkdir "$FAKE_STATE/bin"
	ln -s "$HERE/fake/meson" "$FAKE_STATE/bin/meson"
	ln -s /bin/true "$FAKE_STATE/bin/cc"
	ln -s /bin/true "$FAKE_STATE/bin/pkg-config"
	echo 0 >"$FAKE_STATE/compile-status"
	PATH=$FAKE_STATE/bin:$path
}

board_run() {
	harness run --target ssh:root@fake --build-on-target fake_outcomes@pass
}

# not_pushed PATTERN: nothing of that was pushed.
not_pushed() {
	! grep "$1" "$FAKE_STATE/pushed"
}

path=$PATH
board_new
board_run
check_code 0
check_result fake_outcomes@pass pass
check "the tests' sources are there" grep -qx 'source/tests/ioctl/panthor_vm.c' "$FAKE_STATE/pushed"
check "and what configures them" grep -qx 'source/meson.build' "$FAKE_STATE/pushed"
check "the model's are not" not_pushed '^source/sim/'
check "no header: there is no build root" not_pushed '^uapi/'
check "configured without the model" grep -q '^setup .*-Dsim=false .*--prefix=/ --libexecdir=libexec /' "$FAKE_STATE/meson"
check "once each" test "$(cut -d ' ' -f 1 "$FAKE_STATE/meson" | tr '\n' ' ')" = 'setup compile install '
check "nothing is left on the board" test ! -e "$(sed -n 's/^setup .* //p' "$FAKE_STATE/meson")"

# a board that cannot build our own driver: Panthor's results count, ours are not run
board_new
harness run --driver all --target ssh:root@fake --build-on-target fake_outcomes@pass
check_code 1
check "Panthor was tested" grep -q '^ok .* panthor .*fake_outcomes@pass' "$FAKE_STATE/out"
check "our driver was not run, and it says why" jq -e '[.tests[] | select(.driver == "tyr")] |
	length == 1 and .[0].result == "notrun"' "$RUN/results.json"

# The uAPI header of a build root goes along, if it is new enough.
board_new
for name in old new; do
	mkdir -p "$TYR_CACHE/buildroot-$name/usr/include/drm"
	touch "$TYR_CACHE/buildroot-$name/usr/include/drm/panthor_drm.h"
done
board_run
check "an old header stays here" not_pushed '^uapi/'
echo '#define DRM_PANTHOR_VM_BIND_OP_MAP_SPARSE 1' >"$TYR_CACHE/buildroot-new/usr/include/drm/panthor_drm.h"
: >"$FAKE_STATE/meson"
board_run
check_code 0
check "a new one is pushed, alone" test "$(grep '^uapi/' "$FAKE_STATE/pushed")" = uapi/drm/panthor_drm.h
check "and found first" grep -q '^setup .*-Dc_args=-isystem[^ ]*/uapi ' "$FAKE_STATE/meson"

# What goes wrong costs one line that says what is needed.
board_new
echo 1 >"$FAKE_STATE/compile-status"
board_run
check_code 3
check "it does not compile" grep -q '^error: the tests do not build on fake; needed there: apt-get install meson' "$FAKE_STATE/err"
board_new
rm "$FAKE_STATE/bin/meson"
# all that this machine has, but meson
mkdir "$FAKE_STATE/without"
IFS=: read -ra folders <<<"$path"
find "${folders[@]}" -maxdepth 1 ! -name meson ! -type d -exec ln -sft "$FAKE_STATE/without" {} + 2>/dev/null
PATH=$FAKE_STATE/bin:$FAKE_STATE/without
board_run
check_code 3
check "no meson there" grep -q '^build.sh: meson is missing on the board' "$FAKE_STATE/err"
PATH=$path

tests_end
