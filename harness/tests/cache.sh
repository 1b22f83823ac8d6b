#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Set-up's cache with toy pieces: made once, made anew when an input changes, never half; two at a
# time, interrupted, killed, out of disk, out of network.
set -u
# shellcheck source=harness/tests/lib.sh
source "$(dirname "$0")/lib.sh"

# toy_new: a fresh cache, and a copy of the harness with the toy pieces.
toy_new() {
	fake_new
	export TOY=$FAKE_STATE/toy TYR_ROOT=$FAKE_STATE/tree
	unset TOY_MB TOY_BASE
	mkdir -p "$TOY" "$TYR_ROOT/harness/pieces" "$TYR_CACHE"
	cp -r "$HERE"/../*.sh "$HERE/../inner" "$TYR_ROOT/harness"
	cp "$HERE"/fake/pieces/*.sh "$TYR_ROOT/harness/pieces"
	echo one >"$TOY/input"
	: >"$TOY/during"
	: >"$TOY/builds"
}

# toy [ARG]: make it; CODE, and DIR, its folder.
toy() {
	CODE=0
	"$HERE/fake/piece" toy "$@" >"$FAKE_STATE/out" 2>"$FAKE_STATE/err" </dev/null || CODE=$?
	DIR=$(<"$FAKE_STATE/out")
}

# toy_start: the same in the background, with its output in files of its own; returns when it is
# half made. PID is its process.
toy_start() {
	local i
	rm -f "$TOY/half"
	set -m
	env --default-signal=INT,TERM,HUP "$HERE/fake/piece" toy >"$FAKE_STATE/out.1" 2>"$FAKE_STATE/err.1" </dev/null &
	PID=$!
	set +m
	for ((i = 0; i < 100; i++)); do
		[[ ! -e $TOY/half ]] || return 0
		sleep 0.1
	done
	printf 'the toy is not being made\n'
}

# builds NAME: how often the piece was built.
builds() {
	grep -cx "$1" "$TOY/builds"
}

# toys: how many finished toys the cache has.
toys() {
	find "$TYR_CACHE" -maxdepth 2 -path '*/toy-*/manifest.json' | wc -l
}

# gone: within five seconds nothing that makes a toy is left.
gone() {
	local i
	for ((i = 0; i < 50; i++)); do
		pgrep -f "$FAKE_STATE|^sleep 98765$" >/dev/null || return 0
		sleep 0.1
	done
	pgrep -af "$FAKE_STATE|^sleep 98765$"
	return 1
}

nothing_half() {
	[[ -z $(ls -A "$TYR_CACHE/tmp") ]] || { ls "$TYR_CACHE/tmp" && return 1; }
}

# check_reason PATTERN: the last toy failed with code 3 and one line that says why.
check_reason() {
	check_code 3
	check "one line with '$1'" test "$(grep -c '^error: ' "$FAKE_STATE/err")" -eq 1
	check "the line has '$1'" grep -qE "^error: .*$1" "$FAKE_STATE/err"
	check "no toy after '$1'" test "$(toys)" -eq 0
}

# Made once, with what it is made from; an argument or an input makes another.
toy_new
toy
check_code 0
first=$DIR
check "the toy is there" grep -qx one "$DIR/made"
check "its manifest names the base" jq -e '.inputs | any(startswith("piece toybase-")) and any(. == "one")' "$DIR/manifest.json"
check "nothing half is left" nothing_half
toy
check_code 0
check "the same folder" test "$DIR" = "$first"
check "it was built once" test "$(builds toy)/$(builds toybase)" = 1/1
toy red
check "an argument: another folder" grep -qx 'argument red' "$DIR/made"
echo two >"$TOY/input"
toy
check "an input: another folder" test "$DIR" != "$first"
check "with the new input" grep -qx two "$DIR/made"
check "the base was built once" test "$(builds toybase)" -eq 1
echo one >"$TOY/input"
toy
check "back again: the first folder, not built" test "$DIR/$(builds toy)" = "$first/3"
export TOY_BASE=2
toy
check "a new base: a new toy" test "$(builds toy)/$(builds toybase)" = 4/2
unset TOY_BASE
printf '# changed\n' >>"$TYR_ROOT/harness/pieces/toy.sh"
toy
check "a new recipe: a new toy" test "$(builds toy)" -eq 5

