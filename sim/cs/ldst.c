/* SPDX-License-Identifier: MIT */
/*
 * ldst.c - LOAD_MULTIPLE and STORE_MULTIPLE.
 *
 * Both are always asynchronous and are counted on the "other" scoreboard entry (cs_builder.h:
 * cs_instr_is_asynchronous(), cs_set_scoreboard_entry()). The address is read at issue; a load's
 * registers change when it completes, a store reads its registers when it completes, which is what
 * makes a missing WAIT visible. Bit i of the mask is register base + i and the word at address +
 * offset + 4 i.
 */
#include "cs/exception.h"
#include "cs/exec.h"
#include "cs/op.h"
#include "gpu/sim.h"

static enum cs_mem load(struct cs *cs, struct cs_op *op)
{
	uint32_t values[16];

	for (unsigned int i = 0; i < 16; i++) {
		enum cs_mem result;
		void *host;

		if (!(op->mask >> i & 1))
			continue;
		result = cs_mem_map(cs, op->addr + 4 * i, 4, MMU_READ, &host);
		if (result != CS_MEM_OK)
			return result;
		values[i] = cs_get32(host) ^ mutated(cs->sim, CS_LOAD_WRONG);
	}
	for (unsigned int i = 0; i < 16; i++)
		if (op->mask >> i & 1)
			cs->regs[op->base + i] = values[i];
	cs->changed = true;
	return CS_MEM_OK;
}

static enum cs_mem store(struct cs *cs, struct cs_op *op)
{
	for (unsigned int i = 0; i < 16; i++) {
		enum cs_mem result;
		void *host;

		if (!(op->mask >> i & 1))
			continue;
		result = cs_mem_map(cs, op->addr + 4 * i, 4, MMU_WRITE, &host);
		if (result != CS_MEM_OK)
			return result;
		cs_put32(host, cs->regs[op->base + i] ^ mutated(cs->sim, CS_STORE_WRONG));
	}
	return CS_MEM_OK;
}

static enum cs_step issue(struct cs *cs, const struct cs_instr *in, int64_t base,
			  enum cs_mem (*perform)(struct cs *cs, struct cs_op *op))
{
	struct cs_op op;

	cs_op_prepare(cs, in, &op, perform);
	op.addr = cs_reg64(cs, in->f[CS_F_ADDR]) + (uint64_t)in->f[CS_F_OFFSET];
	op.base = (uint8_t)base;
	op.mask = (uint16_t)in->f[CS_F_MASK];
	if (op.addr & 3) {
		cs_raise_fault(cs, CS_EXC_DATA_INVALID_FAULT, in->opcode, op.addr);
		return CS_STEP_NEXT;
	}
	return cs_op_issue(cs, &op, 0, cs->sb_other, NULL);
}

enum cs_step cs_exec_load_multiple(struct cs *cs, const struct cs_instr *in)
{
	return issue(cs, in, in->f[CS_F_DST], load);
}

enum cs_step cs_exec_store_multiple(struct cs *cs, const struct cs_instr *in)
{
	return issue(cs, in, in->f[CS_F_SRC], store);
}
