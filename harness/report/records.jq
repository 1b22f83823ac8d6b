# SPDX-License-Identifier: MIT
#
# From the lines of split.awk to one record a subtest (results/schema.json, "test"). Here a
# test's verdict is made; docs/harness.md says by which rules.
# Arguments: $driver $grade $program $state $status $current $timeout $simple $wanted (subtests) $boot $console

def texts($kind): map(select(.[1] == $kind) | .[2]);
def last_text($kind): texts($kind) | last;

# A number from an exit status; null when the program never ended.
def status: if $status == "" then null else ($status | tonumber) end;

def signal_name: {"134": "SIGABRT", "135": "SIGBUS", "136": "SIGFPE", "137": "SIGKILL",
	"139": "SIGSEGV", "143": "SIGTERM"}[tostring] // "signal \(. - 128)";

# The result of a test that did not report one, from how its program ended.
def without_report:
	if $state == "timeout" then ["timeout", "no result after \($timeout) s; it was killed"]
	elif $state == "hung" then ["incomplete", "no result after \($timeout) s and it could not be killed"]
	elif $state == "oops" then ["incomplete", "the kernel broke while it ran"]
	elif $state == "interrupted" then ["incomplete", "the run was interrupted"]
	elif $state == "gone" then ["incomplete", "the target went away while it ran"]
	elif status >= 128 then ["crash", "killed by \(status | signal_name)"]
	elif $simple and status == 0 then ["pass", null]
	elif $simple and status == 77 then ["skip", null]
	elif $simple and status == 98 then ["fail", null]
	else ["fail", "the program exited with \(status) and reported no result"] end;

# The program outside its subtests: what it did that no subtest's result explains.
def program_report($others):
	if $simple or $state != "end" or status >= 128 then without_report
	elif status | IN(0, 77) then ["pass", null]
	elif status == 98 and ($others | all(.result | IN("pass", "skip")) | not) then ["pass", null]
	else ["fail", "the program exited with \(status), which no subtest explains"] end;

# The line of a test's own output that says why it failed or was skipped.
def own_reason($result):
	if $result == "skip" then
		texts("o") as $lines
		| ($lines | map(startswith("Test requirement: ")) | index(true)) as $at
		| if $at == null then null
		# the test's own words follow the condition
		elif $lines[$at + 1] // "Subtest " | test("^(Subtest |Last errno)") then
			$lines[$at] | ltrimstr("Test requirement: ")
		else $lines[$at + 1] end
	else
		(texts("o") | map(select(test("Failed assertion: |CRITICAL: (?!Test assertion)|Received signal "))
			| sub("^\\([^)]*\\) (CRITICAL|WARNING): "; "")) | first)
	end;

# What the serial console says of a kernel that could not log any more.
def console_reason:
	$console | split("\n")
	| map(select(test("Kernel panic|Internal error: |Unable to handle kernel|kernel BUG at|BUG: "))) | first;

def reason($by; $text): {by: $by, text: $text};

# Verdict: what the test says, made worse by the kernel log and by the model's complaints.
# $others are the records of a program's subtests, null for the verdict of a subtest.
def verdict($others):
	last_text("r") as $word
	| ({SUCCESS: "pass", SKIP: "skip", FAIL: "fail", CRASH: "crash"}[$word // ""] // null) as $own
	| (if $own then [$own, null] elif $others then program_report($others) else without_report end) as [$result, $text]
	| (texts("b") | first) as $kernel
	| (texts("c") | first) as $complaint
	| if ($result == "pass" or $result == "skip") and $kernel then
		{result: "fail", why: reason("kmsg"; $kernel)}
	elif ($result == "pass" or $result == "skip") and $complaint then
		{result: "fail", why: reason("model"; $complaint)}
	elif $result == "pass" then {result: $result, why: null}
	elif $result == "incomplete" and ($kernel // console_reason) then
		{result: $result, why: reason("kmsg"; $kernel // console_reason)}
	elif $text then {result: $result, why: reason("target"; $text)}
	else {result: $result, why: reason("test"; own_reason($result) // "no reason given")} end;

def record($subtest; $others):
	verdict($others) as $v
	| {
		name: (if $subtest == "" then $program else "\($program)@\($subtest)" end),
		driver: $driver, grade: $grade, program: $program, subtest: $subtest,
		result: $v.result, why: $v.why,
		seconds: ((last_text("t") // "0") | tonumber),
		boot: ($boot | tonumber),
		expected: texts("e"), output: texts("o"), kmsg: texts("k"), model: texts("m"),
		notes: texts("x"),
		console: (if $v.result == "incomplete" then ($console | split("\n")) else [] end)
	};

# The program outside its subtests is a record only when something is wrong with it, or when it
# has no subtests.
def program_is_news($others):
	$simple
	or (texts("b") + texts("c") | length > 0)
	or (if $state == "end" then
		program_report($others)[0] != "pass"
	else ($others | all(.result | IN("pass", "skip", "fail"))) end);

# A machine that breaks or freezes takes the last lines with it, among them a subtest's start. When no subtest was running
# then, the next one that was wanted is to blame; null: none.
def suspect($tests):
	if ($simple | not) and ($state | IN("gone", "oops", "hung")) and ($tests | all(.result != "incomplete")) then
		($wanted | split(" ")) - ($tests | map(.subtest)) | first
	else null end;

[inputs | split("\t") | [(.[0] | tonumber), .[1], (.[2:] | join("    "))]]
| group_by(.[0])
| (map(select(.[0][0] != 0)
	| last_text("n") as $name
	# named only by a mark in a log: it did not run in this slice
	| select(any(.[]; .[1] == "s" or .[1] == "r"))
	| record($name; null))) as $tests
| .[0] as $rest
| suspect($tests) as $suspect
| ($rest | select($suspect == null and program_is_news($tests)) | record(""; $tests)),
	$tests[],
	($rest | select($suspect != null) | record($suspect; null)
		| .notes += ["its start was not seen; it was the next to run"])
