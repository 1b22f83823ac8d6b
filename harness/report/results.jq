# SPDX-License-Identifier: MIT
#
# results.json from the records of a run. Input: all records (slurped). Arguments: $run, an object
# with what is known of the run as a whole (results/schema.json), and $parts, an array of
# {driver, grade, number, complete, seconds}: what ran, in order.

def is_broken: IN("fail", "crash", "timeout", "incomplete", "notrun");

def counts: {
	passed: map(select(.result == "pass")) | length,
	failed: map(select(.result | IN("fail", "crash", "timeout"))) | length,
	incomplete: map(select(.result | IN("incomplete", "notrun"))) | length,
	skipped: map(select(.result == "skip")) | length
};

# A grade is reached when all of it ran, something passed and nothing is broken.
def grade($tests):
	. as $part
	| ($tests | map(select(.driver == $part.driver and .grade == $part.grade))) as $mine
	| ($mine | counts) as $counts
	| {name: .grade, number, complete, seconds}
	+ $counts
	+ {reached: (.complete and $counts.passed > 0 and ($mine | any(.result | is_broken) | not))};

# The ladder is climbed from below: the highest grade is the last before the first not reached.
def highest:
	sort_by(.number) | reduce .[] as $g ({open: true, name: null};
		if .open and $g.reached then .name = $g.name else .open = false end)
	| .name;

def drivers($tests):
	[.[].driver] as $order
	| [$order | unique_by(. as $d | $order | index($d)) | .[]] as $names
	| . as $parts
	| [$names[] as $d
		| ($parts | map(select(.driver == $d) | grade($tests))) as $grades
		| {name: $d, facts: ($run.facts[$d] // {}), highest: ($grades | highest), grades: $grades}];

. as $tests
| {
	schema: 1,
	started: $run.started,
	finished: $run.finished,
	interrupted: $run.interrupted,
	command: $run.command,
	tyr: $run.tyr,
	target: $run.target,
	totals: ($tests | counts),
	drivers: ($parts | drivers($tests)),
	tests: $tests
}
