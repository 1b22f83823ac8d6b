#!/bin/bash
# SPDX-License-Identifier: MIT
#
# dump_test.sh TYR-DUMP SAMPLE: the decoder of dumps as a person calls it, on what SAMPLE prints. Prints TAP.
# shellcheck disable=SC2154 # cli.sh makes dir
set -u
decoder=$1 sample=$2
source "${0%/*}/cli.sh"

"$sample" >"$dir/dump" || exit 1
head -c 300 "$dir/dump" >"$dir/short"
head -c 10 "$dir/dump" >"$dir/tiny"
# the first section is said to be longer than the dump
{
	head -c 20 "$dir/dump"
	printf '\xff\xff\xff\xff'
	tail -c +25 "$dir/dump"
} >"$dir/damaged"
printf 'something else altogether' >"$dir/other"

echo 1..13
run "$decoder" "$dir/dump"
expect "what and when" 0 "page fault, 1970-01-02 00:00:00.000000 UTC"
expect "who" 0 "process 42 (glxgears)"
expect "the fault" 0 "address space 3: TRANSLATION_FAULT_1, write at 0x70000000"
expect "the page walk" 0 "level 1, entry   1: 0x0000000000000000 not valid"
expect "what is mapped" 0 "before it 0x1000000 to 0x1040000, offset 0x0, flags 0x4 vertices"
expect "the stream's fault" 0 "CS_FATAL: CS_BUS_FAULT (0x48)"
expect "the ring, with a mark" 0 "=> 000000000008: 20005c5e00000000  CALL d92, r94"
expect "the stream, with a mark" 0 "=> 000001000008: 1556540000010000  STORE_MULTIPLE [d84], r86"
expect "a section that is not known" 0 "section of type 999, 16 bytes"
run "$decoder" "$dir/short"
expect "half a dump is an error" 1 "the dump is not complete"
run "$decoder" "$dir/tiny"
expect "a few bytes are an error" 1 "too short"
run "$decoder" "$dir/damaged"
expect "a section that is too long is an error" 1 "the dump is damaged"
run "$decoder" "$dir/other"
expect "another file is an error" 1 "not a dump of tyr.ko"
