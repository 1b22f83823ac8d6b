# SPDX-License-Identifier: MIT
#
# JUnit XML from results.json: a test suite for each driver and grade, so that a CI shows them
# apart. Run with "jq -r".

# Text as XML: characters that XML 1.0 does not allow become "?".
def xml: tostring | gsub("[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]"; "?") | @html;
def attribute($name; $value): " \($name)=\"\($value | xml | gsub("\n"; "&#10;"))\"";

def lines($tag; $lines):
	if $lines | length == 0 then empty else "<\($tag)>\($lines | join("\n") | xml)</\($tag)>" end;

def outcome:
	if .result == "pass" then empty
	elif .result == "skip" then "<skipped\(attribute("message"; .why.text))/>"
	elif .result == "fail" then
		"<failure\(attribute("type"; .why.by))\(attribute("message"; .why.text))/>"
	else "<error\(attribute("type"; .result))\(attribute("message"; .why.text))/>" end;

def testcase($suite):
	"<testcase\(attribute("classname"; $suite))\(attribute("name"; .name))\(attribute("time"; .seconds))>",
	outcome,
	lines("system-out"; .output),
	lines("system-err"; .kmsg + .model + .console),
	"</testcase>";

def suite($tests; $seconds):
	. as $name
	| "<testsuite\(attribute("name"; $name))\(attribute("tests"; $tests | length))"
	+ attribute("failures"; $tests | map(select(.result == "fail")) | length)
	+ attribute("errors"; $tests | map(select(.result | IN("crash", "timeout", "incomplete", "notrun"))) | length)
	+ attribute("skipped"; $tests | map(select(.result == "skip")) | length)
	+ attribute("time"; $seconds) + ">",
	($tests[] | testcase($name)),
	"</testsuite>";

. as $all
| "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
"<testsuites\(attribute("name"; "tyr"))>",
(.drivers[] as $d | $d.grades[] as $g
	| "\($d.name).\($g.name)"
	| suite($all.tests | map(select(.driver == $d.name and .grade == $g.name)); $g.seconds)),
"</testsuites>"
