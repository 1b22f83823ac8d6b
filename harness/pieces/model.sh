# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# The virtual Mali-G610: libmali_sim.so.1 and its tools. QEMU finds the library when it starts, so
# a change of the model does not rebuild QEMU.
#
#   lib/libmali_sim.so.1  bin/

PIECE_TITLE[model]='GPU model'
PIECE_MB[model]=100
PIECE_NEEDS[model]='buildroot'

model_inputs() {
	local dirs
	mapfile -t dirs < <(cd "$TYR_ROOT" && find sim -mindepth 1 -maxdepth 1 \
		! -name qemu ! -name guest ! -name tests)
	tree_hash "${dirs[@]}" kmd/dump_format.h meson.build meson_options.txt
}

model_build() {
	local MESON_WORK
	meson_work model
	in_buildroot --out "$1" --work "$MESON_WORK" --env "VERSION=$(piece_id model)" sh -ec '
		cd /tmp/build
		[ -f build/build.ninja ] ||
			meson setup --prefix=/ --libdir=lib --buildtype=release -Db_ndebug=false -Dsim=true -Dtests=false build /tyr
		meson configure build "-Dsim_version=$VERSION"
		ninja -C build build.ninja
		# what is installed and not the unit tests: those are "harness.sh test"
		meson introspect --installed build | tr , "\n" | sed -n "s,.*\"/tmp/build/build/\([^\"]*\)\": .*,\1,p" |
			xargs ninja -C build -j2
		meson install -C build --no-rebuild --destdir /out'
}
