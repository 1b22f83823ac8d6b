// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Groups that wait for sync objects: they leave their slots to others and the device to its sleep.
 * When somebody signals an object, each of them is looked at again; the firmware does that only
 * for groups that have a slot.
 */
#include "device.h"
#include "gem.h"
#include "sched.h"
#include "slot.h"
#include "vm.h"

/**
 * tyr_unblock_later() - note which queues of a group wait, and have their objects looked at: these
 * may have changed since the firmware looked.
 * @sched: the scheduler; its lock is held.
 * @group: the group.
 * @blocked: a bit for each such queue.
 */
void tyr_unblock_later(struct tyr_sched *sched, struct tyr_group *group, u32 blocked)
{
	lockdep_assert_held(&sched->lock);
	if (tyr_sched_blocked(sched, group, blocked))
		queue_work(sched->wq, &sched->unblock);
}

static bool compare(const struct tyr_queue_wait *wait, u64 value)
{
	return wait->greater ? value > wait->value : value <= wait->value;
}

/*
 * Whether a stream that waits so would go on. An object that cannot be read is let go: the stream
 * will have its fault.
 */
static bool goes_on(struct tyr_group *group, const struct tyr_queue_wait *wait)
{
	struct tyr_bo *bo;
	u64 offset, value;
	bool go = true;

	bo = tyr_vm_find_bo(group->vm, wait->va, &offset);
	if (IS_ERR(bo))
		return true;
	if (!tyr_bo_read(bo, offset, wait->wide, &value))
		go = compare(wait, value);
	drm_gem_object_put(&bo->base.base);
	return go;
}

/* What a queue waits for by the firmware's last word. Return: whether it waits. */
static bool waits(struct tyr_sched *sched, struct tyr_group *group, u32 queue,
		  struct tyr_queue_wait *wait)
{
	bool blocked;

	mutex_lock(&sched->lock);
	blocked = READ_ONCE(group->blocked) & BIT(queue);
	*wait = group->queues[queue].wait;
	mutex_unlock(&sched->lock);
	return blocked;
}

static bool same(const struct tyr_queue_wait *a, const struct tyr_queue_wait *b)
{
	return a->va == b->va && a->value == b->value && a->greater == b->greater &&
	       a->wide == b->wide;
}

/* A queue waits no more, unless the firmware has said since that it waits for something else. */
static void let_go(struct tyr_sched *sched, struct tyr_group *group, u32 queue,
		   const struct tyr_queue_wait *wait)
{
	u32 blocked;

	mutex_lock(&sched->lock);
	blocked = READ_ONCE(group->blocked);
	if (blocked & BIT(queue) && same(&group->queues[queue].wait, wait)) {
		tyr_sched_blocked(sched, group, blocked & ~BIT(queue));
		tyr_group_reconsider(group);
	}
	mutex_unlock(&sched->lock);
}

/*
 * The objects are looked at without the lock: that of another device has to be mapped, which may
 * take memory and time.
 */
static void look_at(struct tyr_sched *sched, struct tyr_group *group, u32 blocked)
{
	struct tyr_queue_wait wait;

	for (u32 i = 0; i < group->queue_count; i++)
		if (blocked & BIT(i) && waits(sched, group, i, &wait) && goes_on(group, &wait))
			let_go(sched, group, i, &wait);
}

/*
 * The group is found by those who signal objects from here on, so that none is missed. Return: a
 * bit for each queue that waits.
 */
static u32 list_again(struct tyr_sched *sched, struct tyr_group *group)
{
	u32 blocked;

	mutex_lock(&sched->lock);
	blocked = READ_ONCE(group->blocked);
	tyr_sched_blocked(sched, group, blocked);
	mutex_unlock(&sched->lock);
	/* The list changes before the objects are read; who signals writes them before he looks. */
	smp_mb();
	return blocked;
}

static struct tyr_group *take_first(struct tyr_sched *sched, struct list_head *todo)
{
	struct tyr_group *group;
	unsigned long flags;

	spin_lock_irqsave(&sched->list_lock, flags);
	group = list_first_entry_or_null(todo, struct tyr_group, blocked_node);
	if (group) {
		list_del_init(&group->blocked_node);
		tyr_group_get(group);
	}
	spin_unlock_irqrestore(&sched->list_lock, flags);
	return group;
}

/**
 * tyr_unblock_work() - look at all blocked groups.
 * @work: the scheduler's.
 */
void tyr_unblock_work(struct work_struct *work)
{
	struct tyr_sched *sched = container_of(work, struct tyr_sched, unblock);
	struct tyr_group *group;
	unsigned long flags;
	LIST_HEAD(todo);

	spin_lock_irqsave(&sched->list_lock, flags);
	list_splice_init(&sched->blocked, &todo);
	spin_unlock_irqrestore(&sched->list_lock, flags);
	while ((group = take_first(sched, &todo))) {
		look_at(sched, group, list_again(sched, group));
		tyr_group_put(group);
	}
	tyr_sched_kick(sched->tdev);
}
