/* SPDX-License-Identifier: MIT */
/*
 * flush.c - FLUSH_CACHE2.
 *
 * Always asynchronous (cs_builder.h). The register holds the flush id that user space read when it
 * built the stream: when the caches were flushed since, the flush is not needed; zero flushes in
 * any case (panthor_drm.h, drm_panthor_queue_submit.latest_flush). Ids have 24 bits: Panthor
 * refuses bits 30:24. The model has no data caches, so a flush is its latency and the id that moves
 * on.
 */
#include "cs/exec.h"
#include "cs/op.h"
#include "gpu/command.h"
#include "gpu/sim.h"

#define FLUSH_ID_MASK 0xffffffu
#define SKIP_NS       100 /* to find out that nothing is to be done */

static bool is_mode(int64_t mode)
{
	return mode == 0 || mode == 1 ||
	       mode == 3; /* none, clean, clean and invalidate (v10.xml) */
}

static bool still_needed(const struct cs *cs, uint32_t id)
{
	uint32_t since = (cs->sim->latest_flush - id) & FLUSH_ID_MASK;

	return !(id & FLUSH_ID_MASK) || since == 0 || since > FLUSH_ID_MASK / 2;
}

static enum cs_mem flush_done(struct cs *cs, struct cs_op *op)
{
	if (op->flag)
		gpu_count_flush(cs->sim);
	return CS_MEM_OK;
}

/* One flush of a stream at a time; those that still wait for their mask do not count. */
bool cs_flushing(const struct cs *cs)
{
	for (const struct cs_op *op = cs->ops; op; op = op->next)
		if (op->opcode == CS_OP_FLUSH_CACHE2 && op->state == CS_OP_RUNNING)
			return true;
	return false;
}

enum cs_step cs_exec_flush_cache2(struct cs *cs, const struct cs_instr *in)
{
	struct cs_op op;

	if (!is_mode(in->f[CS_F_L2_MODE]) || !is_mode(in->f[CS_F_LSC_MODE]))
		return cs_invalid(cs, in, "undefined flush mode");
	if (cs_flushing(cs)) {
		cs->stop = CS_STOP_FLUSH;
		return CS_STEP_BLOCK;
	}
	cs_op_prepare(cs, in, &op, flush_done);
	op.flag = (in->f[CS_F_L2_MODE] || in->f[CS_F_LSC_MODE]) &&
		  still_needed(cs, cs->regs[in->f[CS_F_SRC]]);
	if (!op.flag)
		op.latency = SKIP_NS; /* nothing, or only the texture caches */
	return cs_op_issue(cs, &op, (uint16_t)in->f[CS_F_WAITS], (uint8_t)in->f[CS_F_SLOT], NULL);
}
