// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the firmware tells about groups, seen in the interrupt's thread.
 *
 * The order is Arm's (mali_kbase_csf.c): the stream's interrupts are acknowledged before their
 * reasons are read, so that one that comes meanwhile is seen again. Acknowledging SYNC_UPDATE and
 * IDLE needs no doorbell; a stream that had a fault goes on when its doorbell is rung.
 */
#include <drm/drm_print.h>

#include "device.h"
#include "dump.h"
#include "fw.h"
#include "fw_iface.h"
#include "slot.h"
#include "sched.h"

static void report(struct tyr_device *tdev, const struct tyr_group *group, u32 queue,
		   const char *what, u32 exception, u64 info)
{
	drm_warn(&tdev->base,
		 "%s: CSG slot %d CS slot %u, %s (0x%x), data 0x%x, info 0x%llx, pid %d (%s)\n",
		 what, group->slot, queue, tyr_exception_name(CS_EXCEPTION_TYPE(exception)),
		 (u32)CS_EXCEPTION_TYPE(exception), CS_EXCEPTION_DATA(exception), info, group->pid,
		 group->comm);
}

static void fatal(struct tyr_device *tdev, struct tyr_group *group, u32 queue,
		  const struct tyr_fw_cs *cs)
{
	unsigned long flags;

	report(tdev, group, queue, "CS_FATAL", READ_ONCE(cs->out->fatal),
	       READ_ONCE(cs->out->fatal_info));
	spin_lock_irqsave(&group->lock, flags);
	group->fatal |= BIT(queue);
	spin_unlock_irqrestore(&group->lock, flags);
	tyr_count(tdev, TYR_COUNT_STREAM_FAULTS);
	tyr_dump_take(group, TYR_DUMP_FATAL);
	tyr_group_kill(group);
}

static void fault(struct tyr_device *tdev, struct tyr_group *group, u32 queue,
		  const struct tyr_fw_cs *cs)
{
	unsigned long flags;

	report(tdev, group, queue, "CS_FAULT", READ_ONCE(cs->out->fault),
	       READ_ONCE(cs->out->fault_info));
	spin_lock_irqsave(&group->lock, flags);
	tyr_queue_fault(&group->queues[queue]);
	spin_unlock_irqrestore(&group->lock, flags);
	tyr_count(tdev, TYR_COUNT_STREAM_FAULTS);
}

static void tiler_oom(struct tyr_sched *sched, struct tyr_group *group, u32 queue)
{
	atomic_or(BIT(queue), &group->oom);
	tyr_count(sched->tdev, TYR_COUNT_OUT_OF_TILER_MEMORY);
	tyr_group_get(group);
	if (!queue_work(sched->heap_wq, &group->oom_work))
		tyr_group_put(group);
}

/* Return: whether the stream goes on when its doorbell is rung. */
static bool stream_event(struct tyr_sched *sched, u32 slot, u32 queue)
{
	struct tyr_fw_cs *cs = tyr_fw_cs(sched->tdev, slot, queue);
	struct tyr_group *group = sched->slots[slot].group;
	u32 ack = READ_ONCE(cs->out->ack);
	u32 events = (READ_ONCE(cs->in->req) ^ ack) & CS_EVENTS;

	group->queues[queue].faults |= events & (CS_FATAL | CS_FAULT);
	if (events & CS_FATAL)
		fatal(sched->tdev, group, queue, cs);
	if (events & CS_FAULT)
		fault(sched->tdev, group, queue, cs);
	/* Out of memory is acknowledged by the work that helps (oom.c). */
	if (events & CS_TILER_OOM)
		tiler_oom(sched, group, queue);
	if (events & (CS_FATAL | CS_FAULT))
		tyr_fw_set_bits(&cs->lock, &cs->in->req, ack, CS_FATAL | CS_FAULT);
	return events & CS_FAULT;
}

static void group_events(struct tyr_sched *sched, u32 slot, u32 events)
{
	struct tyr_group *group = sched->slots[slot].group;
	unsigned long flags;

	if (events & CSG_SYNC_UPDATE) {
		tyr_group_complete(group);
		/* Others may wait for the same object. */
		if (!list_empty(&sched->blocked))
			queue_work(sched->wq, &sched->unblock);
	}
	if (events & CSG_IDLE && READ_ONCE(group->busy)) {
		/* Idle with jobs in its rings: something keeps it waiting. */
		atomic_set(&sched->slots[slot].look, 1);
		WRITE_ONCE(sched->look, 1);
		tyr_sched_kick(sched->tdev);
	}
	if (events & CSG_PROGRESS_TIMER_EVENT) {
		drm_warn(&sched->tdev->base, "CSG slot %u: progress timeout, pid %d (%s)\n", slot,
			 group->pid, group->comm);
		spin_lock_irqsave(&group->lock, flags);
		group->timedout = true;
		spin_unlock_irqrestore(&group->lock, flags);
		tyr_count(sched->tdev, TYR_COUNT_TIMEOUTS);
		tyr_dump_take(group, TYR_DUMP_PROGRESS);
		tyr_group_kill(group);
	}
}

/**
 * tyr_event_slot() - look at what the firmware tells about a slot.
 * @sched: the scheduler; its event lock is not held.
 * @slot: the slot.
 * @live: the group stays: let a stream that had a fault go on.
 */
void tyr_event_slot(struct tyr_sched *sched, u32 slot, bool live)
{
	struct tyr_fw_csg *csg = tyr_fw_csg(sched->tdev, slot);
	u32 ack, events, streams, ring = 0;

	mutex_lock(&sched->event_lock);
	ack = READ_ONCE(csg->out->ack);
	events = (READ_ONCE(csg->in->req) ^ ack) & CSG_EVENTS;
	streams = READ_ONCE(csg->out->irq_req) ^ READ_ONCE(csg->in->irq_ack);
	if (streams)
		WRITE_ONCE(csg->in->irq_ack, READ_ONCE(csg->in->irq_ack) ^ streams);
	if (events)
		tyr_fw_set_bits(&csg->lock, &csg->in->req, ack, events);
	if (!sched->slots[slot].group) {
		mutex_unlock(&sched->event_lock);
		return;
	}
	/* Faults first: a job that was done because of one must know its error. */
	for (u32 i = 0; i < sched->slots[slot].group->queue_count; i++)
		if (streams & BIT(i) && stream_event(sched, slot, i))
			ring |= BIT(i);
	if (events)
		group_events(sched, slot, events);
	if (ring && live) {
		tyr_fw_toggle(&csg->lock, &csg->in->db_req, &csg->out->db_ack, ring);
		tyr_fw_ring_groups(sched->tdev, BIT(slot));
	}
	mutex_unlock(&sched->event_lock);
}

/**
 * tyr_event_irq() - the job interrupt.
 * @tdev: the device.
 * @status: a bit for each slot, and bit 31 for the firmware's global interface, which only answers.
 *
 * Context: the interrupt's thread; waiters for answers were woken already.
 */
void tyr_event_irq(struct tyr_device *tdev, u32 status)
{
	struct tyr_sched *sched = tdev->sched;
	bool cookie;

	if (!sched)
		return;
	cookie = dma_fence_begin_signalling();
	for (u32 slot = 0; slot < sched->count; slot++)
		if (status & BIT(slot))
			tyr_event_slot(sched, slot, true);
	dma_fence_end_signalling(cookie);
}
