# SPDX-License-Identifier: MIT
#
# What the run loop wants of new records (slurped), in one go: the line "COUNT TEXT" where TEXT sums
# them up; a line with the names of the subtests; then TAP 14 test points. Argument: $base, points
# printed before. A failure's point carries a YAML block with the line that explains it.

def directive:
	if .result == "skip" then " # SKIP \(.why.text | gsub("[\n#]"; " "))" else "" end;

def block:
	if .result | IN("pass", "skip") then ""
	else "\n  ---\n  result: \(.result)\n  by: \(.why.by)\n  why: \(.why.text | tojson)\n  ..." end;

def summary:
	if length == 0 then "nothing ran"
	else group_by(.result) | map("\(length) \(.[0].result)") | join(", ") end;

"\(length) \(summary)",
(map(.subtest) | join(" ")),
(to_entries[] | (.key + 1 + $base) as $number | .value
	| (if .result | IN("pass", "skip") then "" else "not " end)
	+ "ok \($number) - \(.driver) \(.grade) \(.name)\(directive)\(block)")
