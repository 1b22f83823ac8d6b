# SPDX-License-Identifier: MIT
#
# What a run leaves: the folder results/runs/DATE-..., in it results.json, junit.xml, records.jsonl
# and the raw logs; and the ladder on stderr.

REPORT_BEGUN=0
REPORT_SESSIONS=0
# what report_pieces said when it began
REPORT_PIECES=null
# driver, grade and start of the grade that runs now; empty between grades
REPORT_OPEN=()

# report_folder LABEL LATEST: make the folder RUN_DIR for what a command finds; the link LATEST leads to the newest.
report_folder() {
	local base=${TYR_RESULTS:-$TYR_ROOT/results/runs} name count=0
	name=$(date -u +%Y%m%d-%H%M%S)-$1
	mkdir -p "$base" || die "$EXIT_ENV" "cannot write to $base; set TYR_RESULTS to a folder for results"
	RUN_DIR=$base/$name
	until mkdir "$RUN_DIR" 2>/dev/null; do
		[[ -d $RUN_DIR ]] || die "$EXIT_ENV" "cannot make $RUN_DIR"
		RUN_DIR=$base/$name-$((++count))
	done
	mkdir "$RUN_DIR/raw"
	ln -sfn "${RUN_DIR##*/}" "$base/$2"
	# now, for somebody may be editing the sources while it runs
	REPORT_PIECES=$(report_pieces)
	: >"$RUN_DIR/records.jsonl"
	TARGET_LOG_DIR=$RUN_DIR
}

# report_start ARGS...: begin run.json, what is known of a run as a whole. ARGS are harness.sh's, for the record.
report_start() {
	jq -n --arg started "$(report_now)" --arg tyr "$(report_revision)" --args \
		'{started: $started, tyr: $tyr, command: $ARGS.positional, facts: {}}' -- "$@" >"$RUN_DIR/run.json"
}

# report_begin ARGS...: a run's folder and its records.
report_begin() {
	report_folder "$(report_label)" latest
	: >"$RUN_DIR/parts.jsonl"
	report_start "$@"
	REPORT_BEGUN=1
	at_exit report_interrupted
}

# report_label: what is in the folder's name besides the time.
report_label() {
	case $OPT_TARGET in
	sim) printf '%s\n' "$OPT_KERNEL" ;;
	*) printf '%s\n' "${OPT_TARGET//[^A-Za-z0-9._-]/-}" ;;
	esac
}

report_now() {
	date -u +%Y-%m-%dT%H:%M:%SZ
}

# report_revision: the suite's own revision.
report_revision() {
	git -C "$TYR_ROOT" describe --always --dirty --abbrev=12 2>/dev/null || printf 'unknown\n'
}

# report_edit JQ-FILTER ARGS...: change run.json.
report_edit() {
	local filter=$1
	shift
	jq "$@" "$filter" "$RUN_DIR/run.json" >"$RUN_DIR/run.json.new"
	mv "$RUN_DIR/run.json.new" "$RUN_DIR/run.json"
}

# report_facts DRIVER: note what the target says about what is tested.
report_facts() {
	local facts
	facts=$(driver_facts "$1") || facts='{}'
	report_edit '.facts[$driver] = $facts' --arg driver "$1" --argjson facts "$facts"
}

# report_grade DRIVER GRADE SECONDS: a grade was run.
report_grade() {
	jq -cn --arg driver "$1" --arg grade "$2" --argjson number "$(grade_number "$2")" \
		--argjson complete "${PLAN_COMPLETE[$2]}" --argjson seconds "$3" \
		'{driver: $driver, grade: $grade, number: $number, complete: $complete, seconds: $seconds}' \
		>>"$RUN_DIR/parts.jsonl"
}

