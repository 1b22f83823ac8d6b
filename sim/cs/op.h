/* SPDX-License-Identifier: MIT */
/*
 * op.h - operations in the background and the scoreboard that counts them.
 *
 * An operation holds its scoreboard entry from the moment it is issued. It waits until the entries
 * of its wait mask are idle, takes its latency, then touches memory or registers; when an address
 * space stalls that, it stays and is tried again after cs_memory_changed().
 */
#ifndef CS_OP_H
#define CS_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "cs/isa.h"
#include "cs/mem.h"
#include "gpu/event.h"

struct cs;
struct cs_task;

/* How many operations a stream may have in flight before it waits; keeps a hostile stream from
 * eating the host. Hardware has a limit too (CS_STATUS_BLOCKED_REASON_DEFERRED), its number is not
 * public. */
#define CS_OP_MAX 64

enum cs_op_state {
	CS_OP_WAITING,  /* for its wait mask */
	CS_OP_RUNNING,  /* its event is armed */
	CS_OP_STALLED,  /* by the address space */
	CS_OP_ENDPOINT, /* an endpoint works on it */
};

struct cs_op {
	struct event ev;
	struct cs *cs;
	struct cs_op *next;
	enum cs_op_state state;
	enum cs_mem (*perform)(struct cs *cs, struct cs_op *op);
	uint64_t pc;
	uint64_t addr, data, data2; /* register values at issue */
	uint32_t latency;
	uint16_t waits;
	uint8_t opcode, sb;
	uint8_t base; /* LOAD and STORE: first register and which ones */
	uint16_t mask;
	bool propagate, flag, group_scope, progress;
	bool tried; /* since memory changed */
	struct cs_task *task;
};

/** cs_op_prepare() - fill @op from an instruction: opcode, pc, latency; the rest is zero. */
void cs_op_prepare(struct cs *cs, const struct cs_instr *in, struct cs_op *op,
		   enum cs_mem (*perform)(struct cs *cs, struct cs_op *op));

/** cs_op_now() - perform @op at once, in order (a wait mask of zero on operations that can be
 * deferred). */
enum cs_step cs_op_now(struct cs *cs, struct cs_op *op);

/**
 * cs_op_issue() - put a copy of @op into the background.
 * @waits: entries that must be idle before it begins. @sb: entry that it holds.
 *
 * Return: CS_STEP_NEXT, or CS_STEP_BLOCK with CS_STOP_DEFERRED when there are too many. @issued,
 * when not NULL, receives the copy.
 */
enum cs_step cs_op_issue(struct cs *cs, const struct cs_op *op, uint16_t waits, uint8_t sb,
			 struct cs_op **issued);

/** cs_op_finish() - @op is done: release its entry, start what waited for it, tell the owner. Frees
 * @op. */
void cs_op_finish(struct cs_op *op);

/** cs_ops_retry() - try stalled operations again. */
void cs_ops_retry(struct cs *cs);

/** cs_ops_drop() - forget everything in flight, as a reset does. */
void cs_ops_drop(struct cs *cs);

#endif /* CS_OP_H */
