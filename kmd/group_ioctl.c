// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Groups as user space makes, asks and destroys them.
 */
#include <linux/capability.h>
#include <linux/log2.h>

#include <drm/drm_auth.h>
#include <drm/drm_drv.h>

#include "device.h"
#include "fw.h"
#include "fw_iface.h"
#include "group.h"
#include "ioctl.h"
#include "kbo.h"
#include "user.h"
#include "vm.h"

/* Mapping flags of memory that host and GPU both look at while the other writes to it. */
#define MAP_SHARED (DRM_PANTHOR_VM_BIND_OP_MAP_NOEXEC | DRM_PANTHOR_VM_BIND_OP_MAP_UNCACHED)

/* More than any hardware has, and what the kernel's header calls the interface's limit. */
#define MAX_QUEUES 32

/**
 * tyr_group_priority_allowed() - whether a process may use a priority.
 * @file: its open file.
 * @priority: PANTHOR_GROUP_PRIORITY_*.
 *
 * Return: 0, -EACCES, or -EINVAL when there is no such priority.
 */
int tyr_group_priority_allowed(struct drm_file *file, u8 priority)
{
	if (priority > PANTHOR_GROUP_PRIORITY_REALTIME)
		return -EINVAL;
	if (priority <= PANTHOR_GROUP_PRIORITY_MEDIUM || capable(CAP_SYS_NICE) ||
	    drm_is_current_master(file))
		return 0;
	return -EACCES;
}

static int check_cores(u64 mask, u32 max, u64 present)
{
	return mask & ~present || hweight64(mask) < max ? -EINVAL : 0;
}

static int check_group(struct drm_file *file, const struct drm_panthor_group_create *args)
{
	const struct tyr_device *tdev = to_tyr_device(file->minor->dev);
	const struct drm_panthor_gpu_info *info = &tdev->gpu_info;

	if (args->pad)
		return -EINVAL;
	if (check_cores(args->compute_core_mask, args->max_compute_cores, info->shader_present) ||
	    check_cores(args->fragment_core_mask, args->max_fragment_cores, info->shader_present) ||
	    check_cores(args->tiler_core_mask, args->max_tiler_cores, info->tiler_present))
		return -EINVAL;
	return tyr_group_priority_allowed(file, args->priority);
}

static int check_queue(const struct drm_panthor_queue_create *args)
{
	if (args->pad[0] || args->pad[1] || args->pad[2])
		return -EINVAL;
	if (args->priority > TYR_QUEUE_PRIORITY_MAX)
		return -EINVAL;
	if (args->ringbuf_size < TYR_RING_MIN || args->ringbuf_size > TYR_RING_MAX ||
	    !is_power_of_2(args->ringbuf_size))
		return -EINVAL;
	return 0;
}

/* A slot for each job that fits into the ring. */
static u32 times_bytes(u32 ring_size)
{
	return ring_size / (TYR_JOB_INSTRS * sizeof(u64)) * sizeof(struct tyr_ring_times);
}

/* All that lies in the group's VM is one buffer: sync objects, then each queue's ring and times. */
static int make_rings(struct tyr_group *group)
{
	u64 size = PAGE_SIZE, at = PAGE_SIZE;

	static_assert(MAX_QUEUES * sizeof(struct tyr_ring_sync) <= SZ_4K);
	for (u32 i = 0; i < group->queue_count; i++)
		size += PAGE_ALIGN(group->queues[i].ring_size +
				   times_bytes(group->queues[i].ring_size));
	group->mem = tyr_kbo_create_mapped(group->tdev, group->vm, size, MAP_SHARED,
					   TYR_KBO_ANY_VA, "group rings");
	if (IS_ERR(group->mem))
		return PTR_ERR(group->mem);
	for (u32 i = 0; i < group->queue_count; i++) {
		struct tyr_queue *queue = &group->queues[i];

		queue->sync = group->mem->kmap + i * sizeof(*queue->sync);
		queue->sync_va = group->mem->va + i * sizeof(*queue->sync);
		queue->ring = group->mem->kmap + at;
		queue->ring_va = group->mem->va + at;
		queue->times = queue->ring + queue->ring_size;
		queue->times_va = queue->ring_va + queue->ring_size;
		at += PAGE_ALIGN(queue->ring_size + times_bytes(queue->ring_size));
	}
	return 0;
}

