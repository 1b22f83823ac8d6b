// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jobs: their fences, and waiting for those of others.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "compat.h"
#include "job.h"

static const char *job_driver_name(struct dma_fence *fence)
{
	return "tyr";
}

static const char *job_timeline_name(struct dma_fence *fence)
{
	return "tyr-queue";
}

#ifdef TYR_FENCES_NEED_MODULE
/* Here nothing but the module's end can be waiting for us: it waits for this callback to return. */
static void free_job(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct tyr_job, fence.rcu));
	module_put(THIS_MODULE);
}

static void job_release(struct dma_fence *fence)
{
	call_rcu(&fence->rcu, free_job);
}

static void pin_module(void)
{
	__module_get(THIS_MODULE);
}
#else
/* The default frees the job after an RCU grace period, as the fence is first in it. */
#define job_release NULL

static void pin_module(void)
{
}
#endif

static const struct dma_fence_ops job_fence_ops = {
	.get_driver_name = job_driver_name,
	.get_timeline_name = job_timeline_name,
	.release = job_release,
};

/**
 * tyr_job_setup() - begin the life of a job.
 * @job: memory of kzalloc() in which the job is the first member; the job owns it from now on.
 * @ready: what to call when nothing is left to wait for.
 */
void tyr_job_setup(struct tyr_job *job, void (*ready)(struct tyr_job *job))
{
	INIT_LIST_HEAD(&job->node);
	spin_lock_init(&job->fence_lock);
	job->deps = job->inline_deps;
	job->dep_room = TYR_JOB_INLINE_DEPS;
	job->ready = ready;
	atomic_set(&job->blockers, 1);
}

static void put_deps(struct tyr_job *job)
{
	for (u32 i = 0; i < job->dep_count; i++)
		dma_fence_put(job->deps[i].fence);
	job->dep_count = 0;
	if (job->deps != job->inline_deps)
		kfree(job->deps);
	job->deps = job->inline_deps;
}

/**
 * tyr_job_discard() - free a job whose tyr_job_init_fence() was not called.
 * @job: the job, or NULL.
 */
void tyr_job_discard(struct tyr_job *job)
{
	if (!job)
		return;
	put_deps(job);
	kfree(job);
}

static int grow_deps(struct tyr_job *job)
{
	u32 room = job->dep_room * 2;
	struct tyr_dep *deps = kcalloc(room, sizeof(*deps), GFP_KERNEL);

	if (!deps)
		return -ENOMEM;
	memcpy(deps, job->deps, job->dep_count * sizeof(*deps));
	if (job->deps != job->inline_deps)
		kfree(job->deps);
	job->deps = deps;
	job->dep_room = room;
	return 0;
}

/**
 * tyr_job_depend() - let a job wait for a fence.
 * @job: the job; its tyr_job_wait_deps() was not called yet.
 * @fence: the fence; its reference is taken over, whatever the result.
 * @own_context: fence context of the job's own queue, whose jobs run in order anyway.
 *
 * Return: 0, or -ENOMEM.
 */
int tyr_job_depend(struct tyr_job *job, struct dma_fence *fence, u64 own_context)
{
	int ret;

	if (fence->context == own_context || dma_fence_is_signaled(fence)) {
		dma_fence_put(fence);
		return 0;
	}
	/* Of two fences of one context the later one is enough. */
	for (u32 i = 0; i < job->dep_count; i++) {
		struct tyr_dep *dep = &job->deps[i];

		if (dep->fence->context != fence->context)
			continue;
		if (dma_fence_is_later(fence, dep->fence))
			swap(dep->fence, fence);
		dma_fence_put(fence);
		return 0;
	}
	if (job->dep_count == job->dep_room) {
		ret = grow_deps(job);
		if (ret) {
			dma_fence_put(fence);
			return ret;
		}
	}
	job->deps[job->dep_count++].fence = fence;
	return 0;
}

/**
 * tyr_job_init_fence() - make the job a fence that others may see.
 * @job: the job.
 * @context: fence context of its queue.
 * @seqno: its number in that context: numbers must rise in the order in which jobs are done.
 *
 * From here on the job must be given to tyr_job_done() in the end.
 */
void tyr_job_init_fence(struct tyr_job *job, u64 context, u64 seqno)
{
	pin_module();
	dma_fence_init(&job->fence, &job_fence_ops, &job->fence_lock, context, seqno);
}

static void dep_signalled(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct tyr_dep *dep = container_of(cb, struct tyr_dep, cb);
	struct tyr_job *job = dep->job;

	if (atomic_dec_and_test(&job->blockers))
		job->ready(job);
	dma_fence_put(&job->fence);
}

/**
 * tyr_job_wait_deps() - begin to wait for the job's fences.
 * @job: the job, whose fence was initialised. It is in no queue yet, so nobody can give it up
 *	 meanwhile.
 */
void tyr_job_wait_deps(struct tyr_job *job)
{
	for (u32 i = 0; i < job->dep_count; i++) {
		struct tyr_dep *dep = &job->deps[i];

		dep->job = job;
		dep->waiting = true;
		dma_fence_get(&job->fence);
		atomic_inc(&job->blockers);
		if (dma_fence_add_callback(dep->fence, &dep->cb, dep_signalled)) {
			/* It is signalled already. */
			dep->waiting = false;
			atomic_dec(&job->blockers);
			dma_fence_put(&job->fence);
		}
	}
	atomic_dec(&job->blockers);
}

/**
 * tyr_job_drop_deps() - wait for nothing any more; ready() is not called after this has returned.
 * @job: a job that its queue has given up, or whose ready() was called.
 *
 * Context: may be called with interrupts off, but not with a lock that ready() takes.
 */
void tyr_job_drop_deps(struct tyr_job *job)
{
	for (u32 i = 0; i < job->dep_count; i++) {
		struct tyr_dep *dep = &job->deps[i];

		/*
		 * When it returns false the callback was called, or is being called and ends soon.
		 */
		if (dep->waiting && dma_fence_remove_callback(dep->fence, &dep->cb))
			dma_fence_put(&job->fence);
	}
	put_deps(job);
}

/**
 * tyr_job_done() - signal the job's fence and drop the queue's reference to it.
 * @job: the job, which is in no queue any more; gone when this returns.
 * @error: a negative errno for the fence, or 0.
 *
 * Context: any; no lock may be held that a fence's callback takes (that of a group, of a VM's bind
 * queue).
 */
void tyr_job_done(struct tyr_job *job, int error)
{
	if (error)
		dma_fence_set_error(&job->fence, error);
	dma_fence_signal(&job->fence);
	tyr_job_drop_deps(job);
	dma_fence_put(&job->fence);
}
