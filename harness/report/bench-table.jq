# SPDX-License-Identifier: MIT
#
# The table of a bench for people, from bench.json. Argument: $colour, "1" for escape sequences. Run with "jq -r".

def paint($code): if $colour == "1" then "\u001b[\($code)m\(.)\u001b[0m" else . end;
def left($n): . + (" " * ([$n - length, 0] | max) // "");
def right($n): (" " * ([$n - length, 0] | max) // "") + .;

# A number with three significant digits or so, and always as many decimals for its size.
def fixed($n):
	if $n == 0 then round | tostring else
		pow(10; $n) as $p | (. * $p | round) as $v
		| ($v / $p | floor | tostring) + "." + ($v % $p | tostring | ("0" * ($n - length) // "") + .)
	end;
def digits: if . >= 100 then fixed(0) elif . >= 10 then fixed(1) else fixed(2) end;

# A value in a unit that reads well.
def value($unit):
	if . == null then "-"
	elif $unit == "ns" then
		if . >= 1e9 then "\(. / 1e9 | digits) s" elif . >= 1e6 then "\(. / 1e6 | digits) ms"
		elif . >= 1e3 then "\(. / 1e3 | digits) µs" else "\(round) ns" end
	elif . >= 1000 and ($unit | endswith("/s")) then "\(. / 1000 | digits) k\($unit)"
	else "\(digits) \($unit)" end;

# Half of the interquartile range, in percent of the median.
def spread: if .median == null or .median == 0 then "" else "±\((.q3 - .q1) / 2 / .median * 100 | fixed(1)) %" end;

def side($unit): (.median | value($unit) | right(14)) + (spread | right(9));

def verdict: if . == "faster" then paint("32") elif . == "slower" then paint("31") else . end;

def comparison:
	if . == null then "" else
		(.ratio | fixed(2) | right(8))
		+ ("[\(.low | fixed(2)), \(.high | fixed(2))]" | right(15))
		+ (.noise * 100 | "\(fixed(1)) %" | right(9))
		+ "  " + (.verdict | verdict)
	end;

def row:
	(.name + (if .better == "higher" then " (more is better)" else "" end) | left(34))
	+ (if .skipped and all(.sides[]; .n == 0) then "  skipped: \(.skipped | gsub("\n"; " "))"
	else . as $b | ([.sides[] | side($b.unit)] | join("")) + (.comparison | comparison) end);

def clock:
	if .target.kind != "sim" then "the board's own"
	elif .target.clock == "virtual" then "virtual: counted instructions, one a nanosecond, and the GPU model's times; no figure of the hardware"
	else "the host's, with an emulated CPU; compare nothing of it" end;

. as $all
| "clock: \(clock)",
"target: \(.target.name)\(.target.kernel | if . then ", kernel \(.)" else "" end); \(.turns) turns of \(.rounds) rounds a driver; \(.target.boots) boot\(if .target.boots == 1 then "" else "s" end)",
"",
(("benchmark" | left(34)) + ([.drivers[].name | right(14) + ("spread" | right(9))] | join(""))
	+ (if (.drivers | length) == 2 then ("ratio" | right(8)) + ("95 %" | right(15)) + ("noise" | right(9)) else "" end) | paint("1")),
(.benchmarks[] | row),
(.benchmarks[] | .name as $name | .problems[]
	| "\($all.drivers[.side].name) \($name), turn \(.turn): \(.result): \(.text | gsub("\n"; " "))" | paint("31")),
(if .interrupted then "interrupted: turns are missing" | paint("33") else empty end)
