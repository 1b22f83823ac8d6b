// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * debugfs. What is printed is a snapshot for people, not an interface: it changes with the driver.
 */
#include <drm/drm_debugfs.h>
#include <drm/drm_file.h>

#include "debugfs.h"
#include "device.h"
#include "gem.h"
#include "group.h"
#include "slot.h"
#include "vm.h"

static struct tyr_device *device_of(struct seq_file *m)
{
	const struct drm_debugfs_entry *entry = m->private;

	return to_tyr_device(entry->dev);
}

static const char *place_name(enum tyr_group_place place)
{
	static const char *const names[] = {
		[TYR_PLACE_NONE] = "none",
		[TYR_PLACE_RUNNABLE] = "runnable",
		[TYR_PLACE_RESIDENT] = "resident",
	};

	return names[place];
}

static void show_queue(struct seq_file *m, const struct tyr_queue *queue)
{
	lockdep_assert_held(&queue->group->lock);
	seq_printf(m, "  queue %u: priority %u, ring %u bytes at 0x%llx, insert 0x%llx, freed 0x%llx, jobs %llu, context %llu%s%s%s%s\n",
		   queue->index, queue->priority, queue->ring_size, queue->ring_va, queue->insert,
		   queue->freed, queue->count, queue->context,
		   queue->group->busy & BIT(queue->index) ? " busy" : "",
		   list_empty(&queue->pending) ? "" : " pending",
		   queue->group->blocked & BIT(queue->index) ? " blocked" : "",
		   queue->group->fatal & BIT(queue->index) ? " fatal" : "");
	if (queue->group->blocked & BIT(queue->index))
		seq_printf(m, "    waits at 0x%llx for a value %s %llu\n", queue->wait.va,
			   queue->wait.greater ? "above" : "of at most", queue->wait.value);
}

static void show_group(struct seq_file *m, struct tyr_group *group)
{
	unsigned long flags;

	spin_lock_irqsave(&group->lock, flags);
	seq_printf(m, "group %u: pid %d (%s), priority %u, %s, slot %d, busy 0x%x, blocked 0x%x, fatal 0x%x%s%s%s%s%s\n",
		   group->id, group->pid, group->comm, group->priority,
		   place_name(READ_ONCE(group->place)), group->slot, group->busy, group->blocked,
		   group->fatal, group->powered ? " powered" : "", group->dead ? " dead" : "",
		   group->destroyed ? " destroyed" : "", group->timedout ? " timedout" : "",
		   group->innocent ? " innocent" : "");
	for (u32 i = 0; i < group->queue_count; i++)
		show_queue(m, &group->queues[i]);
	spin_unlock_irqrestore(&group->lock, flags);
}

static int show_groups(struct seq_file *m, void *data)
{
	struct tyr_census *census = &device_of(m)->census;
	struct tyr_group *group;

	mutex_lock(&census->lock);
	list_for_each_entry(group, &census->groups, census_node)
		show_group(m, group);
	mutex_unlock(&census->lock);
	return 0;
}

static int show_slots(struct seq_file *m, void *data)
{
	struct tyr_sched *sched = device_of(m)->sched;

	mutex_lock(&sched->lock);
	seq_printf(m, "%u slots%s, groups waiting: %u\n", sched->count,
		   sched->stopped ? ", stopped" : "", READ_ONCE(sched->waiting));
	for (u32 slot = 0; slot < sched->count; slot++) {
		const struct tyr_slot *s = &sched->slots[slot];

		if (!s->group) {
			seq_printf(m, "slot %u: free\n", slot);
			continue;
		}
		seq_printf(m, "slot %u: priority %u, group %u of priority %u, for %u ms, pid %d (%s), asked 0x%x\n",
			   slot, s->priority, s->group->id, s->group->priority,
			   jiffies_to_msecs(jiffies - s->group->since), s->group->pid,
			   s->group->comm, s->asked);
	}
	mutex_unlock(&sched->lock);
	return 0;
}

