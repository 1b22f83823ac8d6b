# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# tyr.ko for one of the guest's kernels, as the folder of modules that is pushed to a target:
#
#   tyr.ko  modules (others that it needs, loaded before it)

PIECE_TITLE[kmd-tyr]='tyr.ko'
PIECE_MB[kmd-tyr]=100
PIECE_NEEDS[kmd-tyr]='buildroot'

kmd-tyr_inputs() {
	printf 'piece %s\n' "$(piece_id "kheaders:$1")"
	tree_hash kmd
}

kmd-tyr_build() {
	local headers MESON_WORK
	headers=$(piece kheaders "$2")
	meson_work "kmd-$2"
	# module BTF needs pahole and helps only who traces with BPF: a DKMS build has it
	# shellcheck disable=SC2016 # the shell inside expands it
	in_buildroot --in "$headers" --out "$1" --work "$MESON_WORK" --env "RELEASE=$(<"$headers/release")" sh -ec '
		cd /tmp/build
		mkdir -p kmd
		cp -rpu /tyr/kmd/. kmd
		cd kmd
		for file in *.c *.h; do [ -e "/tyr/kmd/$file" ] || rm -f "$file"; done
		make -s -j2 -C "/in/usr/src/linux-headers-$RELEASE" M="$PWD" CONFIG_DEBUG_INFO_BTF_MODULES= \
			ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- modules
		cp tyr.ko /out
		aarch64-linux-gnu-strip --strip-debug /out/tyr.ko'
}
