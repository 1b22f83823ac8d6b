// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * DEV_QUERY: what the GPU is, what time it has, what the caller may do.
 */
#include <linux/sched/clock.h>
#include <linux/sizes.h>
#include <linux/time_namespace.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include <asm/arch_timer.h>

#include <drm/drm_drv.h>

#include "device.h"
#include "gpu.h"
#include "ioctl.h"
#include "pm.h"
#include "user.h"

#define TIMESTAMP_FLAGS                                                       \
	(DRM_PANTHOR_TIMESTAMP_GPU | DRM_PANTHOR_TIMESTAMP_CPU_TYPE_MASK |    \
	 DRM_PANTHOR_TIMESTAMP_GPU_OFFSET | DRM_PANTHOR_TIMESTAMP_GPU_CYCLE_COUNT | \
	 DRM_PANTHOR_TIMESTAMP_FREQ | DRM_PANTHOR_TIMESTAMP_DURATION)

/* What a caller gets whose uAPI has no flags. */
#define TIMESTAMP_OLD_FLAGS                                           \
	(DRM_PANTHOR_TIMESTAMP_GPU | DRM_PANTHOR_TIMESTAMP_GPU_OFFSET | \
	 DRM_PANTHOR_TIMESTAMP_FREQ)

/* Values that belong together are read without an interruption. */
static void read_clocks(struct tyr_device *tdev, struct drm_panthor_timestamp_info *info,
			struct timespec64 *cpu)
{
	u32 type = info->flags & DRM_PANTHOR_TIMESTAMP_CPU_TYPE_MASK;
	unsigned long irqs;
	u64 start;

	local_irq_save(irqs);
	start = local_clock();
	if (info->flags & DRM_PANTHOR_TIMESTAMP_GPU)
		info->current_timestamp = tyr_gpu_timestamp(tdev);
	if (type == DRM_PANTHOR_TIMESTAMP_CPU_MONOTONIC)
		ktime_get_ts64(cpu);
	else if (type == DRM_PANTHOR_TIMESTAMP_CPU_MONOTONIC_RAW)
		ktime_get_raw_ts64(cpu);
	if (info->flags & DRM_PANTHOR_TIMESTAMP_GPU_CYCLE_COUNT)
		info->cycle_count = tyr_gpu_cycle_count(tdev);
	if (info->flags & DRM_PANTHOR_TIMESTAMP_DURATION)
		info->duration_nsec = local_clock() - start;
	local_irq_restore(irqs);
}

static int fill_timestamps(struct tyr_device *tdev, struct drm_panthor_timestamp_info *info)
{
	u32 type = info->flags & DRM_PANTHOR_TIMESTAMP_CPU_TYPE_MASK;
	struct timespec64 cpu = {};
	int ret = tyr_pm_get(tdev);

	if (ret)
		return ret;
	if (info->flags & DRM_PANTHOR_TIMESTAMP_FREQ)
		info->timestamp_frequency = arch_timer_get_cntfrq();
	if (info->flags & DRM_PANTHOR_TIMESTAMP_GPU_OFFSET)
		info->timestamp_offset = tyr_gpu_timestamp_offset(tdev);
	read_clocks(tdev, info, &cpu);
	if (type) {
		timens_add_monotonic(&cpu);
		info->cpu_timestamp_sec = cpu.tv_sec;
		info->cpu_timestamp_nsec = cpu.tv_nsec;
	}
	tyr_pm_put(tdev);
	return 0;
}

static int query_timestamps(struct tyr_device *tdev, struct drm_panthor_dev_query *args)
{
	struct drm_panthor_timestamp_info info = {}, wanted;
	int ret;

	ret = copy_struct_from_user(&wanted, sizeof(wanted), u64_to_user_ptr(args->pointer),
				    args->size);
	if (ret)
		return ret;
	if (args->size < TYR_USER_MIN(struct drm_panthor_timestamp_info, current_timestamp))
		return -EINVAL;
	if (wanted.flags & ~TIMESTAMP_FLAGS)
		return -EINVAL;
	switch (wanted.flags & DRM_PANTHOR_TIMESTAMP_CPU_TYPE_MASK) {
	case DRM_PANTHOR_TIMESTAMP_CPU_NONE:
	case DRM_PANTHOR_TIMESTAMP_CPU_MONOTONIC:
	case DRM_PANTHOR_TIMESTAMP_CPU_MONOTONIC_RAW:
		break;
	default:
		return -EINVAL;
	}
	info.flags = wanted.flags ?: TIMESTAMP_OLD_FLAGS;
	ret = fill_timestamps(tdev, &info);
	if (ret)
		return ret;
	info.flags = wanted.flags;
	return tyr_user_set(args->pointer, args->size,
			    TYR_USER_MIN(struct drm_panthor_timestamp_info, current_timestamp),
			    sizeof(info), &info);
}

static struct drm_panthor_group_priorities_info allowed_priorities(struct drm_file *file)
{
	struct drm_panthor_group_priorities_info info = {};

	for (u8 priority = 0; priority <= PANTHOR_GROUP_PRIORITY_REALTIME; priority++)
		if (!tyr_group_priority_allowed(file, priority))
			info.allowed_mask |= BIT(priority);
	return info;
}

/* Answer with an object, or with its size when user space has no memory for it yet. */
static int answer(struct drm_panthor_dev_query *args, u32 min_size, u32 size, const void *obj)
{
	if (!args->pointer) {
		args->size = size;
		return 0;
	}
	return tyr_user_set(args->pointer, args->size, min_size, size, obj);
}

/**
 * tyr_ioctl_dev_query() - DRM_IOCTL_PANTHOR_DEV_QUERY.
 * @dev: the device.
 * @data: struct drm_panthor_dev_query.
 * @file: the file.
 *
 * Return: 0; -EINVAL for a query that does not exist or too small an object; -E2BIG, -EFAULT.
 */
int tyr_ioctl_dev_query(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct tyr_device *tdev = to_tyr_device(dev);
	struct drm_panthor_group_priorities_info priorities;
	struct drm_panthor_mmu_info mmu = { .page_size_bitmap = SZ_4K | SZ_2M };
	struct drm_panthor_dev_query *args = data;

	switch (args->type) {
	case DRM_PANTHOR_DEV_QUERY_GPU_INFO:
		return answer(args, TYR_USER_MIN(struct drm_panthor_gpu_info, tiler_present),
			      sizeof(tdev->gpu_info), &tdev->gpu_info);
	case DRM_PANTHOR_DEV_QUERY_CSIF_INFO:
		return answer(args, TYR_USER_MIN(struct drm_panthor_csif_info, pad),
			      sizeof(tdev->csif_info), &tdev->csif_info);
	case DRM_PANTHOR_DEV_QUERY_TIMESTAMP_INFO:
		if (!args->pointer)
			return answer(args, 0, sizeof(struct drm_panthor_timestamp_info), NULL);
		return query_timestamps(tdev, args);
	case DRM_PANTHOR_DEV_QUERY_GROUP_PRIORITIES_INFO:
		priorities = allowed_priorities(file);
		return answer(args, TYR_USER_MIN(struct drm_panthor_group_priorities_info, pad),
			      sizeof(priorities), &priorities);
	case DRM_PANTHOR_DEV_QUERY_MMU_INFO:
		return answer(args, TYR_USER_MIN(struct drm_panthor_mmu_info, page_size_bitmap),
			      sizeof(mmu), &mmu);
	default:
		return -EINVAL;
	}
}
