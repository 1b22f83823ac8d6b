/* SPDX-License-Identifier: MIT */
/* isa.c - the table of instructions, and decoding with it. */
#include "cs/isa.h"
#include "cs/exec.h"

#define BITS(start, size) (((1ull << (size)) - 1) << (start))
#define OPCODE_BITS       BITS(56, 8)

/* clang-format off */
static const struct cs_isa_op isa[256] = {
#define INSTR(opcode, NAME, fn, cycles, lat) \
	[opcode] = { .name = #NAME, .run = cs_exec_##fn, .cost = (cycles), .latency = (lat), .field = {
#define FIELD(ROLE, id, first, bits, KIND, words) \
	{ .xml = (id), .text = (words), .role = CS_F_##ROLE, .start = (first), .size = (bits), \
	  .kind = CS_K_##KIND },
#define END() } },
#include "cs/isa.def"
#undef INSTR
#undef FIELD
#undef END
};
/* clang-format on */

const struct cs_isa_op *cs_isa(uint8_t opcode)
{
	return isa[opcode].name ? &isa[opcode] : NULL;
}

static int64_t extract(uint64_t word, const struct cs_field *field)
{
	uint64_t v = word << (64 - field->start - field->size);

	if (field->kind == CS_K_INT)
		return (int64_t)v >> (64 - field->size);
	return (int64_t)(v >> (64 - field->size));
}

/* Per opcode, so that the check of every instruction does not add them up. */
/* clang-format off */
static const uint64_t known[256] = {
#define INSTR(opcode, NAME, fn, cycles, lat) [opcode] = OPCODE_BITS
#define FIELD(ROLE, name, first, bits, KIND, words) | BITS(first, bits)
#define END() ,
#include "cs/isa.def"
#undef INSTR
#undef FIELD
#undef END
};
/* clang-format on */

uint64_t cs_known_bits(uint8_t opcode)
{
	return known[opcode];
}

bool cs_decode(uint64_t word, struct cs_instr *in)
{
	in->word = word;
	in->opcode = (uint8_t)(word >> 56);
	in->op = cs_isa(in->opcode);
	if (!in->op)
		return false;
	for (const struct cs_field *field = in->op->field; field->xml; field++)
		in->f[field->role] = extract(word, field);
	return true;
}
