// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Policy: who gets a slot, who loses it.
 *
 * Urgent groups first, within a priority first come first served. A waiting group takes a free
 * slot, else that of a group that has nothing to run, else that of a less urgent one at the end of
 * a slice of 10 ms (a realtime group does not wait for that), else, at the end of a slice too,
 * that of the eldest of its equals. A group that waited for a second counts as high once, so
 * nobody starves.
 *
 * leave.c and enter.c carry out what is planned here.
 */
#include <linux/bitops.h>

#include "device.h"
#include "dump.h"
#include "mmu.h"
#include "params.h"
#include "sched.h"
#include "slot.h"
#include "trace.h"
#include "vm.h"

#define STARVING_MS 1000

static bool keeps_slot(const struct tyr_sched *sched, const struct tyr_plan *plan, u32 slot)
{
	return sched->slots[slot].group && !((plan->kill | plan->evict) & BIT(slot));
}

static bool is_new_vm(const struct tyr_sched *sched, const struct tyr_plan *plan,
		      const struct tyr_vm *vm)
{
	for (u32 slot = 0; slot < sched->count; slot++)
		if (keeps_slot(sched, plan, slot) && sched->slots[slot].group->vm == vm)
			return false;
	for (u32 i = 0; i < plan->count; i++)
		if (plan->add[i]->vm == vm)
			return false;
	return true;
}

/* How many address spaces the groups of the plan need. */
static u32 count_vms(const struct tyr_sched *sched, const struct tyr_plan *plan)
{
	const struct tyr_vm *vms[2 * TYR_SLOTS_MAX];
	u32 n = 0;

	for (u32 i = 0; i < sched->count + plan->count; i++) {
		const struct tyr_vm *vm;
		u32 j;

		if (i >= sched->count)
			vm = plan->add[i - sched->count]->vm;
		else if (keeps_slot(sched, plan, i))
			vm = sched->slots[i].group->vm;
		else
			continue;
		for (j = 0; j < n && vms[j] != vm; j++)
			;
		if (j == n)
			vms[n++] = vm;
	}
	return n;
}

static bool fits(const struct tyr_sched *sched, const struct tyr_plan *plan,
		 const struct tyr_group *group)
{
	u32 used = plan->count;

	for (u32 slot = 0; slot < sched->count; slot++)
		used += keeps_slot(sched, plan, slot);
	if (used >= sched->count)
		return false;
	return !is_new_vm(sched, plan, group->vm) ||
	       count_vms(sched, plan) < tyr_mmu_user_spaces(sched->tdev);
}

static u8 urgency(const struct tyr_group *group)
{
	bool starving = time_after(jiffies, group->since + msecs_to_jiffies(STARVING_MS));

	if (starving && group->priority < PANTHOR_GROUP_PRIORITY_HIGH)
		return PANTHOR_GROUP_PRIORITY_HIGH;
	return group->priority;
}

/*
 * How readily @group gives its slot to one of @urgent; 0: not. Of equals one leaves in a slice,
 * more only when that alone did not give the other what it needs (@more).
 */
static u32 readiness(const struct tyr_plan *plan, struct tyr_group *group, u8 urgent, bool more)
{
	if (!tyr_group_wants_to_run(group))
		return 100;
	if (group->priority > urgent)
		return 0;
	if (group->priority == urgent)
		return plan->slice_over && (more || !(plan->turned & BIT(urgent)));
	if (plan->slice_over || urgent == PANTHOR_GROUP_PRIORITY_REALTIME)
		return 10 + urgent - group->priority;
	return 0;
}

/* The slot of the group that makes room for one of @urgent; -1: none does. Of equals the eldest. */
static int find_victim(const struct tyr_sched *sched, const struct tyr_plan *plan, u8 urgent,
		       bool more)
{
	u32 best = 0;
	int victim = -1;

	for (u32 slot = 0; slot < sched->count; slot++) {
		struct tyr_group *group = sched->slots[slot].group;
		u32 ready;

		if (!keeps_slot(sched, plan, slot))
			continue;
		ready = readiness(plan, group, urgent, more);
		if (ready > best ||
		    (ready && ready == best &&
		     time_before(group->since, sched->slots[victim].group->since))) {
			best = ready;
			victim = slot;
		}
	}
	return victim;
}

/* Return: false when the group keeps waiting. */
static bool plan_group(struct tyr_sched *sched, struct tyr_plan *plan, struct tyr_group *group)
{
	u32 evict = plan->evict, turned = plan->turned;
	u8 urgent = urgency(group);

	while (!fits(sched, plan, group)) {
		int victim = find_victim(sched, plan, urgent, plan->evict != evict);

		if (victim < 0) {
			plan->evict = evict;
			plan->turned = turned;
			return false;
		}
		plan->evict |= BIT(victim);
		if (sched->slots[victim].group->priority == urgent &&
		    tyr_group_wants_to_run(sched->slots[victim].group))
			plan->turned |= BIT(urgent);
	}
	plan->add[plan->count++] = tyr_group_get(group);
	return true;
}

