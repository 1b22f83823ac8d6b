# SPDX-License-Identifier: MIT
#
# The part "mutations" of the project's own tests: can the tests fail? Each line "GLOB MUTATION" of
# tests/GRADE/mutations.txt says that the subtests that GLOB names must not pass once the GPU or
# the driver is broken in the way that MUTATION says. MUTATION is one of the model's (it lists
# them itself), or one of the test core's hook before each ioctl: accept, refuse, absent.

MUTATION_HOOKS=' accept refuse absent '
# The mutation that holds now; empty: none.
MUTATION=
# Set by mutations_baseline: name of each subtest that passes when nothing is broken -> 1
declare -A MUTATION_PASSES=()

test_mutations() {
	local rows mutation globs row
	mapfile -t rows < <(mutations_rows)
	if ((!${#rows[@]})); then
		test_skip "mutations: no tests/*/mutations.txt"
		return
	fi
	mutations_open
	mutations_baseline
	mutations_coverage
	while read -r mutation; do
		globs=()
		for row in "${rows[@]}"; do
			[[ ${row##* } != "$mutation" ]] || globs+=("${row%% *}")
		done
		mutations_check "$mutation" "${globs[@]}"
	done < <(printf '%s\n' "${rows[@]##* }" | sort -u)
	run_session_end
	target_close
}

# mutations_rows: "GLOB MUTATION" of all files. A glob without "/" is within the file's grade.
mutations_rows() {
	local file grade
	for file in "$TYR_ROOT"/tests/*/mutations.txt; do
		[[ -e $file ]] || continue
		grade=${file%/*}
		awk -v grade="${grade##*/}" '!/^[[:space:]]*(#|$)/ { print grade "/" $1, $2 }' "$file"
	done
}

# mutations_open: a machine to break, with logs in the cache.
mutations_open() {
	RUN_DIR=$TYR_CACHE/self-test/mutations
	rm -rf "$RUN_DIR"
	mkdir -p "$RUN_DIR/raw"
	: >"$RUN_DIR/records.jsonl"
	TARGET_LOG_DIR=$RUN_DIR
	setup_all "$OPT_KERNEL"
	tests_prepare
	OPT_SELECT=()
	target_open
	at_exit run_session_end
	tests_push
	list_load || list_ask
	driver_select panthor || die "$EXIT_ENV" "the mutations need a driver"
	OPT_TIMEOUT=${OPT_TIMEOUT:-30}
}

# mutations_run: what is in the plan, with the mutation that holds; prints "RESULT NAME" lines.
mutations_run() {
	local i before
	before=$(count_lines "$RUN_DIR/records.jsonl")
	for ((i = 0; i < ${#PLAN_PROGRAM[@]}; i++)); do
		run_program panthor "${PLAN_GRADE[i]}" "${PLAN_PROGRAM[i]}" "${PLAN_SUBTESTS[i]}" >/dev/null
	done
	tail -n "+$((before + 1))" "$RUN_DIR/records.jsonl" >"$RUN_DIR/last.jsonl"
}

# mutations_baseline: which subtests pass when nothing is broken.
mutations_baseline() {
	local name
	plan_make
	progress_begin "$PLAN_COUNT"
	mutations_run
	while read -r name; do
		MUTATION_PASSES[$name]=1
	done < <(jq -r 'select(.result == "pass") | .name' "$RUN_DIR/last.jsonl")
	progress_clear
	say "${#MUTATION_PASSES[@]} tests pass when nothing is broken"
}

# mutations_coverage: every subtest is named by a mutation that leaves the driver there.
mutations_coverage() {
	local globs
	mapfile -t globs < <(mutations_rows | awk '$2 != "absent" { print $1 }' | sort -u)
	test_command "every subtest can fail by a mutation" mutations_uncovered "${globs[@]}"
}

mutations_uncovered() {
	local row glob missing=0 name
	for row in "${TESTS_LIST[@]}"; do
		for glob in "$@"; do
			! mutation_glob_matches "$row" "$glob" || continue 2
		done
		IFS=$'\t' read -r _ program subtest _ <<<"$row"
		name=$program@$subtest
		printf 'no mutation names %s\n' "$name"
		missing=1
	done
	return "$missing"
}

# mutation_glob_matches ROW GLOB: GLOB is GRADE/PATTERN of a program, a subtest or PROGRAM@SUBTEST.
mutation_glob_matches() {
	[[ $1 == "${2%%/*}"$'\t'* ]] && list_row_matches "$1" "${2#*/}"
}

# mutation_plan GLOB...: put into the plan what the globs name and what passes unbroken.
mutation_plan() {
	local row glob grade program subtest _ rows=()
	for row in "${TESTS_LIST[@]}"; do
		for glob in "$@"; do
			mutation_glob_matches "$row" "$glob" || continue
			IFS=$'\t' read -r grade program subtest _ <<<"$row"
			[[ -z ${MUTATION_PASSES[$program@$subtest]:-} ]] || rows+=("$row")
			break
		done
	done
	PLAN_GRADE=() PLAN_PROGRAM=() PLAN_SUBTESTS=() PLAN_COUNT=0
	for row in "${rows[@]}"; do
		plan_row "$row" 1
	done
}

# mutations_check MUTATION GLOB...: with MUTATION none of the subtests may pass. One that does gets a
# second chance: where a race decides, it can still fail.
mutations_check() {
	local mutation=$1 count survivors=()
	shift
	mutation_plan "$@"
	count=$PLAN_COUNT
	if ((!count)); then
		test_fail "mutation $mutation: no subtest of it passes when nothing is broken" "$*"
		return
	fi
	if ! mutation_begin "$mutation"; then
		test_fail "mutation $mutation: the model does not know it"
		return
	fi
	mutations_survivors survivors
	if ((${#survivors[@]})); then
		mutation_plan "${survivors[@]}"
		mutations_survivors survivors
	fi
	mutation_end
	if ((${#survivors[@]})); then
		test_fail "mutation $mutation: ${#survivors[@]} of $count subtests do not notice" "$(printf '%s\n' "${survivors[@]}")"
	else
		test_pass "mutation $mutation: $count subtests fail"
	fi
}

# mutations_survivors ARRAY: run the plan; which subtests did not fail, as GRADE/PROGRAM@SUBTEST.
# Without a device skipping is right.
mutations_survivors() {
	local -n survived=$1
	progress_begin "$PLAN_COUNT"
	mutations_run
	progress_clear
	mapfile -t survived < <(jq -r --arg m "$MUTATION" '
		select(.result == "pass" or (.result == "skip" and $m != "absent")) | "\(.grade)/\(.name)"' \
		"$RUN_DIR/last.jsonl")
}

# mutation_begin MUTATION: make it hold; status 1 when the model does not know it.
mutation_begin() {
	MUTATION=$1
	mutation_apply && return
	MUTATION=
	return 1
}

# mutation_apply: make MUTATION hold; also after a reboot.
mutation_apply() {
	RUN_ENVIRONMENT=()
	[[ -n $MUTATION ]] || return 0
	if [[ $MUTATION_HOOKS == *" $MUTATION "* ]]; then
		RUN_ENVIRONMENT=("TYR_MUTATE=$MUTATION")
	else
		sim_ctl "$VM_DIR" "mutate $MUTATION" >/dev/null
	fi
}

# mutation_end: the GPU as it was, with the driver bound anew, for its state may be broken.
mutation_end() {
	local hook=0
	[[ $MUTATION_HOOKS != *" $MUTATION "* ]] || hook=1
	MUTATION=
	RUN_ENVIRONMENT=()
	((!hook)) || return 0
	run_session_end
	if ! sim_ctl "$VM_DIR" "mutate none" >/dev/null || ! driver_select panthor rebind; then
		RAN_STATE=gone
		run_recover panthor
	fi
}
