# SPDX-License-Identifier: MIT
#
# The plan of a run: which programs, in which order, with which subtests. Programs run in the
# order of their grades; PLAN_* are parallel arrays.

PLAN_GRADE=()
PLAN_PROGRAM=()
# Subtests with blanks between them; "-" for a program without subtests.
PLAN_SUBTESTS=()
PLAN_COUNT=0
# grade -> "true" when all of its tests are in the plan
declare -A PLAN_COMPLETE=()

# plan_make [GRADE|TEST-GLOB]...: fill PLAN_* from TESTS_LIST. An argument that names nothing is
# an error of usage.
plan_make() {
	local row glob chosen
	local -A used=()
	PLAN_GRADE=() PLAN_PROGRAM=() PLAN_SUBTESTS=() PLAN_COUNT=0 PLAN_COMPLETE=()
	for row in "${TESTS_LIST[@]}"; do
		chosen=$((!$#))
		for glob in "$@"; do
			if list_row_matches "$row" "$glob"; then
				chosen=1
				used[$glob]=1
			fi
		done
		plan_row "$row" "$chosen"
	done
	for glob in "$@"; do
		[[ -n ${used[$glob]:-} ]] || die "$EXIT_USAGE" "no grade and no test is called '$glob'; see: ./harness.sh list"
	done
}

# plan_row ROW CHOSEN: put one row into the plan, or note that its grade is not complete.
plan_row() {
	local grade program subtest _ last=$((${#PLAN_PROGRAM[@]} - 1))
	IFS=$'\t' read -r grade program subtest _ <<<"$1"
	: "${PLAN_COMPLETE[$grade]:=true}"
	if ((!$2)); then
		PLAN_COMPLETE["$grade"]=false
		return
	fi
	PLAN_COUNT=$((PLAN_COUNT + 1))
	if ((last >= 0)) && [[ ${PLAN_PROGRAM[last]} == "$program" && ${PLAN_GRADE[last]} == "$grade" ]]; then
		PLAN_SUBTESTS[last]+=" $subtest"
	else
		PLAN_GRADE+=("$grade") PLAN_PROGRAM+=("$program") PLAN_SUBTESTS+=("$subtest")
	fi
}
