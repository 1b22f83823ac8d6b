/* SPDX-License-Identifier: MIT */
/*
 * progress.c - the progress counter of each stream: STORE sets it, LOAD reads it, "progress
 * increment" of WAIT and RUN_* adds one, WAIT waits until the counter of a stream of the same group
 * has reached a value.
 */
#include "cs/exec.h"
#include "gpu/sim.h"

enum cs_step cs_exec_progress_store(struct cs *cs, const struct cs_instr *in)
{
	cs->progress = cs_reg64(cs, in->f[CS_F_SRC]);
	cs->owner->event(cs->sim, cs, CS_EVENT_PROGRESS);
	return CS_STEP_NEXT;
}

enum cs_step cs_exec_progress_load(struct cs *cs, const struct cs_instr *in)
{
	cs_set_reg64(cs, in->f[CS_F_DST], cs->progress);
	return CS_STEP_NEXT;
}

bool cs_progress_holds(struct cs *cs)
{
	const struct cs *other = cs;

	if (cs->wait.progress_queue != cs->cfg.index)
		other = cs->owner->sibling
			    ? cs->owner->sibling(cs->sim, cs, cs->wait.progress_queue)
			    : NULL;
	return other && other->progress >= cs->wait.progress_value;
}

enum cs_step cs_exec_progress_wait(struct cs *cs, const struct cs_instr *in)
{
	cs->wait.progress_queue = (uint32_t)in->f[CS_F_IMM];
	cs->wait.progress_value = cs_reg64(cs, in->f[CS_F_SRC]);
	if (cs_progress_holds(cs))
		return CS_STEP_NEXT;
	cs->stop = CS_STOP_PROGRESS;
	return CS_STEP_BLOCK;
}
