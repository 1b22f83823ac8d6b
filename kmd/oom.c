// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Streams that are out of tiler memory: they get a chunk more, or the word that there is none, and
 * then wait for fragment work to free some or call user space's exception handler.
 */
#include <drm/drm_print.h>

#include "device.h"
#include "fw.h"
#include "fw_iface.h"
#include "heap.h"
#include "slot.h"

/**
 * struct request - what the firmware says of a heap
 * @context: the heap's address.
 * @vt_started: vertex and tiling passes that began.
 * @vt_ended: those that ended.
 * @frag_ended: fragment passes that ended.
 */
struct request {
	u64 context;
	u32 vt_started;
	u32 vt_ended;
	u32 frag_ended;
};

/* Return: false when the group lost its slot: the firmware asks again when it has one. */
static bool read_request(struct tyr_sched *sched, struct tyr_group *group, u32 queue,
			 struct request *r)
{
	const struct tyr_fw_cs *cs;
	int slot;

	mutex_lock(&sched->lock);
	slot = group->slot;
	if (slot >= 0) {
		cs = tyr_fw_cs(sched->tdev, slot, queue);
		r->context = READ_ONCE(cs->out->heap_address);
		r->vt_started = READ_ONCE(cs->out->heap_vt_start);
		r->vt_ended = READ_ONCE(cs->out->heap_vt_end);
		r->frag_ended = READ_ONCE(cs->out->heap_frag_end);
	}
	mutex_unlock(&sched->lock);
	return slot >= 0;
}

static bool answer(struct tyr_sched *sched, struct tyr_group *group, u32 queue, u64 chunk)
{
	struct tyr_fw_csg *csg;
	struct tyr_fw_cs *cs;
	int slot;

	mutex_lock(&sched->lock);
	slot = group->slot;
	if (slot >= 0) {
		csg = tyr_fw_csg(sched->tdev, slot);
		cs = tyr_fw_cs(sched->tdev, slot, queue);
		cs->in->tiler_heap_start = chunk;
		cs->in->tiler_heap_end = chunk;
		tyr_fw_set_bits(&cs->lock, &cs->in->req, READ_ONCE(cs->out->ack), CS_TILER_OOM);
		tyr_fw_toggle(&csg->lock, &csg->in->db_req, &csg->out->db_ack, BIT(queue));
		tyr_fw_ring_groups(sched->tdev, BIT(slot));
	}
	mutex_unlock(&sched->lock);
	return slot >= 0;
}

static void fail(struct tyr_group *group, u32 queue)
{
	unsigned long flags;

	drm_warn(&group->tdev->base, "tiler heap cannot be extended, pid %d (%s)\n", group->pid,
		 group->comm);
	spin_lock_irqsave(&group->lock, flags);
	group->fatal |= BIT(queue);
	spin_unlock_irqrestore(&group->lock, flags);
	tyr_group_kill(group);
}

static void help(struct tyr_sched *sched, struct tyr_group *group, u32 queue)
{
	struct tyr_heap_pool *pool;
	struct request r;
	u64 chunk = 0;
	int ret;

	if (!read_request(sched, group, queue, &r))
		return;
	pool = tyr_heap_pool_get(group->vm, false);
	if (IS_ERR(pool) || r.frag_ended > r.vt_ended || r.vt_ended >= r.vt_started)
		ret = -EINVAL;
	else
		ret = tyr_heap_grow(pool, r.context, r.vt_started - r.frag_ended, &chunk);
	if (ret && ret != -ENOMEM)
		fail(group, queue);
	else if (!answer(sched, group, queue, chunk) && chunk)
		tyr_heap_return_chunk(pool, r.context, chunk);
	if (!IS_ERR(pool))
		tyr_heap_pool_put(pool);
}

/**
 * tyr_group_oom_work() - help the streams of a group that are out of tiler memory.
 * @work: the group's.
 */
void tyr_group_oom_work(struct work_struct *work)
{
	struct tyr_group *group = container_of(work, struct tyr_group, oom_work);
	u32 queues = atomic_xchg(&group->oom, 0);

	for (u32 i = 0; i < group->queue_count; i++)
		if (queues & BIT(i))
			help(group->tdev->sched, group, i);
	tyr_group_put(group);
}
