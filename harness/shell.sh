# SPDX-License-Identifier: MIT
#
# The command "shell": a shell in the target, or one command, with the test programs in place.

SHELL_DIR=

cmd_shell() {
	args_parse shell "$@"
	[[ ${#OPT_SELECT[@]} -eq 0 ]] || die "$EXIT_USAGE" "a command for the target follows '--': ./harness.sh shell -- ${OPT_SELECT[*]}"
	[[ $OPT_TARGET != sim ]] || setup_all "$OPT_KERNEL"
	tests_prepare
	mkdir -p "$TYR_CACHE"
	SHELL_DIR=$(mktemp -d "$TYR_CACHE/shell.XXXXXX")
	at_exit shell_clean
	TARGET_LOG_DIR=$SHELL_DIR
	target_open
	tests_push
	if [[ $OPT_DRIVER != all ]]; then
		driver_select "$OPT_DRIVER" || die "$EXIT_ENV" "no shell without the driver $OPT_DRIVER; leave out --driver"
	fi
	shell_enter
}

# shell_enter: run what follows "--", or a shell; its exit code is the harness's.
shell_enter() {
	local code=0 command
	if ((${#OPT_COMMAND[@]} == 1)); then
		# one word may be a whole command line
		target_exec "cd $TARGET_DIR && ${OPT_COMMAND[0]}" || code=$?
	elif ((${#OPT_COMMAND[@]})); then
		printf -v command '%q ' "${OPT_COMMAND[@]}"
		target_exec "cd $TARGET_DIR && $command" || code=$?
	else
		shell_hints
		"${TARGET_KIND}_shell" || code=$?
	fi
	exit "$code"
}

# shell_hints: what a person wants to know there.
shell_hints() {
	say "$TARGET_NAME; the tests are in $TARGET_DIR/tests"
	[[ $TARGET_KIND == vm ]] || return 0
	say "another login:          ssh -F $SIM_SSH_CONFIG target"
	say "a run against this one: TYR_SSH_OPTS='-F $SIM_SSH_CONFIG' ./harness.sh run --target ssh:target"
	say "the model's log:        $VM_DIR/model.log"
}

shell_clean() {
	[[ -z $SHELL_DIR ]] || rm -rf "$SHELL_DIR"
}
