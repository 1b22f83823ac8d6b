#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Which driver has the GPU, and giving it to another. All drivers bind the same device-tree node,
# so the platform device's driver_override chooses between them.
#   driver.sh current               the driver bound now, or "none"
#   driver.sh select NAME [rebind]  bind NAME; with "rebind" even when it is bound already
#   driver.sh restore NAME          give the device back to NAME ("none": to nobody)
set -u

sys=${TYR_SYSFS:-/sys}
here=$(dirname "$0")

fail() {
	printf 'driver.sh: %s\n' "$1" >&2
	exit 1
}

# mali_device: the platform device of the Mali node. The compatible string is the one of the
# kernel's binding gpu/arm,mali-valhall-csf.yaml.
mali_device() {
	local device
	for device in "$sys"/bus/platform/devices/*; do
		[[ -e $device/of_node/compatible ]] || continue
		if tr '\0' '\n' <"$device/of_node/compatible" | grep -qx 'arm,mali-valhall-csf'; then
			printf '%s\n' "$device"
			return 0
		fi
	done
	fail "no Mali with Command Stream Frontend in the device tree (compatible arm,mali-valhall-csf)"
}

bound() {
	if [[ -L $1/driver ]]; then
		basename "$(readlink "$1/driver")"
	else
		echo none
	fi
}

unbind() {
	[[ ! -e $1/driver/unbind ]] || echo "${1##*/}" >"$1/driver/unbind"
}

# load_needs FILE: the kernel's own modules that FILE needs.
load_needs() {
	local needs
	needs=$(modinfo -F depends "$1" | tr , ' ')
	# shellcheck disable=SC2086 # names
	[[ -z $needs ]] || modprobe -a $needs || fail "this kernel lacks modules that ${1##*/} needs: $needs"
}

# load NAME: its module: pushed beside this script, or the kernel's own.
load() {
	[[ ! -d $sys/bus/platform/drivers/$1 ]] || return 0
	if [[ -e $here/modules/$1.ko ]]; then
		load_needs "$here/modules/$1.ko"
		insmod "$here/modules/$1.ko" || fail "insmod $1.ko failed: $(dmesg | tail -n 1)"
	else
		modprobe "$1" || fail "this kernel has no module $1"
	fi
}

# wait_bound DEVICE NAME: a probe may be deferred until the regulator is there.
wait_bound() {
	local i
	for ((i = 0; i < 100; i++)); do
		[[ $(bound "$1") != "$2" ]] || return 0
		sleep 0.05
	done
	return 1
}

select_driver() {
	local device=$1 name=$2 rebind=${3:-}
	[[ $(bound "$device") != "$name" || -n $rebind ]] || return 0
	load "$name"
	# loading the module may have bound it
	if [[ $(bound "$device") != "$name" || -n $rebind ]]; then
		echo "$name" >"$device/driver_override"
		unbind "$device"
		echo "${device##*/}" >"$sys/bus/platform/drivers_probe"
	fi
	wait_bound "$device" "$name" || fail "$name does not bind ${device##*/}: $(dmesg | grep -i "$name\|${device##*/}" | tail -n 1)"
}

restore_driver() {
	local device=$1 name=$2
	echo >"$device/driver_override"
	[[ $(bound "$device") != "$name" ]] || return 0
	unbind "$device"
	[[ $name != none ]] || return 0
	load "$name"
	echo "$name" >"$device/driver_override"
	echo "${device##*/}" >"$sys/bus/platform/drivers_probe"
	echo >"$device/driver_override"
}

device=$(mali_device) || exit 1
case ${1:-} in
current) bound "$device" ;;
select) select_driver "$device" "$2" "${3:-}" ;;
restore) restore_driver "$device" "$2" ;;
*) fail "usage: driver.sh current | select NAME [rebind] | restore NAME" ;;
esac
