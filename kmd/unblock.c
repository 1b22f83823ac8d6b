// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Groups that wait for sync objects: they leave their slots to others and the device to its sleep.
 * When somebody signals an object, each of them is looked at again; the firmware does that only
 * for groups that have a slot.
 */
#include <linux/dma-buf.h>
#include <linux/iosys-map.h>

#include "compat.h"
#include "device.h"
#include "gem.h"
#include "sched.h"
#include "slot.h"
#include "vm.h"

static bool compare(const struct tyr_queue_wait *wait, u64 value)
{
	return wait->greater ? value > wait->value : value <= wait->value;
}

static bool read_object(struct drm_gem_object *obj, u64 offset, const struct tyr_queue_wait *wait,
			u64 *value)
{
	struct iosys_map map;

	if (offset + (wait->wide ? sizeof(u64) : sizeof(u32)) > obj->size)
		return false;
	if (tyr_gem_vmap(obj, &map))
		return false;
	if (wait->wide)
		*value = READ_ONCE(*(u64 *)(map.vaddr + offset));
	else
		*value = READ_ONCE(*(u32 *)(map.vaddr + offset));
	tyr_gem_vunmap(obj, &map);
	return true;
}

/* An object that cannot be read is let go: the stream will have its fault. */
static bool goes_on(struct tyr_group *group, const struct tyr_queue_wait *wait)
{
	struct tyr_bo *bo;
	u64 offset, value;
	bool go = true;

	bo = tyr_vm_find_bo(group->vm, wait->va, &offset);
	if (IS_ERR(bo))
		return true;
	if (read_object(&bo->base.base, offset, wait, &value))
		go = compare(wait, value);
	drm_gem_object_put(&bo->base.base);
	return go;
}

static void look_at(struct tyr_sched *sched, struct tyr_group *group)
{
	u32 was = READ_ONCE(group->blocked);
	u32 blocked = was;

	for (u32 i = 0; i < group->queue_count; i++)
		if (was & BIT(i) && goes_on(group, &group->queues[i].wait))
			blocked &= ~BIT(i);
	tyr_sched_blocked(sched, group, blocked);
	if (blocked != was)
		tyr_group_reconsider(group);
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
		/*
		 * Under the lock that a slot's change of hands needs: the wait is the firmware's
		 * last word.
		 */
		mutex_lock(&sched->lock);
		look_at(sched, group);
		mutex_unlock(&sched->lock);
		tyr_group_put(group);
	}
	tyr_sched_kick(sched->tdev);
}
