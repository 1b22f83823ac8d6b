/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A job: work of a queue (queue.h) or of a VM (bind.h) that starts when the fences that it depends
 * on are signalled. The job is its own fence, so there is one allocation and one reference count.
 *
 * Life: tyr_job_setup() -> tyr_job_depend()... -> tyr_job_init_fence() -> tyr_job_wait_deps() ->
 * into its queue -> tyr_job_done(). Whoever puts it into the queue looks whether it is ready; when
 * it is not, ready() makes the queue look again.
 */
#ifndef TYR_JOB_H
#define TYR_JOB_H

#include <linux/atomic.h>
#include <linux/dma-fence.h>
#include <linux/list.h>
#include <linux/spinlock.h>

struct tyr_job;

/* Dependencies that need no further allocation. */
#define TYR_JOB_INLINE_DEPS 2

/**
 * struct tyr_dep - one fence that a job waits for
 * @cb: its callback.
 * @fence: the fence; the job holds a reference until it is released.
 * @job: the job.
 * @waiting: the callback is with the fence and has a reference to the job.
 */
struct tyr_dep {
	struct dma_fence_cb cb;
	struct dma_fence *fence;
	struct tyr_job *job;
	bool waiting;
};

/**
 * struct tyr_job - a job
 * @fence: the job as a fence; first, because the fence's release frees the job.
 * @node: its place in its queue.
 * @blockers: fences that are not signalled yet, plus one while they are still being added.
 * @deps: the fences.
 * @dep_count: how many there are, and @dep_room how many fit.
 * @inline_deps: the first of them.
 * @ready: called when the last fence is signalled after tyr_job_wait_deps(): in that fence's
 *	   callback,
 *         with interrupts off and the fence's lock held.
 */
struct tyr_job {
	struct dma_fence fence;
	/** @fence_lock: the fence's own. */
	spinlock_t fence_lock;
	struct list_head node;
	atomic_t blockers;
	struct tyr_dep *deps;
	u32 dep_count;
	u32 dep_room;
	struct tyr_dep inline_deps[TYR_JOB_INLINE_DEPS];
	void (*ready)(struct tyr_job *job);
};

void tyr_job_setup(struct tyr_job *job, void (*ready)(struct tyr_job *job));
void tyr_job_discard(struct tyr_job *job);
int tyr_job_depend(struct tyr_job *job, struct dma_fence *fence, u64 own_context);
void tyr_job_init_fence(struct tyr_job *job, u64 context, u64 seqno);
void tyr_job_wait_deps(struct tyr_job *job);
void tyr_job_drop_deps(struct tyr_job *job);
void tyr_job_done(struct tyr_job *job, int error);

/**
 * tyr_job_is_ready() - whether all that a job waits for has happened.
 * @job: a job whose tyr_job_wait_deps() was called.
 */
static inline bool tyr_job_is_ready(const struct tyr_job *job)
{
	return !atomic_read_acquire(&job->blockers);
}

#endif
