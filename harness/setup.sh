# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Set-up: everything that "run" needs on the simulator, as pieces in the cache (cache.sh). It can
# be repeated and interrupted at any time; what is finished stays.

# Pieces in the order in which people read about them; what depends on what is in the pieces.
SETUP_PIECES=(buildroot qemu-base model qemu keys guest tests)

# kernel_debugs KERNEL: of which kernel this is the one that checks itself; status 1 when it is none of these.
kernel_debugs() {
	case $1 in
	debug) echo stable ;;
	debug-*) printf '%s\n' "${1#debug-}" ;;
	*) return 1 ;;
	esac
}

# setup_kernel_pieces KERNEL...: the pieces that are made for each kernel, in order; those of our own driver when there is one.
setup_kernel_pieces() {
	local kernel of
	for kernel; do
		! of=$(kernel_debugs "$kernel") || printf 'kdebug:%s\n' "$of"
		printf 'kernel:%s\n' "$kernel"
		! drivers_existing | grep -qx tyr || printf '%s:%s\n' kheaders "$kernel" kmd-tyr "$kernel"
	done
}

# Host tools and the Debian packages that have them; .ci/run installs what is missing.
SETUP_TOOLS=(apt-get:apt dpkg-deb:dpkg git:git mmdebstrap:mmdebstrap jq:jq pkill:procps ssh:openssh-client
	ssh-keygen:openssh-client unshare:util-linux setpriv:util-linux flock:util-linux)

# Kernels for which everything was ready once in this process.
declare -gA SETUP_DONE

# setup_host_packages: the Debian packages that this host lacks, one a line.
setup_host_packages() {
	local pair
	for pair in "${SETUP_TOOLS[@]}"; do
		command -v "${pair%%:*}" >/dev/null 2>&1 || printf '%s\n' "${pair#*:}"
	done | sort -u
	[[ -r /usr/share/keyrings/debian-archive-keyring.gpg || -r /usr/share/keyrings/debian-archive-keyring.pgp ]] ||
		printf 'debian-archive-keyring\n'
}

# setup_check_host: stop with one line when this machine cannot set up or boot anything.
setup_check_host() {
	local missing
	[[ $(uname -s) == Linux ]] || die "$EXIT_ENV" "set-up needs Linux; this is $(uname -s)"
	[[ $(uname -m) == x86_64 ]] || die "$EXIT_ENV" \
		"the simulator is built for x86_64 hosts; this is $(uname -m): use --target local or ssh:USER@HOST"
	missing=$(setup_host_packages | tr '\n' ' ')
	[[ -z $missing ]] || die "$EXIT_ENV" "tools are missing; install them with: apt-get install ${missing% }"
	mkdir -p "$TYR_CACHE" 2>/dev/null || true
	[[ -w $TYR_CACHE ]] ||
		die "$EXIT_ENV" "cannot write to $TYR_CACHE; set TYR_CACHE to a writable folder"
}

# setup_index WHEN: bring the suites' indexes up to date: "now", or when those at hand are "old", more
# than a day, or "missing". Without a network the ones of last time serve.
setup_index() {
	case $1 in
	missing) ! apt_ready || return 0 ;;
	old) [[ -z $(find "$(apt_dir)/stamp" -mmin -1440 2>/dev/null) ]] || return 0 ;;
	esac
	PIECE_ID=()
	step "package indexes ($APT_SUITE, security, backports)" apt_update && return
	apt_ready || {
		setup_explain "$(step_log "package indexes ($APT_SUITE, security, backports)")" "the package indexes"
		exit "$EXIT_ENV"
	}
	warn "the package indexes cannot be renewed; going on with those of $(date -r "$(apt_dir)/stamp" +%F)"
}

# setup_complete KERNEL...: status 0 when nothing has to be made or fetched.
setup_complete() {
	local name
	apt_ready || return 1
	for name in "${SETUP_PIECES[@]}"; do
		piece_ready "$(piece_id "$name")" || return 1
	done
	for name in $(setup_kernel_pieces "$@"); do
		piece_ready "$(piece_id "$name")" || return 1
	done
}

# setup_fetches KERNEL...: status 0 when a piece that is made of packages is missing.
setup_fetches() {
	local name
	for name in buildroot qemu-base guest; do
		piece_ready "$(piece_id "$name")" || return 0
	done
	for name in $(setup_kernel_pieces "$@" | grep -v '^kmd-'); do
		piece_ready "$(piece_id "$name")" || return 0
	done
	return 1
}

# setup_all [KERNEL]: everything for running with KERNEL (stable unless given), renewing
# indexes only when packages are needed.
setup_all() {
	[[ -z ${SETUP_DONE[${1:-stable}]:-} ]] || return 0
	setup_check_host
	setup_check_root
	setup_index missing
	piece_remember buildroot qemu-base keys
	if ! setup_complete "${1:-stable}"; then
		! setup_fetches "${1:-stable}" || setup_index old
		setup_make "${1:-stable}"
	fi
	SETUP_DONE[${1:-stable}]=1
}

# setup_everything: the command "setup": renew the indexes, make all pieces for both kernels, and
# say what they cost.
setup_everything() {
	local start=$EPOCHREALTIME
	setup_check_host
	setup_check_root
	setup_index now
	piece_remember buildroot qemu-base keys
	setup_make stable backports
	setup_report
	say "set up in $(elapsed_since "$start") s, in $TYR_CACHE"
}

