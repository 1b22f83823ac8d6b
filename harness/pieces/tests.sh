# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# The test programs and micro benchmarks for arm64, as the tree that is pushed to a target:
#
#   libexec/tyr/GRADE/PROGRAM  libexec/tyr/bench/PROGRAM

PIECE_TITLE[tests]='test programs'
PIECE_MB[tests]=200
PIECE_NEEDS[tests]='buildroot'

tests_inputs() {
	tree_hash tests bench meson.build meson_options.txt harness/cross-arm64.ini
}

tests_build() {
	local MESON_WORK
	meson_work tests
	# The cross compiler has the kernel headers of its own release; the newest uAPI is that of the
	# build root itself, and DRM headers are the same for every architecture.
	in_buildroot --out "$1" --work "$MESON_WORK" sh -ec '
		cd /tmp/build
		mkdir -p uapi
		ln -sfn /usr/include/drm uapi/drm
		meson_options="--cross-file /tyr/harness/cross-arm64.ini --prefix=/ --libexecdir=libexec
			-Dc_args=-isystem/tmp/build/uapi -Dsim=false -Dtests=true -Dbench=true"
		[ -f build/build.ninja ] || meson setup $meson_options build /tyr
		ninja -C build -j2
		meson install -C build --no-rebuild --destdir /out'
}
