# SPDX-License-Identifier: MIT
#
# The commands of harness.sh, their help, and what happens when it ends or is interrupted.

INTERRUPTED=0
INTERRUPT_LATER=0
# Functions to call when the harness ends, last one first; see at_exit.
EXIT_HOOKS=()

# at_exit FUNCTION: call FUNCTION when the harness ends, however it ends (kill -9 apart).
at_exit() {
	EXIT_HOOKS+=("$1")
}

# run_exit_hooks: what the EXIT trap does. Further signals are ignored meanwhile: a second ^C
# must not leave the virtual machine behind.
run_exit_hooks() {
	local i
	trap '' INT TERM HUP
	set +e
	step_kill
	for ((i = ${#EXIT_HOOKS[@]} - 1; i >= 0; i--)); do
		"${EXIT_HOOKS[i]}"
	done
	EXIT_HOOKS=()
}

# interrupted: the trap of INT, TERM and HUP. The hooks do the work. Leaving from inside "read -t"
# breaks bash (its alarm fires later, into a frame that is gone), so whoever uses that sets
# INTERRUPT_LATER and calls interrupted itself.
interrupted() {
	INTERRUPTED=1
	((!INTERRUPT_LATER)) || return 0
	trap '' INT TERM HUP
	progress_clear
	say "interrupted; cleaning up"
	exit "$EXIT_INTR"
}

# usage: the help text.
usage() {
	cat <<-'EOT'
		usage: ./harness.sh COMMAND [OPTION]...

		  run [GRADE|TEST-GLOB]...   set up what is missing, boot, run and grade; with no argument:
		                             every grade with every driver
		  bench [BENCH-GLOB]...      compare the drivers in micro benchmarks, in turns within one boot
		  setup                      make everything that run needs, without running; with
		                             --host-packages: name the packages that this machine lacks
		  shell [-- CMD...]          a shell (or one command) in the target
		  list                       grades and tests, with what each test is for
		  doctor                     what this machine (or --target) can run and what is missing
		  test [PART]...             the project's own tests (stress takes --driver, --kernel, --clock)
		  help                       this text

		options of run, bench, shell and doctor
		  --driver panthor|tyr|all   the driver under test (all that exist)
		  --kernel stable|backports  which Debian kernel the simulator boots (stable); also debug and
		                             debug-backports: their sources with KASAN and lockdep, compiled
		                             when first asked for
		  --clock real|virtual       the simulator's clock: the host's time, or counted instructions (real)
		  --target sim|local|ssh:USER@HOST[:PORT]
		                             where to run: the virtual Mali-G610 (default), this machine,
		                             or a board that answers ssh
		options of run and bench
		  --timeout SECONDS          longest time of one subtest (the grade's own, normally 60)
		  --build-on-target          build the tests on the board instead of pushing them
		options of bench
		  --driver A[,B]             one driver, or B against A (panthor,tyr); the clock is virtual unless given
		  --rounds N                 samples of each benchmark and driver (60)

		A TEST-GLOB matches PROGRAM, PROGRAM@SUBTEST or SUBTEST: 'panthor_vm', '*@map-*'.

		exit codes: 0 all passed, 1 some failed, 2 usage, 3 environment, 130 interrupted
	EOT
}

# main COMMAND ARGS...: what harness.sh calls.
main() {
	local command=${1:-help}
	((BASH_VERSINFO[0] >= 5)) || die "$EXIT_ENV" "bash 5 or newer is needed, this is $BASH_VERSION"
	[[ $# -eq 0 ]] || shift
	colour_init
	trap run_exit_hooks EXIT
	trap interrupted INT TERM HUP
	trap : PIPE # a target that goes away is an error to handle, not a reason to die
	case $command in
	run) cmd_run "$@" ;;
	bench) cmd_bench "$@" ;;
	setup) cmd_setup "$@" ;;
	shell) cmd_shell "$@" ;;
	list) cmd_list "$@" ;;
	doctor) cmd_doctor "$@" ;;
	test) cmd_test "$@" ;;
	help | -h | --help) usage ;;
	*) die "$EXIT_USAGE" "no command '$command'; try: ./harness.sh help" ;;
	esac
}

# cmd_setup ARGS...: the command "setup". With --host-packages it only names the Debian packages that
# this machine lacks.
cmd_setup() {
	if [[ ${1:-} == --host-packages ]]; then
		setup_host_packages
		return
	fi
	args_parse setup "$@"
	[[ ${#OPT_SELECT[@]} -eq 0 ]] || die "$EXIT_USAGE" "setup takes no argument: ${OPT_SELECT[0]}"
	if ((OPT_KERNEL_GIVEN)); then
		setup_all "$OPT_KERNEL"
	else
		setup_everything
	fi
}
