/* SPDX-License-Identifier: MIT */
/* state.c - STORE_STATE, ERROR_BARRIER, TRACE_POINT and PROT_REGION. */
#include "cs/exception.h"
#include "cs/exec.h"
#include "cs/op.h"
#include "gpu/command.h"
#include "gpu/sim.h"

/* States of v10.xml. */
enum { STATE_TIMESTAMP, STATE_CYCLE_COUNT, STATE_DISJOINT_COUNT, STATE_ERROR };

/*
 * Each is stored as 64 bits, as Panthor's profiling slots and Mesa's timestamp queries read them.
 * The clock never stops nor changes here, so the disjoint count stays zero.
 */
static uint64_t state_value(const struct cs *cs, uint64_t state)
{
	switch (state) {
	case STATE_TIMESTAMP:
		return gpu_timestamp(cs->sim);
	case STATE_CYCLE_COUNT:
		return gpu_cycles(cs->sim);
	case STATE_ERROR:
		return cs->error;
	default:
		return 0;
	}
}

static enum cs_mem store_state(struct cs *cs, struct cs_op *op)
{
	enum cs_mem result;
	void *host;

	result = cs_mem_map(cs, op->addr, 8, MMU_WRITE, &host);
	if (result == CS_MEM_OK)
		cs_put64(host, state_value(cs, op->data));
	return result;
}

static enum cs_mem nothing(struct cs *cs, struct cs_op *op)
{
	return CS_MEM_OK;
}

static enum cs_step now_or_later(struct cs *cs, const struct cs_instr *in, struct cs_op *op)
{
	uint16_t waits = (uint16_t)in->f[CS_F_WAITS];

	if (!waits)
		return cs_op_now(cs, op);
	return cs_op_issue(cs, op, waits, (uint8_t)in->f[CS_F_SLOT], NULL);
}

enum cs_step cs_exec_store_state(struct cs *cs, const struct cs_instr *in)
{
	struct cs_op op;

	cs_op_prepare(cs, in, &op, store_state);
	op.addr = cs_reg64(cs, in->f[CS_F_ADDR]) + (uint64_t)in->f[CS_F_OFFSET];
	op.data = (uint64_t)in->f[CS_F_STATE];
	if (op.addr & 7) {
		cs_raise_fault(cs, CS_EXC_DATA_INVALID_FAULT, in->opcode, op.addr);
		return CS_STEP_NEXT;
	}
	return now_or_later(cs, in, &op);
}

/*
 * Panthor ends each job with it "so we can recover from faults at job boundaries": whatever was
 * issued before belongs to the error that it ends, so it waits for all of that.
 */
enum cs_step cs_exec_error_barrier(struct cs *cs, const struct cs_instr *in)
{
	uint16_t busy = cs_busy_mask(cs);

	if (busy) {
		cs->wait.sb_mask = busy;
		cs->stop = CS_STOP_SB;
		return CS_STEP_BLOCK;
	}
	cs->error = false;
	return CS_STEP_NEXT;
}

/* Instrumentation: the driver would configure a buffer in CS_INSTR_CONFIG, none does; the trace
 * goes nowhere. */
enum cs_step cs_exec_trace_point(struct cs *cs, const struct cs_instr *in)
{
	struct cs_op op;

	cs_op_prepare(cs, in, &op, nothing);
	return now_or_later(cs, in, &op);
}

/* The stream would raise PROTM_PEND and wait until the host enters protected mode; Panthor never
 * does. */
enum cs_step cs_exec_prot_region(struct cs *cs, const struct cs_instr *in)
{
	log_unimp(cs->sim, "CSG %u CS %u: PROT_REGION: there is no protected mode", cs->cfg.group,
		  cs->cfg.index);
	cs->stop = CS_STOP_PROTM;
	return CS_STEP_BLOCK;
}
