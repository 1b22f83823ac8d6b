# SPDX-License-Identifier: MIT
#
# The target "custom" of the harness's own tests: this machine, with a fake kernel log, a fake
# device tree and a fake power button, all in the folder FAKE_STATE. See harness/target.sh.

FAKE_KMSG_FD=

# fake_boot: as after power-on.
fake_boot() {
	export TYR_KMSG=$FAKE_STATE/kmsg TYR_SYSFS=$FAKE_STATE/sys TYR_MODEL=/nonexistent
	[[ -z $FAKE_KMSG_FD ]] || exec {FAKE_KMSG_FD}>&-
	rm -f "$FAKE_STATE/kmsg" "$FAKE_STATE/stubborn"
	mkfifo "$FAKE_STATE/kmsg"
	# held open for reading and writing, so that neither side ever waits for the other
	exec {FAKE_KMSG_FD}<>"$FAKE_STATE/kmsg"
	echo 1 >"$FAKE_STATE/kmsg-number"
	: >"$FAKE_STATE/model.log"
	touch "$FAKE_STATE/alive"
	echo "$((TARGET_BOOT + 1))" >"$FAKE_STATE/boots"
}

custom_open() {
	TARGET_NAME=fake
	fake_boot
}

custom_exec() {
	[[ -e $FAKE_STATE/alive ]] || return 255
	bash -c "$1"
}

custom_alive() {
	[[ -e $FAKE_STATE/alive ]]
}

# The power button: what ran before the reboot is gone after it.
custom_reboot() {
	pkill -KILL -f "$TARGET_DIR/" || true
	rm -rf "$TARGET_DIR"
	[[ ! -e $FAKE_STATE/broken ]] || return 1
	fake_boot
}

custom_close() {
	touch "$FAKE_STATE/closed"
}