# An input that changes meanwhile: never the old one's result under the new one's name.
toy_new
# shellcheck disable=SC2016
echo '[[ $(<"$TOY/input") != one ]] || echo two >"$TOY/input"' >"$TOY/during"
toy
check_code 0
check "made of the later input" grep -qx two "$DIR/made"
check "the earlier one is nowhere" test "$(toys)" -eq 1
# shellcheck disable=SC2016
echo 'date +%s%N >"$TOY/input"' >"$TOY/during"
echo three >"$TOY/input"
toy
check_code 3
check "a source that never rests" grep -q '^error: .*change all the time' "$FAKE_STATE/err"

# Two at a time: one makes it, the other waits.
toy_new
echo 'sleep 1' >"$TOY/during"
toy_start
toy
check_code 0
wait "$PID"
check "both have the same" test "$DIR" = "$(<"$FAKE_STATE/out.1")"
check "built once" test "$(builds toy)" -eq 1
check "the second said that it waits" grep -q '^waiting for another set-up to finish: a toy' "$FAKE_STATE/err"

# Interrupted and killed: nothing runs on, nothing half is taken for whole, the next one goes on.
for how in INT:130 TERM:130 KILL:137; do
	want=${how#*:} how=${how%:*}
	toy_new
	echo 'sleep 98765' >"$TOY/during"
	toy_start
	kill -"$how" "$PID"
	CODE=0
	wait "$PID" 2>/dev/null || CODE=$?
	check "$how: exit code $CODE, not $want" test "$CODE" -eq "$want"
	check "$how: nothing runs on" gone
	check "$how: no toy" test "$(toys)" -eq 0
	: >"$TOY/during"
	toy
	check_code 0
	check "$how: the next one makes it" grep -qx 'argument ' "$DIR/made"
	check "$how: not what it is made from" test "$(builds toybase)" -eq 1
	check "$how: what was left is swept" nothing_half
done

# Failures say why in one line, and leave nothing.
toy_new
echo 'echo "error: the wheel is off" && false' >"$TOY/during"
toy
check_reason 'a toy failed: the wheel is off$'
check "nothing half is left" nothing_half
echo 'echo "Could not resolve host: mirror" && false' >"$TOY/during"
toy
check_reason 'cannot be reached.*TYR_MIRROR'
echo 'echo something else && false' >"$TOY/during"
toy
check_reason "the log is $TYR_CACHE/log/a_toy.log"
export TOY_MB=999999999
toy
check_reason "a toy needs $TOY_MB MiB of disk, $TYR_CACHE has [0-9]+;"
check "it was not begun" nothing_half
export TOY_MB=0 TYR_CACHE=/proc/version/cache
toy
check_reason 'set TYR_CACHE to a writable folder'

# A disk that is full before the end, with the log on it too.
toy_new
if unshare --user --map-root-user --mount true 2>/dev/null; then
	# shellcheck disable=SC2016
	echo 'cat /dev/zero >"$1/big"' >"$TOY/during"
	CODE=0
	# shellcheck disable=SC2016
	unshare --user --map-root-user --mount sh -c 'mount -t tmpfs -o size=1m tmpfs "$TYR_CACHE" && "$@"' \
		sh "$HERE/fake/piece" toy >"$FAKE_STATE/out" 2>"$FAKE_STATE/err" </dev/null || CODE=$?
	check_reason 'a toy failed: the disk of .* is full'
fi

# Old ones go: what is kept is the newest, the two used before it, and what was used within two hours.
toy_new
for age in 4hours 3hours 110min 20min 10min; do
	echo "$age" >"$TOY/input"
	toy
	touch -d "-$age" "$DIR/.used"
done
echo now >"$TOY/input"
toy
kept=$(cat "$TYR_CACHE"/toy-*/made | grep -v argument | sort | tr '\n' ' ')
check "kept are: $kept" test "$kept" = '10min 110min 20min now '
check "the base is kept too" test "$(find "$TYR_CACHE" -maxdepth 1 -name 'toybase-*' | wc -l)" -eq 1

tests_end
