# SPDX-License-Identifier: MIT
#
# The part "stress" of the project's own tests: does a driver (--driver, tyr) endure? It is unbound and unloaded under
# load, the GPU fails and is reset, clients are killed; each time all must go on, and nothing be left. The guest
# checks its kernel's slab objects (slub_debug), so a use after free shows where it happens.
#
# TYR_STRESS is "small" (what a CI has time for), "full" (what counts), or a number that full's counts are divided by.
# TYR_STRESS_PHASES names the phases to run.

STRESS_APPEND='slub_debug=FZPU page_poison=1 log_buf_len=4M'
STRESS_PHASES=(modules bind hold busy outlive nap reset fault storm)
# How often, when it is full.
declare -A STRESS_COUNTS=([modules]=500 [bind]=500 [hold]=250 [busy]=500 [outlive]=20 [nap]=2000 [reset]=200 [fault]=10 [storm]=150)
# The faults that force a reset, with their share of the resets in percent.
STRESS_RESETS=(csg-req-lost:50 as-stuck:30 mcu-hang:20)
# A folder for logs; kept when something failed.
STRESS_DIR=
# Complaints of the model before the phase.
STRESS_COMPLAINTS=0

test_stress() {
	local phase driver=$OPT_DRIVER failed=$TEST_FAILED OPT_CLOCK=$OPT_CLOCK
	# a gate does not depend on how busy the host is
	((OPT_CLOCK_GIVEN)) || OPT_CLOCK=virtual
	[[ $driver != all ]] || driver=tyr
	stress_open "$driver"
	for phase in ${TYR_STRESS_PHASES:-"${STRESS_PHASES[@]}"}; do
		"stress_phase_$phase" "$driver" "$(stress_count "$phase")"
	done
	target_close
	if ((TEST_FAILED > failed)); then
		say "the logs are in $STRESS_DIR"
		STRESS_DIR=
	fi
}

stress_clean() {
	[[ -z $STRESS_DIR ]] || rm -rf "$STRESS_DIR"
}

# stress_open DRIVER: a machine whose kernel watches its memory, with DRIVER bound.
stress_open() {
	STRESS_DIR=$(mktemp -d "${TMPDIR:-/tmp}/tyr-stress.XXXXXX")
	at_exit stress_clean
	TARGET_LOG_DIR=$STRESS_DIR
	export TYR_SIM_APPEND="$STRESS_APPEND${TYR_SIM_APPEND:+ $TYR_SIM_APPEND}"
	setup_all "$OPT_KERNEL"
	tests_prepare
	target_open
	tests_push
	driver_select "$1" || die "$EXIT_ENV" "nothing to stress without the driver $1"
}

# stress_count PHASE: how often.
stress_count() {
	local full=${STRESS_COUNTS[$1]} by=${TYR_STRESS:-small}
	case $by in
	full) by=1 ;;
	small) by=25 ;;
	*) [[ $by =~ ^[1-9][0-9]{0,3}$ ]] || die "$EXIT_USAGE" "TYR_STRESS is small, full or a number, not '$by'" ;;
	esac
	printf '%d\n' $(((full + by - 1) / by))
}

stress_phase_modules() { stress_run "$1" modules "$2"; }
stress_phase_bind() { stress_run "$1" bind "$2"; }
stress_phase_hold() { stress_run "$1" hold "$2"; }
stress_phase_busy() { stress_run "$1" busy "$2"; }
stress_phase_outlive() { stress_run "$1" outlive "$2"; }
stress_phase_nap() { stress_run "$1" nap "$2"; }
stress_phase_storm() { stress_run "$1" storm "$2"; }

stress_phase_reset() {
	local each
	for each in "${STRESS_RESETS[@]}"; do
		stress_run "$1" reset "${each%:*}" $((($2 * ${each#*:} + 99) / 100))
	done
}

# The faults are those that the model lists. Waiting for a ping takes twelve seconds each time.
stress_phase_fault() {
	local fault count
	for fault in $(sim_ctl "$VM_DIR" faults); do
		count=$2
		[[ $fault != ping-lost ]] || count=$((($2 + 4) / 5))
		stress_run "$1" fault "$fault" "$count"
	done
}

# stress_run DRIVER PHASE ARGS...: one phase in the guest; its lines become results.
stress_run() {
	local log=$STRESS_DIR/$2-${3//[^a-z0-9-]/}.log code=0
	if ! vm_alive; then
		test_fail "$2 ${*:3}: the machine is gone"
		return
	fi
	target_script stress.sh "$@" >"$log" 2>&1 || code=$?
	stress_report "$log"
	((code == 0)) || stress_broken "$*" "$log" "$code"
	stress_strict "${*:2}"
}

# stress_report LOG: "ok", "FAIL" and the lines that explain it.
stress_report() {
	local line text='' why=''
	while IFS= read -r line; do
		if [[ $line == '| '* ]]; then
			why+=${why:+$'\n'}${line#| }
			continue
		fi
		[[ -z $text ]] || test_fail "$text" "$why"
		text='' why=''
		case $line in
		'ok '*) test_pass "${line#ok }" ;;
		'FAIL '*) text=${line#FAIL } ;;
		esac
	done < <(cat "$1" && echo)
}

# stress_broken WHAT LOG CODE: the phase did not come to its end. The kernel's last words go along; the next phase gets
# a machine that is whole.
stress_broken() {
	test_fail "$1: it ended with $3" "$(tail -n 5 "$2"; grep -aE 'Internal error|Unable to handle|BUG|WARNING|Kernel panic|pc :|lr :' "$VM_DIR/console.log" | tail -n 12)"
	target_reboot || die "$EXIT_ENV" "the machine does not come back"
	tests_push
	driver_select "${1%% *}" || die "$EXIT_ENV" "the driver ${1%% *} cannot be bound after a boot"
	STRESS_COMPLAINTS=0
}

# stress_strict WHAT: no rule of the hardware was broken. Workers that make the GPU fail announce it.
stress_strict() {
	local now
	now=$(count_lines <(grep -aE '^\[[^]]*\] (complaint|unimp)' "$VM_DIR/model.log"))
	if ((now > STRESS_COMPLAINTS)); then
		test_fail "$1: $((now - STRESS_COMPLAINTS)) complaints of the model" "$(grep -aE '\] (complaint|unimp)' "$VM_DIR/model.log" | tail -n 5)"
	else
		test_pass "$1: no complaint of the model"
	fi
	STRESS_COMPLAINTS=$now
}
