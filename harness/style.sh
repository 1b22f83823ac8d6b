# SPDX-License-Identifier: MIT
#
# The part "style" of the project's own tests: what every file must be. Its tools are the build root's, so that
# the verdict is the same on every host.

test_style() {
	test_command "git lists the files" sources_load
	sources_load >/dev/null 2>&1 || return 0
	test_buildroot
	test_command "shellcheck" style_shellcheck
	test_command "clang-format" style_format
	test_command "SPDX lines" style_spdx
	test_command "no file over 800 lines" style_length
	test_command "no Python" style_python
	test_command "no path of a machine, no package host" style_paths
	test_command "every grade has a definition with title" style_grades
}

# style_shell_files: all shell files, those without a suffix too.
style_shell_files() {
	test_sources '*.sh'
	test_sources | while read -r file; do
		[[ $file == *.* && $file != .ci/* ]] || ! head -n 1 "$TYR_ROOT/$file" | grep -qaE '^#!.*\b(ba)?sh\b' || printf '%s\n' "$file"
	done
}

style_shellcheck() {
	local files
	mapfile -t files < <(style_shell_files | sort -u)
	in_buildroot shellcheck "${files[@]}"
}

style_format() {
	local files
	# kmd/ is kernel style: checkpatch is its judge
	mapfile -t files < <(test_sources '*.c' '*.h' | grep -v '^kmd/')
	((${#files[@]})) || return 0
	in_buildroot clang-format --dry-run -Werror "${files[@]}"
}

# style_spdx: which licence depends on the folder; in a JSON file the line is a comment member.
style_spdx() {
	local file want bad=0
	while read -r file; do
		case $file in
		LICENSES/* | *.svg | *.png | *.json | .gitignore | */baselines/*) continue ;;
		sim/qemu/* | kmd/*) want='GPL-2.0-or-later' ;;
		*) want='MIT' ;;
		esac
		head -n 4 "$TYR_ROOT/$file" | grep -qF "SPDX-License-Identifier: $want" || {
			printf '%s: no line "SPDX-License-Identifier: %s" at its head\n' "$file" "$want"
			bad=1
		}
	done < <(test_sources)
	return "$bad"
}

style_length() {
	local file lines bad=0
	while read -r file; do
		lines=$(wc -l <"$TYR_ROOT/$file")
		if ((lines > 800)); then
			printf '%s: %d lines\n' "$file" "$lines"
			bad=1
		fi
	done < <(test_sources | grep -v '^LICENSES/')
	return "$bad"
}

style_python() {
	local found
	found=$(test_sources '*.py' '*.pyi')
	[[ -z $found ]] || printf '%s\n' "$found"
	[[ -z $found ]]
}

# style_paths: nothing of the machine that a file was written on. The words are put together here
# so that this file does not find itself.
style_paths() {
	local words='(^|[^A-Za-z0-9_}])/(wor''k/|ro''ot/(src|plan|\.cache))|bash_''jobs|deb\.debi''an\.org|snapshot\.debi''an'
	local files
	mapfile -t files < <(test_sources | grep -v '^LICENSES/')
	cd "$TYR_ROOT" && ! grep -nIE "$words" "${files[@]}"
}

style_grades() {
	local name bad=0
	while read -r name; do
		[[ -n $(grade_value "$name" title) && $(grade_number "$name") =~ ^[1-9]$ ]] || {
			printf 'grade %s has no title or no number\n' "$name"
			bad=1
		}
	done < <(grades_defined)
	return "$bad"
}