# setup_make KERNEL...: make what is missing. The packages of guest and kernels come down while
# the build root and QEMU are built; then the small pieces follow.
setup_make() {
	local name fetcher
	setup_check_root
	# a process group of its own, like a step, so that step_kill ends all of it
	set -m
	(set +m; setup_prefetch "$@") >/dev/null 2>&1 </dev/null &
	fetcher=$!
	STEP_PIDS+=("$fetcher")
	set +m
	for name in "${SETUP_PIECES[@]}"; do
		piece "$name" >/dev/null || exit "$EXIT_ENV"
	done
	wait "$fetcher" || true # a piece that needs the package says what went wrong
	STEP_PIDS=()
	for name in $(setup_kernel_pieces "$@"); do
		piece "${name%%:*}" "${name#*:}" >/dev/null || exit "$EXIT_ENV"
	done
	setup_give_back
}

# setup_check_root: only the build root needs root, and only to make it. Asked before the indexes
# are fetched, too, when any build root would do.
setup_check_root() {
	((EUID != 0)) || return 0
	if apt_ready; then
		piece_ready "$(piece_id buildroot)" && return
	elif compgen -G "$TYR_CACHE/buildroot-*" >/dev/null; then
		return
	fi
	die "$EXIT_ENV" "making the build root needs root, once: sudo TYR_CACHE=$TYR_CACHE $TYR_ROOT/harness.sh setup"
}

# setup_prefetch KERNEL...: download packages ahead of the pieces that need them.
setup_prefetch() {
	local kernel
	piece_load kernel
	piece_load guest
	piece_load kheaders
	for kernel; do
		kernel_fetch "$kernel"
		! drivers_existing | grep -qx tyr || kheaders_fetch "$kernel"
	done
	guest_fetch
}

# setup_reason LOG: one line for a usual reason of a failed step; status 1 when it is no usual one. A disk may be
# too full for the log itself.
setup_reason() {
	if grep -qiE 'no space left on device|not enough free space' "$1" || setup_disk_full; then
		echo "the disk of $TYR_CACHE is full: free some space or set TYR_CACHE to another disk"
	elif grep -qiE 'could not resolve|temporary failure (in name )?resol|network is unreachable|could not connect|connection (timed out|refused)|unable to connect' "$1"; then
		echo 'the Debian mirror cannot be reached: is there a network? (TYR_MIRROR names another mirror)'
	elif grep -qE '404 +Not Found' "$1"; then
		echo 'the archive has replaced a package meanwhile: run ./harness.sh setup again'
	else
		grep -m1 -oP '^error: \K.*' "$1"
	fi
}

# setup_disk_full: status 0 when the disk of the cache has less than half a MiB left.
setup_disk_full() {
	(("$(df --output=avail -k "$TYR_CACHE" | tail -n 1)" < 512))
}

# setup_explain LOG WHAT: say why WHAT failed.
setup_explain() {
	(die "$EXIT_ENV" "$2 failed: $(setup_reason "$1" || echo "the log is $1")") || true
}

# setup_report: the pieces in use, what they cost to make and how large they are, as a table.
setup_report() {
	local pieces name
	mapfile -t pieces < <(printf '%s\n' "${SETUP_PIECES[@]}" && setup_kernel_pieces stable backports)
	apt_ready || die "$EXIT_ENV" "nothing is set up yet; run: ./harness.sh setup"
	printf '%-44s %8s %7s  %s\n' piece seconds MiB folder
	for name in "${pieces[@]}"; do
		setup_report_line "$(piece_id "$name")" "$name"
	done
}

# setup_report_line ID NAME: one line of the table.
setup_report_line() {
	local manifest=$TYR_CACHE/$1/manifest.json
	if [[ -f $manifest ]]; then
		jq -r '[.title, .seconds, .mb, .id] | @tsv' "$manifest" |
			awk -F '\t' '{ printf "%-44s %8.1f %7d  %s\n", $1, $2, $3, $4 }'
	else
		printf '%-44s %8s %7s  %s\n' "$2" - - 'not made yet'
	fi
}

# setup_give_back: after "sudo ./harness.sh setup" the user's cache is the user's again; the pieces
# themselves stay root's, but the keys must be readable and the rest writable for later runs.
setup_give_back() {
	[[ $EUID -eq 0 && -n ${SUDO_UID:-} && $SUDO_UID != 0 ]] || return 0
	chown "$SUDO_UID:${SUDO_GID:-}" "$TYR_CACHE"
	(cd "$TYR_CACHE" && mkdir -p lock tmp log &&
		chown -R "$SUDO_UID:${SUDO_GID:-}" keys-* apt lock tmp log)
}

# setup_provenance KERNEL: the pieces that a run with KERNEL stands on, as a JSON object NAME -> {id, inputs}; the
# inputs have the exact versions of all packages.
setup_provenance() {
	local name id
	for name in "${SETUP_PIECES[@]}" $(setup_kernel_pieces "$1"); do
		[[ $name != keys ]] || continue
		id=$(piece_id "$name")
		jq --arg name "${name%%:*}" '{($name): {id, inputs}}' "$TYR_CACHE/$id/manifest.json"
	done | jq -s add
}
