# SPDX-License-Identifier: MIT
#
# The target "local": this machine is the board.

local_open() {
	TARGET_NAME=$(uname -n)
}

local_exec() {
	bash -c "$1"
}

local_alive() {
	return 0
}

# This machine cannot be rebooted under the harness. When a test has hung, the user must do it.
local_reboot() {
	return 1
}

local_close() {
	return 0
}

local_shell() {
	(cd "$TARGET_DIR" && "${SHELL:-/bin/bash}")
}
