# SPDX-License-Identifier: MIT
#
# The command line: options into OPT_* variables, each checked as it is read.

# args_defaults: what holds when an option is not given.
args_defaults() {
	OPT_DRIVER=all
	OPT_DRIVER_GIVEN=0
	OPT_KERNEL=stable
	OPT_KERNEL_GIVEN=0
	OPT_TARGET=sim
	OPT_CLOCK=${TYR_SIM_CLOCK:-real}
	OPT_CLOCK_GIVEN=0
	[[ -z ${TYR_SIM_CLOCK:-} ]] || OPT_CLOCK_GIVEN=1
	OPT_TIMEOUT=
	OPT_ROUNDS=60
	OPT_BUILD_ON_TARGET=0
	OPT_SELECT=()
	OPT_COMMAND=()
}

# args_option NAME VALUE: one option that takes a value; "command" is args_parse's.
args_option() {
	case $1 in
	--driver) args_driver "$command" "$2" ;;
	--kernel)
		[[ $2 =~ ^(stable|backports|debug|debug-backports)$ ]] ||
			die "$EXIT_USAGE" "--kernel is stable, backports, debug or debug-backports, not '$2'"
		OPT_KERNEL=$2 OPT_KERNEL_GIVEN=1
		;;
	--target)
		[[ $2 =~ ^(sim|local|ssh:[^-[:space:]][^[:space:]]*)$ ]] ||
			die "$EXIT_USAGE" "--target is sim, local or ssh:USER@HOST[:PORT], not '$2'"
		OPT_TARGET=$2
		;;
	--clock)
		[[ $2 =~ ^(real|virtual)$ ]] ||
			die "$EXIT_USAGE" "--clock is real or virtual, not '$2'"
		OPT_CLOCK=$2 OPT_CLOCK_GIVEN=1
		;;
	--timeout)
		[[ $2 =~ ^[1-9][0-9]{0,4}$ ]] ||
			die "$EXIT_USAGE" "--timeout is a number of seconds, not '$2'"
		OPT_TIMEOUT=$2
		;;
	--rounds)
		[[ $2 =~ ^[1-9][0-9]{0,3}$ ]] ||
			die "$EXIT_USAGE" "--rounds is a number up to 9999, not '$2'"
		OPT_ROUNDS=$2
		;;
	esac
}

# args_driver COMMAND NAME: bench also takes two names, with a comma or by giving the option twice.
args_driver() {
	if [[ $1 == bench && $2 =~ ^(panthor|tyr)(,(panthor|tyr))*$ ]]; then
		if ((OPT_DRIVER_GIVEN)); then OPT_DRIVER+=,$2; else OPT_DRIVER=$2; fi
	else
		[[ $2 =~ ^(panthor|tyr|all)$ ]] ||
			die "$EXIT_USAGE" "--driver is panthor, tyr or all, not '$2'"
		OPT_DRIVER=$2
	fi
	OPT_DRIVER_GIVEN=1
}

# args_allowed COMMAND OPTION: stop unless COMMAND knows OPTION.
args_allowed() {
	local known
	case $1 in
	run) known='--driver --kernel --clock --target --timeout --build-on-target' ;;
	bench) known='--driver --kernel --clock --target --timeout --rounds --build-on-target' ;;
	shell) known='--driver --kernel --clock --target' ;;
	doctor) known='--target --kernel' ;;
	test) known='--driver --kernel --clock' ;;
	setup) known='--kernel' ;;
	*) known='' ;;
	esac
	[[ " $known " == *" $2 "* ]] || die "$EXIT_USAGE" "$1 has no option $2; try: ./harness.sh help"
}

# args_parse COMMAND ARGS...: set OPT_* from ARGS. What is no option goes to OPT_SELECT, what
# follows "--" to OPT_COMMAND.
args_parse() {
	local command=$1 name
	shift
	args_defaults
	# figures of the host's time compare hosts, not drivers
	[[ $command != bench ]] || OPT_CLOCK=${TYR_SIM_CLOCK:-virtual}
	while (($#)); do
		name=${1%%=*}
		case $1 in
		--)
			shift
			OPT_COMMAND=("$@")
			break
			;;
		--driver | --kernel | --clock | --target | --timeout | --rounds)
			args_allowed "$command" "$name"
			(($# >= 2)) || die "$EXIT_USAGE" "$1 needs a value"
			args_option "$1" "$2"
			shift
			;;
		--driver=* | --kernel=* | --clock=* | --target=* | --timeout=* | --rounds=*)
			args_allowed "$command" "$name"
			args_option "$name" "${1#*=}"
			;;
		--build-on-target)
			args_allowed "$command" "$name"
			OPT_BUILD_ON_TARGET=1
			;;
		-?*) args_allowed "$command" "$name" ;;
		'') die "$EXIT_USAGE" "empty argument" ;;
		*) OPT_SELECT+=("$1") ;;
		esac
		shift
	done
	args_check
}

# args_check: options that contradict each other.
args_check() {
	if [[ $OPT_TARGET != sim && $OPT_KERNEL_GIVEN -eq 1 ]]; then
		die "$EXIT_USAGE" "--kernel is for the simulator; $OPT_TARGET runs the kernel it has booted"
	fi
	if [[ $OPT_TARGET == sim && $OPT_BUILD_ON_TARGET -eq 1 ]]; then
		die "$EXIT_USAGE" "--build-on-target is for a board; the simulator gets its tests pushed"
	fi
}
