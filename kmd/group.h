/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A group: up to as many queues as a group slot has streams, which share a VM, a priority and a
 * fate.
 *
 * It is *busy* while a job of it is in a ring, *resident* while it has a slot, *blocked* while all
 * of its busy queues wait for sync objects, *dead* once it accepts no more jobs.
 */
#ifndef TYR_GROUP_H
#define TYR_GROUP_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "queue.h"

struct drm_device;
struct drm_file;
struct tyr_device;
struct tyr_file;
struct tyr_kbo;
struct tyr_vm;

#define TYR_GROUP_PRIORITIES (PANTHOR_GROUP_PRIORITY_REALTIME + 1)
#define TYR_GROUPS_PER_FILE 128

/* Where the scheduler keeps a group. */
enum tyr_group_place {
	TYR_PLACE_NONE,     /* nothing to do, blocked, or dead */
	TYR_PLACE_RUNNABLE, /* wants a slot */
	TYR_PLACE_RESIDENT, /* has one */
};

/**
 * struct tyr_group - a group
 * @ref: references.
 * @tdev: the device.
 * @vm: the VM of its streams.
 * @priority: PANTHOR_GROUP_PRIORITY_*.
 * @compute_mask: cores that may be used for compute, @fragment_mask for fragment work, @tiler_mask
 *                tilers; the max_* how many of them at a time.
 * @mem: rings, times and sync objects, in @vm.
 * @iface: what host and firmware share of each ring, in the firmware's VM.
 * @suspend: the suspend buffer; @protm_suspend the one of protected mode.
 * @id: its number, by which traces and debugfs name it; @census_node its place in the census.
 * @pid: process that made it, and @comm its name.
 * @slot: its slot; -1: none. Changed under the scheduler's lock and @lock.
 * @busy: how many queues have jobs in their rings.
 * @blocked: a bit for each queue that waits for a sync object.
 * @powered: the group keeps the device awake.
 * @dead: no more jobs.
 * @destroyed: user space has destroyed it.
 * @timedout: it was hung, or its state was lost.
 * @innocent: others were the reason for that.
 * @fatal: a bit for each queue that had a fatal fault.
 * @started: it had a slot before: its suspend buffer holds its state.
 * @place: under the scheduler's list lock, as the nodes and @since.
 * @node: its place among those that want a slot.
 * @blocked_node: its place among those that wait for sync objects.
 * @kill_node: its place among those to be taken off the hardware for good.
 * @since: when it began to want a slot, or got one; jiffies.
 * @timeout: looks whether a queue is hung.
 * @complete_work: for contexts in which fences cannot be signalled.
 * @release_work: frees the group where sleeping is allowed.
 * @oom: a bit for each queue that is out of tiler memory, and @oom_work to help it.
 * @stats: measured by profiled jobs.
 * @queue_count: how many queues.
 * @queues: they.
 */
struct tyr_group {
	struct kref ref;
	struct tyr_device *tdev;
	struct tyr_vm *vm;
	u8 priority;
	u64 compute_mask;
	u64 fragment_mask;
	u32 tiler_mask;
	u8 max_compute;
	u8 max_fragment;
	u8 max_tiler;
	struct tyr_kbo *mem;
	struct tyr_kbo *iface;
	struct tyr_kbo *suspend;
	struct tyr_kbo *protm_suspend;
	u32 id;
	struct list_head census_node;
	pid_t pid;
	char comm[TASK_COMM_LEN];

	/** @lock: protects what follows and the queues; taken in fence callbacks. */
	spinlock_t lock;
	int slot;
	u32 busy;
	u32 blocked;
	bool powered;
	bool dead;
	bool destroyed;
	bool timedout;
	bool innocent;
	u32 fatal;
	bool started;

	enum tyr_group_place place;
	struct list_head node;
	struct list_head blocked_node;
	struct list_head kill_node;
	unsigned long since;

	struct delayed_work timeout;
	struct work_struct complete_work;
	struct work_struct release_work;
	atomic_t oom;
	struct work_struct oom_work;
	struct {
		u64 cycles;
		u64 time;
	} stats;
	u32 queue_count;
	struct tyr_queue queues[] __counted_by(queue_count);
};

struct tyr_group *tyr_group_alloc(struct tyr_device *tdev, u32 queue_count);
struct tyr_group *tyr_group_get(struct tyr_group *group);
void tyr_group_put(struct tyr_group *group);
struct tyr_group *tyr_group_lookup(struct tyr_file *tfile, u32 handle);
void tyr_group_close_all(struct tyr_file *tfile);

void tyr_group_push(struct tyr_group *group, struct list_head *jobs);
void tyr_group_job_ready(struct tyr_job *job);
void tyr_group_complete(struct tyr_group *group);
void tyr_group_power_up(struct tyr_group *group);
void tyr_group_reconsider(struct tyr_group *group);
bool tyr_group_wants_to_run(struct tyr_group *group);
void tyr_group_kill(struct tyr_group *group);
void tyr_group_lost(struct tyr_group *group);
void tyr_group_fail_jobs(struct tyr_group *group);
void tyr_group_set_blocked(struct tyr_group *group, u32 blocked);
void tyr_group_time_runs(struct tyr_group *group, bool runs);

void tyr_group_oom_work(struct work_struct *work);

/* Ioctls: group_ioctl.c and submit.c. */
int tyr_ioctl_group_create(struct drm_device *dev, void *data, struct drm_file *file);
int tyr_ioctl_group_destroy(struct drm_device *dev, void *data, struct drm_file *file);
int tyr_ioctl_group_get_state(struct drm_device *dev, void *data, struct drm_file *file);
int tyr_ioctl_group_submit(struct drm_device *dev, void *data, struct drm_file *file);

#endif
