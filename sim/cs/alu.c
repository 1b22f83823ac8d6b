/* SPDX-License-Identifier: MIT */
/* alu.c - instructions that only change registers. Semantics: Mesa's decode_csf.c,
 * interpret_cs_instr(). */
#include "cs/exec.h"
#include "gpu/sim.h"

enum cs_step cs_exec_nop(struct cs *cs, const struct cs_instr *in)
{
	return CS_STEP_NEXT;
}

enum cs_step cs_exec_move(struct cs *cs, const struct cs_instr *in)
{
	cs_set_reg64(cs, in->f[CS_F_DST], (uint64_t)in->f[CS_F_IMM]);
	return CS_STEP_NEXT;
}

enum cs_step cs_exec_move32(struct cs *cs, const struct cs_instr *in)
{
	cs->regs[in->f[CS_F_DST]] = (uint32_t)in->f[CS_F_IMM];
	return CS_STEP_NEXT;
}

enum cs_step cs_exec_add32(struct cs *cs, const struct cs_instr *in)
{
	uint32_t v = cs->regs[in->f[CS_F_SRC]] + (uint32_t)in->f[CS_F_IMM];

	cs->regs[in->f[CS_F_DST]] = v + mutated(cs->sim, CS_ALU_WRONG);
	return CS_STEP_NEXT;
}

enum cs_step cs_exec_add64(struct cs *cs, const struct cs_instr *in)
{
	uint64_t v = cs_reg64(cs, in->f[CS_F_SRC]) + (uint64_t)in->f[CS_F_IMM];

	cs_set_reg64(cs, in->f[CS_F_DST], v + mutated(cs->sim, CS_ALU_WRONG));
	return CS_STEP_NEXT;
}

enum cs_step cs_exec_umin32(struct cs *cs, const struct cs_instr *in)
{
	uint32_t a = cs->regs[in->f[CS_F_SRC]], b = cs->regs[in->f[CS_F_SRC2]];

	cs->regs[in->f[CS_F_DST]] = (a < b ? a : b) + mutated(cs->sim, CS_ALU_WRONG);
	return CS_STEP_NEXT;
}
