// SPDX-License-Identifier: GPL-2.0-or-later
/* The census. */
#include <drm/drm_managed.h>

#include "census.h"
#include "device.h"
#include "gem.h"
#include "group.h"
#include "vm.h"

/**
 * tyr_census_init() - begin to count.
 * @tdev: the device, before it has anything.
 *
 * Return: 0, or -ENOMEM.
 */
int tyr_census_init(struct tyr_device *tdev)
{
	struct tyr_census *census = &tdev->census;

	INIT_LIST_HEAD(&census->vms);
	INIT_LIST_HEAD(&census->groups);
	INIT_LIST_HEAD(&census->bos);
	return drmm_mutex_init(&tdev->base, &census->lock);
}

static void add(struct tyr_census *census, struct list_head *node, struct list_head *list)
{
	mutex_lock(&census->lock);
	list_add_tail(node, list);
	mutex_unlock(&census->lock);
}

static void remove(struct tyr_census *census, struct list_head *node)
{
	mutex_lock(&census->lock);
	list_del(node);
	mutex_unlock(&census->lock);
}

/**
 * tyr_census_add_vm() - a VM was made.
 * @vm: the VM, complete.
 */
void tyr_census_add_vm(struct tyr_vm *vm)
{
	add(&vm->tdev->census, &vm->census_node, &vm->tdev->census.vms);
}

/**
 * tyr_census_remove_vm() - a VM is about to be freed.
 * @vm: the VM.
 */
void tyr_census_remove_vm(struct tyr_vm *vm)
{
	remove(&vm->tdev->census, &vm->census_node);
}

/**
 * tyr_census_add_group() - a group was made; it gets its number.
 * @group: the group, complete: through its VM it keeps the device.
 */
void tyr_census_add_group(struct tyr_group *group)
{
	struct tyr_census *census = &group->tdev->census;

	mutex_lock(&census->lock);
	group->id = ++census->last_id;
	list_add_tail(&group->census_node, &census->groups);
	mutex_unlock(&census->lock);
}

/**
 * tyr_census_remove_group() - a group is about to be freed.
 * @group: the group, which was perhaps never added.
 */
void tyr_census_remove_group(struct tyr_group *group)
{
	struct tyr_census *census = &group->tdev->census;

	if (list_empty(&group->census_node))
		return;
	mutex_lock(&census->lock);
	for (u32 i = 0; i < group->queue_count; i++)
		census->jobs += group->queues[i].count;
	list_del(&group->census_node);
	mutex_unlock(&census->lock);
}

/**
 * tyr_census_add_bo() - an object was made.
 * @bo: the object.
 */
void tyr_census_add_bo(struct tyr_bo *bo)
{
	struct tyr_census *census = &to_tyr_device(bo->base.base.dev)->census;

	add(census, &bo->census_node, &census->bos);
}

/**
 * tyr_census_remove_bo() - an object is about to be freed.
 * @bo: the object, which was perhaps never added.
 */
void tyr_census_remove_bo(struct tyr_bo *bo)
{
	if (!list_empty(&bo->census_node))
		remove(&to_tyr_device(bo->base.base.dev)->census, &bo->census_node);
}

/**
 * tyr_count_add() - something happened; any context.
 * @tdev: the device.
 * @what: what.
 * @n: how often.
 */
void tyr_count_add(struct tyr_device *tdev, enum tyr_count what, u32 n)
{
	atomic_add(n, &tdev->census.counts[what]);
}