/* Two pages for each ring: the host's words, and the firmware's. */
static int make_iface(struct tyr_group *group)
{
	group->iface = tyr_kbo_create_mapped(group->tdev, tyr_fw_vm(group->tdev),
					     2 * SZ_4K * group->queue_count, MAP_SHARED,
					     TYR_KBO_ANY_VA, "ring interfaces");
	if (IS_ERR(group->iface))
		return PTR_ERR(group->iface);
	for (u32 i = 0; i < group->queue_count; i++) {
		struct tyr_queue *queue = &group->queues[i];

		queue->in = group->iface->kmap + 2 * i * SZ_4K;
		queue->in_va = group->iface->va + 2 * i * SZ_4K;
		queue->out = group->iface->kmap + (2 * i + 1) * SZ_4K;
		queue->out_va = group->iface->va + (2 * i + 1) * SZ_4K;
	}
	return 0;
}

static int make_suspend_buffers(struct tyr_group *group)
{
	const struct tyr_fw_caps *caps = tyr_fw_caps(group->tdev);

	group->suspend = tyr_fw_alloc_suspend_buf(group->tdev, caps->suspend_size);
	if (IS_ERR(group->suspend))
		return PTR_ERR(group->suspend);
	if (!caps->protm_suspend_size)
		return 0;
	group->protm_suspend = tyr_fw_alloc_suspend_buf(group->tdev, caps->protm_suspend_size);
	return PTR_ERR_OR_ZERO(group->protm_suspend);
}

static void set_limits(struct tyr_group *group, const struct drm_panthor_group_create *args)
{
	group->priority = args->priority;
	group->compute_mask = args->compute_core_mask;
	group->fragment_mask = args->fragment_core_mask;
	group->tiler_mask = args->tiler_core_mask;
	group->max_compute = args->max_compute_cores;
	group->max_fragment = args->max_fragment_cores;
	group->max_tiler = args->max_tiler_cores;
}

static struct tyr_group *create(struct tyr_file *tfile, const struct drm_panthor_group_create *args,
				const struct drm_panthor_queue_create *queues)
{
	struct tyr_group *group = tyr_group_alloc(tfile->tdev, args->queues.count);
	int ret;

	if (!group)
		return ERR_PTR(-ENOMEM);
	set_limits(group, args);
	for (u32 i = 0; i < group->queue_count; i++) {
		group->queues[i].priority = queues[i].priority;
		group->queues[i].ring_size = queues[i].ringbuf_size;
	}
	group->vm = tyr_vm_lookup(tfile, args->vm_id);
	ret = group->vm ? 0 : -EINVAL;
	if (!ret)
		ret = make_rings(group);
	if (!ret)
		ret = make_iface(group);
	if (!ret)
		ret = make_suspend_buffers(group);
	if (ret) {
		tyr_group_put(group);
		return ERR_PTR(ret);
	}
	tyr_census_add_group(group);
	return group;
}

static int create_with_handle(struct drm_file *file, struct drm_panthor_group_create *args,
			      const struct drm_panthor_queue_create *queues)
{
	struct tyr_file *tfile = file->driver_priv;
	struct tyr_group *group;
	u32 handle;
	int ret;

	for (u32 i = 0; i < args->queues.count; i++) {
		ret = check_queue(&queues[i]);
		if (ret)
			return ret;
	}
	group = create(tfile, args, queues);
	if (IS_ERR(group))
		return PTR_ERR(group);
	ret = xa_alloc(&tfile->groups, &handle, group, XA_LIMIT(1, TYR_GROUPS_PER_FILE),
		       GFP_KERNEL);
	if (ret) {
		tyr_group_put(group);
		return ret;
	}
	args->group_handle = handle;
	return 0;
}

/**
 * tyr_ioctl_group_create() - DRM_IOCTL_PANTHOR_GROUP_CREATE.
 * @dev: the device.
 * @data: struct drm_panthor_group_create.
 * @file: the file.
 *
 * Return: 0; -EINVAL for arguments that cannot be; -EACCES for a priority that the process may not
 * have; -E2BIG, -EFAULT, -ENOMEM; -EBUSY when the file has its 128 groups; -ENODEV.
 */
