#!/bin/bash
# SPDX-License-Identifier: MIT
#
# csdis_test.sh CSDIS: the disassembler as a person calls it. Prints TAP.
# shellcheck disable=SC2154 # cli.sh makes dir
set -u
csdis=$1
source "${0%/*}/cli.sh"

# MOVE32 r7, 0xdeadbeef; BRANCH.always back to it
printf '\xef\xbe\xad\xde\x00\x00\x07\x02\xfe\xff\x00\x60\x00\x00\x00\x16' >"$dir/stream"
printf '\x01\x02\x03' >"$dir/short"

echo 1..6
run "$csdis" "$dir/stream"
expect "instructions are printed" 0 "02070000deadbeef  MOVE32 r7, #0xdeadbeef"
run "$csdis" -b 0x200000 "$dir/stream"
expect "branches show where they go" 0 "000000200008: 160000006000fffe  BRANCH.always r0, #-2 // to 000000200000"
run "$csdis" <"$dir/stream"
expect "standard input works" 0 "MOVE32 r7"
run "$csdis" "$dir/short"
expect "half an instruction is an error" 1 "ends in the middle of an instruction (3 bytes over)"
run "$csdis" "$dir/absent"
expect "a missing file is an error" 1 "cannot open"
run "$csdis" -b nonsense "$dir/stream"
expect "a bad address is a usage error" 2 "usage: csdis"
