# SPDX-License-Identifier: MIT
#
# The driver under test: selecting it on the target, its facts, and giving the GPU back.

DRIVER=
# What had the GPU before the first selection, empty: nothing to give back.
DRIVER_BEFORE=

# driver_select NAME [rebind]: bind NAME to the GPU; status 1 with a warning when it cannot be.
driver_select() {
	local name=$1 text
	if [[ $name == tyr ]]; then
		driver_push_module "$name" || return
	fi
	if [[ -z $DRIVER_BEFORE && $TARGET_KIND != vm ]]; then
		DRIVER_BEFORE=$(target_script driver.sh current 2>/dev/null) || DRIVER_BEFORE=
	fi
	if ! text=$(target_script driver.sh select "$@" 2>&1); then
		warn "driver $name cannot be selected: ${text##*$'\n'}"
		return 1
	fi
	DRIVER=$name
}

# driver_push_module NAME: our own driver's module for the target's kernel: built here when it is one of Debian's that this
# cache has, else from its sources on the target; status 1 with a warning when that fails.
driver_push_module() {
	local dir kernel
	if kernel=$(driver_kernel); then
		dir=$(piece "kmd-$1" "$kernel") || exit $?
		target_push "$dir" "$TARGET_DIR/modules"
		return
	fi
	target_push "$TYR_ROOT/kmd" "$TARGET_DIR/kmd"
	target_script build-kmd.sh "$1" >&2 && return
	warn "$1.ko cannot be built on $TARGET_NAME"
	return 1
}

# driver_kernel: which of our kernels the target runs, "stable" or "backports"; status 1: neither.
driver_kernel() {
	local release kernel dir
	if [[ $TARGET_KIND == vm ]]; then
		printf '%s\n' "$OPT_KERNEL"
		return
	fi
	apt_ready || return 1
	release=$(target_exec 'uname -r' </dev/null) || return 1
	for kernel in stable backports; do
		dir=$TYR_CACHE/$(piece_id "kernel:$kernel")
		[[ $(cat "$dir/release" 2>/dev/null) != "$release" ]] || { printf '%s\n' "$kernel" && return; }
	done
	return 1
}

# driver_restore: a board gets back the driver that it had.
driver_restore() {
	[[ -n $DRIVER_BEFORE && $TARGET_OPEN -eq 1 && $DRIVER != "$DRIVER_BEFORE" ]] || return 0
	if ! target_alive || ! target_script driver.sh restore "$DRIVER_BEFORE" >&2; then
			warn "the GPU of $TARGET_NAME could not be given back to $DRIVER_BEFORE"
	fi
	DRIVER_BEFORE=
}

# driver_facts NAME: what is tested, as a JSON object.
driver_facts() {
	target_script facts.sh "$1" 2>/dev/null |
		jq -Rn '[inputs | select(test("^[a-z0-9_]+=")) | capture("^(?<key>[^=]+)=(?<value>.*)$")] | from_entries'
}
