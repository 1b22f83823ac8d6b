# SPDX-License-Identifier: MIT
#
# A target is a machine that runs the tests. Each kind (vm, ssh, local) supplies the same verbs;
# everything above this file uses only target_*.
#
#   KIND_open               make it answer; sets TARGET_NAME
#   KIND_exec COMMAND       run a shell command line there, with stdin and stdout
#   KIND_alive              status 0 while it can be expected to answer; must be cheap
#   KIND_reboot             make it answer again after a crash; status 1 when that is impossible
#   KIND_shell              an interactive shell there
#   KIND_close              leave nothing behind on this machine
#
# The kind is chosen by --target. TYR_TARGET_FILE names a file with another kind (verbs
# custom_open ...), for a farm that powers its boards in its own way, and for the harness's tests.

TARGET_KIND=
TARGET_NAME=
TARGET_DIR=
TARGET_OPEN=0
# Where a target keeps the logs of its boots; the command sets it before target_open.
TARGET_LOG_DIR=
# Boots of the target during this run; a record says in which one it was made.
TARGET_BOOT=0

# target_choose: the kind that --target names.
target_choose() {
	if [[ -n ${TYR_TARGET_FILE:-} ]]; then
		# shellcheck source=/dev/null
		source "$TYR_TARGET_FILE"
		TARGET_KIND=custom
		return
	fi
	TARGET_KIND=${OPT_TARGET%%:*}
	[[ $TARGET_KIND != sim ]] || TARGET_KIND=vm
}

# target_open: boot or connect, then make the folder there that holds what is pushed.
target_open() {
	target_choose
	at_exit target_close
	TARGET_OPEN=1
	"${TARGET_KIND}_open" || die "$EXIT_ENV" "the target $OPT_TARGET cannot be opened"
	TARGET_BOOT=$((TARGET_BOOT + 1))
	target_make_dir
}

# target_make_dir: a private folder on the target with the scripts of harness/guest in it.
target_make_dir() {
	TARGET_DIR=$(target_exec 'mktemp -d /tmp/tyr.XXXXXXXX' </dev/null) ||
		die "$EXIT_ENV" "$TARGET_NAME does not run commands; is it a Debian machine that answers ssh?"
	target_push "$TYR_ROOT/harness/guest" "$TARGET_DIR"
}

# target_exec COMMAND: run a command line on the target. stdin passes through.
target_exec() {
	"${TARGET_KIND}_exec" "$1"
}

# target_push FOLDER THERE: copy what is in FOLDER into THERE.
target_push() {
	# a target whose clock is behind ours would wonder at the cache's mark of the last use
	tar -C "$1" --owner=0 --group=0 --exclude=./.used -cf - . |
		target_exec "mkdir -p $2 && tar -C $2 -xf -" ||
		die "$EXIT_ENV" "cannot copy files to $TARGET_NAME; is its disk full?"
}

# target_pull THERE FOLDER: copy what is in THERE on the target into FOLDER.
target_pull() {
	mkdir -p "$2"
	target_exec "tar -C $1 -cf - ." </dev/null | tar -C "$2" -xf -
}

# target_script NAME ARGS...: run harness/guest/NAME on the target. ARGS must be plain words.
target_script() {
	local name=$1
	shift
	target_exec "bash $TARGET_DIR/$name $*" </dev/null
}

# target_alive: status 0 while the target can be expected to answer.
target_alive() {
	"${TARGET_KIND}_alive"
}

# target_reboot: bring the target back after a crash, with the scripts in place.
target_reboot() {
	"${TARGET_KIND}_reboot" || return 1
	TARGET_BOOT=$((TARGET_BOOT + 1))
	target_make_dir
}

# target_close: exit hook; undo target_open.
target_close() {
	((TARGET_OPEN)) || return 0
	driver_restore
	TARGET_OPEN=0
	if [[ -n $TARGET_DIR && $TARGET_KIND != vm ]] && target_alive; then
		target_exec "rm -rf $TARGET_DIR" </dev/null >/dev/null 2>&1 || true
	fi
	"${TARGET_KIND}_close"
}
