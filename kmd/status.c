// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Status: asking the firmware where the streams of a group are.
 */
#include <linux/bitops.h>

#include "device.h"
#include "fw.h"
#include "fw_iface.h"
#include "reset.h"
#include "sched.h"
#include "slot.h"

/* What the slot was asked before must be answered. */
static void ask(struct tyr_sched *sched, u32 slot)
{
	tyr_slot_ask(sched, slot, ~READ_ONCE(tyr_fw_csg(sched->tdev, slot)->out->ack),
		     CSG_STATUS_UPDATE);
}

/* Have @slots answer. Return: those that do not. */
static u32 ring(struct tyr_sched *sched, u32 slots)
{
	u32 late;

	tyr_fw_ring_groups(sched->tdev, slots);
	late = tyr_slot_wait(sched, slots);
	if (late)
		tyr_slot_report_late(sched, late);
	return late;
}

/**
 * tyr_status_look() - groups that went idle with jobs in their rings: blocked, and by what?
 * @sched: the scheduler; its lock is held.
 */
void tyr_status_look(struct tyr_sched *sched)
{
	u32 slots = 0;

	lockdep_assert_held(&sched->lock);
	if (!xchg(&sched->look, 0))
		return;
	for (u32 slot = 0; slot < sched->count; slot++) {
		struct tyr_slot *s = &sched->slots[slot];

		if (!atomic_xchg(&s->look, 0) || !s->group || tyr_slot_wait(sched, BIT(slot)))
			continue;
		ask(sched, slot);
		slots |= BIT(slot);
	}
	slots &= ~ring(sched, slots);
	for (u32 slot = 0; slot < sched->count; slot++)
		if (slots & BIT(slot))
			tyr_unblock_later(sched, sched->slots[slot].group,
					  tyr_slot_blocked(sched, slot));
}

/**
 * tyr_status_refresh() - have the firmware write where a group's streams are.
 * @sched: the scheduler; its lock is held.
 * @group: the group.
 *
 * When the firmware does not answer the GPU is reset.
 *
 * Return: whether it has written that; not for a group without a slot.
 */
bool tyr_status_refresh(struct tyr_sched *sched, struct tyr_group *group)
{
	int slot = group->slot;
	u32 late;

	lockdep_assert_held(&sched->lock);
	if (slot < 0 || sched->stopped || tyr_reset_pending(sched->tdev))
		return false;
	late = tyr_slot_wait(sched, BIT(slot));
	if (late) {
		tyr_slot_report_late(sched, late);
		return false;
	}
	ask(sched, slot);
	return !ring(sched, BIT(slot));
}
