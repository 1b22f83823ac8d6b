# SPDX-License-Identifier: MIT
#
# The cache: folders named NAME-HASH below TYR_CACHE, each a finished piece of set-up. HASH covers
# all that the piece is made from, so a change of any input is another folder and nothing is ever
# half old, half new. A piece is made in a temporary folder and appears by one rename.
#
# A piece NAME is a file harness/pieces/NAME.sh that defines
#   PIECE_TITLE[NAME]    what it is, for people
#   PIECE_MB[NAME]       free disk space that making it takes, MiB
#   PIECE_NEEDS[NAME]    the pieces it is made from, words of the form NAME or NAME:ARG
#   NAME_inputs ARG      prints all its inputs but those pieces, one a line
#   NAME_build DIR ARG   fills DIR

declare -gA PIECE_TITLE PIECE_MB PIECE_NEEDS
# Names of folders that do not change while the harness runs; see piece_remember.
declare -gA PIECE_ID

# Inside this file a piece is one word, NAME or NAME:ARG.

# piece_load NAME: read the piece's file.
piece_load() {
	[[ -z ${PIECE_TITLE[$1]:-} ]] || return 0
	[[ -f $TYR_ROOT/harness/pieces/$1.sh ]] || die "$EXIT_ENV" "there is no piece '$1'"
	# shellcheck source=/dev/null
	source "$TYR_ROOT/harness/pieces/$1.sh"
}

# piece_arg PIECE: its argument, empty when it has none.
piece_arg() {
	[[ $1 != *:* ]] || printf '%s\n' "${1#*:}"
}

# piece_title PIECE: what it is, for people.
piece_title() {
	piece_load "${1%%:*}"
	[[ $1 != *:* ]] || set -- "$1" " (${1#*:})"
	printf '%s%s\n' "${PIECE_TITLE[${1%%:*}]}" "${2:-}"
}

# piece_inputs PIECE: the text that the hash covers: the recipe, the names of the pieces it needs,
# which carry their own hashes, and what the recipe says it reads.
piece_inputs() {
	local name=${1%%:*} need id
	piece_load "$name"
	printf 'recipe %s\n' "$(sha256sum <"$TYR_ROOT/harness/pieces/$name.sh" | cut -c1-64)"
	for need in ${PIECE_NEEDS[$name]}; do
		id=$(piece_id "$need") || return
		printf 'piece %s\n' "$id"
	done
	"${name}_inputs" "$(piece_arg "$1")"
}

# piece_id PIECE: the name of the piece's folder.
piece_id() {
	local inputs
	if [[ -n ${PIECE_ID[$1]:-} ]]; then
		printf '%s\n' "${PIECE_ID[$1]}"
		return
	fi
	inputs=$(piece_inputs "$1") || return
	printf '%s-%s\n' "${1/:/-}" "$(sha256sum <<<"$inputs" | cut -c1-16)"
}

# piece_remember PIECE...: work out the names of pieces that depend on packages only, once, since
# the others depend on them. Void when the indexes change.
piece_remember() {
	local spec
	for spec; do
		[[ -n ${PIECE_ID[$spec]:-} ]] || PIECE_ID[$spec]=$(piece_id "$spec") || return
	done
}

# tree_hash PATH...: one hash over names, modes and contents of files below TYR_ROOT, for inputs.
tree_hash() {
	(
		cd "$TYR_ROOT" || exit
		find "$@" -type f -printf '%m %p\n' | LC_ALL=C sort
		find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
	) | sha256sum | cut -c1-64
}

# piece NAME [ARG]: print the folder of the piece; make it, and what it needs, when missing.
piece() {
	local spec=$1${2:+:$2} id try
	for try in 1 2 3; do
		id=$(piece_id "$spec") || return
		! piece_ready "$id" || break
		piece_load "${spec%%:*}"
		piece_make "$id" "$spec" >&2 || return
	done
	piece_ready "$id" || die "$EXIT_ENV" "the sources of $(piece_title "$spec") change all the time; run again"
	touch "$TYR_CACHE/$id/.used" 2>/dev/null || true
	printf '%s/%s\n' "$TYR_CACHE" "$id"
}

# piece_ready ID: status 0 when the folder is finished.
piece_ready() {
	[[ -f $TYR_CACHE/$1/manifest.json ]]
}