# report_interrupted: exit hook; a run that did not come to its end still leaves its results.
report_interrupted() {
	((REPORT_BEGUN)) || return 0
	if [[ ! -s $RUN_DIR/records.jsonl && ! -s $RUN_DIR/parts.jsonl ]]; then
		rm -f "$RUN_DIR/"{run.json,parts.jsonl,records.jsonl}
		say "nothing was run; logs: $RUN_DIR"
		return
	fi
	if ((${#REPORT_OPEN[@]})); then
		local grade=${REPORT_OPEN[1]}
		PLAN_COMPLETE["$grade"]=false
		report_grade "${REPORT_OPEN[0]}" "$grade" "$(elapsed_since "${REPORT_OPEN[2]}")"
	fi
	report_end
}

# report_finish: what is known of a run only at its end, into run.json.
report_finish() {
	report_edit '. + {finished: $finished, interrupted: ($interrupted == "1"),
		target: ({kind: $kind, name: $name, kernel: (if $kernel == "" then null else $kernel end), boots: $boots} +
			(if $pieces == null then {} else {clock: $clock, pieces: $pieces} end))}' \
		--arg finished "$(report_now)" --arg interrupted "$INTERRUPTED" \
		--arg kind "$(report_kind)" --arg name "$TARGET_NAME" --argjson boots "$TARGET_BOOT" \
		--argjson pieces "$REPORT_PIECES" --arg clock "$OPT_CLOCK" \
		--arg kernel "$([[ $OPT_TARGET != sim || -n ${TYR_TARGET_FILE:-} ]] || echo "$OPT_KERNEL")"
}

# report_end: results.json, junit.xml, the plan line of TAP and the ladder. Once only.
report_end() {
	local colour=''
	((REPORT_BEGUN)) || return 0
	REPORT_BEGUN=0
	progress_clear
	report_finish
	jq -s --slurpfile run "$RUN_DIR/run.json" --slurpfile parts "$RUN_DIR/parts.jsonl" \
		"\$run[0] as \$run | $(<"$TYR_ROOT/harness/report/results.jq")" \
		"$RUN_DIR/records.jsonl" >"$RUN_DIR/results.json.new"
	mv "$RUN_DIR/results.json.new" "$RUN_DIR/results.json"
	report_valid schema.json results.json
	jq -r -f "$TYR_ROOT/harness/report/junit.jq" "$RUN_DIR/results.json" >"$RUN_DIR/junit.xml.new"
	mv "$RUN_DIR/junit.xml.new" "$RUN_DIR/junit.xml"
	printf '1..%d\n' "$TAP_POINTS" 2>/dev/null || true
	[[ -z $C_OFF ]] || colour=1
	jq -r -f "$TYR_ROOT/harness/report/ladder.jq" --argjson width "$(term_width)" \
		--arg colour "$colour" --arg where "$RUN_DIR" "$RUN_DIR/results.json" >&2
	rm -f "$RUN_DIR/run.json" "$RUN_DIR/parts.jsonl" "$RUN_DIR"/.part.*
}

report_kind() {
	case $TARGET_KIND in
	vm | '') printf 'sim\n' ;;
	*) printf '%s\n' "$TARGET_KIND" ;;
	esac
}

# report_pieces: what the simulator is made of, to the package version; null for other targets.
report_pieces() {
	if [[ $OPT_TARGET == sim && -z ${TYR_TARGET_FILE:-} ]]; then
		setup_provenance "$OPT_KERNEL" || echo null
	else
		echo null
	fi
}

# report_valid SCHEMA FILE: FILE of the run must be what results/SCHEMA says; if not, the harness has a bug.
report_valid() {
	local errors
	errors=$(jq -r --slurpfile schema "$TYR_ROOT/results/$1" \
		-f "$TYR_ROOT/harness/report/validate.jq" "$RUN_DIR/$2")
	[[ -z $errors ]] || warn "$2 does not follow results/$1: ${errors%%$'\n'*}"
}

# report_code: the exit code that the results ask for.
report_code() {
	local code
	code=$(jq -r '.totals | if .failed + .incomplete > 0 then 1 elif .passed == 0 then 3 else 0 end' "$RUN_DIR/results.json")
	if ((code == EXIT_ENV)); then
		warn "no test passed and none failed: nothing was tested"
	fi
	printf '%d\n' "$code"
}
