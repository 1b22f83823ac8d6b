# SPDX-License-Identifier: MIT
#
# The test programs: where they come from for a target, how they get there, what is in them. They
# lie in a folder with a folder for each grade. TYR_TESTS_DIR names such a folder to use instead.

# What a machine needs to build them.
TESTS_PACKAGES='meson gcc pkg-config libdrm-dev linux-libc-dev/trixie-backports'

TESTS_DIR=
# Rows "grade<TAB>program<TAB>subtest<TAB>description"; subtest "-": the program has none.
TESTS_LIST=()
# Whose list it is: a folder of programs that are no grade; empty: all grades.
LIST_FOLDER=

# tests_prepare: set TESTS_DIR, building what is missing. Only a board with --build-on-target
# has none on this machine.
tests_prepare() {
	if [[ -n ${TYR_TESTS_DIR:-} ]]; then
		[[ -d $TYR_TESTS_DIR ]] || die "$EXIT_ENV" "TYR_TESTS_DIR is no folder: $TYR_TESTS_DIR"
		TESTS_DIR=$TYR_TESTS_DIR
	elif ((OPT_BUILD_ON_TARGET)); then
		TESTS_DIR=
	elif [[ $OPT_TARGET == local ]]; then
		tests_build_here
	else
		local dir
		# first without a subshell, so that an interrupted build is cleaned up
		piece tests >/dev/null || exit $?
		dir=$(piece tests)
		TESTS_DIR=$dir/libexec/tyr
	fi
}

# tests_build_here: by this machine's own meson, for the target "local".
tests_build_here() {
	local build=$TYR_CACHE/local-build
	need_tool meson meson
	need_tool cc gcc
	need_tool pkg-config pkg-config
	mkdir -p "$build"
	step "test programs" tests_meson "$TYR_ROOT" "$build" ||
		die "$EXIT_ENV" "the test programs do not build; needed: apt-get install $TESTS_PACKAGES"
	TESTS_DIR=$build/install/libexec/tyr
}

# tests_meson SOURCE BUILD: configure, build and install only tests/ below BUILD/install.
tests_meson() {
	meson setup --reconfigure -Dsim=false --prefix=/ --libexecdir=libexec "$2" "$1" ||
		meson setup -Dsim=false --prefix=/ --libexecdir=libexec "$2" "$1"
	meson compile -C "$2"
	DESTDIR=$2/install meson install --no-rebuild -C "$2"
}

# tests_push: bring them to the target, below TARGET_DIR/tests.
tests_push() {
	if [[ -n $TESTS_DIR ]]; then
		target_push "$TESTS_DIR" "$TARGET_DIR/tests"
	else
		tests_build_there
	fi
}

# tests_uapi: a uAPI header that is new enough, from a build root, when this machine has one. A board's is older.
tests_uapi() {
	local header
	for header in "$TYR_CACHE"/buildroot-*/usr/include/drm/panthor_drm.h; do
		! grep -qs DRM_PANTHOR_VM_BIND_OP_MAP_SPARSE "$header" || { printf '%s\n' "$header" && return; }
	done
}

# tests_build_there: push the sources to the board and let its meson build them.
tests_build_there() {
	local files=("$TYR_ROOT"/meson.build "$TYR_ROOT"/meson_options.txt "$TYR_ROOT"/tests "$TYR_ROOT"/bench) uapi
	tar -C "$TYR_ROOT" -cf - "${files[@]#"$TYR_ROOT"/}" |
		target_exec "mkdir -p $TARGET_DIR/source && tar -C $TARGET_DIR/source -xf -" ||
		die "$EXIT_ENV" "cannot copy the sources to $TARGET_NAME"
	uapi=$(tests_uapi)
	[[ -z $uapi ]] || target_exec "mkdir -p $TARGET_DIR/uapi/drm && cat >$TARGET_DIR/uapi/drm/panthor_drm.h" <"$uapi"
	say "building the tests on $TARGET_NAME"
	target_script build.sh "$TARGET_DIR" >&2 ||
		die "$EXIT_ENV" "the tests do not build on $TARGET_NAME; needed there: apt-get install $TESTS_PACKAGES"
}

# list_key: names what the list depends on, the programs. A piece's folder has its hash in its name.
list_key() {
	local where=
	[[ $OPT_TARGET != local ]] || where=local
	[[ -z ${TYR_TESTS_DIR:-} ]] || where=given
	if [[ -n $where ]]; then
		printf '%s-' "$where"
		find "$TESTS_DIR" -type f -exec sha256sum {} + | sort | sha256sum | cut -c 1-16
	else
		local dir=${TESTS_DIR%/libexec/tyr}
		printf '%s\n' "${dir##*/}"
	fi
}