static void show_vm(struct seq_file *m, struct tyr_vm *vm)
{
	struct drm_gpuva *va;
	u64 mapped = 0;
	u32 count = 0;

	mutex_lock(&vm->lock);
	drm_gpuvm_for_each_va(va, &vm->base) {
		mapped += va->va.range;
		count++;
	}
	seq_printf(m, "%s pid %d (%s): address space %d, users %u, mapped %llu KiB in %u, heaps %llu KiB, user below 0x%llx%s%s%s\n",
		   vm->base.name, vm->pid, vm->comm, READ_ONCE(vm->as.id),
		   READ_ONCE(vm->as.users), mapped >> 10, count,
		   (u64)atomic64_read(&vm->heap_bytes) >> 10, vm->user_size,
		   vm->unusable ? " unusable" : "", vm->destroyed ? " destroyed" : "",
		   vm->faulted ? " faulted" : "");
	drm_debugfs_gpuva_info(m, &vm->base);
	mutex_unlock(&vm->lock);
}

static int show_vms(struct seq_file *m, void *data)
{
	struct tyr_census *census = &device_of(m)->census;
	struct tyr_vm *vm;

	mutex_lock(&census->lock);
	list_for_each_entry(vm, &census->vms, census_node)
		show_vm(m, vm);
	mutex_unlock(&census->lock);
	return 0;
}

static void show_gem(struct seq_file *m, struct tyr_bo *bo)
{
	struct drm_gem_object *obj = &bo->base.base;

	mutex_lock(&bo->label_lock);
	seq_printf(m, "%10zu bytes, references %u, handles %u, flags 0x%x%s%s%s%s%s%s\n", obj->size,
		   kref_read(&obj->refcount), obj->handle_count, bo->flags,
		   READ_ONCE(bo->sgt) ? " pages" : "", bo->exclusive_root ? " exclusive" : "",
		   drm_gem_is_imported(obj) ? " imported" : "", bo->kernel ? " kernel" : "",
		   bo->label ? ", label " : "", bo->label ?: "");
	mutex_unlock(&bo->label_lock);
}

static int show_gems(struct seq_file *m, void *data)
{
	struct tyr_census *census = &device_of(m)->census;
	struct tyr_bo *bo;
	u64 bytes = 0;
	u32 count = 0;

	mutex_lock(&census->lock);
	list_for_each_entry(bo, &census->bos, census_node) {
		show_gem(m, bo);
		bytes += bo->base.base.size;
		count++;
	}
	mutex_unlock(&census->lock);
	seq_printf(m, "%u objects, %llu KiB\n", count, bytes >> 10);
	return 0;
}

static u64 count_jobs(struct tyr_census *census)
{
	struct tyr_group *group;
	u64 jobs;

	mutex_lock(&census->lock);
	jobs = census->jobs;
	list_for_each_entry(group, &census->groups, census_node)
		for (u32 i = 0; i < group->queue_count; i++)
			jobs += READ_ONCE(group->queues[i].count);
	mutex_unlock(&census->lock);
	return jobs;
}

static int show_counters(struct seq_file *m, void *data)
{
	static const char *const names[] = {
		[TYR_COUNT_RESETS] = "resets",
		[TYR_COUNT_FIRMWARE_RESTARTS] = "firmware-restarts",
		[TYR_COUNT_PAGE_FAULTS] = "page-faults",
		[TYR_COUNT_STREAM_FAULTS] = "stream-faults",
		[TYR_COUNT_TIMEOUTS] = "timeouts",
		[TYR_COUNT_OUT_OF_TILER_MEMORY] = "out-of-tiler-memory",
		[TYR_COUNT_LATE_REQUESTS] = "late-requests",
		[TYR_COUNT_GROUPS_KILLED] = "groups-killed",
		[TYR_COUNT_EVICTIONS] = "evictions",
		[TYR_COUNT_WARM_BOOTS] = "warm-boots",
		[TYR_COUNT_COLD_BOOTS] = "cold-boots",
		[TYR_COUNT_DUMPS] = "dumps",
	};
	struct tyr_census *census = &device_of(m)->census;

	static_assert(ARRAY_SIZE(names) == TYR_COUNTS);
	for (u32 i = 0; i < TYR_COUNTS; i++)
		seq_printf(m, "%s %u\n", names[i], (u32)atomic_read(&census->counts[i]));
	seq_printf(m, "jobs %llu\n", count_jobs(census));
	return 0;
}

static const struct drm_debugfs_info files[] = {
	{ "groups", show_groups },
	{ "slots", show_slots },
	{ "vms", show_vms },
	{ "gems", show_gems },
	{ "counters", show_counters },
};

/**
 * tyr_debugfs_init() - add the files; they go with the device.
 * @tdev: the device, complete, before it is registered.
 */
void tyr_debugfs_init(struct tyr_device *tdev)
{
	drm_debugfs_add_files(&tdev->base, files, ARRAY_SIZE(files));
}
