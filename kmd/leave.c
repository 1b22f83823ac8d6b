// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leaving: groups give their slots back, with their state in memory if the firmware still answers.
 */
#include <linux/bitops.h>

#include <drm/drm_print.h>

#include "device.h"
#include "fw.h"
#include "fw_iface.h"
#include "gpu.h"
#include "sched.h"
#include "slot.h"

/**
 * tyr_leave_bury() - fail the jobs of dead groups that are not on the hardware.
 * @sched: the scheduler; its lock is held.
 */
void tyr_leave_bury(struct tyr_sched *sched)
{
	struct tyr_group *group, *next;
	unsigned long flags;
	LIST_HEAD(dead);

	lockdep_assert_held(&sched->lock);
	spin_lock_irqsave(&sched->list_lock, flags);
	list_for_each_entry_safe(group, next, &sched->killed, kill_node)
		if (group->slot < 0)
			list_move_tail(&group->kill_node, &dead);
	spin_unlock_irqrestore(&sched->list_lock, flags);
	list_for_each_entry_safe(group, next, &dead, kill_node) {
		list_del_init(&group->kill_node);
		tyr_group_fail_jobs(group);
		tyr_group_put(group);
	}
}

/* The firmware let go of a group: it is idle, blocked, or wants its slot back some time. */
static void settle(struct tyr_sched *sched, u32 slot)
{
	struct tyr_group *group = tyr_group_get(sched->slots[slot].group);
	u32 blocked = READ_ONCE(group->dead) ? 0 : tyr_slot_blocked(sched, slot);
	unsigned long flags;

	tyr_slot_unbind(sched, slot);
	spin_lock_irqsave(&sched->list_lock, flags);
	tyr_sched_unlist(sched, group, TYR_PLACE_NONE);
	spin_unlock_irqrestore(&sched->list_lock, flags);
	if (!READ_ONCE(group->dead)) {
		tyr_unblock_later(sched, group, blocked);
		tyr_group_reconsider(group);
	}
	tyr_group_put(group);
}

static void settle_all(struct tyr_sched *sched, u32 slots)
{
	for (u32 slot = 0; slot < sched->count; slot++)
		if (slots & BIT(slot))
			settle(sched, slot);
	tyr_leave_bury(sched);
}

/*
 * Ask for @slots to be suspended or, where the group is dead, terminated. Return: those that are
 * late.
 */
static u32 ask_to_leave(struct tyr_sched *sched, u32 slots)
{
	u32 late = tyr_slot_wait(sched, slots);

	for (u32 slot = 0; slot < sched->count; slot++) {
		if (!(slots & ~late & BIT(slot)))
			continue;
		tyr_slot_ask(sched, slot,
			     READ_ONCE(sched->slots[slot].group->dead) ? CSG_STATE_TERMINATE :
									 CSG_STATE_SUSPEND,
			     CSG_STATE_MASK);
	}
	tyr_fw_ring_groups(sched->tdev, slots & ~late);
	return late | tyr_slot_wait(sched, slots & ~late);
}

/**
 * tyr_leave_room() - take the slots of dead groups, and of those that have to make room.
 * @sched: the scheduler; its lock is held.
 * @plan: which they are.
 *
 * Return: whether all went; otherwise the GPU is to be reset.
 */
bool tyr_leave_room(struct tyr_sched *sched, const struct tyr_plan *plan)
{
	u32 slots = plan->kill | plan->evict;
	u32 late;

	if (!slots)
		return true;
	late = ask_to_leave(sched, slots);
	settle_all(sched, slots & ~late);
	tyr_count_add(sched->tdev, TYR_COUNT_EVICTIONS, hweight32(plan->evict));
	if (late)
		tyr_slot_report_late(sched, late);
	return !late;
}

static u32 resident(const struct tyr_sched *sched)
{
	u32 slots = 0;

	for (u32 slot = 0; slot < sched->count; slot++)
		if (sched->slots[slot].group)
			slots |= BIT(slot);
	return slots;
}

/* Groups that did not leave when asked to: their state is lost. */
static void condemn(struct tyr_sched *sched, u32 slots)
{
	for (u32 slot = 0; slot < sched->count; slot++)
		if (slots & BIT(slot))
			tyr_group_lost(sched->slots[slot].group);
}

/* Return: slots whose groups did not leave. */
static u32 leave_all(struct tyr_sched *sched, u32 slots)
{
	u32 late = 0;

	/* Those for whose sake the GPU is reset had their time. */
	if (sched->late)
		late = tyr_slot_late(sched, sched->late) & slots;
	sched->late = 0;
	late |= ask_to_leave(sched, slots & ~late);
	if (late) {
		drm_err(&sched->tdev->base, "CSG suspend failed for slots 0x%x\n", late);
		condemn(sched, late);
	}
	return late;
}

/**
 * tyr_leave_all() - take all groups off the hardware; those that do not go die.
 * @sched: the scheduler; its lock is held, the device is awake.
 * @restart: the GPU or its firmware is started anew next, which terminates those.
 *
 * Return: whether all have left, with their state in memory.
 */
bool tyr_leave_all(struct tyr_sched *sched, bool restart)
{
	u32 slots = resident(sched);
	u32 late;
	int ret;

	lockdep_assert_held(&sched->lock);
	if (!slots) {
		sched->late = 0;
		tyr_leave_bury(sched);
		return true;
	}
	late = leave_all(sched, slots);
	if (late && !restart) {
		for (u32 slot = 0; slot < sched->count; slot++)
			if (late & BIT(slot))
				sched->slots[slot].asked = 0;
		ask_to_leave(sched, late);
	}
	/* The firmware wrote the suspend buffers through the GPU's caches. */
	ret = tyr_gpu_flush_caches(sched->tdev, TYR_FLUSH_CLEAN, TYR_FLUSH_CLEAN, 0);
	if (ret)
		condemn(sched, slots);
	settle_all(sched, slots);
	return !late && !ret;
}

/**
 * tyr_leave_lost() - the hardware is gone: so are the groups on it.
 * @sched: the scheduler; its lock is held. No register is touched.
 */
void tyr_leave_lost(struct tyr_sched *sched)
{
	u32 slots = resident(sched);

	lockdep_assert_held(&sched->lock);
	condemn(sched, slots);
	settle_all(sched, slots);
}
