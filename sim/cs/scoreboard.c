/* SPDX-License-Identifier: MIT */
/* scoreboard.c - operations in flight, the entries they hold, and WAIT. */
#include <stdlib.h>
#include <string.h>

#include "cs/cs.h"
#include "cs/endpoint.h"
#include "cs/exception.h"
#include "cs/exec.h"
#include "cs/op.h"
#include "gpu/sim.h"

static void attempt(struct cs_op *op);

static void op_due(struct mali_sim *sim, struct event *ev)
{
	attempt((struct cs_op *)((char *)ev - offsetof(struct cs_op, ev)));
}

uint16_t cs_busy_mask(const struct cs *cs)
{
	uint16_t mask = 0;

	for (unsigned int i = 0; i < CS_SB_COUNT; i++)
		if (cs->sb[i])
			mask |= (uint16_t)(1u << i);
	return mask;
}

void cs_op_prepare(struct cs *cs, const struct cs_instr *in, struct cs_op *op,
		   enum cs_mem (*perform)(struct cs *cs, struct cs_op *op))
{
	memset(op, 0, sizeof(*op));
	op->cs = cs;
	op->perform = perform;
	op->pc = cs_pc(cs);
	op->opcode = in->opcode;
	op->latency = in->op->latency;
}

enum cs_step cs_op_now(struct cs *cs, struct cs_op *op)
{
	switch (op->perform(cs, op)) {
	case CS_MEM_STALL:
		cs->stop = CS_STOP_MMU;
		return CS_STEP_BLOCK;
	case CS_MEM_BUS:
		cs_raise_fault(cs, CS_EXC_CS_BUS_FAULT, op->opcode, op->addr);
		return CS_STEP_NEXT;
	default:
		cs->cost += op->latency;
		return CS_STEP_NEXT;
	}
}

/* Loads and stores mark the registers that they still need. */
static void mark_registers(struct cs_op *op, int by)
{
	uint8_t *marks = op->opcode == CS_OP_LOAD_MULTIPLE ? op->cs->loads : op->cs->stores;

	for (unsigned int i = 0; i < 16; i++)
		if (op->mask >> i & 1)
			marks[op->base + i] = (uint8_t)(marks[op->base + i] + by);
}

static void begin(struct cs_op *op)
{
	op->state = CS_OP_RUNNING;
	event_arm_in(op->cs->sim, &op->ev, op->latency);
}

enum cs_step cs_op_issue(struct cs *cs, const struct cs_op *op, uint16_t waits, uint8_t sb,
			 struct cs_op **issued)
{
	struct cs_op **tail = &cs->ops;
	struct cs_op *copy;

	if (cs->op_count >= CS_OP_MAX) {
		cs->stop = CS_STOP_DEFERRED;
		return CS_STEP_BLOCK;
	}
	copy = malloc(sizeof(*copy));
	if (!copy) {
		cs_raise_fatal(cs, CS_EXC_FIRMWARE_INTERNAL_ERROR, op->opcode, op->pc);
		return CS_STEP_BLOCK;
	}
	*copy = *op;
	event_init(&copy->ev, op_due);
	copy->waits = waits;
	copy->sb = sb;
	while (*tail)
		tail = &(*tail)->next;
	*tail = copy;
	cs->op_count++;
	/* The entry is taken before the wait begins: one that waits for its own entry never starts
	 * (Mesa's cs_builder.h, cs_defer()). */
	cs->sb[sb]++;
	mark_registers(copy, 1);
	if (issued)
		*issued = copy;
	if (waits & cs_busy_mask(cs)) {
		copy->state = CS_OP_WAITING;
		if (waits >> sb & 1)
			complain(cs->sim, RULE_CS_DEFER_SELF, "CSG %u CS %u at 0x%llx: entry %u",
				 cs->cfg.group, cs->cfg.index, (unsigned long long)copy->pc, sb);
	} else if (!copy->task) {
		begin(copy);
	}
	return CS_STEP_NEXT;
}

static void start_waiting(struct cs *cs)
{
	for (struct cs_op *op = cs->ops; op; op = op->next)
		if (op->state == CS_OP_WAITING && !(op->waits & cs_busy_mask(cs)))
			begin(op);
}

void cs_op_finish(struct cs_op *op)
{
	struct cs_op **at = &op->cs->ops;
	struct cs *cs = op->cs;
	bool progress = op->progress;

	while (*at != op)
		at = &(*at)->next;
	*at = op->next;
	cs->op_count--;
	cs->sb[op->sb]--;
	mark_registers(op, -1);
	event_cancel(cs->sim, &op->ev);
	free(op);
	start_waiting(cs);
	if (progress) {
		cs->progress++;
		cs->owner->event(cs->sim, cs, CS_EVENT_PROGRESS);
	}
	cs->owner->event(cs->sim, cs, CS_EVENT_WAKE);
}

static void attempt(struct cs_op *op)
{
	enum cs_mem result = op->perform(op->cs, op);

	if (result == CS_MEM_STALL) {
		op->state = CS_OP_STALLED;
		return;
	}
	if (result == CS_MEM_BUS)
		cs_raise_fault(op->cs, CS_EXC_CS_BUS_FAULT, op->opcode, op->addr);
	cs_op_finish(op);
}

static struct cs_op *next_untried(const struct cs *cs)
{
	for (struct cs_op *op = cs->ops; op; op = op->next)
		if (op->state == CS_OP_STALLED && !op->tried)
			return op;
	return NULL;
}

void cs_ops_retry(struct cs *cs)
{
	struct cs_op *op;

	for (op = cs->ops; op; op = op->next)
		op->tried = false;
	/* From the front each time: finishing one tells the owner, who may change the list. */
	while ((op = next_untried(cs))) {
		op->tried = true;
		attempt(op);
	}
}

bool cs_ops_stalled(const struct cs *cs)
{
	for (const struct cs_op *op = cs->ops; op; op = op->next)
		if (op->state == CS_OP_STALLED)
			return true;
	return false;
}

bool cs_in_flight(const struct cs *cs)
{
	for (const struct cs_op *op = cs->ops; op; op = op->next)
		if (op->state == CS_OP_RUNNING || op->state == CS_OP_ENDPOINT)
			return true;
	return false;
}

void cs_ops_drop(struct cs *cs)
{
	while (cs->ops) {
		struct cs_op *op = cs->ops;

		cs->ops = op->next;
		event_cancel(cs->sim, &op->ev);
		if (op->task)
			cs_task_drop(cs, op->task);
		free(op);
	}
	cs->op_count = 0;
	memset(cs->sb, 0, sizeof(cs->sb));
	memset(cs->loads, 0, sizeof(cs->loads));
	memset(cs->stores, 0, sizeof(cs->stores));
}

enum cs_step cs_exec_wait(struct cs *cs, const struct cs_instr *in)
{
	uint16_t mask = (uint16_t)in->f[CS_F_WAITS];

	if (mask & cs_busy_mask(cs)) {
		cs->wait.sb_mask = mask;
		cs->stop = CS_STOP_SB;
		return CS_STEP_BLOCK;
	}
	if (in->f[CS_F_PROGRESS]) {
		cs->progress++;
		cs->owner->event(cs->sim, cs, CS_EVENT_PROGRESS);
	}
	return CS_STEP_NEXT;
}

enum cs_step cs_exec_set_sb_entry(struct cs *cs, const struct cs_instr *in)
{
	cs->sb_endpoint = (uint8_t)in->f[CS_F_SLOT];
	cs->sb_other = (uint8_t)in->f[CS_F_SLOT2];
	return CS_STEP_NEXT;
}
