/* SPDX-License-Identifier: MIT */
/* endpoint.c - RUN_* and FINISH_TILING: handing work to the endpoints and taking it back. */
#include <stdlib.h>
#include <string.h>

#include "cs/endpoint.h"
#include "cs/exception.h"
#include "cs/exec.h"
#include "cs/op.h"
#include "gpu/sim.h"

static struct cs_task *snapshot(struct cs *cs, const struct cs_instr *in)
{
	struct cs_task *task = calloc(1, sizeof(*task));

	if (!task)
		return NULL;
	task->kind = (enum cs_opcode)in->opcode;
	task->in = *in;
	task->pc = cs_pc(cs);
	task->as = cs->cfg.as;
	task->group = cs->cfg.group;
	task->stream = cs->cfg.index;
	task->granted = cs->granted;
	task->heap = cs->heap;
	memcpy(task->regs, cs->regs, sizeof(task->regs));
	return task;
}

static enum cs_step hand_over(struct cs *cs, const struct cs_instr *in)
{
	struct cs_task *task = snapshot(cs, in);
	struct cs_op op;
	enum cs_step step;

	if (!task) {
		cs_raise_fatal(cs, CS_EXC_FIRMWARE_INTERNAL_ERROR, in->opcode, cs_pc(cs));
		return CS_STEP_BLOCK;
	}
	cs_op_prepare(cs, in, &op, NULL);
	op.task = task;
	op.state = CS_OP_ENDPOINT;
	op.progress = in->f[CS_F_PROGRESS];
	step = cs_op_issue(cs, &op, 0, cs->sb_endpoint, &task->op);
	if (step != CS_STEP_NEXT) {
		free(task);
		return step;
	}
	cs->owner->endpoints->start(cs->sim, task);
	return CS_STEP_NEXT;
}

static bool takes_heap(uint8_t opcode)
{
	return opcode == CS_OP_RUN_IDVS || opcode == CS_OP_RUN_TILING;
}

enum cs_step cs_exec_run(struct cs *cs, const struct cs_instr *in)
{
	/* A job that already failed runs nothing more until its ERROR_BARRIER. */
	if (cs->error)
		return CS_STEP_NEXT;
	if (takes_heap(in->opcode)) {
		enum cs_step step = cs_heap_gate(cs);

		if (step != CS_STEP_DONE)
			return step;
	}
	if (!cs->owner->endpoints) {
		cs_raise_fault(cs, CS_EXC_INSTR_INVALID_ENC, in->opcode, cs_pc(cs));
		return CS_STEP_NEXT;
	}
	return hand_over(cs, in);
}

enum cs_step cs_exec_run_idvs(struct cs *cs, const struct cs_instr *in)
{
	if (in->f[CS_F_DRAW_ID_ENABLE] && in->f[CS_F_DRAW_ID] >= CS_REG_COUNT)
		return cs_invalid(cs, in, "register does not exist");
	return cs_exec_run(cs, in);
}

void cs_task_done(struct cs_task *task, const struct cs_exception *fault)
{
	struct cs_op *op = task->op;

	if (fault)
		cs_raise_fault(op->cs, (enum cs_exception_type)fault->type, fault->data,
			       fault->info);
	free(task);
	op->task = NULL;
	cs_op_finish(op);
}

void cs_task_drop(struct cs *cs, struct cs_task *task)
{
	cs->owner->endpoints->cancel(cs->sim, task);
	free(task);
}

static enum cs_mem tiler_idle(struct cs *cs, struct cs_op *op)
{
	return CS_MEM_OK;
}

/* Closes the tiler's lists. What was tiled is memory already, so only the time that it takes is
 * left. */
enum cs_step cs_exec_finish_tiling(struct cs *cs, const struct cs_instr *in)
{
	struct cs_op op;

	cs_op_prepare(cs, in, &op, tiler_idle);
	op.progress = in->f[CS_F_PROGRESS];
	return cs_op_issue(cs, &op, 0, cs->sb_endpoint, NULL);
}
