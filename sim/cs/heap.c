/* SPDX-License-Identifier: MIT */
/*
 * heap.c - the tiler heap: HEAP_SET, HEAP_OPERATION, FINISH_FRAGMENT, and running out.
 *
 * The context is 32 bytes that the driver zeroes and never looks at again (panthor_heap.c:
 * HEAP_CONTEXT_SIZE). What is inside is not public; the model keeps the three counters in the order
 * in which the stream's output block shows them (mali_kbase_csf_registers.h: CS_HEAP_VT_START,
 * VT_END, a gap, FRAG_END), then the list of free chunks. A chunk begins with a pointer to the
 * next: VA in bits 63:12, size in pages below (panthor_heap.c).
 */
#include "cs/exception.h"
#include "cs/exec.h"
#include "cs/op.h"
#include "gpu/sim.h"

#define CTX_VT_START 0
#define CTX_VT_END   4
#define CTX_FRAG_END 12
#define CTX_FREE     16
#define CTX_MASK     31 /* the context is aligned to its size */

/* HEAP_OPERATION's operations, v10.xml */
#define OP_VT_START 0
#define OP_VT_END   1
#define OP_FRAG_END 3

static uint64_t chunk_va(uint64_t pointer)
{
	return pointer & ~0xfffull;
}

enum cs_step cs_exec_heap_set(struct cs *cs, const struct cs_instr *in)
{
	uint64_t va = cs_reg64(cs, in->f[CS_F_ADDR]);

	if (va & CTX_MASK) {
		cs_raise_fault(cs, CS_EXC_DATA_INVALID_FAULT, in->opcode, va);
		return CS_STEP_NEXT;
	}
	cs->heap = (struct cs_heap){.context = va};
	return CS_STEP_NEXT;
}

/* Adds @by to a counter of the context, or reads it with zero. Streams of one group share the
 * context. */
static enum cs_mem count(struct cs *cs, uint64_t context, unsigned int offset, uint32_t by,
			 uint32_t *now)
{
	enum cs_mem result;
	void *host;

	result = cs_mem_map(cs, context + offset, 4, by ? MMU_ATOMIC : MMU_READ, &host);
	if (result != CS_MEM_OK)
		return result;
	*now = by ? __atomic_add_fetch((uint32_t *)host, by, __ATOMIC_SEQ_CST) : cs_get32(host);
	return CS_MEM_OK;
}

/* Puts the list @first … @last in front of the context's free chunks. */
static enum cs_mem give_back(struct cs *cs, uint64_t context, uint64_t first, uint64_t last)
{
	enum cs_mem result;
	void *head, *next;

	if (!chunk_va(first) || !chunk_va(last))
		return CS_MEM_OK;
	result = cs_mem_map(cs, context + CTX_FREE, 8, MMU_WRITE, &head);
	if (result == CS_MEM_OK)
		result = cs_mem_map(cs, chunk_va(last), 8, MMU_WRITE, &next);
	if (result != CS_MEM_OK)
		return result;
	cs_put64(next, cs_get64(head));
	cs_put64(head, first);
	return CS_MEM_OK;
}

static enum cs_mem finish_fragment(struct cs *cs, struct cs_op *op)
{
	enum cs_mem result = CS_MEM_OK;
	uint32_t now;

	if (op->data) { /* not yet given back by an attempt that stalled later */
		result = give_back(cs, op->addr, op->data, op->data2);
		if (result != CS_MEM_OK)
			return result;
		op->data = 0;
	}
	if (op->flag)
		result = count(cs, op->addr, CTX_FRAG_END, 1, &now);
	return result;
}

static enum cs_mem heap_operation(struct cs *cs, struct cs_op *op)
{
	static const unsigned int offset[] = {CTX_VT_START, CTX_VT_END, 0, CTX_FRAG_END};
	uint32_t now;

	return count(cs, op->addr, offset[op->data], 1, &now);
}

static enum cs_step now_or_later(struct cs *cs, const struct cs_instr *in, struct cs_op *op)
{
	uint16_t waits = (uint16_t)in->f[CS_F_WAITS];

	if (!waits)
		return cs_op_now(cs, op);
	return cs_op_issue(cs, op, waits, (uint8_t)in->f[CS_F_SLOT], NULL);
}

/* A heap instruction with no HEAP_SET before it has nothing to work on. */
static bool has_heap(struct cs *cs, const struct cs_instr *in)
{
	if (cs->heap.context)
		return true;
	cs_raise_fault(cs, CS_EXC_DATA_INVALID_FAULT, in->opcode, cs_pc(cs));
	return false;
}

enum cs_step cs_exec_finish_fragment(struct cs *cs, const struct cs_instr *in)
{
	struct cs_op op;

