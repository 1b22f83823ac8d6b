# SPDX-License-Identifier: MIT
#
# The command "test": the project's own tests. Each part reports with test_pass, test_fail and
# test_skip; the sum is the last line.

TEST_PARTS=(style unit kmd fuzz harness vm mutations stress)
TEST_PASSED=0
TEST_FAILED=0
TEST_SKIPPED=0

cmd_test() {
	local part
	args_parse test "$@"
	for part in "${OPT_SELECT[@]}"; do
		[[ " ${TEST_PARTS[*]} " == *" $part "* ]] ||
			die "$EXIT_USAGE" "test has no part '$part'; there are: ${TEST_PARTS[*]}"
	done
	[[ ${#OPT_SELECT[@]} -gt 0 ]] || OPT_SELECT=("${TEST_PARTS[@]}")
	for part in "${OPT_SELECT[@]}"; do
		"test_$part"
	done
	printf '%d passed, %d failed' "$TEST_PASSED" "$TEST_FAILED"
	((!TEST_SKIPPED)) || printf ', %d skipped' "$TEST_SKIPPED"
	printf '\n'
	((!TEST_FAILED)) || exit "$EXIT_FAIL"
}

test_pass() {
	TEST_PASSED=$((TEST_PASSED + 1))
	printf '%spass%s  %s\n' "$C_GREEN" "$C_OFF" "$1"
}

# test_fail WHAT [LOG]: LOG is shown, its end at least.
test_fail() {
	TEST_FAILED=$((TEST_FAILED + 1))
	printf '%sFAIL%s  %s\n' "$C_RED" "$C_OFF" "$1"
	[[ -z ${2:-} ]] || tail -n 30 <<<"$2" | sed 's/^/      | /'
}

test_skip() {
	TEST_SKIPPED=$((TEST_SKIPPED + 1))
	printf '%sskip%s  %s\n' "$C_YELLOW" "$C_OFF" "$1"
}

# test_command WHAT CMD...: CMD succeeds and that is a pass.
test_command() {
	local what=$1 log
	shift
	if log=$("$@" 2>&1 </dev/null); then
		test_pass "$what"
	else
		test_fail "$what" "$log"
	fi
}

# Files of the project, committed or new; sources_load fills it.
SOURCES=()

# sources_load: status 1, with git's words, when git cannot list the files. A check of no files must not pass.
sources_load() {
	local list
	# a clone may belong to somebody else; who runs this trusts it already
	list=$(git -c safe.directory=\* -c core.quotePath=off -C "$TYR_ROOT" ls-files --cached --others --exclude-standard) || return
	mapfile -t SOURCES < <(while read -r file; do
		[[ ! -f $TYR_ROOT/$file ]] || printf '%s\n' "$file"
	done <<<"$list")
	[[ -n ${SOURCES[0]:-} ]] || { printf 'git lists no file in %s\n' "$TYR_ROOT" && return 1; }
}

# test_sources [PATTERN]...: those that match a pattern, or all; in patterns, * stands for / too.
test_sources() {
	local file pattern
	(($#)) || set -- '*'
	for file in "${SOURCES[@]}"; do
		for pattern; do
			# shellcheck disable=SC2053 # it is a pattern
			[[ $file != $pattern ]] || { printf '%s\n' "$file" && break; }
		done
	done
}

# test_buildroot: make sure that in_buildroot works, whose tools the parts share.
test_buildroot() {
	setup_check_host
	setup_index missing
	piece buildroot >/dev/null || exit $?
}

# test_harness: the harness's own tests, each a script that ends with "N passed, N failed".
test_harness() {
	local script log line name
	for script in "$TYR_ROOT"/harness/tests/*.sh; do
		name=${script##*/}
		[[ $name != lib.sh ]] || continue
		log=$(bash "$script" 2>&1 </dev/null) || true
		line=${log##*$'\n'}
		if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
			TEST_PASSED=$((TEST_PASSED + BASH_REMATCH[1] - 1))
			if ((BASH_REMATCH[2])); then
				TEST_PASSED=$((TEST_PASSED + 1))
				TEST_FAILED=$((TEST_FAILED + BASH_REMATCH[2] - 1))
				test_fail "harness/tests/$name: $line" "$log"
			else
				test_pass "harness/tests/$name: ${BASH_REMATCH[1]} checks"
			fi
		else
			test_fail "harness/tests/$name did not come to its end" "$log"
		fi
	done
}