# piece_make ID PIECE: make the pieces it needs, then itself, alone among all processes that share
# this cache.
piece_make() {
	local id=$1 need lock rc=0
	for need in ${PIECE_NEEDS[${2%%:*}]}; do
		piece "$need" >/dev/null || return
	done
	mkdir -p "$TYR_CACHE/lock" "$TYR_CACHE/tmp" 2>/dev/null ||
		die "$EXIT_ENV" "cannot write to $TYR_CACHE; set TYR_CACHE to a writable folder"
	exec {lock}>"$TYR_CACHE/lock/$id"
	flock -n "$lock" || {
		say "waiting for another set-up to finish: $(piece_title "$2")"
		flock "$lock"
	}
	piece_ready "$id" || piece_make_locked "$id" "$2" || rc=$?
	flock -u "$lock" # a child that still runs may have it open too
	exec {lock}>&-
	return "$rc"
}

# piece_make_locked ID PIECE: what the holder of the lock does.
piece_make_locked() {
	local id=$1 tmp=$TYR_CACHE/tmp/$1 start title
	title=$(piece_title "$2")
	cache_sweep
	rm -rf --one-file-system "$tmp"
	cache_space "${PIECE_MB[${2%%:*}]}" "$title"
	mkdir "$tmp" || die "$EXIT_ENV" "cannot write to $TYR_CACHE"
	start=$EPOCHREALTIME
	if ! step "$title" env TYR_CACHE="$TYR_CACHE" "$TYR_ROOT/harness/inner/run-piece" "$2" "$tmp"; then
		setup_explain "$(step_log "$title")" "$title"
		rm -rf --one-file-system "$tmp"
		return "$EXIT_ENV"
	fi
	if [[ $(piece_id "$2") != "$id" ]]; then
		say "the sources of $title have changed meanwhile: once more"
		return 0
	fi
	piece_manifest "$id" "$(elapsed_since "$start")" "$2" >"$tmp/manifest.json" ||
		die "$EXIT_ENV" "cannot write the manifest of $title; is the disk full?"
	touch "$tmp/.used"
	rm -rf --one-file-system "${TYR_CACHE:?}/$id"
	mv "$tmp" "$TYR_CACHE/$id"
	cache_prune "${2/:/-}" "$id"
}

# piece_manifest ID SECONDS PIECE: what the piece is made from, and what it cost.
piece_manifest() {
	local id=$1 seconds=$2
	piece_inputs "$3" | jq -Rn --arg id "$id" --arg title "$(piece_title "$3")" \
		--argjson seconds "$seconds" --arg date "$(date -u +%FT%TZ)" \
		--argjson mb "$(du -sm --apparent-size "$TYR_CACHE/tmp/$id" | cut -f1)" \
		'{id: $id, title: $title, date: $date, seconds: $seconds, mb: $mb, inputs: [inputs]}'
}

# cache_space MIB WHAT: stop when the disk has less room than making WHAT takes.
cache_space() {
	local free
	free=$(df --output=avail -m "$TYR_CACHE" | tail -n 1)
	((free >= $1)) || die "$EXIT_ENV" \
		"$2 needs $1 MiB of disk, $TYR_CACHE has ${free// /}; free some or set TYR_CACHE to another disk"
}

# cache_sweep: remove what an interrupted set-up left. A folder whose lock is free has no owner.
cache_sweep() {
	local dir
	for dir in "$TYR_CACHE"/tmp/*; do
		[[ -d $dir ]] || continue
		flock -n "$TYR_CACHE/lock/${dir##*/}" rm -rf --one-file-system "$dir" || true
	done
}

# cache_prune PREFIX ID: remove older pieces of the same name: all but ID, the two used last and
# what was used within two hours, for another checkout may be running with it.
cache_prune() {
	local dir kept=0
	while read -r _ dir; do
		[[ $dir != "$TYR_CACHE/$2" ]] || continue
		kept=$((kept + 1))
		((kept > 2)) || continue
		[[ -n $(find "$dir/.used" -mmin +120 2>/dev/null) ]] || continue
		rm -rf --one-file-system "$dir"
	done < <(find "$TYR_CACHE" -maxdepth 2 -regex ".*/$1-[0-9a-f]*/\.used" -printf '%T@ %h\n' | sort -rn)
}
