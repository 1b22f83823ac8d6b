# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Running commands inside the build root. It is never changed after it was made: its root is
# mounted read-only in a mount namespace of the command, with the checkout on /tyr, an input
# folder on /in and an output folder on /out. Nothing stays mounted when the command ends.

# in_buildroot [--in DIR] [--out DIR] [--env NAME=VALUE]... [--] CMD...: run CMD there. The working
# folder is /out when given, else /tyr. Root is not needed where the kernel lets users make
# namespaces.
in_buildroot() {
	local input='' output='' root vars=() user=()
	while (($#)); do
		case $1 in
		--in) input=$2 && shift 2 ;;
		--out) output=$2 && shift 2 ;;
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
		bash "$TYR_ROOT/harness/inner/chroot" "$root" "$TYR_ROOT" "$input" "$output" \
		env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 TERM=dumb "${vars[@]}" "$@"
}
