# SPDX-License-Identifier: MIT
#
# From the records of a bench (slurped) to its benchmarks with their samples. Argument: $turns, rows {turn, side, count} that
# say whose the records are, in order. Output: an array of
# {name, program, unit, better, what, turns: [{turn, side, samples}], problems: [{turn, side, result, text}]}.

# Each record with its turn and side.
def with_turns:
	[$turns[] | .count as $n | range($n) as $i | {turn, side}] as $of
	| [range(length) as $i | .[$i] + ($of[$i] // {turn: null, side: null})];

# The line "bench NAME UNIT BETTER DESCRIPTION" of a record.
def header: .output | map(capture("^bench (?<name>[^ ]+) (?<unit>[^ ]+) (?<better>lower|higher) (?<what>.*)$")) | first;

def samples: [.output[] | capture("^sample [^ ]+ (?<value>[0-9.]+) ") | .value | tonumber];

with_turns
| map(select(.turn != null))
| reduce .[] as $r ({order: [], by: {}};
	($r.subtest | if . == "" then $r.program else . end) as $name
	| if .by[$name] then . else
		.order += [$name]
		| .by[$name] = {name: $name, program: $r.program, unit: "ns", better: "lower", what: "", turns: [], problems: []}
	end
	| ($r | header) as $h
	| if $h then .by[$name] += ($h | {unit, better, what}) else . end
	| if $r.result == "pass" then .by[$name].turns += [{turn: $r.turn, side: $r.side, samples: ($r | samples)}]
	elif $r.result == "skip" then .by[$name].skipped = $r.why.text
	else .by[$name].problems += [{turn: $r.turn, side: $r.side, result: $r.result, text: $r.why.text}] end)
| . as $all
| [.order[] | $all.by[.]]
