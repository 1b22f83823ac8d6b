# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What tests of programs as a person calls them share; prints TAP. Sourced.

# How many results were printed.
cli_number=0
# A folder for files, gone at the end.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# run CMD...: its output, both streams, and its status.
run() {
	output=$("$@" 2>&1)
	status=$?
}

# expect WHAT STATUS OUTPUT: what run found is STATUS, and OUTPUT somewhere in the output.
expect() {
	cli_number=$((cli_number + 1))
	if [[ $status == "$2" && $output == *"$3"* ]]; then
		printf 'ok %d - %s\n' "$cli_number" "$1"
	else
		printf '# status %s, output: %s\n' "$status" "$output"
		printf 'not ok %d - %s\n' "$cli_number" "$1"
	fi
}
