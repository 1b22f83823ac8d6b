/* SPDX-License-Identifier: MIT */
/*
 * flow.c - where the stream goes on: BRANCH, CALL, JUMP, the tiler-OOM handler, frames that end.
 *
 * The ring is the lowest frame. CALL pushes one, JUMP replaces the buffer of the current one, the
 * end of a buffer returns. A G610 has 8 frames with the ring (decode_csf.c: MAX_CALL_STACK_DEPTH),
 * tail calls are not optimised, and there is no jumping out of the ring.
 */
#include "cs/exception.h"
#include "cs/exec.h"
#include "gpu/sim.h"

#define TILER_OOM 2 /* the one exception type that v10.xml names */

static bool condition_holds(int64_t cond, int32_t value)
{
	switch (cond) {
	case 0:
		return value <= 0;
	case 1:
		return value > 0;
	case 2:
		return value == 0;
	case 3:
		return value != 0;
	case 4:
		return value < 0;
	case 5:
		return value >= 0;
	default: /* 6, always; cs_check() refused the rest */
		return true;
	}
}

static bool branch_taken(struct cs *cs, const struct cs_instr *in)
{
	if (in->f[CS_F_COND] != 6 && mutated(cs->sim, BRANCH_NEVER))
		return false;
	if (mutated(cs->sim, BRANCH_ALWAYS))
		return true;
	return condition_holds(in->f[CS_F_COND], (int32_t)cs->regs[in->f[CS_F_SRC]]);
}

/*
 * What a taken branch costs on top: the fetch of instructions that were not read ahead. A guess,
 * the DRAM access of isa.def; it also keeps four endless loops from taking more than a core of the
 * machine that runs the model.
 */
#define REFETCH_NS 300

/*
 * An endless loop is a branch that is taken again with nothing changed since: the stream does the
 * same for ever. It is then charged this time at once, so that it costs the host next to nothing
 * while it hangs.
 */
#define SPIN_NS       20000
#define SPIN_BRANCHES 16

static void notice_spin(struct cs *cs)
{
	if (!cs->changed && cs->anchor == cs_pc(cs)) {
		cs->cost += SPIN_NS;
		cs->spinning = true;
		return;
	}
	/* The anchor has to be a branch of the loop: what was taken on the way in is left behind.
	 */
	if (cs->changed || ++cs->branches == SPIN_BRANCHES) {
		cs->anchor = cs_pc(cs);
		cs->branches = 0;
	}
	cs->changed = false;
}

enum cs_step cs_exec_branch(struct cs *cs, const struct cs_instr *in)
{
	const struct cs_frame *frame = cs->depth ? &cs->call[cs->depth - 1] : NULL;
	int64_t by = 8 + 8 * in->f[CS_F_OFFSET];
	uint64_t pc = (frame ? frame->pc : cs->extract) + (uint64_t)by;

	if (!branch_taken(cs, in))
		return CS_STEP_NEXT;
	if (!frame && !cs_ring_refresh(cs))
		return CS_STEP_BLOCK;
	if (frame ? pc < frame->start || pc > frame->end
		  : pc > cs->insert || cs->insert - pc > cs->cfg.ring_size)
		return cs_invalid(cs, in, "branches out of its buffer");
	cs->cost += REFETCH_NS;
	notice_spin(cs);
	cs_set_pc(cs, pc);
	return CS_STEP_MOVED;
}

/* Address and length of a buffer as CALL and JUMP take them. */
static const char *target(const struct cs *cs, const struct cs_instr *in, struct cs_frame *frame)
{
	uint64_t va = cs_reg64(cs, in->f[CS_F_ADDR]);
	uint32_t len = cs->regs[in->f[CS_F_SRC]];

	if ((va | len) & 7)
		return "target not a multiple of 8";
	if (va + len < va)
		return "target wraps around";
	*frame = (struct cs_frame){.start = va, .pc = va, .end = va + len};
	return NULL;
}

enum cs_step cs_exec_call(struct cs *cs, const struct cs_instr *in)
{
	unsigned int limit = cs->handler ? CS_FRAME_COUNT : CS_CALL_DEPTH;
	struct cs_frame frame;
	const char *why = target(cs, in, &frame);

	if (why)
		return cs_invalid(cs, in, why);
	if (!cs->depth)
		cs->sim->stats.jobs++; /* a driver calls a job from the ring */
	if (!cs->depth && cs->ring_calls++ % 2 && mutated(cs->sim, CS_SKIP_JOB))
		return CS_STEP_NEXT;
	if (cs->depth && mutated(cs->sim, CALL_SKIP))
		return CS_STEP_NEXT;
	if (cs->depth >= limit) {
		cs_raise_fatal(cs, CS_EXC_CS_CALL_STACK_OVERFLOW, in->opcode, cs_pc(cs));
		return CS_STEP_BLOCK;
	}
	cs_set_pc(cs, (cs->depth ? cs->call[cs->depth - 1].pc : cs->extract) + 8);
	cs->call[cs->depth++] = frame;
	return CS_STEP_MOVED;
}

enum cs_step cs_exec_jump(struct cs *cs, const struct cs_instr *in)
{
	struct cs_frame frame;
	const char *why = target(cs, in, &frame);

	if (why)
		return cs_invalid(cs, in, why);
	if (!cs->depth)
		return cs_invalid(cs, in, "jumps out of the ring");
	if (mutated(cs->sim, CALL_SKIP))
		return CS_STEP_NEXT;
	cs->call[cs->depth - 1] = frame;
	return CS_STEP_MOVED;
}

enum cs_step cs_exec_set_exception_handler(struct cs *cs, const struct cs_instr *in)
{
	struct cs_frame frame;
	const char *why = target(cs, in, &frame);

	if (why)
		return cs_invalid(cs, in, why);
	if (in->f[CS_F_IMM] != TILER_OOM) {
		log_unimp(cs->sim, "CSG %u CS %u: SET_EXCEPTION_HANDLER of type %d", cs->cfg.group,
			  cs->cfg.index, (int)in->f[CS_F_IMM]);
		return CS_STEP_NEXT;
	}
	cs->handler_va = frame.start;
	cs->handler_len = (uint32_t)(frame.end - frame.start);
	return CS_STEP_NEXT;
}

bool cs_enter_handler(struct cs *cs)
{
	/* Address or length zero: no handler (panvk disables its own that way). */
	if (!cs->handler_va || !cs->handler_len || cs->handler)
		return false;
	cs->call[cs->depth++] = (struct cs_frame){
	    .start = cs->handler_va, .pc = cs->handler_va, .end = cs->handler_va + cs->handler_len};
	cs->handler = cs->depth;
	return true;
}

void cs_set_pc(struct cs *cs, uint64_t pc)
{
	if (cs->depth)
		cs->call[cs->depth - 1].pc = pc;
	else
		cs->extract = pc;
}

uint64_t cs_pc(const struct cs *cs)
{
	if (cs->depth)
		return cs->call[cs->depth - 1].pc;
	return cs->cfg.ring_base + (cs->cfg.ring_size ? cs->extract & (cs->cfg.ring_size - 1) : 0);
}

void cs_pop(struct cs *cs)
{
	while (cs->depth && cs->call[cs->depth - 1].pc >= cs->call[cs->depth - 1].end) {
		if (cs->handler == cs->depth)
			cs->handler = 0;
		cs->depth--;
	}
}
