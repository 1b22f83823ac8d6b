# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Running commands inside the build root. It is never changed after it was made: its root is
# mounted read-only in a mount namespace of the command, with the checkout on /tyr, an input
# folder on /in and an output folder on /out. Nothing stays mounted when the command ends.

# in_buildroot [--in DIR] [--out DIR] [--work DIR] [--env NAME=VALUE]... [--] CMD...: run CMD there.
# The working folder is /out when given, else /tyr; --work is a folder that it finds on /tmp/build.
# Root is not needed where the kernel lets users make namespaces.
in_buildroot() {
	local input='' output='' work='' root vars=() user=()
	while (($#)); do
		case $1 in
		--in) input=$2 && shift 2 ;;
		--out) output=$2 && shift 2 ;;
		--work) work=$2 && shift 2 ;;
		--env) vars+=("$2") && shift 2 ;;
		--) shift && break ;;
		*) break ;;
		esac
	done
	root=$(piece buildroot) || return
	if ((EUID != 0)); then
		unshare --user --map-root-user true 2>/dev/null || die "$EXIT_ENV" \
			"this kernel gives users no namespaces: run it as root (sudo -E ./harness.sh ...)"
		user=(--user --map-root-user)
	fi
	unshare "${user[@]}" --mount --propagation private --pid --fork --kill-child \
		bash "$TYR_ROOT/harness/inner/chroot" "$root" "$TYR_ROOT" "$input" "$output" "$work" \
		env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 TERM=dumb "${vars[@]}" "$@"
}

# meson_work NAME: a build folder that stays, so that a change of one file compiles one file. It is
# of this checkout and this build root alone, because ninja goes by time stamps. The caller holds
# it until its shell ends.
meson_work() {
	local dir lock
	dir=$TYR_CACHE/build/$1-$(printf '%s\n' "$TYR_ROOT" "$(piece_id buildroot)" | sha256sum | cut -c1-16)
	mkdir -p "$dir"
	find "$TYR_CACHE/build" -mindepth 1 -maxdepth 1 -mtime +14 ! -path "$dir*" -exec rm -rf {} +
	touch "$dir"
	exec {lock}>"$dir.lock"
	flock "$lock"
	MESON_WORK=$dir
}
