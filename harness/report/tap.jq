# SPDX-License-Identifier: MIT
#
# TAP 14 test points from records, one after the other. Argument: $base, points printed before.
# A failure carries a YAML block with the line that explains it.

def directive:
	if .result == "skip" then " # SKIP \(.why.text | gsub("[\n#]"; " "))" else "" end;

def block:
	if .result | IN("pass", "skip") then ""
	else "\n  ---\n  result: \(.result)\n  by: \(.why.by)\n  why: \(.why.text | tojson)\n  ..." end;

foreach inputs as $test ($base; . + 1; . as $number | $test
	| (if .result | IN("pass", "skip") then "" else "not " end)
	+ "ok \($number) - \(.driver) \(.grade) \(.name)\(directive)\(block)")
