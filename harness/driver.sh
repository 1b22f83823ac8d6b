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
		driver_push_module "$name"
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

# driver_push_module NAME: our own driver's module for the target's kernel.
driver_push_module() {
	local dir
	dir=$(piece "kmd-$1" "$OPT_KERNEL") || exit $?
	target_push "$dir" "$TARGET_DIR/modules"
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
