# SPDX-License-Identifier: MIT
#
# The command "bench": micro benchmarks of one driver, or of two that take turns within one boot. A benchmark is a subtest of a
# program in the folder "bench", run and judged as a test is (run.sh, records.sh); its samples are in what it printed.

# The folder of the programs, in place of a grade.
BENCH_GRADE=bench
# How often each driver has its turn: more turns, better seen noise.
BENCH_TURNS=6
# The drivers that take turns; the first is what the second is compared with.
BENCH_DRIVERS=()
# Rounds of a benchmark in one turn.
BENCH_ROUNDS=
BENCH_BEGUN=0
# A copy of standard output.
BENCH_OUT=1
# Records of RUN_DIR/records.jsonl that have their turn noted.
BENCH_TAKEN=0
# Turn and side of the turn that goes on; empty between turns.
BENCH_NOW=()

cmd_bench() {
	local command=(bench "$@")
	args_parse bench "$@"
	[[ ${#OPT_COMMAND[@]} -eq 0 ]] || die "$EXIT_USAGE" "bench takes no '--'"
	need_tool jq jq
	bench_drivers
	run_check_selection
	BENCH_ROUNDS=$(((OPT_ROUNDS + BENCH_TURNS - 1) / BENCH_TURNS))
	[[ $OPT_TARGET != sim || -n ${TYR_TARGET_FILE:-} ]] || setup_all "$OPT_KERNEL"
	tests_prepare
	LIST_FOLDER=$BENCH_GRADE
	! list_load || plan_make "${OPT_SELECT[@]}"
	bench_begin "${command[@]}"
	target_open
	tests_push
	if [[ ${#TESTS_LIST[@]} -eq 0 ]]; then
		list_ask
		plan_make "${OPT_SELECT[@]}"
	fi
	at_exit bench_abort
	bench_run
	bench_end
	exit "$(bench_code)"
}

# bench_drivers: set BENCH_DRIVERS from --driver.
bench_drivers() {
	local name
	mapfile -t BENCH_DRIVERS < <(if [[ $OPT_DRIVER == all ]]; then drivers_existing; else tr , '\n' <<<"$OPT_DRIVER"; fi)
	((${#BENCH_DRIVERS[@]} <= 2)) || die "$EXIT_USAGE" "bench compares two drivers, not ${#BENCH_DRIVERS[@]}"
	for name in "${BENCH_DRIVERS[@]}"; do
		drivers_existing | grep -x "$name" >/dev/null || die "$EXIT_USAGE" "there is no driver '$name'"
	done
}

# bench_begin ARGS...: the folder for what is found. Results of an interrupted command are kept.
bench_begin() {
	report_folder "$(report_label)-bench" latest-bench
	: >"$RUN_DIR/turns.jsonl"
	report_start "$@"
	BENCH_BEGUN=1
	# while a program runs, standard output is elsewhere, also for an exit hook
	exec {BENCH_OUT}>&1
	at_exit bench_interrupted
	RUN_TIMEOUT["$BENCH_GRADE"]=${OPT_TIMEOUT:-120}
	RUN_ENVIRONMENT=("TYR_BENCH_ROUNDS=$BENCH_ROUNDS")
}

# bench_abort: exit hook; the program that runs is ended, and what it said is kept.
bench_abort() {
	# standard output is for the table
	run_abort >/dev/null
	((${#BENCH_NOW[@]} == 0)) || bench_note "${BENCH_NOW[@]}"
}

# bench_run: A B A B …: each turn binds its driver anew, also when there is one driver only, so that all turns are alike.
bench_run() {
	local turn side start=$EPOCHREALTIME
	progress_begin $((PLAN_COUNT * ${#BENCH_DRIVERS[@]} * BENCH_TURNS))
	for ((turn = 1; turn <= BENCH_TURNS; turn++)); do
		for ((side = 0; side < ${#BENCH_DRIVERS[@]}; side++)); do
			bench_turn "$turn" "$side"
		done
		progress_clear
		say "turn $turn of $BENCH_TURNS: $(elapsed_since "$start") s"
	done
	run_session_end
}

# bench_turn TURN SIDE: all of the plan with the driver of that side.
bench_turn() {
	local driver=${BENCH_DRIVERS[$2]} i
	driver_select "$driver" rebind || die "$EXIT_ENV" "the driver $driver cannot be bound to the GPU"
	(($1 > 1)) || report_facts "$driver"
	BENCH_NOW=("$1" "$2")
	for ((i = 0; i < ${#PLAN_PROGRAM[@]}; i++)); do
		run_program "$driver" "$BENCH_GRADE" "${PLAN_PROGRAM[i]}" "${PLAN_SUBTESTS[i]}" >/dev/null
		bench_note "$1" "$2"
	done
	BENCH_NOW=()
}

# bench_note TURN SIDE: the records that are new are of that turn.
bench_note() {
	local now
	now=$(count_lines "$RUN_DIR/records.jsonl")
	jq -cn --argjson turn "$1" --argjson side "$2" --argjson count $((now - BENCH_TAKEN)) \
		'{turn: $turn, side: $side, count: $count}' >>"$RUN_DIR/turns.jsonl"
	BENCH_TAKEN=$now
}

# bench_interrupted: exit hook; what was measured so far is reported.
bench_interrupted() {
	((BENCH_BEGUN)) || return 0
	if [[ ! -s $RUN_DIR/turns.jsonl ]]; then
		rm -f "$RUN_DIR/"{run.json,turns.jsonl,records.jsonl}
		say "nothing was measured; logs: $RUN_DIR"
		return
	fi
	bench_end
}

# bench_end: bench.json and the table. Once only.
bench_end() {
	((BENCH_BEGUN)) || return 0
	BENCH_BEGUN=0
	progress_clear
	report_finish
	bench_json >"$RUN_DIR/bench.json.new"
	mv "$RUN_DIR/bench.json.new" "$RUN_DIR/bench.json"
	report_valid bench.schema.json bench.json
	bench_table "$RUN_DIR/bench.json"
	say "results: $RUN_DIR"
	rm -f "$RUN_DIR/run.json" "$RUN_DIR/turns.jsonl" "$RUN_DIR"/.part.*
}

# bench_json: what was measured, with what it comes to.
bench_json() {
	local samples=$RUN_DIR/.part.samples.json drivers
	drivers=$(printf '%s\n' "${BENCH_DRIVERS[@]}" | jq -Rn '[inputs]')
	jq -s --slurpfile turns "$RUN_DIR/turns.jsonl" -f "$TYR_ROOT/harness/report/bench-samples.jq" \
		"$RUN_DIR/records.jsonl" >"$samples"
	jq -r '.[] | .name as $name | .turns[] | .turn as $turn | .side as $side | .samples[] | [$name, $side, $turn, .] | @tsv' "$samples" |
		awk -F '\t' -f "$TYR_ROOT/harness/report/bench-stats.awk" |
		jq -Rn --slurpfile run "$RUN_DIR/run.json" --slurpfile benchmarks "$samples" --argjson drivers "$drivers" \
			--argjson turns "$BENCH_TURNS" --argjson rounds "$BENCH_ROUNDS" -f "$TYR_ROOT/harness/report/bench.jq"
}

# bench_table FILE: the table for people.
bench_table() {
	local colour=''
	[[ ! -t $BENCH_OUT || -n ${NO_COLOR+set} || ${TERM:-dumb} == dumb ]] || colour=1
	jq -r -f "$TYR_ROOT/harness/report/bench-table.jq" --arg colour "$colour" "$1" >&"$BENCH_OUT"
}

# bench_code: the exit code that the results ask for.
bench_code() {
	local code
	code=$(jq -r 'if .interrupted then 130 elif any(.benchmarks[]; .problems != []) then 1
		elif all(.benchmarks[]; .sides | all(.n == 0)) then 3 else 0 end' "$RUN_DIR/bench.json")
	((code != EXIT_ENV)) || warn "no benchmark gave a sample"
	printf '%d\n' "$code"
}
