# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# Debian's QEMU, unpacked and compiled with all but our device, so that a change of the device
# costs seconds. Kept with its build tree; "qemu" finishes it.
#
#   src/ build/ stub/

PIECE_TITLE[qemu-base]='QEMU without the GPU'
PIECE_MB[qemu-base]=1500
PIECE_NEEDS[qemu-base]='buildroot'

# Only what the virtual board and its transports need: the default build has three times the files.
QEMU_CONFIGURE=(
	--target-list=aarch64-softmmu --with-devices-aarch64=tyr
	--without-default-features --without-default-devices
	--enable-tcg --enable-fdt=system --enable-pixman --enable-slirp
	--disable-docs --disable-tools --disable-debug-info --disable-install-blobs
	--extra-cflags=-I/tyr/sim/include --extra-ldflags=-L/out/stub
)

qemu-base_inputs() {
	printf 'qemu %s\n' "$(apt_source_version qemu)"
	printf 'device %s\n' "$(tree_hash sim/qemu/integrate.sh sim/qemu/Kconfig sim/qemu/devices.mak)"
}

qemu-base_build() {
	local dir=$1 glue=$1/glue
	mkdir "$dir/dsc" "$glue"
	apt_fetch_source qemu "$(apt_source_version qemu)" "$dir/dsc"
	# The device's place in the tree is part of the base, its files are not.
	cp "$TYR_ROOT"/sim/qemu/{integrate.sh,Kconfig,devices.mak} "$glue"
	printf '/* nothing yet */\n' | tee "$glue/mali.c" >"$glue/mali.h"
	printf '# SPDX-License-Identifier: GPL-2.0-or-later\n' | tee "$glue/meson.build" >"$glue/trace-events"
	in_buildroot --out "$dir" sh -ec '
		dpkg-source --no-check -x dsc/*.dsc src
		bash glue/integrate.sh src
		mkdir build stub
		cd build
		../src/configure "$@"
		ninja -j2 qemu-system-aarch64' sh "${QEMU_CONFIGURE[@]}"
	rm -r "$dir/dsc" "$glue"
}