	if (!has_heap(cs, in))
		return CS_STEP_NEXT;
	cs_op_prepare(cs, in, &op, finish_fragment);
	op.addr = cs->heap.context;
	op.data = cs_reg64(cs, in->f[CS_F_ADDR]);
	op.data2 = cs_reg64(cs, in->f[CS_F_SRC]);
	op.flag = in->f[CS_F_FRAG_END];
	return now_or_later(cs, in, &op);
}

enum cs_step cs_exec_heap_operation(struct cs *cs, const struct cs_instr *in)
{
	struct cs_op op;

	if (in->f[CS_F_HEAP_OP] == 2)
		return cs_invalid(cs, in, "undefined heap operation");
	if (!has_heap(cs, in))
		return CS_STEP_NEXT;
	if (in->f[CS_F_HEAP_OP] == OP_VT_START) {
		enum cs_step step = cs_heap_gate(cs);

		if (step != CS_STEP_DONE)
			return step;
	}
	cs_op_prepare(cs, in, &op, heap_operation);
	op.addr = cs->heap.context;
	op.data = (uint64_t)in->f[CS_F_HEAP_OP];
	return now_or_later(cs, in, &op);
}

static bool oom_strikes(struct cs *cs)
{
	const struct fault *fault = inject_peek(cs->sim, FAULT_HEAP_OOM);

	if (!fault || !cs->heap.context ||
	    (fault->group != UINT64_MAX && fault->group != cs->cfg.group) ||
	    (fault->stream != UINT64_MAX && fault->stream != cs->cfg.index))
		return false;
	return inject_hit(cs->sim, FAULT_HEAP_OOM);
}

/* Asks the host for chunks, with the statistics by which it decides (panthor_heap.c:
 * panthor_heap_grow()). */
static enum cs_step ask(struct cs *cs)
{
	struct cs_heap *heap = &cs->heap;

	if (count(cs, heap->context, CTX_VT_START, 0, &heap->vt_start) != CS_MEM_OK ||
	    count(cs, heap->context, CTX_VT_END, 0, &heap->vt_end) != CS_MEM_OK ||
	    count(cs, heap->context, CTX_FRAG_END, 0, &heap->frag_end) != CS_MEM_OK) {
		cs->heap_state = CS_HEAP_AGAIN;
		cs->stop = CS_STOP_MMU;
		return CS_STEP_BLOCK;
	}
	cs->heap_state = CS_HEAP_ASKED;
	cs->heap_replied = false;
	cs->stop = CS_STOP_HEAP;
	cs->owner->event(cs->sim, cs, CS_EVENT_OOM);
	return CS_STEP_BLOCK;
}

/* What the host said: chunks, or none. */
static enum cs_step take_reply(struct cs *cs)
{
	switch (give_back(cs, cs->heap.context, cs->heap_start, cs->heap_end)) {
	case CS_MEM_STALL:
		cs->stop = CS_STOP_MMU;
		return CS_STEP_BLOCK;
	case CS_MEM_BUS:
		cs_raise_fault(cs, CS_EXC_CS_BUS_FAULT, 0, cs->heap_start);
		cs->heap_state = CS_HEAP_CLEAR;
		return CS_STEP_NEXT;
	default:
		break;
	}
	if (chunk_va(cs->heap_start)) {
		cs->heap_state = CS_HEAP_CLEAR;
		return CS_STEP_DONE;
	}
	/* Incremental rendering: the handler frees chunks, then the work is tried again. */
	if (cs_enter_handler(cs)) {
		cs->heap_state = CS_HEAP_HANDLED;
		return CS_STEP_MOVED;
	}
	cs->heap_state = CS_HEAP_CLEAR;
	cs_raise_fault(cs, CS_EXC_OOM, 0, cs->heap.context);
	return CS_STEP_NEXT;
}

enum cs_step cs_heap_gate(struct cs *cs)
{
	switch (cs->heap_state) {
	case CS_HEAP_ASKED:
		if (cs->heap_replied)
			return take_reply(cs);
		cs->stop = CS_STOP_HEAP;
		return CS_STEP_BLOCK;
	case CS_HEAP_AGAIN:
		return ask(cs);
	case CS_HEAP_HANDLED:
		cs->heap_state = CS_HEAP_CLEAR;
		return CS_STEP_DONE;
	default:
		return !cs->handler && oom_strikes(cs) ? ask(cs) : CS_STEP_DONE;
	}
}

void cs_heap_reply(struct cs *cs, uint64_t chunk_start, uint64_t chunk_end)
{
	if (cs->heap_state != CS_HEAP_ASKED)
		return;
	cs->heap_start = chunk_start;
	cs->heap_end = chunk_end;
	cs->heap_replied = true;
}
