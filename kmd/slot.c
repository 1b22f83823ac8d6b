// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slots: giving a group to the firmware, asking something of it, taking it back.
 *
 * A request is made by tyr_slot_ask(); tyr_slot_wait() rings the firmware's bell is not needed for
 * it, tyr_fw_ring_groups() was. What a slot has been asked must be answered before it is asked
 * again.
 */
#include <drm/drm_print.h>

#include "device.h"
#include "fw.h"
#include "fw_iface.h"
#include "kbo.h"
#include "mmu.h"
#include "reset.h"
#include "slot.h"
#include "trace.h"
#include "vm.h"

/* Of a group's words, what interrupts: answers, and events. */
#define CSG_IRQS (CSG_STATE_MASK | CSG_EP_CFG | CSG_STATUS_UPDATE | CSG_EVENTS)

/* Doorbell 0 is the firmware's own; each slot has one for all of its streams. */
static u32 doorbell(u32 slot)
{
	return slot + 1;
}

static void program_stream(struct tyr_device *tdev, u32 slot, struct tyr_queue *queue)
{
	struct tyr_fw_cs *cs = tyr_fw_cs(tdev, slot, queue->index);

	queue->faults = 0;
	queue->in->extract_init = READ_ONCE(queue->out->extract);
	cs->in->base = queue->ring_va;
	cs->in->size = queue->ring_size;
	cs->in->user_input = queue->in_va;
	cs->in->user_output = queue->out_va;
	cs->in->config = CS_CONFIG(queue->priority, doorbell(slot));
	cs->in->ack_irq_mask = CS_EVENTS;
	tyr_fw_set_bits(&cs->lock, &cs->in->req,
			CS_IDLE_SYNC_WAIT | CS_IDLE_EMPTY | CS_STATE_START,
			CS_IDLE_SYNC_WAIT | CS_IDLE_EMPTY | CS_STATE_MASK);
}

static void set_ep_req(struct tyr_device *tdev, struct tyr_fw_csg *csg, u32 ep_req)
{
	if (tyr_fw_caps(tdev)->ep_req_64bit)
		csg->in->ep_req64 = ep_req;
	else
		csg->in->ep_req = ep_req;
}

static u32 ep_req(const struct tyr_group *group, u8 priority)
{
	return CSG_EP_COMPUTE(group->max_compute) | CSG_EP_FRAGMENT(group->max_fragment) |
	       CSG_EP_TILER(group->max_tiler) | CSG_EP_PRIORITY(priority);
}

/**
 * tyr_slot_bind() - give a slot to a group, whose VM gets an address space.
 * @sched: the scheduler; its lock is held.
 * @slot: a free slot.
 * @group: the group; the slot takes a reference.
 *
 * Return: 0, or -EBUSY when no address space is to be had, or what tyr_mmu_get() returns.
 */
int tyr_slot_bind(struct tyr_sched *sched, u32 slot, struct tyr_group *group)
{
	struct tyr_device *tdev = sched->tdev;
	struct tyr_fw_csg *csg = tyr_fw_csg(tdev, slot);
	unsigned long flags;
	u32 streams = 0;
	int as;

	lockdep_assert_held(&sched->lock);
	as = tyr_mmu_get(group->vm);
	if (as < 0)
		return as;
	mutex_lock(&sched->event_lock);
	sched->slots[slot].group = tyr_group_get(group);
	atomic_set(&sched->slots[slot].look, 0);
	for (u32 i = 0; i < group->queue_count; i++) {
		program_stream(tdev, slot, &group->queues[i]);
		streams |= BIT(i);
	}
	csg->in->allow_compute = group->compute_mask;
	csg->in->allow_fragment = group->fragment_mask;
	csg->in->allow_other = group->tiler_mask;
	csg->in->config = as;
	csg->in->suspend_buf = group->suspend->va;
	csg->in->protm_suspend_buf = group->protm_suspend ? group->protm_suspend->va : 0;
	csg->in->ack_irq_mask = CSG_IRQS;
	tyr_fw_toggle(&csg->lock, &csg->in->db_req, &csg->out->db_ack, streams);
	mutex_unlock(&sched->event_lock);

	spin_lock_irqsave(&group->lock, flags);
	group->slot = slot;
	trace_tyr_slot_give(group);
	tyr_group_time_runs(group, true);
	spin_unlock_irqrestore(&group->lock, flags);
	return 0;
}

