// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dumps, first half: what must be seen at once, because the slot is about to be another's.
 *
 * This runs in the signalling path of fences, so memory is had without waiting or not at all. All
 * that takes time or locks is the work of dump_write.c. At most one dump a second is begun: the
 * kernel keeps the first until somebody has read it or five minutes are over, and drops those that
 * come meanwhile.
 */
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>

#include "cleanup.h"
#include "device.h"
#include "dump_internal.h"
#include "fw.h"
#include "fw_iface.h"
#include "group.h"
#include "reset.h"
#include "sched.h"
#include "slot.h"

#define INTERVAL (1 * HZ)

/**
 * tyr_dump_init() - dumps may be taken from now on.
 * @tdev: the device.
 */
void tyr_dump_init(struct tyr_device *tdev)
{
	tdev->next_dump = jiffies;
}

static bool is_due(struct tyr_device *tdev)
{
	unsigned long next = READ_ONCE(tdev->next_dump);

	return time_after_eq(jiffies, next) &&
	       cmpxchg(&tdev->next_dump, next, jiffies + INTERVAL) == next;
}

static void see_info(struct tyr_dump *dump, enum tyr_dump_reason reason)
{
	const struct tyr_group *group = dump->group;
	struct tyr_dump_info *info = &dump->info;

	info->time_ns = ktime_get_real_ns();
	info->reason = reason;
	info->gpu_id = group->tdev->gpu_info.gpu_id;
	info->pid = group->pid;
	strscpy(info->comm, group->comm);
	strscpy(info->release, init_utsname()->release);
}

static void see_group(struct tyr_dump *dump)
{
	const struct tyr_group *group = dump->group;
	struct tyr_dump_group *words = &dump->words;
	const struct tyr_fw_csg *csg;

	words->id = group->id;
	words->priority = group->priority;
	words->slot = group->slot;
	words->flags = (group->timedout ? TYR_DUMP_GROUP_TIMEDOUT : 0) |
		       (group->destroyed ? TYR_DUMP_GROUP_DESTROYED : 0) |
		       (group->innocent ? TYR_DUMP_GROUP_INNOCENT : 0);
	words->queue_count = group->queue_count;
	words->busy = group->busy;
	words->blocked = group->blocked;
	words->fatal = group->fatal;
	if (group->slot < 0)
		return;
	csg = tyr_fw_csg(group->tdev, group->slot);
	words->req = READ_ONCE(csg->in->req);
	words->ack = READ_ONCE(csg->out->ack);
	words->ep_req = READ_ONCE(csg->in->ep_req);
	words->status_ep_current = READ_ONCE(csg->out->status_ep_current);
	words->status_ep_req = READ_ONCE(csg->out->status_ep_req);
	words->status_state = READ_ONCE(csg->out->status_state);
	words->resource_dep = READ_ONCE(csg->out->resource_dep);
}

static void see_job(struct tyr_dump_queue *words, const struct tyr_queue *queue)
{
	const struct tyr_queue_job *job;

	list_for_each_entry(job, &queue->running, base.node) {
		if (job->size && words->extract >= job->start && words->extract < job->end) {
			words->job_stream = job->stream;
			words->job_size = job->size;
			return;
		}
	}
}

/*
 * The firmware writes CS_STATUS words only when it was asked to (@fresh), and fault words only at a
 * fault: else they are another group's, which had the slot before.
 */
static void see_stream(struct tyr_dump_queue *words, const struct tyr_queue *queue,
		       const struct tyr_fw_cs *cs, bool fresh)
{
	words->req = READ_ONCE(cs->in->req);
	words->ack = READ_ONCE(cs->out->ack);
	if (queue->faults & CS_FAULT) {
		words->fault = READ_ONCE(cs->out->fault);
		words->fault_info = READ_ONCE(cs->out->fault_info);
	}
	if (queue->faults & CS_FATAL) {
		words->fatal = READ_ONCE(cs->out->fatal);
		words->fatal_info = READ_ONCE(cs->out->fatal_info);
	}
	if (!fresh)
		return;
	words->status_cmd_ptr = READ_ONCE(cs->out->status_cmd_ptr);
	words->status_wait = READ_ONCE(cs->out->status_wait);
	words->status_wait_sync_ptr = READ_ONCE(cs->out->status_wait_sync_ptr);
	words->status_wait_sync_value = READ_ONCE(cs->out->status_wait_sync_value) |
					(u64)READ_ONCE(cs->out->status_wait_sync_value_hi) << 32;
	words->status_req_resource = READ_ONCE(cs->out->status_req_resource);
	words->status_scoreboards = READ_ONCE(cs->out->status_scoreboards);
	words->status_blocked_reason = READ_ONCE(cs->out->status_blocked_reason);
}

static void see_queue(struct tyr_dump *dump, u32 index, bool fresh)
{
	const struct tyr_queue *queue = &dump->group->queues[index];
	struct tyr_dump_queue *words = &dump->queues[index];

	words->ring_va = queue->ring_va;
	words->ring_size = queue->ring_size;
	words->insert = queue->insert;
	words->extract = READ_ONCE(queue->out->extract);
	words->written = queue->count;
	words->done = READ_ONCE(queue->sync->count);
	words->priority = queue->priority;
	see_job(words, queue);
	if (dump->group->slot >= 0)
		see_stream(words, queue, tyr_fw_cs(dump->group->tdev, dump->group->slot, index),
			   fresh);
}

static void write_work(struct work_struct *work)
{
	struct tyr_dump *dump = container_of(work, struct tyr_dump, work);

	tyr_dump_write(dump);
	tyr_group_put(dump->group);
	kfree(dump);
}

/* The group keeps its slot meanwhile; @fresh: the firmware has just written its status words. */
static void take(struct tyr_group *group, enum tyr_dump_reason reason, bool fresh)
{
	struct tyr_dump *dump = kzalloc(struct_size(dump, queues, group->queue_count), GFP_NOWAIT);
	unsigned long flags;

	if (!dump)
		return;
	INIT_WORK(&dump->work, write_work);
	dump->group = tyr_group_get(group);
	dump->when = jiffies;
	see_info(dump, reason);
	spin_lock_irqsave(&group->lock, flags);
	see_group(dump);
	for (u32 i = 0; i < group->queue_count; i++)
		see_queue(dump, i, fresh);
	spin_unlock_irqrestore(&group->lock, flags);
	tyr_cleanup_queue(&dump->work);
}

/**
 * tyr_dump_take() - a group is about to be killed for something that it did.
 * @group: the group; the scheduler's lock or its event lock is held, so that it keeps its slot.
 * @reason: what it did.
 *
 * Context: may be in the signalling path of fences.
 */
void tyr_dump_take(struct tyr_group *group, enum tyr_dump_reason reason)
{
	if (is_due(group->tdev))
		take(group, reason, false);
}

/**
 * tyr_dump_take_hung() - a group is about to be killed because it hangs.
 * @group: the group; no lock is held.
 *
 * The firmware is asked where the streams are; if it does not say, the GPU is reset.
 *
 * Context: process; may be in the signalling path of fences.
 */
void tyr_dump_take_hung(struct tyr_group *group)
{
	struct tyr_sched *sched = group->tdev->sched;

	if (!is_due(group->tdev))
		return;
	mutex_lock(&sched->lock);
	take(group, TYR_DUMP_HUNG, tyr_status_refresh(sched, group));
	mutex_unlock(&sched->lock);
}
