// SPDX-License-Identifier: MIT
/* The packer of command-stream instructions. */
#include <inttypes.h>

#include "cs.h"
#include "igt_core.h"

static const struct {
	const char *name;
	uint8_t lo, bits;
} fields[] = {
#define X(name, lo, bits) [CSB_F_##name] = {#name, lo, bits},
    CSB_FIELDS(X)
#undef X
};

static uint64_t field(struct csb_arg arg)
{
	uint64_t max = (1ull << fields[arg.field].bits) - 1;

	igt_assert_f(arg.value <= max, "%#" PRIx64 " does not fit the field %s\n", arg.value,
		     fields[arg.field].name);
	return arg.value << fields[arg.field].lo;
}

uint64_t csb_pack_args(enum csb_opcode op, const struct csb_arg *args, size_t count)
{
	uint64_t instruction = field(CSB(OPCODE, op));

	for (size_t i = 0; i < count; i++)
		instruction |= field(args[i]);
	return instruction;
}

void csb_emit(struct csb *b, uint64_t instruction)
{
	igt_assert_f(b->count < b->max, "the command stream's %u instructions are used up\n",
		     b->max);
	b->map[b->count++] = instruction;
}
