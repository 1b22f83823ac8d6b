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
 * Slots have different priorities, as two groups that need the same endpoints could otherwise hold
 * each other up in the firmware (known from panthor_sched.c). Among equals the eldest is the most
 * urgent, so a group that comes in last rises as the eldest leave, one a slice: what has a slot
 * but not the hardware's attention gets its turn. When nobody waits the eldest becomes the
 * youngest.
 */
#include <linux/bitops.h>

#include <drm/drm_print.h>

#include "device.h"
#include "dump.h"
#include "fw.h"
#include "fw_iface.h"
#include "gpu.h"
#include "mmu.h"
#include "params.h"
#include "reset.h"
#include "sched.h"
#include "slot.h"
#include "trace.h"
#include "vm.h"

#define STARVING_MS 1000

/* The most urgent priority of a slot. */
#define TOP_PRIORITY 15

/**
 * struct plan - what one run of the policy is going to change
 * @kill: slots whose groups are dead.
 * @evict: slots whose groups have to make room.
 * @add: groups that get a slot, with references.
 * @count: how many they are.
 * @unmet: groups keep waiting.
 * @slice_over: equals and less urgent groups may be evicted.
 * @turned: a bit for each priority of which the eldest has left.
 */
struct plan {
	u32 kill;
	u32 evict;
	struct tyr_group *add[TYR_SLOTS_MAX];
	u32 count;
	bool unmet;
	bool slice_over;
	u32 turned;
};

static bool keeps_slot(const struct tyr_sched *sched, const struct plan *plan, u32 slot)
{
	return sched->slots[slot].group && !((plan->kill | plan->evict) & BIT(slot));
}

