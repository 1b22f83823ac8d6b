// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Groups: jobs going in and coming out, power, time, death.
 *
 * What happens to a job is decided under the group's lock, from the ioctl that submits it, from
 * the callback of the last fence that it waited for, or from the interrupt thread that sees others
 * done. A resident group's doorbell is rung right there; only a group without a slot needs the
 * scheduler.
 */
#include <linux/jiffies.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include <drm/drm_print.h>

#include "cleanup.h"
#include "device.h"
#include "devfreq.h"
#include "dump.h"
#include "fw.h"
#include "group.h"
#include "kbo.h"
#include "mmu.h"
#include "params.h"
#include "sched.h"
#include "trace.h"
#include "vm.h"

/**
 * tyr_group_get() - take a reference.
 * @group: the group.
 *
 * Return: @group.
 */
struct tyr_group *tyr_group_get(struct tyr_group *group)
{
	kref_get(&group->ref);
	return group;
}

static void group_release(struct kref *ref)
{
	struct tyr_group *group = container_of(ref, struct tyr_group, ref);

	/* Buffers are unmapped under locks that may not be taken here. */
	tyr_cleanup_queue(&group->release_work);
}

/**
 * tyr_group_put() - drop a reference; any context.
 * @group: the group, or NULL.
 */
void tyr_group_put(struct tyr_group *group)
{
	if (group)
		kref_put(&group->ref, group_release);
}

/**
 * tyr_group_lookup() - the group behind a handle.
 * @tfile: the file.
 * @handle: user space's handle.
 *
 * Return: the group with a reference, or NULL.
 */
struct tyr_group *tyr_group_lookup(struct tyr_file *tfile, u32 handle)
{
	struct tyr_group *group;

	xa_lock(&tfile->groups);
	group = xa_load(&tfile->groups, handle);
	if (group)
		tyr_group_get(group);
	xa_unlock(&tfile->groups);
	return group;
}

static u32 wants_to_run(const struct tyr_group *group)
{
	return READ_ONCE(group->busy) & ~READ_ONCE(group->blocked);
}

/**
 * tyr_group_wants_to_run() - whether a group has something to run; a hint without its lock.
 * @group: the group.
 */
bool tyr_group_wants_to_run(struct tyr_group *group)
{
	return wants_to_run(group);
}

/*
 * A group that has something to run keeps the device awake. When the device sleeps it cannot be
 * woken here; the scheduler does it, for the group has no slot then.
 */
static void update_power(struct tyr_group *group)
{
	struct device *dev = group->tdev->base.dev;
	bool want = wants_to_run(group);

	lockdep_assert_held(&group->lock);
	if (want && !group->powered) {
		if (group->dead || !tyr_sched_power_get(group->tdev))
			return;
		group->powered = true;
		tyr_sched_busy(group->tdev);
	} else if (!want && group->powered) {
		group->powered = false;
		tyr_sched_idle(group->tdev);
		pm_runtime_mark_last_busy(dev);
		pm_runtime_put_autosuspend(dev);
	}
}

/**
 * tyr_group_power_up() - take the group's reference to the device's power.
 * @group: a group that wants to run; its lock is not held. The device is awake and the caller keeps
 *         it so.
 */
void tyr_group_power_up(struct tyr_group *group)
{
	unsigned long flags;

	spin_lock_irqsave(&group->lock, flags);
	update_power(group);
	spin_unlock_irqrestore(&group->lock, flags);
}

static unsigned long full_time(void)
{
	return msecs_to_jiffies(READ_ONCE(tyr_job_timeout_ms));
}

/*
 * The time of a queue runs while its group has a slot, and while it is blocked: nobody may wait
 * for ever.
 */
static bool time_runs(const struct tyr_group *group, const struct tyr_queue *queue)
{
	return group->slot >= 0 || (group->blocked & BIT(queue->index));
}

static void watch(struct tyr_group *group)
{
	if (!delayed_work_pending(&group->timeout))
		queue_delayed_work(tyr_sched_wq(group->tdev), &group->timeout, full_time());
}

static void restart_time(struct tyr_queue *queue)
{
	queue->remaining = full_time();
	queue->deadline = jiffies + queue->remaining;
	watch(queue->group);
}

/* From now on the queue's time runs, or stands still. */
static void set_time(struct tyr_queue *queue, bool runs)
{
	if (runs) {
		queue->deadline = jiffies + queue->remaining;
		watch(queue->group);
	} else if (time_before(jiffies, queue->deadline)) {
		queue->remaining = queue->deadline - jiffies;
	} else {
		queue->remaining = 0;
	}
}

/**
 * tyr_group_time_runs() - the group got a slot, or lost it.
 * @group: the group; its lock is held.
 * @runs: it has one.
 */
