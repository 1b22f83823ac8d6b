# SPDX-License-Identifier: MIT
#
# The command "run": set up, boot, run what the plan says with each driver, report. A program that
# breaks the machine costs the test that ran then; the machine is rebooted and the rest goes on.

RUN_DIR=
# Programs run so far; the number that the session's marks carry.
RUN_NUMBER=0
# A session is open on RUN_RAW.
RUN_SESSION=0
# NAME=VALUE settings that the programs get
RUN_ENVIRONMENT=()
# seconds that one subtest may take, by grade
declare -A RUN_TIMEOUT=()
# arguments for records_take of the program that runs now; empty between programs
RUN_NOW=()

cmd_run() {
	local drivers=() driver command=(run "$@")
	args_parse run "$@"
	[[ ${#OPT_COMMAND[@]} -eq 0 ]] || die "$EXIT_USAGE" "run takes no '--'; a command runs with: ./harness.sh shell -- CMD"
	need_tool jq jq
	driver=$(drivers_wanted) || exit $?
	mapfile -t drivers <<<"$driver"
	run_check_selection
	[[ $OPT_TARGET != sim || -n ${TYR_TARGET_FILE:-} ]] || setup_all "$OPT_KERNEL"
	tests_prepare
	! list_load || plan_make "${OPT_SELECT[@]}"
	report_begin "${command[@]}"
	target_open
	tests_push
	if [[ ${#TESTS_LIST[@]} -eq 0 ]]; then
		list_ask
		plan_make "${OPT_SELECT[@]}"
	fi
	progress_begin $((PLAN_COUNT * ${#drivers[@]}))
	at_exit run_abort
	printf 'TAP version 14\n'
	for driver in "${drivers[@]}"; do
		run_driver "$driver"
	done
	report_end
	exit "$(report_code)"
}

# run_abort: exit hook; when a program is running, keep what it has said, then end it.
run_abort() {
	if ((RUN_SESSION && ${#RUN_NOW[@]})); then
		RAN_STATE=interrupted
		records_take "${RUN_NOW[@]}"
	fi
	run_session_end
}

# run_check_selection: an argument that can be no name is an error before anything is built.
run_check_selection() {
	local word
	for word in "${OPT_SELECT[@]}"; do
		[[ $word =~ ^[][A-Za-z0-9_@/*?!-]+$ ]] || die "$EXIT_USAGE" "'$word' is no grade and no test"
	done
}

# run_driver DRIVER: all of the plan with one driver.
run_driver() {
	local driver=$1 i grade='' start=$EPOCHREALTIME
	if ! driver_select "$driver"; then
		run_driver_missing "$driver"
		return
	fi
	report_facts "$driver"
	for ((i = 0; i < ${#PLAN_PROGRAM[@]}; i++)); do
		if [[ ${PLAN_GRADE[i]} != "$grade" ]]; then
			[[ -z $grade ]] || report_grade "$driver" "$grade" "$(elapsed_since "$start")"
			grade=${PLAN_GRADE[i]} start=$EPOCHREALTIME
		fi
		REPORT_OPEN=("$driver" "$grade" "$start")
		run_program "$driver" "$grade" "${PLAN_PROGRAM[i]}" "${PLAN_SUBTESTS[i]}"
	done
	[[ -z $grade ]] || report_grade "$driver" "$grade" "$(elapsed_since "$start")"
	REPORT_OPEN=()
	run_session_end
}

# run_driver_missing DRIVER: it cannot be bound, so none of its tests can run.
run_driver_missing() {
	local i subtests
	for ((i = 0; i < ${#PLAN_PROGRAM[@]}; i++)); do
		read -ra subtests <<<"${PLAN_SUBTESTS[i]}"
		records_not_run "$1" "${PLAN_GRADE[i]}" "${PLAN_PROGRAM[i]}" "the driver $1 could not be bound to the GPU" "${subtests[@]}"
	done
	for i in "${!PLAN_COMPLETE[@]}"; do
		report_grade "$1" "$i" 0
	done
}

# run_session_begin: a session, if none is open; status 1 when the target does not answer.
run_session_begin() {
	((!RUN_SESSION)) || return 0
	records_new_session
	session_open "$RUN_DIR/raw/session-$((++REPORT_SESSIONS)).log" || return 1
	RUN_SESSION=1
}

run_session_end() {
	((!RUN_SESSION)) || session_close
	RUN_SESSION=0
}

# run_program DRIVER GRADE PROGRAM SUBTESTS: one program, again and again until each of its
# subtests has a record: one that crashes or hangs takes the others of its program with it.
run_program() {
	local driver=$1 grade=$2 program=$3 left=() timeout before guesses=0
	read -ra left <<<"$4"
	timeout=${RUN_TIMEOUT[$grade]:=$(grade_timeout "$grade")}
	while ((${#left[@]})); do
		progress_program "$driver $grade $program"
		if ! run_session_begin; then
			RAN_STATE=gone
			records_not_run "$driver" "$grade" "$program" "the target does not answer" "${left[@]}"
			run_recover "$driver"
			return
		fi
		RUN_NUMBER=$((RUN_NUMBER + 1))
		RUN_NOW=("$driver" "$grade" "$program" "${left[*]}" "$timeout")
		session_run "$RUN_NUMBER" "$grade/$program" "$(run_join "${left[@]}")" "$timeout" "${RUN_ENVIRONMENT[@]}"
		records_take "${RUN_NOW[@]}"
		RUN_NOW=()
		before=${#left[@]}
		run_subtract "$RECORDS_DONE"
		# a break before any start was seen is blamed on the next subtest; not on each of them, one boot after the other
		if [[ -n $RAN_CURRENT ]]; then guesses=0; else guesses=$((guesses + 1)); fi
		if ((${#left[@]} && (${#left[@]} == before || guesses > 1))); then
			records_not_run "$driver" "$grade" "$program" "$(run_no_progress)" "${left[@]}"
			left=()
		fi
		run_after "$driver"
	done
}

# run_no_progress: why a program reported none of the subtests that it was asked for.
# shellcheck disable=SC2153
run_no_progress() {
	case $RAN_STATE in
	end) printf 'the program exited with %s before this subtest\n' "$RAN_STATUS" ;;
	timeout) printf 'the program took too long before its first subtest\n' ;;
	*) printf 'the target broke before this subtest\n' ;;
	esac
}

# run_join SUBTEST...: as the runner wants them, with commas.
run_join() {
	local IFS=,
	printf '%s\n' "$*"
}

# run_subtract WORDS: take WORDS out of run_program's "left". A program without subtests is done
# when it has run.
run_subtract() {
	local -A seen=()
	local name rest=()
	for name in $1; do
		seen[$name]=1
	done
	for name in "${left[@]}"; do
		[[ $name == - || -n ${seen[$name]:-} ]] || rest+=("$name")
	done
	left=("${rest[@]}")
}

# run_after DRIVER: what the machine needs before the next program.
run_after() {
	case $RAN_STATE in
	end) return ;;
	timeout)
		# on a board the killed test is gone; the simulator is quick to boot and then surely sane
		[[ $TARGET_KIND == vm ]] || return 0
		;;
	esac
	run_recover "$1"
}

# run_recover DRIVER: boot again and select DRIVER; when that fails the run ends here.
run_recover() {
	progress_clear
	say "$TARGET_NAME: $(run_broken); booting it again"
	run_session_end
	target_reboot || run_give_up "$TARGET_NAME does not come back (set TYR_POWER_CYCLE to a command that power-cycles it)"
	records_new_boot
	tests_push
	driver_select "$1" || run_give_up "the driver $1 cannot be bound after the reboot"
	mutation_apply || run_give_up "the mutation cannot be set again"
}

run_broken() {
	case $RAN_STATE in
	timeout) printf 'a test took too long and was killed' ;;
	hung) printf 'a test hung and cannot be killed' ;;
	oops) printf 'the kernel broke' ;;
	*) printf 'it does not answer' ;;
	esac
}

# run_give_up TEXT: the target is lost; what was found so far is reported.
run_give_up() {
	printf 'Bail out! %s\n' "$1"
	report_end
	die "$EXIT_ENV" "$1"
}
