# SPDX-License-Identifier: MIT
#
# The ladder for people, from results.json. Arguments: $width, columns of the terminal; $colour,
# "1" for escape sequences; $where, the folder of results. Run with "jq -r".

def paint($code): if $colour == "1" then "\u001b[\($code)m\(.)\u001b[0m" else . end;
def left($n): . + (" " * ([$n - length, 0] | max) // "");
def right($n): (" " * ([$n - length, 0] | max) // "") + .;
def cut($n): if length > $n then .[:$n - 1] + "…" else . end;

def row($driver; $grade; $passed; $failed; $skipped; $time; $note):
	($driver | left(9)) + ($grade | left(14)) + ($passed | right(7)) + ($failed | right(8))
	+ ($skipped | right(9)) + ($time | right(10)) + "  " + $note;

def standing:
	if .reached then "reached" | paint("32")
	elif .failed + .incomplete > 0 then "not reached" | paint("31")
	elif .passed == 0 then "nothing passed" | paint("31")
	elif .complete | not then "part of it" else "not reached" end;

def facts:
	.facts
	| [(.kernel | values | "kernel " + .), (.driver_version | values | "driver " + .), (.firmware | values),
		(.gpu | values), (.mesa | values | "Mesa " + .)] | join(", ");

def failure:
	"  \(.driver) \(.name): \(.result)" as $head
	| ($head | cut($width) | paint("31")),
	("      \(.why.by): \(.why.text | sub("^<[0-9]>\\[ *[0-9.]+\\] "; "") | gsub("\n"; " "))" | cut($width));

. as $all
| "",
(row("driver"; "grade"; "passed"; "failed"; "skipped"; "time"; "") | paint("1")),
(.drivers[] as $d | $d.grades[]
	| row($d.name; "\(.number) \(.name)"; .passed | tostring; .failed + .incomplete | tostring;
		.skipped | tostring; "\(.seconds) s"; standing)),
"",
(.drivers[]
	| "highest grade of \(.name): \(.highest // "none")",
	(facts | select(. != "") | "  " + . | cut($width))),
(.tests | map(select(.result | IN("fail", "crash", "timeout", "incomplete", "notrun")))
	| if length > 0 then "", ("failures" | paint("1")), (.[:40][] | failure),
		(if length > 40 then "  and \(length - 40) more" else empty end)
	else empty end),
"",
"results: \($where)"