void tyr_group_time_runs(struct tyr_group *group, bool runs)
{
	lockdep_assert_held(&group->lock);
	for (u32 i = 0; i < group->queue_count; i++) {
		struct tyr_queue *queue = &group->queues[i];

		if (!(group->busy & BIT(i)) || (group->blocked & BIT(i)))
			continue;
		set_time(queue, runs);
	}
}

/* What advance() found. */
enum advance {
	ADVANCE_RING = BIT(0), /* the ring has new instructions */
	ADVANCE_REAP = BIT(1), /* a job is done without any */
};

/*
 * Move jobs of a queue into its ring, and see what that means for the group. A dead group's stay
 * where they are.
 */
static u32 advance(struct tyr_queue *queue)
{
	struct tyr_group *group = queue->group;
	bool was_busy = group->busy & BIT(queue->index);
	struct tyr_queue_job *head;
	u32 what = 0;

	if (group->dead)
		return 0;
	if (tyr_queue_pump(queue))
		what |= ADVANCE_RING;
	head = list_first_entry_or_null(&queue->running, struct tyr_queue_job, base.node);
	if (head && !head->size)
		what |= ADVANCE_REAP;
	if (head && !was_busy) {
		group->busy |= BIT(queue->index);
		restart_time(queue);
	}
	return what;
}

/* Tell the hardware about new instructions, or the scheduler that the group wants a slot. */
static void announce(struct tyr_group *group)
{
	/* In the list first: who unplugs the device finds there what keeps it awake. */
	if (group->slot < 0 && wants_to_run(group))
		tyr_sched_want(group);
	update_power(group);
	if (group->slot >= 0)
		tyr_fw_ring_doorbell(group->tdev, group->slot + 1);
}

/**
 * tyr_group_reconsider() - let a group that lost its slot, or was unblocked, want one if it needs
 * one.
 * @group: the group; its lock is not held.
 */
void tyr_group_reconsider(struct tyr_group *group)
{
	unsigned long flags;

	spin_lock_irqsave(&group->lock, flags);
	if (group->slot < 0 && !group->dead && wants_to_run(group))
		tyr_sched_want(group);
	update_power(group);
	spin_unlock_irqrestore(&group->lock, flags);
}

static void signal_jobs(struct list_head *done)
{
	struct tyr_queue_job *job, *next;

	list_for_each_entry_safe(job, next, done, base.node) {
		list_del_init(&job->base.node);
		trace_tyr_job_end(job);
		tyr_job_done(&job->base, job->error);
	}
}

/* Return: what has to be done about it, of enum advance. */
static u32 enqueue(struct tyr_group *group, struct list_head *jobs)
{
	struct tyr_queue_job *job, *next;
	u32 queues = 0, what = 0;

	list_for_each_entry_safe(job, next, jobs, base.node) {
		list_move_tail(&job->base.node, &job->queue->pending);
		queues |= BIT(job->queue->index);
	}
	for (u32 i = 0; i < group->queue_count; i++)
		if (queues & BIT(i))
			what |= advance(&group->queues[i]);
	return what;
}

/**
 * tyr_group_push() - put jobs into their queues; their fences are signalled sooner or later.
 * @group: the group, of which the caller has a reference.
 * @jobs: the jobs of one call, in order, which have their fences (tyr_queue_arm()); empty after it.
 *
 * The doorbell is rung once for all of them.
 *
 * Context: the reservation lock of the group's VM is held.
 */
void tyr_group_push(struct tyr_group *group, struct list_head *jobs)
{
	struct tyr_queue_job *job;
	unsigned long flags;
	u32 what = 0;
	bool dead;

	list_for_each_entry(job, jobs, base.node) {
		trace_tyr_job_submit(job);
		tyr_job_wait_deps(&job->base);
	}
	spin_lock_irqsave(&group->lock, flags);
	dead = group->dead;
	if (!dead)
		what = enqueue(group, jobs);
	if (what & ADVANCE_RING)
		announce(group);
	spin_unlock_irqrestore(&group->lock, flags);
	if (dead) {
		list_for_each_entry(job, jobs, base.node)
			job->error = -ECANCELED;
		signal_jobs(jobs);
	} else if (what & ADVANCE_REAP) {
		tyr_group_complete(group);
	}
}

/**
 * tyr_group_job_ready() - the last fence that a job waited for is signalled.
 * @base: the job.
 *
 * Context: the callback of that fence, so no fence may be signalled here.
 */
