/* SPDX-License-Identifier: MIT */
/* run.c - the loop: fetch, decode, check, execute; and why it stops. */
#include "cs/exception.h"
#include "cs/exec.h"
#include "cs/mem.h"
#include "cs/op.h"
#include "gpu/sim.h"

static void remember(struct cs *cs, uint64_t word)
{
	cs->past[cs->count++ % CS_HISTORY] = (struct cs_past){.pc = cs_pc(cs), .instr = word};
	cs->sim->stats.cs_instructions++;
}

/* The instruction blocks: it is counted, and complained about, once. */
static void forget(struct cs *cs)
{
	if (cs->stop == CS_STOP_FATAL)
		return;
	cs->count--;
	cs->sim->stats.cs_instructions--;
	cs->again = true;
}

static void advance(struct cs *cs)
{
	if (cs->depth)
		cs->call[cs->depth - 1].pc += 8;
	else
		cs->extract += 8;
}

enum cs_step cs_invalid(struct cs *cs, const struct cs_instr *in, const char *why)
{
	if (mutated(cs->sim, FAULT_SILENT))
		return CS_STEP_NEXT;
	log_note(cs->sim, "info", "CSG %u CS %u: invalid instruction: %s", cs->cfg.group,
		 cs->cfg.index, why);
	cs_raise_fatal(cs, CS_EXC_CS_INVALID_INSTRUCTION, in->opcode, cs_pc(cs));
	return CS_STEP_BLOCK;
}

/* Streams and rings are data: Panthor maps them no-execute. */
static bool fetch(struct cs *cs, uint64_t *word)
{
	uint64_t va = cs_pc(cs);
	void *host;

	switch (cs_mem_map(cs, va, 8, MMU_READ, &host)) {
	case CS_MEM_OK:
		*word = cs_get64(host);
		return true;
	case CS_MEM_STALL:
		cs->stop = CS_STOP_MMU;
		return false;
	default:
		cs_raise_fatal(cs, CS_EXC_CS_BUS_FAULT, 0, va);
		return false;
	}
}

static enum cs_step execute(struct cs *cs, uint64_t word)
{
	struct cs_instr in;
	const char *why;

	if (!cs_decode(word, &in))
		return cs_invalid(cs, &in, "no such opcode");
	why = cs_check(cs, &in);
	if (why)
		return cs_invalid(cs, &in, why);
	cs->cost += in.op->cost;
	if (in.opcode != CS_OP_NOP && in.opcode != CS_OP_BRANCH)
		cs->changed = true;
	return in.op->run(cs, &in);
}

/* One instruction. Return: whether there may be another. */
static bool step(struct cs *cs)
{
	uint64_t word;

	if (cs->fault_pending) {
		cs->stop = CS_STOP_FAULT;
		return false;
	}
	cs_pop(cs);
	if (!cs->depth && cs->extract == cs->insert) {
		if (!cs_ring_refresh(cs))
			return false;
		if (cs->extract == cs->insert) {
			cs->stop = CS_STOP_EMPTY;
			return false;
		}
	}
	if (!fetch(cs, &word))
		return false;
	remember(cs, word);
	switch (execute(cs, word)) {
	case CS_STEP_NEXT:
		advance(cs);
		cs->again = false;
		return true;
	case CS_STEP_MOVED:
		cs->again = false;
		return !cs->spinning;
	default:
		forget(cs);
		return false;
	}
}

/* A resumed stream: its owner forgot what the host had not answered. */
static void announce(struct cs *cs)
{
	if (cs->announce_fault)
		cs->owner->event(cs->sim, cs, CS_EVENT_FAULT);
	if (cs->announce_fatal) {
		cs->stop = CS_STOP_FATAL;
		cs->owner->event(cs->sim, cs, CS_EVENT_FATAL);
	}
	cs->announce_fault = cs->announce_fatal = false;
}

/* What has to be settled before the first instruction. Return: whether to go on. */
static bool prepare(struct cs *cs)
{
	cs->wait.sync = false;
	if (cs->bad_config) {
		cs_raise_fatal(cs, CS_EXC_CS_CONFIG_FAULT, 0, cs->cfg.ring_base);
		return false;
	}
	announce(cs);
	if (cs->retry) {
		cs->retry = false;
		cs_ops_retry(cs);
	}
	return cs->stop != CS_STOP_FATAL && cs_ring_refresh(cs);
}

enum cs_stop cs_run(struct cs *cs, unsigned int budget, uint64_t *cost_ns)
{
	uint64_t from = cs->extract;
	bool more;

	cs->cost = 0;
	*cost_ns = 0;
	cs->spinning = false;
	if (!cs->started || cs->stop == CS_STOP_FATAL)
		return cs->stop;
	cs->stop = CS_STOP_BUDGET;
	more = prepare(cs);
	while (more && budget--)
		more = step(cs);
	if (cs->stop == CS_STOP_BUDGET)
		cs_pop(cs);
	if (cs->extract != from)
		cs->owner->event(cs->sim, cs, CS_EVENT_PROGRESS);
	if (!cs->bad_config)
		cs_ring_publish(cs, 1);
	*cost_ns = cs->cost;
	return cs->stop;
}

static bool ring_has_more(struct cs *cs)
{
	void *host;

	if (cs_mem_map_mcu(cs, cs->cfg.ring_input_va, 8, MMU_READ, &host) != CS_MEM_OK)
		return true; /* running finds out */
	return cs_get64(host) != cs->extract;
}

bool cs_runnable(struct cs *cs)
{
	if (!cs->started || cs->stop == CS_STOP_FATAL)
		return false;
	if (cs->retry && cs_ops_stalled(cs))
		return true;
	if (cs->fault_pending)
		return cs->stop != CS_STOP_FAULT;
	switch (cs->stop) {
	case CS_STOP_EMPTY:
		return ring_has_more(cs);
	case CS_STOP_SB:
		return !(cs_busy_mask(cs) & cs->wait.sb_mask);
	case CS_STOP_SYNC:
		return cs_sync_holds(cs);
	case CS_STOP_PROGRESS:
		return cs_progress_holds(cs);
	case CS_STOP_RESOURCE:
		return !cs->owner->grant || cs->owner->grant(cs->sim, cs, cs->wait.resource);
	case CS_STOP_FLUSH:
		return !cs_flushing(cs);
	case CS_STOP_HEAP:
		return cs->heap_replied;
	case CS_STOP_MMU:
		return cs->retry;
	case CS_STOP_DEFERRED:
		return cs->op_count < CS_OP_MAX;
	case CS_STOP_PROTM:
		return false;
	default: /* CS_STOP_BUDGET, CS_STOP_FAULT with the fault acknowledged */
		return true;
	}
}

bool cs_idle(struct cs *cs)
{
	return !cs->depth && !cs_busy_mask(cs) && !cs->fault_pending && !ring_has_more(cs);
}

void cs_memory_changed(struct cs *cs)
{
	cs->retry = true;
}

void cs_stop_now(struct cs *cs)
{
	if (!cs->sim)
		return;
	cs_ops_drop(cs);
	if (cs->started && !cs->bad_config) {
		enum cs_stop stop = cs->stop;

		cs->stop = CS_STOP_FATAL; /* an unreachable page is no news any more */
		cs_ring_publish(cs, 0);
		cs->stop = stop;
	}
	cs->started = false;
}
