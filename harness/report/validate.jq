# SPDX-License-Identifier: MIT
#
# Checks a document against a JSON Schema, as far as results/schema.json uses that language:
# type, enum, const, pattern, minimum, required, properties, additionalProperties, items, if and then, $ref
# into $defs. Input: the document. Argument: $schema, a one-element array (--slurpfile). Output:
# a line for each violation. Run with "jq -r".

def is_type($want):
	type as $is
	| if $want == "integer" then $is == "number" and . == floor else $is == $want end;

def check($at; $s):
	. as $v
	| if $s["$ref"] then check($at; $schema[0]["$defs"][$s["$ref"] | ltrimstr("#/$defs/")])
	else
		(if $s.type then
			([$s.type] | flatten) as $types
			| if any($types[]; . as $t | $v | is_type($t)) then empty
			else "\($at): is \($v | type), must be \($types | join(" or "))" end
		else empty end),
		(if $s | has("const") then (if $v == $s.const then empty else "\($at): must be \($s.const)" end) else empty end),
		(if $s.enum and ($s.enum | index([$v]) | not) then "\($at): \($v | tojson) is not one of \($s.enum | tojson)" else empty end),
		(if $s.pattern and ($v | type) == "string" and ($v | test($s.pattern) | not) then
			"\($at): \($v | tojson) does not match \($s.pattern)" else empty end),
		(if $s.minimum and ($v | type) == "number" and $v < $s.minimum then
			"\($at): \($v) is below \($s.minimum)" else empty end),
		(if $s.then and ([check($at; $s.if)] == []) then check($at; $s.then) else empty end),
		(if ($v | type) == "object" then
			(($s.required // [])[] as $key | select($v | has($key) | not) | "\($at): lacks \($key)"),
			($v | keys_unsorted[] as $key
				| ($s.properties[$key] // $s.additionalProperties) as $sub
				| if $sub == false or ($sub == null and $s.properties and $s.additionalProperties == false)
				then "\($at): has an unknown member \($key)"
				elif ($sub | type) == "object" then .[$key] | check("\($at).\($key)"; $sub)
				else empty end)
		elif ($v | type) == "array" and $s.items then
			range($v | length) as $i | $v[$i] | check("\($at)[\($i)]"; $s.items)
		else empty end)
	end;

check("results"; $schema[0])