void tyr_group_job_ready(struct tyr_job *base)
{
	struct tyr_queue *queue = to_queue_job(base)->queue;
	struct tyr_group *group = queue->group;
	unsigned long flags;
	u32 what;

	spin_lock_irqsave(&group->lock, flags);
	what = advance(queue);
	if (what & ADVANCE_RING)
		announce(group);
	if (what & ADVANCE_REAP) {
		tyr_group_get(group);
		if (!queue_work(tyr_sched_wq(group->tdev), &group->complete_work))
			tyr_group_put(group);
	}
	spin_unlock_irqrestore(&group->lock, flags);
	if (what & ADVANCE_RING)
		tyr_sched_kick(group->tdev);
}

/*
 * Take what is done out of a queue and let others in. Return: whether its ring has new
 * instructions.
 */
static bool reap_queue(struct tyr_queue *queue, struct list_head *done)
{
	struct tyr_group *group = queue->group;
	bool ring = false;

	while (tyr_queue_reap(queue, done)) {
		group->blocked &= ~BIT(queue->index);
		restart_time(queue);
		ring |= !group->dead && tyr_queue_pump(queue);
	}
	if (list_empty(&queue->running))
		group->busy &= ~BIT(queue->index);
	return ring;
}

/**
 * tyr_group_complete() - signal the fences of jobs that are done.
 * @group: the group, of which the caller has a reference.
 *
 * Context: any but a fence's callback.
 */
void tyr_group_complete(struct tyr_group *group)
{
	unsigned long flags;
	bool ring = false;
	LIST_HEAD(done);

	spin_lock_irqsave(&group->lock, flags);
	for (u32 i = 0; i < group->queue_count; i++)
		if (group->busy & BIT(i))
			ring |= reap_queue(&group->queues[i], &done);
	if (ring)
		announce(group);
	else
		update_power(group);
	spin_unlock_irqrestore(&group->lock, flags);
	signal_jobs(&done);
}

static void complete_work(struct work_struct *work)
{
	struct tyr_group *group = container_of(work, struct tyr_group, complete_work);

	tyr_group_complete(group);
	tyr_group_put(group);
}

/**
 * tyr_group_set_blocked() - which queues wait for sync objects.
 * @group: the group.
 * @blocked: a bit for each such queue; those that have nothing to do are left out.
 */
void tyr_group_set_blocked(struct tyr_group *group, u32 blocked)
{
	unsigned long flags;
	u32 changed;

	spin_lock_irqsave(&group->lock, flags);
	blocked &= group->busy;
	changed = blocked ^ group->blocked;
	for (u32 i = 0; group->slot < 0 && i < group->queue_count; i++)
		if (changed & BIT(i))
			set_time(&group->queues[i], blocked & BIT(i));
	group->blocked = blocked;
	if (changed)
		trace_tyr_group_block(group);
	update_power(group);
	spin_unlock_irqrestore(&group->lock, flags);
}

/**
 * tyr_group_kill() - let the group accept no more jobs, take it off the hardware, and fail its
 * jobs.
 * @group: the group.
 *
 * What it died of (destroyed, timedout, fatal) was noted before. The rest happens in the
 * scheduler's work.
 */
void tyr_group_kill(struct tyr_group *group)
{
	unsigned long flags;
	bool was_dead;

	spin_lock_irqsave(&group->lock, flags);
	was_dead = group->dead;
	group->dead = true;
	if (!was_dead)
		trace_tyr_group_kill(group);
	/* The handle keeps its reference until the group is dead, so this one is not the first. */
	if (!was_dead)
		tyr_group_get(group);
	spin_unlock_irqrestore(&group->lock, flags);
	if (was_dead)
		return;
	if (!READ_ONCE(group->destroyed))
		tyr_count(group->tdev, TYR_COUNT_GROUPS_KILLED);
	tyr_sched_kill(group);
}

/**
 * tyr_group_lost() - the group's state is lost through no fault of its own, as far as is known.
 * @group: the group, of which the caller has a reference.
 */
void tyr_group_lost(struct tyr_group *group)
{
	unsigned long flags;

	spin_lock_irqsave(&group->lock, flags);
	if (!group->dead) {
		group->timedout = true;
		group->innocent = true;
	}
	spin_unlock_irqrestore(&group->lock, flags);
	tyr_group_kill(group);
}

static int death_error(const struct tyr_group *group, u32 queue)
{
	if (group->fatal & BIT(queue))
		return -EINVAL;
	return group->timedout ? -ETIMEDOUT : -ECANCELED;
}

static void fail_queue(struct tyr_queue *queue, struct list_head *failed)
{
	struct tyr_queue_job *job;
	LIST_HEAD(running);
	LIST_HEAD(pending);

	tyr_queue_take_all(queue, &running, &pending);
	list_for_each_entry(job, &running, base.node)
		job->error = death_error(queue->group, queue->index);
	list_for_each_entry(job, &pending, base.node)
		job->error = -ECANCELED;
	list_splice_tail(&running, failed);
	list_splice_tail(&pending, failed);
}

