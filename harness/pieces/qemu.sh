# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# QEMU with the virtual board, and the libraries it is linked to, so that it runs on a host of any
# release. The model's own library is not in here: it is found at start (see model.sh).
#
#   qemu-system-aarch64  lib/  ld.so

PIECE_TITLE[qemu]='QEMU'
PIECE_MB[qemu]=1000
PIECE_NEEDS[qemu]='qemu-base'

qemu_inputs() {
	tree_hash sim/qemu sim/include
}

# shellcheck disable=SC2016 # the shell inside expands it
qemu_build() {
	local dir=$1 work=$1/work
	mkdir "$work" "$dir/lib"
	cp -a "$(piece qemu-base)"/{src,build,stub} "$work"
	in_buildroot --out "$work" bash -euo pipefail -c '
		bash /tyr/sim/qemu/integrate.sh src
		# QEMU is linked to a library that has nothing but the names of the real one.
		grep -oE "\bmali_sim_[a-z0-9_]+ *\(" /tyr/sim/include/mali_sim.h | tr -d " (" | sort -u |
			sed "s/.*/void &(void); void &(void) {}/" >stub/stub.c
		gcc -shared -fPIC -Wl,-soname,libmali_sim.so.1 -o stub/libmali_sim.so stub/stub.c
		ninja -C build -j2 qemu-system-aarch64
		mkdir lib
		ldd build/qemu-system-aarch64 | awk "\$2 == \"=>\" && \$3 ~ /^\// { print \$3 }" |
			xargs -I{} cp -L {} lib/
		cp -L /lib64/ld-linux-x86-64.so.2 ld.so'
	mv "$work/build/qemu-system-aarch64" "$work/ld.so" "$dir"
	mv "$work"/lib/* "$dir/lib"
	rm -r "$work"
}
