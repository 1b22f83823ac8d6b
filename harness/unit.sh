# SPDX-License-Identifier: MIT
#
# The parts "unit" and "fuzz" of the project's own tests: what needs no virtual machine, built by meson in the
# build root.

# Seconds that each fuzz target gets; more by TYR_FUZZ_TIME.
FUZZ_TIME=${TYR_FUZZ_TIME:-10}

# test_unit: the model under ASan and UBSan, and the test core as it is shipped (its crash test needs the real
# SIGSEGV, not ASan's).
test_unit() {
	local genxml
	test_buildroot
	genxml=$(piece genxml) || exit $?
	unit_build sim cc -Dtests=false -Db_sanitize=address,undefined -Db_lundef=false &&
		unit_run sim "$genxml"
	unit_build core cc -Dsim=false && unit_run core "$genxml"
	test_command "build (on a board)" unit_board
}

# test_fuzz: each libFuzzer target for a while, from nothing; a crash or a hang prints how to repeat it.
test_fuzz() {
	local name
	test_buildroot
	unit_build fuzz clang -Dtests=false -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false \
		-Dc_args=-fsanitize=fuzzer-no-link || return 0
	while read -r name; do
		test_command "$name, $FUZZ_TIME s" unit_fuzz "$name"
	done < <(unit_in fuzz 'find build/sim/tests -maxdepth 1 -type f -name "fuzz_*" -printf "%f\n" | sort')
}

# unit_in NAME COMMANDS [DIR]: COMMANDS in the build root, in the build folder NAME, DIR on /in. A subshell, because
# the folder is held until its end.
unit_in() (
	meson_work "unit-$1"
	in_buildroot ${3:+--in "$3"} --work "$MESON_WORK" sh -ec "cd /tmp/build; $2" </dev/null
)

# unit_build NAME CC MESON-OPTION...: status 1, and a failed test, when it does not build.
unit_build() {
	local name=$1 cc=$2 log
	shift 2
	if log=$(unit_in "$name" "[ -e build/build.ninja ] || CC=$cc meson setup $* build /tyr; ninja -C build -j2" 2>&1); then
		test_pass "build ($name)"
	else
		test_fail "build ($name)" "$log"
		return 1
	fi
}

# unit_run NAME GENXML: one result for each of meson's tests.
unit_run() {
	local log word name seen=0
	log=$(unit_in "$1" 'TYR_V10_XML=/in/v10.xml meson test -C build --no-rebuild --num-processes 2 --print-errorlogs' \
		"$2" 2>&1) || true
	while read -r word name; do
		seen=1
		case $word in
		OK | EXPECTEDFAIL) test_pass "$name" ;;
		SKIP) test_skip "$name" ;;
		*) test_fail "$name" "$(grep -aA40 -F "$name" <<<"$log")" ;;
		esac
	done < <(sed -nE 's,^ *[0-9]+/[0-9]+ (tyr:)?(.*[^ ]) +(OK|SKIP|FAIL|TIMEOUT|ERROR|EXPECTEDFAIL|UNEXPECTEDPASS|INTERRUPT) .*,\3 \2,p' <<<"$log")
	((seen)) || test_fail "meson test ($1)" "$log"
}

# unit_board: what a board does with --build-on-target, with the tools of the build root, and what it then lists.
unit_board() {
	unit_in board '
		rm -rf board
		mkdir -p board/source
		cp -r /tyr/meson.build /tyr/meson_options.txt /tyr/tests /tyr/bench board/source
		bash /tyr/harness/guest/build.sh /tmp/build/board
		bash /tyr/harness/guest/list.sh board/tests ioctl submit >board/list
		grep -qx "P ioctl panthor_vm" board/list
		grep -qx "S mov-store" board/list'
}

# unit_fuzz TARGET: the input of a failure stays in the build folder.
unit_fuzz() {
	unit_in fuzz "build/sim/tests/$1 -max_total_time=$FUZZ_TIME -timeout=20 -artifact_prefix=/tmp/build/$1- -print_final_stats=1"
}
