#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What this machine has and lacks for running the tests: lines "KIND<TAB>WHAT<TAB>TEXT", KIND one
# of ok, note, missing.
set -u

here=$(dirname "$0")

say() {
	printf '%s\t%s\t%s\n' "$1" "$2" "$3"
}

check_user() {
	if [[ $EUID -eq 0 ]]; then
		say ok user root
	else
		say missing user "selecting a driver and reading the kernel log need root: log in as root@"
	fi
}

check_gpu() {
	local driver
	if ! driver=$(bash "$here/driver.sh" current 2>/dev/null); then
		say missing gpu "no Mali with Command Stream Frontend in the device tree; is the board's device tree the right one?"
		return
	fi
	if [[ $driver == none ]]; then
		say note driver "no driver is bound; run selects one. Its messages: dmesg | grep -i -e mali -e panthor"
	else
		say ok driver "$driver is bound"
	fi
	if modinfo panthor >/dev/null 2>&1 || [[ -d /sys/module/panthor ]]; then
		say ok panthor "in this kernel ($(uname -r))"
	else
		say missing panthor "kernel $(uname -r) has no panthor: boot Debian's linux-image-arm64"
	fi
}

check_node() {
	local node name
	for node in /sys/class/drm/renderD*; do
		[[ -e $node ]] || continue
		name=$(basename "$(readlink "$node/device/driver")")
		[[ $name != panthor && $name != tyr ]] || {
			say ok 'device node' "/dev/dri/${node##*/} ($name)"
			return
		}
	done
	say note 'device node' "no render node of a Mali driver; there is one once a driver is bound"
}

check_firmware() {
	local file
	for file in /lib/firmware/arm/mali/arch10.8/mali_csffw.bin{,.zst,.xz}; do
		[[ ! -e $file ]] || {
			say ok firmware "$file"
			return
		}
	done
	say missing firmware "arm/mali/arch10.8/mali_csffw.bin: apt-get install firmware-misc-nonfree (from non-free-firmware)"
}

# check_library WHAT FILE KIND FIX: FILE below a library folder; KIND says how bad it is without.
check_library() {
	local file
	for file in /usr/lib/"$2" /usr/lib/*/"$2" /usr/lib64/"$2"; do
		[[ ! -e $file ]] || {
			say ok "$1" "$file"
			return
		}
	done
	say "$3" "$1" "$4"
}

# check_package WHAT PACKAGE WHY: a package that only some grades or drivers need.
check_package() {
	local version
	if version=$(dpkg-query -W -f '${Version}' "$2" 2>/dev/null) && [[ -n $version ]]; then
		say ok "$1" "$2 $version"
	else
		say note "$1" "$2 is not installed; $3"
	fi
}

check_tools() {
	local tool
	for tool in tar sed stdbuf setsid mktemp; do
		command -v "$tool" >/dev/null || say missing tools "$tool is missing"
	done
	if [[ -r /dev/kmsg && -w /dev/kmsg ]]; then
		say ok 'kernel log' /dev/kmsg
	else
		say missing 'kernel log' "/dev/kmsg cannot be read: a driver's errors would go unseen"
	fi
}

check_user
check_gpu
check_node
check_firmware
check_tools
check_library libdrm libdrm.so.2 missing "the tests need it: apt-get install libdrm2"
check_library Mesa dri/panfrost_dri.so note "grades above submit need it: apt-get install libgl1-mesa-dri"
check_package 'kernel headers' "linux-headers-$(uname -r)" "building tyr.ko here needs them: apt-get install linux-headers-arm64"
check_package meson meson "only --build-on-target needs it: apt-get install meson gcc pkg-config libdrm-dev linux-libc-dev"
exit 0
