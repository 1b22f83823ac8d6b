# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# The build root: Debian trixie for amd64 with a cross compiler for arm64, so that what is built
# does not depend on the host. Made by mmdebstrap, used through in_buildroot.

PIECE_TITLE[buildroot]='build root'
PIECE_MB[buildroot]=2000
PIECE_NEEDS[buildroot]=''

# What is installed, beside the essential packages. QEMU's share: meson ... libslirp-dev.
BUILDROOT_PACKAGES=(
	gcc libc6-dev make ninja-build meson pkgconf python3-venv python3-setuptools
	libfdt-dev libglib2.0-dev libpixman-1-dev libslirp-dev zlib1g-dev flex bison
	gcc-aarch64-linux-gnu libc6-dev-arm64-cross libdrm-dev:amd64 libdrm-dev:arm64
	linux-libc-dev/trixie-backports
	clang libclang-rt-dev clang-format shellcheck sparse
	dpkg-dev patch xz-utils zstd cpio erofs-utils kmod bc
)

buildroot_inputs() {
	apt_closure amd64 '?essential?architecture(amd64)' "${BUILDROOT_PACKAGES[@]}"
}

buildroot_build() {
	local dir=$1 include
	include=$(IFS=, && printf '%s' "${BUILDROOT_PACKAGES[*]}")
	mmdebstrap --mode=root --variant=essential --architectures=amd64,arm64 --include="$include" \
		--aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
		--dpkgopt=force-unsafe-io \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
		"$APT_SUITE" "$dir" - <"$(apt_dir)/sources.list"
	mkdir "$dir/tyr" "$dir/in" "$dir/out"
	buildroot_check "$dir"
}

# buildroot_check DIR: the archive may have moved on since the indexes were read; a root with
# other versions than its name says must not be kept.
buildroot_check() {
	local strange
	# shellcheck disable=SC2016 # dpkg-query expands these
	strange=$(comm -13 <(buildroot_inputs | sed 's/:arm64 / /' | LC_ALL=C sort -u) \
		<(dpkg-query --admindir="$1/var/lib/dpkg" -W -f '${Package} ${Version}\n' | LC_ALL=C sort -u))
	[[ -z $strange ]] || die "$EXIT_ENV" \
		"the archive has changed during set-up (${strange//$'\n'/, }); run ./harness.sh setup again"
}
