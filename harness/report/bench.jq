# SPDX-License-Identifier: MIT
#
# bench.json (results/bench.schema.json). Input: the lines of bench-stats.awk, raw. Arguments: $run, what is known of the
# whole, in an array; $benchmarks, from bench-samples.jq, in an array; $drivers, names; $turns, $rounds.

# A difference counts when 1 is outside the interval and the ratio is farther from 1 than a side is from itself.
def verdict($better):
	(if .ratio >= 1 then .ratio - 1 else 1 / .ratio - 1 end) as $far
	| if (.low > 1 or .high < 1) and $far > .noise then
		if (.ratio < 1) == ($better == "lower") then "faster" else "slower" end
	else "same" end;

def number: if . == "" or . == null then null else tonumber end;

[inputs | split("\t")] as $rows
| ($rows | map(select(.[0] == "side") | {key: "\(.[1]) \(.[2])",
	value: {n: (.[3] | number), median: (.[4] | number), q1: (.[5] | number), q3: (.[6] | number)}}) | from_entries) as $sides
| ($rows | map(select(.[0] == "compare") | {key: .[1],
	value: {ratio: (.[2] | number), low: (.[3] | number), high: (.[4] | number), noise: (.[5] | number)}}) | from_entries) as $compare
| $run[0] as $run
| {
	schema: 1,
	started: $run.started,
	finished: $run.finished,
	interrupted: $run.interrupted,
	command: $run.command,
	tyr: $run.tyr,
	target: $run.target,
	turns: $turns,
	rounds: $rounds,
	drivers: [$drivers[] | {name: ., facts: ($run.facts[.] // {})}],
	benchmarks: [$benchmarks[0][] as $b | $b
		| {name, program, unit, better, what, skipped: (.skipped // null), problems,
			sides: [range($drivers | length) as $side
				| ($sides["\($b.name) \($side)"] // {n: 0, median: null, q1: null, q3: null})
				+ {driver: $drivers[$side], turns: [$b.turns[] | select(.side == $side) | .samples]}],
			comparison: ($compare[$b.name] // null
				| if . == null then null else . + {verdict: verdict($b.better)} end)}]
}
