/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The census: all VMs, groups and objects of a device, and how often things have happened; for
 * debugfs and traces. Nothing in the driver decides by it.
 */
#ifndef TYR_CENSUS_H
#define TYR_CENSUS_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct tyr_bo;
struct tyr_device;
struct tyr_group;
struct tyr_vm;

/* What is counted: none of it happens often. */
enum tyr_count {
	TYR_COUNT_RESETS,
	TYR_COUNT_FIRMWARE_RESTARTS,
	TYR_COUNT_PAGE_FAULTS,
	TYR_COUNT_STREAM_FAULTS,
	TYR_COUNT_TIMEOUTS,
	TYR_COUNT_OUT_OF_TILER_MEMORY,
	TYR_COUNT_LATE_REQUESTS,
	TYR_COUNT_GROUPS_KILLED,
	TYR_COUNT_EVICTIONS,
	TYR_COUNT_WARM_BOOTS,
	TYR_COUNT_COLD_BOOTS,
	TYR_COUNT_DUMPS,
	TYR_COUNTS,
};

/**
 * struct tyr_census - see above
 * @vms: VMs, the firmware's first.
 * @groups: groups.
 * @bos: objects.
 * @last_id: the number that the last group got.
 * @jobs: what the groups that are gone have written into their rings.
 * @counts: how often, by enum tyr_count.
 */
struct tyr_census {
	/** @lock: protects the lists, and keeps what is in them from going. */
	struct mutex lock;
	struct list_head vms;
	struct list_head groups;
	struct list_head bos;
	u32 last_id;
	u64 jobs;
	atomic_t counts[TYR_COUNTS];
};

int tyr_census_init(struct tyr_device *tdev);
void tyr_census_add_vm(struct tyr_vm *vm);
void tyr_census_remove_vm(struct tyr_vm *vm);
void tyr_census_add_group(struct tyr_group *group);
void tyr_census_remove_group(struct tyr_group *group);
void tyr_census_add_bo(struct tyr_bo *bo);
void tyr_census_remove_bo(struct tyr_bo *bo);
void tyr_count_add(struct tyr_device *tdev, enum tyr_count what, u32 n);

static inline void tyr_count(struct tyr_device *tdev, enum tyr_count what)
{
	tyr_count_add(tdev, what, 1);
}

#endif
