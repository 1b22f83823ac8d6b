# SPDX-License-Identifier: MIT
#
# The part "kmd" of the project's own tests: the driver's sources, on both kernels, without running it.

# The longest line, as kernel code has it.
KMD_COLUMNS=100

# sparse on the newer kernel: Debian's headers come without what C=2 asks first, whose answer it is that counts then; and
# sparse does not know two words of that kernel.
KMD_SPARSE_NEW=(C=2 KBUILD_CHECKSRC=2
	"CF=-D__typeof_unqual__=__typeof__ '-D__builtin_strlen(s)=(sizeof(s)-1)'")

test_kmd() {
	local kernel
	if [[ ! -e $TYR_ROOT/kmd/Kbuild ]]; then
		test_skip "kmd: there is no driver"
		return
	fi
	test_buildroot
	for kernel in stable backports; do
		test_command "kmd: builds without a warning ($kernel, W=1)" kmd_build "$kernel" W=1
	done
	test_command "kmd: sparse (stable)" kmd_build stable C=2
	test_command "kmd: sparse (backports)" kmd_build backports "${KMD_SPARSE_NEW[@]}"
	test_command "kmd: checkpatch --strict" kmd_checkpatch
}

# kmd_build KERNEL MAKE-ARG...: build all of it from nothing; any word of the compiler, of sparse or of modpost is a failure.
kmd_build() {
	local kernel=$1 headers words noise='pahole|The kernel was built with|You are using: '
	shift
	headers=$(piece kheaders "$kernel" 2>/dev/null) || return
	# shellcheck disable=SC2016 # the shell inside expands it
	words=$(in_buildroot --in "$headers" --env "RELEASE=$(<"$headers/release")" sh -ec '
		cp -r /tyr/kmd /tmp/kmd
		cd /tmp/kmd
		rm -f *.o *.mod*
		make -s -j2 -C "/in/usr/src/linux-headers-$RELEASE" M="$PWD" CONFIG_DEBUG_INFO_BTF_MODULES= "$@" modules' \
		sh "$@" 2>&1) || { printf '%s\n' "$words" && return 1; }
	[[ $* != *KBUILD_CHECKSRC* ]] || noise+='|checker-valid.sh|C=2 specified'
	words=$(grep -vE "$noise" <<<"$words") || true
	[[ -z $words ]] || { printf '%s\n' "$words" && return 1; }
}

# compat.h asks for the kernel's version, which a driver out of tree has to; checkpatch objects to that in two ways.
kmd_checkpatch() {
	local dir files
	dir=$(piece checkpatch 2>/dev/null) || return
	mapfile -t files < <(cd "$TYR_ROOT" && find kmd -name '*.[ch]' ! -name trace.h | sort)
	kmd_checkpatch_run "$dir" LINUX_VERSION_CODE,CONSTANT_COMPARISON "${files[@]}" || return
	# TRACE_EVENT() is written in a style of its own
	kmd_checkpatch_run "$dir" OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT,MULTISTATEMENT_MACRO_USE_DO_WHILE kmd/trace.h
}

# kmd_checkpatch_run PIECE TYPES FILE...: all but TYPES of what checkpatch looks for.
kmd_checkpatch_run() {
	local dir=$1 types=$2
	shift 2
	in_buildroot --in "$dir" perl /in/checkpatch.pl --no-tree --strict --no-summary --quiet --terse \
		--max-line-length="$KMD_COLUMNS" --ignore "$types" -f "$@"
}