/*
 * Those that starve count as high, so each list is looked at twice, the second time for the
 * others.
 */
static void plan_waiting(struct tyr_sched *sched, struct tyr_plan *plan)
{
	struct tyr_group *group;
	unsigned long flags;

	spin_lock_irqsave(&sched->list_lock, flags);
	for (int urgent = PANTHOR_GROUP_PRIORITY_REALTIME; urgent >= 0; urgent--) {
		for (int list = urgent; list >= 0; list--) {
			list_for_each_entry(group, &sched->runnable[list], node) {
				if (plan->count == sched->count)
					goto out;
				if (urgency(group) == urgent && !READ_ONCE(group->dead) &&
				    !plan_group(sched, plan, group))
					plan->unmet = true;
			}
		}
	}
out:
	if (sched->waiting > plan->count)
		plan->unmet = true;
	spin_unlock_irqrestore(&sched->list_lock, flags);
}

/*
 * One who makes room makes room for more: what has nothing to run leaves along with the first, at
 * the same price, so that the next who come find a slot free, and need not wait for the firmware.
 */
static void plan_sweep(struct tyr_sched *sched, struct tyr_plan *plan)
{
	if (!plan->evict)
		return;
	for (u32 slot = 0; slot < sched->count; slot++)
		if (keeps_slot(sched, plan, slot) &&
		    !tyr_group_wants_to_run(sched->slots[slot].group))
			plan->evict |= BIT(slot);
}

static void plan_kills(struct tyr_sched *sched, struct tyr_plan *plan)
{
	for (u32 slot = 0; slot < sched->count; slot++)
		if (sched->slots[slot].group && READ_ONCE(sched->slots[slot].group->dead))
			plan->kill |= BIT(slot);
}

/*
 * Groups on the hardware whose VM had a fault; the firmware tells which queue it was if it knows.
 */
static void kill_faulted(struct tyr_sched *sched)
{
	unsigned long flags;
	u32 faulted = 0;

	if (!xchg(&sched->vm_fault, false))
		return;
	for (u32 slot = 0; slot < sched->count; slot++) {
		struct tyr_group *group = sched->slots[slot].group;

		if (!group || !READ_ONCE(group->vm->faulted))
			continue;
		faulted |= BIT(slot);
		tyr_event_slot(sched, slot, true);
	}
	/* The dump is that of the guilty one, where it is known. */
	for (u32 slot = 0; slot < sched->count; slot++) {
		struct tyr_group *group = sched->slots[slot].group;

		if (!(faulted & BIT(slot)))
			continue;
		spin_lock_irqsave(&group->lock, flags);
		if (!group->fatal)
			group->fatal = GENMASK(group->queue_count - 1, 0);
		spin_unlock_irqrestore(&group->lock, flags);
		tyr_dump_take(group, TYR_DUMP_PAGE_FAULT);
		tyr_group_kill(group);
	}
}

/* Slices go on while somebody waits, or equals share the hardware. */
static bool needs_slices(const struct tyr_sched *sched, const struct tyr_plan *plan)
{
	u32 seen = 0;

	if (plan->unmet)
		return true;
	for (u32 slot = 0; slot < sched->count; slot++) {
		struct tyr_group *group = sched->slots[slot].group;

		if (!group || !tyr_group_wants_to_run(group))
			continue;
		if (seen & BIT(group->priority))
			return true;
		seen |= BIT(group->priority);
	}
	return false;
}

static void next_slice(struct tyr_sched *sched, const struct tyr_plan *plan)
{
	unsigned long slice = msecs_to_jiffies(READ_ONCE(tyr_slice_ms));

	if (!needs_slices(sched, plan)) {
		sched->slicing = false;
		return;
	}
	if (!sched->slicing || time_after_eq(jiffies, sched->slice_end))
		sched->slice_end = jiffies + slice;
	sched->slicing = true;
	queue_delayed_work(sched->wq, &sched->work, sched->slice_end - jiffies);
}

/**
 * tyr_policy_run() - look at all and change what has to change.
 * @sched: the scheduler; its lock is held, the device is awake and kept so.
 */
void tyr_policy_run(struct tyr_sched *sched)
{
	struct tyr_plan plan = {};

	lockdep_assert_held(&sched->lock);
	plan.slice_over = sched->slicing && time_after_eq(jiffies, sched->slice_end);
	kill_faulted(sched);
	tyr_status_look(sched);
	plan_kills(sched, &plan);
	plan_waiting(sched, &plan);
	plan_sweep(sched, &plan);
	trace_tyr_policy_plan(plan.kill, plan.evict, plan.count, sched->waiting, plan.slice_over);
	if (tyr_leave_room(sched, &plan))
		tyr_enter(sched, &plan);
	tyr_leave_bury(sched);
	for (u32 i = 0; i < plan.count; i++)
		tyr_group_put(plan.add[i]);
	next_slice(sched, &plan);
}