static bool is_new_vm(const struct tyr_sched *sched, const struct plan *plan,
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
static u32 count_vms(const struct tyr_sched *sched, const struct plan *plan)
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

static bool fits(const struct tyr_sched *sched, const struct plan *plan,
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
static u32 readiness(const struct plan *plan, struct tyr_group *group, u8 urgent, bool more)
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
static int find_victim(const struct tyr_sched *sched, const struct plan *plan, u8 urgent, bool more)
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
static bool plan_group(struct tyr_sched *sched, struct plan *plan, struct tyr_group *group)
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
static void plan_waiting(struct tyr_sched *sched, struct plan *plan)
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
static void plan_sweep(struct tyr_sched *sched, struct plan *plan)
{
	if (!plan->evict)
		return;
	for (u32 slot = 0; slot < sched->count; slot++)
		if (keeps_slot(sched, plan, slot) &&
		    !tyr_group_wants_to_run(sched->slots[slot].group))
			plan->evict |= BIT(slot);
}

static void plan_kills(struct tyr_sched *sched, struct plan *plan)
{
	for (u32 slot = 0; slot < sched->count; slot++)
		if (sched->slots[slot].group && READ_ONCE(sched->slots[slot].group->dead))
			plan->kill |= BIT(slot);
}

/**
 * tyr_policy_bury() - fail the jobs of dead groups that are not on the hardware.
 * @sched: the scheduler; its lock is held.
 */
void tyr_policy_bury(struct tyr_sched *sched)
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

static void note_blocked(struct tyr_sched *sched, struct tyr_group *group, u32 blocked)
{
	/* The object may have changed since the firmware looked. */
	if (tyr_sched_blocked(sched, group, blocked))
		queue_work(sched->wq, &sched->unblock);
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
		note_blocked(sched, group, blocked);
		tyr_group_reconsider(group);
	}
	tyr_group_put(group);
}

static void settle_all(struct tyr_sched *sched, u32 slots)
{
	for (u32 slot = 0; slot < sched->count; slot++)
		if (slots & BIT(slot))
			settle(sched, slot);
	tyr_policy_bury(sched);
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

static void report_late(struct tyr_sched *sched, u32 late)
{
	sched->late |= late;
	for (u32 slot = 0; slot < sched->count; slot++)
		if (late & BIT(slot))
			drm_err(&sched->tdev->base, "CSG %u update request timedout (%s)\n", slot,
				sched->slots[slot].group->comm);
	tyr_reset_schedule(sched->tdev, "a group slot does not answer");
}

static bool make_room(struct tyr_sched *sched, const struct plan *plan)
{
	u32 slots = plan->kill | plan->evict;
	u32 late;

	if (!slots)
		return true;
	late = ask_to_leave(sched, slots);
	settle_all(sched, slots & ~late);
	tyr_count_add(sched->tdev, TYR_COUNT_EVICTIONS, hweight32(plan->evict));
	if (late)
		report_late(sched, late);
	return !late;
}

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
static u32 move_in(struct tyr_sched *sched, struct plan *plan)
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
static void rotate(struct tyr_sched *sched, const struct plan *plan)
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
		report_late(sched, BIT(slot));
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

/* Give the plan's groups their slots and let them run. */
static void fill_slots(struct tyr_sched *sched, struct plan *plan)
{
	u32 added = move_in(sched, plan);
	u32 off = start(sched, added, prioritise(sched, added));

	if (!off)
		return;
	take_back(sched, off);
	plan->unmet = true;
}

/* Groups that went idle with jobs in their rings: blocked, and by what? */
static void look_at_idle(struct tyr_sched *sched)
{
	u32 slots = 0, late;

	if (!xchg(&sched->look, 0))
		return;
	for (u32 slot = 0; slot < sched->count; slot++) {
		struct tyr_slot *s = &sched->slots[slot];

		if (!atomic_xchg(&s->look, 0) || !s->group || tyr_slot_wait(sched, BIT(slot)))
			continue;
		tyr_slot_ask(sched, slot, ~READ_ONCE(tyr_fw_csg(sched->tdev, slot)->out->ack),
			     CSG_STATUS_UPDATE);
		slots |= BIT(slot);
	}
	tyr_fw_ring_groups(sched->tdev, slots);
	late = tyr_slot_wait(sched, slots);
	if (late)
		report_late(sched, late);
	for (u32 slot = 0; slot < sched->count; slot++)
		if (slots & ~late & BIT(slot))
			note_blocked(sched, sched->slots[slot].group,
				     tyr_slot_blocked(sched, slot));
}

/**
 * tyr_policy_refresh() - have the firmware write where a group's streams are.
 * @sched: the scheduler; its lock is held.
 * @group: the group.
 *
 * When the firmware does not answer the GPU is reset.
 *
 * Return: whether it has written that; not for a group without a slot, for one.
 */
bool tyr_policy_refresh(struct tyr_sched *sched, struct tyr_group *group)
{
	int slot = group->slot;
	u32 late;

	lockdep_assert_held(&sched->lock);
	if (slot < 0 || sched->stopped || tyr_reset_pending(sched->tdev))
		return false;
	late = tyr_slot_wait(sched, BIT(slot));
	if (!late) {
		tyr_slot_ask(sched, slot, ~READ_ONCE(tyr_fw_csg(sched->tdev, slot)->out->ack),
			     CSG_STATUS_UPDATE);
		tyr_fw_ring_groups(sched->tdev, BIT(slot));
		late = tyr_slot_wait(sched, BIT(slot));
	}
	if (late)
		report_late(sched, late);
	return !late;
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
static bool needs_slices(const struct tyr_sched *sched, const struct plan *plan)
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

static void next_slice(struct tyr_sched *sched, const struct plan *plan)
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
	struct plan plan = {};

	lockdep_assert_held(&sched->lock);
	plan.slice_over = sched->slicing && time_after_eq(jiffies, sched->slice_end);
	kill_faulted(sched);
	look_at_idle(sched);
	plan_kills(sched, &plan);
	plan_waiting(sched, &plan);
	plan_sweep(sched, &plan);
	trace_tyr_policy_plan(plan.kill, plan.evict, plan.count, sched->waiting, plan.slice_over);
	if (make_room(sched, &plan)) {
		rotate(sched, &plan);
		fill_slots(sched, &plan);
	}
	tyr_policy_bury(sched);
	for (u32 i = 0; i < plan.count; i++)
		tyr_group_put(plan.add[i]);
	next_slice(sched, &plan);
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
 * tyr_policy_evict_all() - take all groups off the hardware; those that do not go die.
 * @sched: the scheduler; its lock is held, the device is awake.
 * @restart: the GPU or its firmware is started anew next, which terminates those.
 *
 * Return: whether all have left, with their state in memory.
 */
bool tyr_policy_evict_all(struct tyr_sched *sched, bool restart)
{
	u32 slots = resident(sched);
	u32 late;
	int ret;

	lockdep_assert_held(&sched->lock);
	if (!slots) {
		sched->late = 0;
		tyr_policy_bury(sched);
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
 * tyr_policy_lose_all() - the hardware is gone: so are the groups on it.
 * @sched: the scheduler; its lock is held. No register is touched.
 */
void tyr_policy_lose_all(struct tyr_sched *sched)
{
	u32 slots = resident(sched);

	lockdep_assert_held(&sched->lock);
	condemn(sched, slots);
	settle_all(sched, slots);
}