# list_file: where the list is remembered.
list_file() {
	printf '%s/list/%s%s.tsv\n' "$TYR_CACHE" "${LIST_FOLDER:+$LIST_FOLDER-}" "$(list_key)"
}

# list_load: fill TESTS_LIST from the cache; status 1 when it is not there.
list_load() {
	local file
	[[ -n $TESTS_DIR ]] || return 1
	file=$(list_file)
	[[ -s $file ]] || return 1
	mapfile -t TESTS_LIST <"$file"
}

# list_ask: fill TESTS_LIST by asking the programs on the open target, and remember it.
list_ask() {
	local folders=("$LIST_FOLDER") text file
	[[ -n $LIST_FOLDER ]] || mapfile -t folders < <(grades_defined)
	text=$(target_script list.sh "$TARGET_DIR/tests" "${folders[@]}" | list_parse) ||
		die "$EXIT_ENV" "the test programs do not run on $TARGET_NAME; are they built for its architecture?"
	[[ -n $text ]] || die "$EXIT_ENV" "there is no test program in ${folders[*]}"
	mapfile -t TESTS_LIST <<<"$text"
	[[ -n $TESTS_DIR ]] || return 0
	file=$(list_file)
	mkdir -p "${file%/*}"
	printf '%s\n' "$text" >"$file.$$"
	mv "$file.$$" "$file"
}

# list_parse: from the lines of guest/list.sh to rows.
list_parse() {
	awk -v OFS='\t' '
		function flush() { if (program != "" && !subtests) print grade, program, "-", title }
		/^P / { flush(); grade = $2; program = $3; subtests = 0; title = ""; at = ""; delete about; next }
		/^D SUB / { at = $3; next }
		/^D / {
			text = substr($0, 3); gsub(/^ +| +$|\t/, "", text)
			if (text == "") next
			if (at == "") title = title == "" ? text : title " " text
			else about[at] = about[at] == "" ? text : about[at] " " text
			next
		}
		/^S [^ ]+$/ { subtests++; print grade, program, $2, ($2 in about) ? about[$2] : "" }
		END { flush() }'
}

# list_row_matches ROW ARGUMENT: does a GRADE or TEST-GLOB of the command line name this row?
list_row_matches() {
	local grade program subtest _
	IFS=$'\t' read -r grade program subtest _ <<<"$1"
	# shellcheck disable=SC2053 # the argument is a pattern
	[[ $grade == $2 || $program == $2 || $program@$subtest == $2 || $subtest == $2 ||
		$grade/$program == $2 || $grade/$program@$subtest == $2 ]]
}

# cmd_list ARGS...: the command "list". It boots nothing: it shows what the last build listed.
cmd_list() {
	args_parse list "$@"
	local name file
	say "grades:"
	while read -r name; do
		printf '%s %-12s %s\n' "$(grade_number "$name")" "$name" "$(grade_value "$name" title)"
	done < <(grades_defined)
	if [[ -n ${TYR_TESTS_DIR:-} ]]; then
		TESTS_DIR=$TYR_TESTS_DIR
		list_load || die "$EXIT_ENV" "these tests were never run; try: ./harness.sh run"
	else
		file=$(find "$TYR_CACHE/list" \( -name 'tests-*' -o -name 'local-*' \) -printf '%T@ %p\n' 2>/dev/null | sort -rn) || true
		file=${file%%$'\n'*}
		file=${file#* }
		[[ -n $file ]] || die "$EXIT_ENV" "the tests are not built yet; they are listed after: ./harness.sh run"
		mapfile -t TESTS_LIST <"$file"
	fi
	say "tests:"
	list_print "${OPT_SELECT[@]}"
}

# list_print [GRADE|TEST-GLOB]...: the rows that match, for people.
list_print() {
	local row glob shown
	for row in "${TESTS_LIST[@]}"; do
		shown=$((!$#))
		for glob in "$@"; do
			! list_row_matches "$row" "$glob" || shown=1
		done
		((!shown)) || printf '%s\n' "$row"
	done | awk -F '\t' '{
		name = $3 == "-" ? $2 : $2 "@" $3
		printf "%-8s %-44s %s\n", $1, name, $4
	}'
}
