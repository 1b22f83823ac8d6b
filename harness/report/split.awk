# SPDX-License-Identifier: MIT
#
# Cuts the stream of one program (guest/session.sh) and the model's log into subtests, in one pass.
# Variables: driver (name), from and to (lines of the stream), mfrom and mto (lines of the model's
# log), limit (most lines kept of one kind for one subtest). Before the second file: mode=model.
#
# Output, tab-separated: INDEX KIND TEXT. INDEX 0 is the program outside its subtests.
#   n name   s started   r result word   t seconds   e expected regex   x left-out line count
#   o output line   k kernel log line   b kernel log line that fails the test
#   m model log line   c complaint that fails the test

function index_of(name) {
	if (!(name in number)) {
		number[name] = ++count
		print count "\tn\t" name
	}
	return number[name]
}

function emit(i, kind, text) {
	if (++lines[i, kind] <= limit)
		print i "\t" kind "\t" text
}

# What a subtest prints, with IGT's console lines.
function output(text, name, word) {
	gsub(/\033\[[0-9;]*m/, "", text)
	gsub(/\t/, "    ", text)
	if (text ~ /^Starting subtest: /) {
		current = index_of(substr(text, 19))
		print current "\ts\t"
	} else if (text ~ /^Subtest [^ ]+: (SUCCESS|SKIP|FAIL|CRASH)/) {
		name = substr(text, 9)
		word = name
		sub(/: .*/, "", name)
		sub(/^[^ ]+: /, "", word)
		emit(index_of(name), "o", text)
		if (match(word, /\([0-9.]+s\)/))
			print number[name] "\tt\t" substr(word, RSTART + 1, RLENGTH - 3)
		sub(/ .*/, "", word)
		print number[name] "\tr\t" word
		current = 0
		return
	} else if (text ~ /^expect-kmsg: ./) {
		text = substr(text, 14)
		expected[current] = expected[current] text "\n"
		print current "\te\t" text
		text = "expect-kmsg: " text
	}
	if (text != "" || current)
		emit(current, "o", text)
}

# A record of /dev/kmsg: PRIORITY,NUMBER,MICROSECONDS,FLAGS;TEXT. Lines that begin with a blank
# belong to the record before them and hold device names: not kept.
function kernel(record, head, text, field, priority, i) {
	if (record ~ /^ /)
		return
	i = index(record, ";")
	head = substr(record, 1, i - 1)
	text = substr(record, i + 1)
	if (split(head, field, ",") < 3)
		return
	if (field[2] + 0 < next_number)
		return # seen before a reader that was overrun began again
	next_number = field[2] + 1
	priority = field[1] + 0
	if (text ~ /^\[TYR [0-9]+\]/ || text ~ /^\[IGT\] [^ ]+: (executing|exiting)/) {
		kcurrent = 0
		return
	}
	if (text ~ /^\[IGT\] [^ ]+: starting subtest /) {
		sub(/.*: starting subtest /, "", text)
		kcurrent = index_of(text)
		return
	}
	if (text ~ /^\[(IGT|TYR)\]/)
		return
	gsub(/\t/, "    ", text)
	text = sprintf("<%d>[%12.6f] %s", priority % 8, field[3] / 1000000, text)
	emit(kcurrent, "k", text)
	if (breaks(text, priority)) {
		bad_index[++bad] = kcurrent
		bad_text[bad] = text
	}
}

# Does this line of the kernel log fail a test? Only the kernel's own (facility 0): what it prints
# when something is wrong with it, and errors of the driver under test.
function breaks(text, priority) {
	if (priority >= 8)
		return 0
	if (text ~ /WARNING: (CPU|possible|bad|suspicious|inconsistent|at )|BUG: |kernel BUG at|Oops|Internal error: |Unable to handle kernel|Kernel panic|KASAN|UBSAN|refcount_t: |list_(add|del) corruption|INFO: task .* blocked for more|rcu: INFO: .* (stall|self-detected)/)
		return 1
	return priority <= 3 && text ~ ("\\] " driver " ")
}

# The model's log: "[seconds] KIND TEXT".
function model(text, word) {
	word = text
	sub(/^\[ *[0-9.]+\] /, "", word)
	if (word ~ /^mark /) {
		sub(/^mark /, "", word)
		mcurrent = index(word, "@") ? index_of(substr(word, index(word, "@") + 1)) : 0
		return
	}
	gsub(/\t/, "    ", text)
	emit(mcurrent, "m", text)
	if (word ~ /^(complaint|unimp) /)
		emit(mcurrent, "c", text)
}

# Was this kernel log line announced by the subtest or, outside subtests, by the program?
function announced(i, text, list, n, k) {
	n = split(expected[i] expected[0], list, "\n")
	for (k = 1; k <= n; k++)
		if (list[k] != "" && text ~ list[k])
			return 1
	return 0
}

BEGIN {
	current = kcurrent = mcurrent = count = 0
	print "0\tn\t"
}
mode == "model" { if (FNR > mfrom && FNR <= mto) model($0); next }
FNR <= from || FNR > to { next }
/^O / { output(substr($0, 3)) }
/^K / { kernel(substr($0, 3)) }
END {
	for (b = 1; b <= bad; b++)
		if (!announced(bad_index[b], bad_text[b]))
			emit(bad_index[b], "b", bad_text[b])
	for (pair in lines)
		if (lines[pair] > limit) {
			split(pair, part, SUBSEP)
			print part[1] "\tx\t" (lines[pair] - limit) " more lines of kind " part[2] " in the raw log"
		}
}
