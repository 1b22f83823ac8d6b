/* SPDX-License-Identifier: MIT */
/*
 * sync.c - SYNC_ADD, SYNC_SET and SYNC_WAIT on 32- and 64-bit sync objects.
 *
 * An object is its value followed by a status word, 0 for no fault and 1 for a fault (v10.xml, the
 * comments at SYNC_ADD32 and SYNC_ADD64; panthor_sched.c: struct panthor_syncobj_64b). With error
 * propagation the writer leaves its own error state there; a waiter that does not reject errors
 * inherits it as CS_INHERIT_FAULT. Conditions compare unsigned: <= (0), > (1), and the >= (5) of
 * mali_kbase_csf_registers.h.
 */
#include "cs/exception.h"
#include "cs/exec.h"
#include "cs/op.h"
#include "gpu/sim.h"

#define SCOPE_SYSTEM 0
#define SCOPE_GROUP  2

static bool is_add(uint8_t opcode)
{
	return opcode == CS_OP_SYNC_ADD32 || opcode == CS_OP_SYNC_ADD64;
}

static bool is_64(uint8_t opcode)
{
	return opcode == CS_OP_SYNC_ADD64 || opcode == CS_OP_SYNC_SET64 ||
	       opcode == CS_OP_SYNC_WAIT64;
}

static void write_value(struct cs *cs, const struct cs_op *op, void *host)
{
	uint64_t v = op->data + mutated(cs->sim, CS_SYNC_WRONG);

	if (is_64(op->opcode)) {
		if (is_add(op->opcode))
			__atomic_fetch_add((uint64_t *)host, v, __ATOMIC_SEQ_CST);
		else
			__atomic_store_n((uint64_t *)host, v, __ATOMIC_SEQ_CST);
	} else {
		if (is_add(op->opcode))
			__atomic_fetch_add((uint32_t *)host, (uint32_t)v, __ATOMIC_SEQ_CST);
		else
			__atomic_store_n((uint32_t *)host, (uint32_t)v, __ATOMIC_SEQ_CST);
	}
}

/* The status is written first: who sees the value must see the status that belongs to it. */
static enum cs_mem write_object(struct cs *cs, struct cs_op *op)
{
	size_t size = is_64(op->opcode) ? 8 : 4;
	enum cs_mem result;
	void *value, *status = NULL;

	result =
	    cs_mem_map(cs, op->addr, size, is_add(op->opcode) ? MMU_ATOMIC : MMU_WRITE, &value);
	if (result == CS_MEM_OK && op->propagate)
		result = cs_mem_map(cs, op->addr + size, 4, MMU_WRITE, &status);
	if (result != CS_MEM_OK)
		return result;
	if (status)
		cs_put32(status, cs->error);
	if (!mutated(cs->sim, CS_SIGNAL_LOST))
		write_value(cs, op, value);
	cs->owner->event(cs->sim, cs, op->group_scope ? CS_EVENT_SYNC_GROUP : CS_EVENT_SYNC);
	return CS_MEM_OK;
}

enum cs_step cs_exec_sync_op(struct cs *cs, const struct cs_instr *in)
{
	uint16_t waits = (uint16_t)in->f[CS_F_WAITS];
	bool wide = is_64(in->opcode);
	struct cs_op op;

	if (in->f[CS_F_SCOPE] != SCOPE_SYSTEM && in->f[CS_F_SCOPE] != SCOPE_GROUP)
		return cs_invalid(cs, in, "undefined scope");
	cs_op_prepare(cs, in, &op, write_object);
	op.addr = cs_reg64(cs, in->f[CS_F_ADDR]);
	op.data = wide ? cs_reg64(cs, in->f[CS_F_SRC]) : cs->regs[in->f[CS_F_SRC]];
	op.propagate = in->f[CS_F_PROPAGATE];
	op.group_scope = in->f[CS_F_SCOPE] == SCOPE_GROUP;
	if (op.addr & (wide ? 7 : 3)) {
		cs_raise_fault(cs, CS_EXC_DATA_INVALID_FAULT, in->opcode, op.addr);
		return CS_STEP_NEXT;
	}
	if (!waits)
		return cs_op_now(cs, &op);
	return cs_op_issue(cs, &op, waits, (uint8_t)in->f[CS_F_SLOT], NULL);
}

static bool compare(uint8_t cond, uint64_t value, uint64_t reference)
{
	switch (cond) {
	case 0:
		return value <= reference;
	case 1:
		return value > reference;
	default:
		return value >= reference;
	}
}

/* @holds and @status are valid when CS_MEM_OK is returned. */
static enum cs_mem look(struct cs *cs, bool *holds, uint32_t *status)
{
	size_t size = cs->wait.sync64 ? 8 : 4;
	enum cs_mem result;
	uint64_t value;
	void *host;

	result = cs_mem_map(cs, cs->wait.sync_va, size, MMU_READ, &host);
	if (result != CS_MEM_OK)
		return result;
	value = size == 8 ? cs_get64(host) : cs_get32(host);
	*holds = compare(cs->wait.cond, value, cs->wait.sync_value) || mutated(cs->sim, WAIT_NEVER);
	*status = 0;
	if (!*holds || cs->wait.reject)
		return CS_MEM_OK;
	result = cs_mem_map(cs, cs->wait.sync_va + size, 4, MMU_READ, &host);
	if (result == CS_MEM_OK)
		*status = cs_get32(host);
	return result;
}

bool cs_sync_holds(struct cs *cs)
{
	uint32_t status;
	bool holds;

	return look(cs, &holds, &status) != CS_MEM_OK || holds;
}

enum cs_step cs_exec_sync_wait(struct cs *cs, const struct cs_instr *in)
{
	bool wide = is_64(in->opcode), holds;
	struct cs_wait *wait = &cs->wait;
	uint32_t status;

	wait->sync64 = wide;
	wait->cond = (uint8_t)in->f[CS_F_COND];
	wait->reject = in->f[CS_F_REJECT];
	wait->sync_va = cs_reg64(cs, in->f[CS_F_ADDR]);
	wait->sync_value = wide ? cs_reg64(cs, in->f[CS_F_SRC]) : cs->regs[in->f[CS_F_SRC]];
	if (wait->cond != 0 && wait->cond != 1 && wait->cond != 5)
		return cs_invalid(cs, in, "undefined condition");
	if (wait->sync_va & (wide ? 7 : 3)) {
		cs_raise_fault(cs, CS_EXC_DATA_INVALID_FAULT, in->opcode, wait->sync_va);
		return CS_STEP_NEXT;
	}
	switch (look(cs, &holds, &status)) {
	case CS_MEM_STALL:
		cs->stop = CS_STOP_MMU;
		return CS_STEP_BLOCK;
	case CS_MEM_BUS:
		cs_raise_fault(cs, CS_EXC_CS_BUS_FAULT, in->opcode, wait->sync_va);
		return CS_STEP_NEXT;
	default:
		break;
	}
	if (!holds) {
		wait->sync = true;
		cs->stop = CS_STOP_SYNC;
		return CS_STEP_BLOCK;
	}
	if (status)
		cs_raise_fault(cs, CS_EXC_CS_INHERIT_FAULT, status, wait->sync_va);
	return CS_STEP_NEXT;
}
