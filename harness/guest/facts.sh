#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What was tested: versions of kernel, driver, firmware, GPU and Mesa, as lines "key=value". A
# fact that the machine does not give is left out.
set -u

sys=${TYR_SYSFS:-/sys}
driver=${1:-panthor}

fact() {
	[[ -z $2 ]] || printf '%s=%s\n' "$1" "$2"
}

# package NAME...: version of the first of these packages that is installed.
package() {
	local name version
	for name in "$@"; do
		version=$(dpkg-query -W -f '${Version}' "$name" 2>/dev/null) || continue
		[[ -z $version ]] || {
			printf '%s\n' "$version"
			return
		}
	done
}

# firmware_file: the image that panthor and tyr load for a G610 (arch 10.8).
firmware_file() {
	local file
	for file in /lib/firmware/arm/mali/arch10.8/mali_csffw.bin{,.zst,.xz}; do
		[[ ! -e $file ]] || {
			printf '%s\n' "$file"
			return
		}
	done
}

log=$(dmesg 2>/dev/null | grep -E "$driver|mali|Mali")
# log_value SED-EXPRESSION: the last match in the kernel log
log_value() {
	sed -n -E "$1" <<<"$log" | tail -n 1
}

fact machine "$(uname -m)"
fact model "$(tr -d '\0' 2>/dev/null <"$sys/firmware/devicetree/base/model")"
fact kernel "$(uname -r)"
fact kernel_build "$(uname -v)"
fact cpus "$(nproc)"
fact driver_version "$(log_value "s/.*Initialized $driver ([0-9.]+).*/\1/p")"
fact driver_srcversion "$(cat "$sys/module/$driver/srcversion" 2>/dev/null)"
fact gpu "$(log_value 's/.*(Mali-G[0-9]+|mali-g[0-9]+) id (0x[0-9a-f]+).*/\1 id \2/p')"
fact firmware "$(log_value 's/.*(CSF FW (using interface )?v[0-9.]+).*/\1/p')"
file=$(firmware_file)
[[ -z $file ]] || fact firmware_sha256 "$(sha256sum "$file" | cut -c 1-16)"
fact mesa "$(package libgl1-mesa-dri mesa-libgallium)"
exit 0