int tyr_ioctl_group_create(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_group_create *args = data;
	struct drm_panthor_queue_create buf[4], *queues;
	int ret, cookie;

	if (!args->queues.count || args->queues.count > MAX_QUEUES)
		return -EINVAL;
	if (!drm_dev_enter(dev, &cookie))
		return -ENODEV;
	queues = tyr_user_get_array(&args->queues,
				    TYR_USER_MIN(struct drm_panthor_queue_create, ringbuf_size),
				    sizeof(*queues), buf, sizeof(buf));
	ret = PTR_ERR_OR_ZERO(queues);
	if (!ret) {
		ret = check_group(file, args);
		if (!ret && args->queues.count > tyr_fw_caps(to_tyr_device(dev))->streams)
			ret = -EINVAL;
		if (!ret)
			ret = create_with_handle(file, args, queues);
		tyr_user_put_array(queues, buf);
	}
	drm_dev_exit(cookie);
	return ret;
}

static void destroy(struct tyr_group *group)
{
	unsigned long flags;

	spin_lock_irqsave(&group->lock, flags);
	group->destroyed = true;
	spin_unlock_irqrestore(&group->lock, flags);
	tyr_group_kill(group);
	tyr_group_put(group);
}

/* Take a handle away. What the group's jobs took stays the file's: fdinfo must not go back. */
static struct tyr_group *take_handle(struct tyr_file *tfile, u32 handle)
{
	struct tyr_group *group;

	xa_lock(&tfile->groups);
	group = __xa_erase(&tfile->groups, handle);
	if (group) {
		tfile->gone.cycles += READ_ONCE(group->stats.cycles);
		tfile->gone.time += READ_ONCE(group->stats.time);
	}
	xa_unlock(&tfile->groups);
	return group;
}

/**
 * tyr_ioctl_group_destroy() - DRM_IOCTL_PANTHOR_GROUP_DESTROY.
 * @dev: the device.
 * @data: struct drm_panthor_group_destroy.
 * @file: the file.
 *
 * Return: 0, or -EINVAL when there is no such group.
 */
int tyr_ioctl_group_destroy(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_group_destroy *args = data;
	struct tyr_file *tfile = file->driver_priv;
	struct tyr_group *group;

	if (args->pad)
		return -EINVAL;
	group = take_handle(tfile, args->group_handle);
	if (!group)
		return -EINVAL;
	destroy(group);
	return 0;
}

/**
 * tyr_group_close_all() - destroy the groups of a file that is closed.
 * @tfile: the file.
 */
void tyr_group_close_all(struct tyr_file *tfile)
{
	struct tyr_group *group;
	unsigned long handle;

	xa_for_each(&tfile->groups, handle, group)
		destroy(group);
	xa_destroy(&tfile->groups);
}

/**
 * tyr_ioctl_group_get_state() - DRM_IOCTL_PANTHOR_GROUP_GET_STATE.
 * @dev: the device.
 * @data: struct drm_panthor_group_get_state.
 * @file: the file.
 *
 * Return: 0, or -EINVAL when there is no such group.
 */
int tyr_ioctl_group_get_state(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_group_get_state *args = data;
	struct tyr_group *group;
	unsigned long flags;

	if (args->pad)
		return -EINVAL;
	group = tyr_group_lookup(file->driver_priv, args->group_handle);
	if (!group)
		return -EINVAL;
	spin_lock_irqsave(&group->lock, flags);
	args->state = 0;
	args->fatal_queues = group->fatal;
	if (group->timedout)
		args->state |= DRM_PANTHOR_GROUP_STATE_TIMEDOUT;
	if (group->fatal)
		args->state |= DRM_PANTHOR_GROUP_STATE_FATAL_FAULT;
	if (group->innocent && !group->fatal)
		args->state |= DRM_PANTHOR_GROUP_STATE_INNOCENT;
	spin_unlock_irqrestore(&group->lock, flags);
	tyr_group_put(group);
	return 0;
}
