/* SPDX-License-Identifier: MIT */
/*
 * check.c - an instruction's operands against isa.def: what does not exist is an invalid
 * instruction, what is still in flight is a complaint, because hardware then uses whatever the
 * register holds.
 */
#include <inttypes.h>

#include "cs/exec.h"
#include "gpu/sim.h"

static const char no_register[] = "register does not exist";

static bool has_field(const struct cs_isa_op *op, enum cs_role role)
{
	for (const struct cs_field *field = op->field; field->xml; field++)
		if (field->role == role)
			return true;
	return false;
}

static void reads(struct cs *cs, const struct cs_instr *in, int64_t reg)
{
	if (cs->loads[reg] && !cs->again)
		complain(cs->sim, RULE_CS_LOAD_BEFORE_WAIT,
			 "CSG %u CS %u: %s at 0x%" PRIx64 " reads r%" PRId64, cs->cfg.group,
			 cs->cfg.index, in->op->name, cs_pc(cs), reg);
}

static void writes(struct cs *cs, const struct cs_instr *in, int64_t reg)
{
	if (cs->stores[reg] && !cs->again)
		complain(cs->sim, RULE_CS_STORE_OVERWRITE,
			 "CSG %u CS %u: %s at 0x%" PRIx64 " writes r%" PRId64, cs->cfg.group,
			 cs->cfg.index, in->op->name, cs_pc(cs), reg);
}

typedef void touch_fn(struct cs *cs, const struct cs_instr *in, int64_t reg);

static const char *check_one(struct cs *cs, const struct cs_instr *in, int64_t reg, touch_fn *touch)
{
	if (reg >= CS_REG_COUNT)
		return no_register;
	touch(cs, in, reg);
	return NULL;
}

static const char *check_pair(struct cs *cs, const struct cs_instr *in, int64_t reg,
			      touch_fn *touch)
{
	if (reg & 1)
		return "register pair is not aligned";
	if (reg + 1 >= CS_REG_COUNT)
		return no_register;
	touch(cs, in, reg);
	touch(cs, in, reg + 1);
	return NULL;
}

static const char *check_tuple(struct cs *cs, const struct cs_instr *in, int64_t base,
			       uint64_t mask, touch_fn *touch)
{
	for (int64_t i = 0; mask >> i; i++) {
		if (!(mask >> i & 1))
			continue;
		if (base + i >= CS_REG_COUNT)
			return no_register;
		touch(cs, in, base + i);
	}
	return NULL;
}

static const char *check_range(struct cs *cs, const struct cs_instr *in, int64_t base)
{
	for (int64_t i = 0; i < in->f[CS_F_IMM]; i++) {
		const char *why = check_one(cs, in, base + i, reads);

		if (why)
			return why;
	}
	return NULL;
}

static const char *check_slot(const struct cs_instr *in, int64_t slot)
{
	/* The entry is not looked at when the operation is not deferred (cs_builder.h:
	 * cs_apply_async()). */
	bool optional = has_field(in->op, CS_F_WAITS) && in->opcode != CS_OP_FLUSH_CACHE2;

	if (slot < CS_SB_COUNT || (optional && !in->f[CS_F_WAITS]))
		return NULL;
	return "scoreboard entry does not exist";
}

static const char *check_waits(struct cs *cs, const struct cs_instr *in, int64_t mask)
{
	if (mask >> CS_SB_COUNT && !cs->again)
		complain(cs->sim, RULE_CS_WAIT_ABSENT,
			 "CSG %u CS %u: %s at 0x%" PRIx64 ": mask 0x%" PRIx64, cs->cfg.group,
			 cs->cfg.index, in->op->name, cs_pc(cs), (uint64_t)mask);
	return NULL;
}

static const char *check_field(struct cs *cs, const struct cs_instr *in,
			       const struct cs_field *field)
{
	int64_t v = in->f[field->role];

	switch (field->kind) {
	case CS_K_D32:
		return check_one(cs, in, v, writes);
	case CS_K_D64:
		return check_pair(cs, in, v, writes);
	case CS_K_S32:
		/* A branch that is always taken has no source (cs_builder.h: cs_branch_label()). */
		if (in->opcode == CS_OP_BRANCH && in->f[CS_F_COND] == 6)
			return NULL;
		return check_one(cs, in, v, reads);
	case CS_K_S64:
	case CS_K_ADDR:
		return check_pair(cs, in, v, reads);
	case CS_K_TUPLE_D:
		return check_tuple(cs, in, v, (uint64_t)in->f[CS_F_MASK], writes);
	case CS_K_TUPLE_S:
		return check_tuple(cs, in, v, (uint64_t)in->f[CS_F_MASK], reads);
	case CS_K_RANGE:
		return check_range(cs, in, v);
	case CS_K_COND:
		return v > 6 ? "undefined condition" : NULL;
	case CS_K_WAITS:
		return check_waits(cs, in, v);
	case CS_K_SLOT:
		return check_slot(in, v);
	default:
		return NULL;
	}
}

const char *cs_check(struct cs *cs, const struct cs_instr *in)
{
	uint64_t reserved = in->word & ~cs_known_bits(in->opcode);

	if (reserved && !cs->again)
		complain(cs->sim, RULE_CS_RESERVED_BITS,
			 "CSG %u CS %u: %s at 0x%" PRIx64 ": bits 0x%" PRIx64, cs->cfg.group,
			 cs->cfg.index, in->op->name, cs_pc(cs), reserved);
	for (const struct cs_field *field = in->op->field; field->xml; field++) {
		const char *why = check_field(cs, in, field);

		if (why)
			return why;
	}
	return NULL;
}