/**
 * tyr_group_fail_jobs() - fail what a dead group has not done.
 * @group: the group, which is on the hardware no more; the caller has a reference.
 */
void tyr_group_fail_jobs(struct tyr_group *group)
{
	unsigned long flags;
	LIST_HEAD(failed);

	/* What was done before it died is done. */
	tyr_group_complete(group);
	spin_lock_irqsave(&group->lock, flags);
	WARN_ON(!group->dead || group->slot >= 0);
	for (u32 i = 0; i < group->queue_count; i++)
		fail_queue(&group->queues[i], &failed);
	group->busy = 0;
	group->blocked = 0;
	update_power(group);
	spin_unlock_irqrestore(&group->lock, flags);
	signal_jobs(&failed);
}

/*
 * When the first of the queues whose time runs is hung: now, or in so many jiffies; 0: none runs.
 */
static unsigned long next_deadline(const struct tyr_group *group, bool *hung)
{
	unsigned long now = jiffies, next = 0;

	*hung = false;
	for (u32 i = 0; i < group->queue_count; i++) {
		const struct tyr_queue *queue = &group->queues[i];
		unsigned long left;

		if (!(group->busy & BIT(i)) || !time_runs(group, queue))
			continue;
		if (time_after_eq(now, queue->deadline)) {
			*hung = true;
			return 0;
		}
		left = queue->deadline - now;
		next = next ? min(next, left) : left;
	}
	return next;
}

static void timeout_work(struct work_struct *work)
{
	struct tyr_group *group = container_of(work, struct tyr_group, timeout.work);
	unsigned long flags, next = 0;
	bool hung = false;

	/* Interrupts that were lost must not look like a hang. */
	tyr_mmu_poll(group->tdev);
	tyr_group_complete(group);
	spin_lock_irqsave(&group->lock, flags);
	if (!group->dead)
		next = next_deadline(group, &hung);
	if (next)
		queue_delayed_work(tyr_sched_wq(group->tdev), &group->timeout, next);
	if (hung)
		group->timedout = true;
	spin_unlock_irqrestore(&group->lock, flags);
	if (!hung)
		return;
	tyr_count(group->tdev, TYR_COUNT_TIMEOUTS);
	tyr_dump_take_hung(group);
	drm_warn(&group->tdev->base, "job timeout: no progress for %u ms, pid %d (%s)\n",
		 tyr_job_timeout_ms, group->pid, group->comm);
	tyr_group_kill(group);
}

static void release_work(struct work_struct *work)
{
	struct tyr_group *group = container_of(work, struct tyr_group, release_work);

	cancel_delayed_work_sync(&group->timeout);
	tyr_census_remove_group(group);
	tyr_kbo_destroy(group->suspend);
	tyr_kbo_destroy(group->protm_suspend);
	tyr_kbo_destroy(group->iface);
	tyr_kbo_destroy(group->mem);
	tyr_vm_put(group->vm);
	kfree(group);
}

/**
 * tyr_group_alloc() - a group without memory for its rings.
 * @tdev: the device.
 * @queue_count: how many queues it has.
 *
 * Return: the group with a reference, or NULL.
 */
struct tyr_group *tyr_group_alloc(struct tyr_device *tdev, u32 queue_count)
{
	struct tyr_group *group = kzalloc(struct_size(group, queues, queue_count), GFP_KERNEL);

	if (!group)
		return NULL;
	kref_init(&group->ref);
	group->tdev = tdev;
	group->queue_count = queue_count;
	group->slot = -1;
	group->pid = task_tgid_nr(current);
	get_task_comm(group->comm, current->group_leader);
	spin_lock_init(&group->lock);
	INIT_LIST_HEAD(&group->census_node);
	INIT_LIST_HEAD(&group->node);
	INIT_LIST_HEAD(&group->blocked_node);
	INIT_LIST_HEAD(&group->kill_node);
	INIT_DELAYED_WORK(&group->timeout, timeout_work);
	INIT_WORK(&group->complete_work, complete_work);
	INIT_WORK(&group->release_work, release_work);
	INIT_WORK(&group->oom_work, tyr_group_oom_work);
	for (u32 i = 0; i < queue_count; i++) {
		struct tyr_queue *queue = &group->queues[i];

		queue->group = group;
		queue->index = i;
		queue->context = dma_fence_context_alloc(1);
		queue->remaining = full_time();
		INIT_LIST_HEAD(&queue->running);
		INIT_LIST_HEAD(&queue->pending);
	}
	return group;
}