/**
 * tyr_slot_start() - ask the firmware to run the slot's group.
 * @sched: the scheduler; its lock is held.
 * @slot: a slot that was given by tyr_slot_bind(), whose priority is set.
 */
void tyr_slot_start(struct tyr_sched *sched, u32 slot)
{
	struct tyr_slot *s = &sched->slots[slot];
	struct tyr_fw_csg *csg = tyr_fw_csg(sched->tdev, slot);

	set_ep_req(sched->tdev, csg, ep_req(s->group, s->priority));
	tyr_slot_ask(sched, slot, ~READ_ONCE(csg->out->ack), CSG_EP_CFG);
	tyr_slot_ask(sched, slot, s->group->started ? CSG_STATE_RESUME : CSG_STATE_START,
		     CSG_STATE_MASK);
	s->group->started = true;
}

/**
 * tyr_slot_set_priority() - ask the firmware to prefer a slot more or less.
 * @sched: the scheduler; its lock is held.
 * @slot: a slot with a group.
 * @priority: the new priority.
 */
void tyr_slot_set_priority(struct tyr_sched *sched, u32 slot, u8 priority)
{
	struct tyr_fw_csg *csg = tyr_fw_csg(sched->tdev, slot);

	sched->slots[slot].priority = priority;
	set_ep_req(sched->tdev, csg, ep_req(sched->slots[slot].group, priority));
	tyr_slot_ask(sched, slot, ~READ_ONCE(csg->out->ack), CSG_EP_CFG);
}

/**
 * tyr_slot_ask() - make a request; the caller rings for all slots at once.
 * @sched: the scheduler; its lock is held.
 * @slot: the slot.
 * @value: what the bits of CSG_REQ become.
 * @mask: which bits.
 */
void tyr_slot_ask(struct tyr_sched *sched, u32 slot, u32 value, u32 mask)
{
	struct tyr_fw_csg *csg = tyr_fw_csg(sched->tdev, slot);

	lockdep_assert_held(&sched->lock);
	tyr_fw_set_bits(&csg->lock, &csg->in->req, value, mask);
	sched->slots[slot].asked |= mask;
}

static u32 wait_until(struct tyr_sched *sched, u32 slots, unsigned long end)
{
	u32 late = 0;

	lockdep_assert_held(&sched->lock);
	for (u32 slot = 0; slot < sched->count; slot++) {
		struct tyr_slot *s = &sched->slots[slot];
		u32 acked, left;

		if (!(slots & BIT(slot)) || !s->asked)
			continue;
		/* All had the same time: the second that is late need not be waited for as long. */
		left = time_before(jiffies, end) ? jiffies_to_msecs(end - jiffies) : 1;
		if (tyr_fw_wait_csg(sched->tdev, slot, s->asked, &acked, left))
			late |= BIT(slot);
		else
			s->asked = 0;
	}
	return late;
}

/**
 * tyr_slot_wait() - wait until the firmware has answered.
 * @sched: the scheduler; its lock is held.
 * @slots: a bit for each slot to wait for; those that were asked nothing are no matter.
 *
 * Return: a bit for each slot that did not answer in time.
 */
u32 tyr_slot_wait(struct tyr_sched *sched, u32 slots)
{
	return wait_until(sched, slots, jiffies + msecs_to_jiffies(TYR_REQUEST_TIMEOUT_MS));
}

/**
 * tyr_slot_late() - which slots have not answered yet.
 * @sched: the scheduler; its lock is held.
 * @slots: a bit for each slot that was waited for already.
 *
 * Return: a bit for each such slot.
 */
