# SPDX-License-Identifier: MIT
#
# Records: what one program left in the session's raw file and in the model's log becomes one
# JSON object a subtest, in RUN_DIR/records.jsonl, and a TAP point on stdout. A killed harness
# leaves the records of all programs that had ended.

# Most lines of a kind that a record keeps; the raw log has all of them.
RECORD_LIMIT=2000
# Lines taken so far, of the session's raw file and of the model's log of this boot.
RAW_TAKEN=0
MODEL_TAKEN=0
TAP_POINTS=0
MODEL_LOG=
# Subtests that the last records_take reported, as words; and a text that sums them up.
RECORDS_DONE=
RECORDS_SUMMARY=

# records_new_session: the raw file is new. records_new_boot: so is the model's log.
records_new_session() {
	RAW_TAKEN=0
}

records_new_boot() {
	MODEL_TAKEN=0
}

# model_log: set MODEL_LOG to the model's log of this boot; empty when the target has none.
model_log() {
	MODEL_LOG=$VM_DIR/model.log
	[[ $TARGET_KIND == vm ]] || MODEL_LOG=${TYR_MODEL_LOG:-}
	[[ -r $MODEL_LOG ]] || MODEL_LOG=
}

# console_tail: the end of the serial console, kept for a test that broke the machine.
console_tail() {
	[[ $TARGET_KIND == vm && -r $VM_DIR/console.log ]] || return 0
	tail -n 80 "$VM_DIR/console.log" | tr -d '\r'
}

# count_lines FILE: complete lines in FILE.
count_lines() {
	local lines
	lines=$(wc -l <"$1")
	printf '%d\n' "$lines"
}

# records_take DRIVER GRADE PROGRAM SUBTESTS TIMEOUT: take in what the last session_run left (RAN_*). SUBTESTS are
# words, those that were to run, or "-".
records_take() {
	local part=$RUN_DIR/.part.$$.jsonl raw_end model_end console='' simple=false
	model_log
	{
		read -r raw_end _
		read -r model_end _
	} < <(wc -l "$SESSION_RAW" "${MODEL_LOG:-/dev/null}")
	[[ $4 != - ]] || simple=true
	[[ $RAN_STATE == end || $RAN_STATE == timeout ]] || console=$(console_tail)
	awk -f "$TYR_ROOT/harness/report/split.awk" -v driver="$1" -v limit="$RECORD_LIMIT" \
		-v from="$RAW_TAKEN" -v to="$raw_end" -v mfrom="$MODEL_TAKEN" -v mto="$model_end" \
		"$SESSION_RAW" mode=model ${MODEL_LOG:+"$MODEL_LOG"} |
		jq -cnR -f "$TYR_ROOT/harness/report/records.jq" --arg driver "$1" --arg grade "$2" \
			--arg program "$3" --arg state "$RAN_STATE" --arg status "$RAN_STATUS" \
			--arg timeout "$5" --argjson simple "$simple" --arg wanted "$4" \
			--arg boot "$TARGET_BOOT" --arg console "$console" >"$part"
	RAW_TAKEN=$raw_end MODEL_TAKEN=$model_end
	records_add "$part"
}

# records_add FILE: take the records in FILE into the run; removes FILE.
records_add() {
	local count=0
	cat "$1" >>"$RUN_DIR/records.jsonl"
	{
		read -r count RECORDS_SUMMARY
		read -r RECORDS_DONE
		cat
	} < <(jq -rs --argjson base "$TAP_POINTS" -f "$TYR_ROOT/harness/report/tap.jq" "$1")
	TAP_POINTS=$((TAP_POINTS + count))
	progress_result "$count" "$RECORDS_SUMMARY"
	rm -f "$1"
}

# records_not_run DRIVER GRADE PROGRAM WHY SUBTEST...: records of tests that could not be started.
records_not_run() {
	local part=$RUN_DIR/.part.$$.jsonl head=("$1" "$2" "$3" "$4")
	shift 4
	printf '%s\n' "$@" | jq -cR --arg driver "${head[0]}" --arg grade "${head[1]}" \
		--arg program "${head[2]}" --arg why "${head[3]}" --argjson boot "$TARGET_BOOT" '
		(if . == "-" then "" else . end) as $subtest
		| {name: (if $subtest == "" then $program else "\($program)@\($subtest)" end), driver: $driver,
		grade: $grade, program: $program, subtest: $subtest, result: "notrun",
		why: {by: "target", text: $why}, seconds: 0, boot: $boot, expected: [], output: [],
		kmsg: [], model: [], notes: [], console: []}' >"$part"
	records_add "$part"
}
