# SPDX-License-Identifier: MIT
#
# The command "doctor": what can run here, or on the target, and what is missing, a line each
# with the way to mend it. Exit code 3 when something is missing that a run needs.

DOCTOR_MISSING=0

cmd_doctor() {
	args_parse doctor "$@"
	[[ ${#OPT_SELECT[@]} -eq 0 ]] || die "$EXIT_USAGE" "doctor takes no argument: ${OPT_SELECT[0]}"
	if [[ $OPT_TARGET == sim ]]; then
		doctor_host
	else
		doctor_board
	fi
	if ((DOCTOR_MISSING)); then
		say "$DOCTOR_MISSING missing"
		exit "$EXIT_ENV"
	fi
	say "nothing is missing"
}

# doctor_ok WHAT DETAIL, doctor_note WHAT DETAIL, doctor_missing WHAT FIX: a line.
doctor_ok() {
	printf '%sok%s       %-22s %s\n' "$C_GREEN" "$C_OFF" "$1" "$2"
}

doctor_note() {
	printf '%snote%s     %-22s %s\n' "$C_YELLOW" "$C_OFF" "$1" "$2"
}

doctor_missing() {
	DOCTOR_MISSING=$((DOCTOR_MISSING + 1))
	printf '%smissing%s  %-22s %s\n' "$C_RED" "$C_OFF" "$1" "$2"
}

# doctor_host: can this machine set up and run the simulator?
doctor_host() {
	local packages
	if [[ $(uname -s)-$(uname -m) == Linux-x86_64 ]]; then
		doctor_ok machine "$(uname -m), $(nproc) cores, $(doctor_memory) MiB of memory"
	else
		doctor_missing machine "the simulator needs a Linux x86_64 host, this is $(uname -s) $(uname -m): use --target local or ssh:USER@HOST"
	fi
	(($(doctor_memory) >= 3500)) || doctor_note memory "the virtual machine takes 3 GiB, this machine has $(doctor_memory) MiB"
	packages=$(setup_host_packages | tr '\n' ' ')
	if [[ -z $packages ]]; then
		doctor_ok tools "all there"
	else
		doctor_missing tools "apt-get install ${packages% }"
	fi
	doctor_cache
	doctor_pieces
}

doctor_memory() {
	awk '/^MemTotal:/ { printf "%d\n", $2 / 1024 }' /proc/meminfo
}

# doctor_cache: is there a cache, and room in it?
doctor_cache() {
	local free
	if ! mkdir -p "$TYR_CACHE" 2>/dev/null || [[ ! -w $TYR_CACHE ]]; then
		doctor_missing cache "cannot write to $TYR_CACHE: set TYR_CACHE to a writable folder"
		return
	fi
	free=$(df --output=avail -m "$TYR_CACHE" | tail -n 1)
	free=${free// /}
	if ((free >= 6000)); then
		doctor_ok cache "$TYR_CACHE, $free MiB free"
	else
		doctor_note cache "$TYR_CACHE has $free MiB free; a set-up from nothing takes about 6000"
	fi
}

# doctor_pieces: what set-up has made already.
doctor_pieces() {
	if ! command -v jq >/dev/null || ! apt_ready; then
		doctor_note set-up "nothing is set up yet; ./harness.sh setup does it, run too"
	elif (setup_complete "$OPT_KERNEL"); then
		doctor_ok set-up "complete for kernel $OPT_KERNEL"
	else
		doctor_note set-up "parts are missing; ./harness.sh setup makes them, run too"
	fi
	if [[ $EUID -ne 0 ]] && ! (apt_ready && piece_ready "$(piece_id buildroot)") 2>/dev/null; then
		doctor_missing root "making the build root needs root, once: sudo TYR_CACHE=$TYR_CACHE $TYR_ROOT/harness.sh setup"
	fi
}

# doctor_board: can the target run the tests? The questions are asked there, by guest/doctor.sh.
doctor_board() {
	local kind what text
	target_open
	doctor_ok target "$TARGET_NAME answers"
	while IFS=$'\t' read -r kind what text; do
		case $kind in
		ok | note | missing) "doctor_$kind" "$what" "$text" ;;
		esac
	done < <(target_script doctor.sh)
}
