// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entering: groups get the slots that the policy has found for them, and the firmware learns who
 * goes first.
 *
 * Slots have different priorities, as two groups that need the same endpoints could otherwise hold
 * each other up in the firmware (known from panthor_sched.c). Among equals the eldest is the most
 * urgent, so a group that comes in last rises as the eldest leave, one a slice: what has a slot
 * but not the hardware's attention gets its turn. When nobody waits the eldest becomes the
 * youngest.
 */
#include <linux/bitops.h>

#include "device.h"
#include "fw.h"
#include "fw_iface.h"
#include "mmu.h"
#include "sched.h"
#include "slot.h"
#include "vm.h"

/* The most urgent priority of a slot. */
#define TOP_PRIORITY 15

static int free_slot(const struct tyr_sched *sched)
{
	for (u32 slot = 0; slot < sched->count; slot++)
		if (!sched->slots[slot].group)
			return slot;
	return -1;
}

/* A group that was to get a slot does without for now. */
static void wait_again(struct tyr_sched *sched, struct tyr_group *group)
{
	unsigned long flags;

	spin_lock_irqsave(&sched->list_lock, flags);
	tyr_sched_unlist(sched, group, TYR_PLACE_NONE);
	spin_unlock_irqrestore(&sched->list_lock, flags);
	tyr_group_reconsider(group);
}

/* Give the plan's groups their slots. Return: a bit for each new one. */
static u32 move_in(struct tyr_sched *sched, struct tyr_plan *plan)
{
	unsigned long flags;
	u32 added = 0;

	for (u32 i = 0; i < plan->count; i++) {
		struct tyr_group *group = plan->add[i];
		int ret, slot = free_slot(sched);
		bool wants;

		spin_lock_irqsave(&sched->list_lock, flags);
		wants = group->place == TYR_PLACE_RUNNABLE && slot >= 0;
		if (wants)
			tyr_sched_unlist(sched, group, TYR_PLACE_RESIDENT);
		spin_unlock_irqrestore(&sched->list_lock, flags);
		if (!wants)
			continue;
		tyr_group_power_up(group);
		ret = tyr_slot_bind(sched, slot, group);
		if (!ret) {
			added |= BIT(slot);
			continue;
		}
		plan->unmet = true;
		/* A VM that is unusable stays so. */
		if (ret == -EINVAL)
			tyr_group_lost(group);
		wait_again(sched, group);
	}
	return added;
}

/* Whether @a goes before @b: the more urgent, of equals the elder. */
static bool goes_before(const struct tyr_group *a, const struct tyr_group *b)
{
	if (a->priority != b->priority)
		return a->priority > b->priority;
	return time_before(a->since, b->since);
}

/* Slots in the order of their groups' urgency. */
static u32 order_slots(const struct tyr_sched *sched, u8 *order)
{
	u32 n = 0;

	for (u32 slot = 0; slot < sched->count; slot++) {
		u32 i;

		if (!sched->slots[slot].group)
			continue;
		for (i = n++; i && goes_before(sched->slots[slot].group,
					       sched->slots[order[i - 1]].group); i--)
			order[i] = order[i - 1];
		order[i] = slot;
	}
	return n;
}

/* When nobody waits, the eldest of each priority becomes the youngest at the end of a slice. */
static void rotate(struct tyr_sched *sched, const struct tyr_plan *plan)
{
	u8 order[TYR_SLOTS_MAX];
	u32 n, seen = plan->turned;

	if (!plan->slice_over)
		return;
	n = order_slots(sched, order);
	for (u32 i = 0; i < n; i++) {
		struct tyr_group *group = sched->slots[order[i]].group;

		if (!(seen & BIT(group->priority)) && tyr_group_wants_to_run(group))
			group->since = jiffies;
		seen |= BIT(group->priority);
	}
}

/* Return: whether the slot had to be asked. */
static bool change_priority(struct tyr_sched *sched, u32 slot, u8 priority)
{
	/* A request may change only when the one before was answered. */
	if (tyr_slot_wait(sched, BIT(slot))) {
		tyr_slot_report_late(sched, BIT(slot));
		return false;
	}
	tyr_slot_set_priority(sched, slot, priority);
	return true;
}

/*
 * Tell the firmware who goes first; @added will be told when they start. A slot whose priority
 * still fits between its neighbours' is left alone, as each change is a request.
 *
 * Return: a bit for each slot that was asked something.
 */
static u32 prioritise(struct tyr_sched *sched, u32 added)
{
	u8 order[TYR_SLOTS_MAX];
	u32 n = order_slots(sched, order);
	int next = TOP_PRIORITY;
	u32 asked = 0;

	for (u32 i = 0; i < n; i++) {
		u32 slot = order[i];
		int now = sched->slots[slot].priority;

		if (added & BIT(slot))
			sched->slots[slot].priority = next;
		else if (now <= next && now >= (int)(n - 1 - i))
			next = now;
		else if (change_priority(sched, slot, next))
			asked |= BIT(slot);
		next--;
	}
	return asked;
}

/*
 * Have the firmware start the new groups. A fault may have turned an address space off since it was
 * given: what needs it is not started, and waits for its turn again. Return: those slots.
 */
static u32 start(struct tyr_sched *sched, u32 added, u32 asked)
{
	u32 off = 0;

	tyr_mmu_hold(sched->tdev);
	for (u32 slot = 0; slot < sched->count; slot++) {
		if (!(added & BIT(slot)))
			continue;
		if (tyr_mmu_is_on(sched->slots[slot].group->vm))
			tyr_slot_start(sched, slot);
		else
			off |= BIT(slot);
	}
	asked |= added & ~off;
	if (asked)
		tyr_fw_ring_groups(sched->tdev, asked);
	tyr_mmu_let_go(sched->tdev);
	return off;
}

static void take_back(struct tyr_sched *sched, u32 slots)
{
	for (u32 slot = 0; slot < sched->count; slot++) {
		struct tyr_group *group;

		if (!(slots & BIT(slot)))
			continue;
		group = tyr_group_get(sched->slots[slot].group);
		tyr_slot_unbind(sched, slot);
		wait_again(sched, group);
		tyr_group_put(group);
	}
}

/**
 * tyr_enter() - give the plan's groups their slots and let them run.
 * @sched: the scheduler; its lock is held.
 * @plan: the plan, for whose groups there is room; those that do not get a slot make it unmet.
 */
void tyr_enter(struct tyr_sched *sched, struct tyr_plan *plan)
{
	u32 added, off;

	lockdep_assert_held(&sched->lock);
	rotate(sched, plan);
	added = move_in(sched, plan);
	off = start(sched, added, prioritise(sched, added));
	if (!off)
		return;
	take_back(sched, off);
	plan->unmet = true;
}
