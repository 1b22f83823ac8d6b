# SPDX-License-Identifier: MIT
#
# The target "sim": the virtual Mali-G610 as a target. target-sim.sh boots it and answers for its
# files; here it becomes a machine that answers ssh. Each boot has a folder of its own below
# TARGET_LOG_DIR, with console.log, model.log and qemu.log.

VM_DIR=

# vm_boot: boot once more.
vm_boot() {
	SIM_CLOCK=$OPT_CLOCK
	VM_DIR=$TARGET_LOG_DIR/boot-$((TARGET_BOOT + 1))
	mkdir -p "$VM_DIR"
	sim_start "$VM_DIR" "$OPT_KERNEL"
	SSH=(ssh -F "$SIM_SSH_CONFIG" target)
}

vm_open() {
	TARGET_NAME="virtual Mali-G610, Debian kernel $OPT_KERNEL"
	vm_boot
}

vm_exec() {
	ssh_exec "$1"
}

vm_alive() {
	sim_alive "$VM_DIR"
}

vm_reboot() {
	sim_stop "$VM_DIR" || true
	vm_boot
}

vm_close() {
	[[ -z $VM_DIR ]] || sim_stop "$VM_DIR"
	VM_DIR=
}

vm_shell() {
	ssh_shell
}