u32 tyr_slot_late(struct tyr_sched *sched, u32 slots)
{
	return wait_until(sched, slots, jiffies);
}

/**
 * tyr_slot_report_late() - slots have not answered in time: the GPU is reset.
 * @sched: the scheduler; its lock is held.
 * @late: a bit for each slot.
 */
void tyr_slot_report_late(struct tyr_sched *sched, u32 late)
{
	lockdep_assert_held(&sched->lock);
	sched->late |= late;
	for (u32 slot = 0; slot < sched->count; slot++)
		if (late & BIT(slot))
			drm_err(&sched->tdev->base, "CSG %u update request timedout (%s)\n", slot,
				sched->slots[slot].group->comm);
	tyr_reset_schedule(sched->tdev, "a group slot does not answer");
}

static bool reads_sync_wait(const struct tyr_fw_cs *cs, struct tyr_queue_wait *wait)
{
	u32 reason = READ_ONCE(cs->out->status_blocked_reason) & CS_BLOCKED_REASON_MASK;
	u32 status = READ_ONCE(cs->out->status_wait);

	/* Work in the background may still change what it waits for. */
	if (reason != CS_BLOCKED_REASON_SYNC_WAIT || READ_ONCE(cs->out->status_scoreboards))
		return false;
	wait->va = READ_ONCE(cs->out->status_wait_sync_ptr);
	wait->value = READ_ONCE(cs->out->status_wait_sync_value);
	wait->greater = status & CS_WAIT_SYNC_GT;
	wait->wide = status & CS_WAIT_SYNC_64;
	if (wait->wide)
		wait->value |= (u64)READ_ONCE(cs->out->status_wait_sync_value_hi) << 32;
	return true;
}

/**
 * tyr_slot_blocked() - which queues wait for sync objects, as the firmware wrote at the last
 * STATUS_UPDATE or SUSPEND.
 * @sched: the scheduler; its lock is held.
 * @slot: a slot with a group; its queues' @wait is filled.
 *
 * Return: a bit for each queue.
 */
u32 tyr_slot_blocked(struct tyr_sched *sched, u32 slot)
{
	struct tyr_group *group = sched->slots[slot].group;
	u32 blocked = 0;

	lockdep_assert_held(&sched->lock);
	for (u32 i = 0; i < group->queue_count; i++)
		if (reads_sync_wait(tyr_fw_cs(sched->tdev, slot, i), &group->queues[i].wait))
			blocked |= BIT(i);
	return blocked;
}

/**
 * tyr_slot_unbind() - take a slot from its group.
 * @sched: the scheduler; its lock is held.
 * @slot: a slot whose group the firmware has suspended or terminated, or lost.
 */
void tyr_slot_unbind(struct tyr_sched *sched, u32 slot)
{
	struct tyr_slot *s = &sched->slots[slot];
	struct tyr_group *group = s->group;
	unsigned long flags;

	lockdep_assert_held(&sched->lock);
	/* What it told at last must be known before the next group of the slot tells something. */
	tyr_event_slot(sched, slot, false);
	spin_lock_irqsave(&group->lock, flags);
	tyr_group_time_runs(group, false);
	trace_tyr_slot_take(group);
	group->slot = -1;
	spin_unlock_irqrestore(&group->lock, flags);
	mutex_lock(&sched->event_lock);
	for (u32 i = 0; i < group->queue_count; i++) {
		struct tyr_fw_cs *cs = tyr_fw_cs(sched->tdev, slot, i);

		tyr_fw_set_bits(&cs->lock, &cs->in->req, CS_STATE_STOP, CS_STATE_MASK);
	}
	s->group = NULL;
	s->asked = 0;
	mutex_unlock(&sched->event_lock);
	tyr_mmu_put(group->vm);
	/* A sync object may have been signalled just before. */
	tyr_group_complete(group);
	tyr_group_put(group);
}
