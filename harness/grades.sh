# SPDX-License-Identifier: MIT
#
# Grades and drivers: which exist. A grade is a file harness/grades/NUMBER-NAME.grade with lines
# "key: value" (keys: title, timeout) and a folder NAME of test programs.

# grades_defined: names of all grades, in order.
grades_defined() {
	local file name
	for file in "$TYR_ROOT"/harness/grades/*.grade; do
		name=${file##*/}
		name=${name%.grade}
		printf '%s\n' "${name#*-}"
	done
}

# grade_file NAME: the file that defines grade NAME; status 1 when there is none.
grade_file() {
	local file
	for file in "$TYR_ROOT"/harness/grades/*-"$1".grade; do
		[[ -e $file ]] || return 1
		printf '%s\n' "$file"
		return 0
	done
}

# grade_number NAME: its place on the ladder.
grade_number() {
	local file
	file=$(grade_file "$1") || return 1
	file=${file##*/}
	printf '%s\n' "${file%%-*}"
}

# grade_value NAME KEY: the value of KEY in the grade's definition; empty when not there.
grade_value() {
	local file
	file=$(grade_file "$1") || return 1
	sed -n "s/^$2:[[:space:]]*//p" "$file"
}

# grade_timeout NAME: seconds that one subtest of the grade may take; --timeout overrides.
grade_timeout() {
	local seconds=${OPT_TIMEOUT:-}
	[[ -n $seconds ]] || seconds=$(grade_value "$1" timeout)
	printf '%s\n' "${seconds:-60}"
}

# drivers_existing: the drivers that can be put under test.
drivers_existing() {
	printf 'panthor\n'
	[[ ! -e $TYR_ROOT/kmd/Kbuild ]] || printf 'tyr\n'
}

# drivers_wanted: the drivers that --driver names; stops when one is not there.
drivers_wanted() {
	if [[ $OPT_DRIVER == all ]]; then
		drivers_existing
		return
	fi
	drivers_existing | grep -x "$OPT_DRIVER" >/dev/null ||
		die "$EXIT_USAGE" "there is no driver $OPT_DRIVER in this tree yet (kmd/ has no Kbuild)"
	printf '%s\n' "$OPT_DRIVER"
}
