// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VM_BIND.
 *
 * A synchronous operation runs in the ioctl. An asynchronous one is a job, run in the ioctl too
 * when nothing is left to wait for, else by a work when the last fence is signalled. Jobs of a VM
 * run in order, one at a time.
 */
#include <linux/dma-resv.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>

#include "bind.h"
#include "cleanup.h"
#include "device.h"
#include "job.h"
#include "sched.h"
#include "sync.h"
#include "user.h"
#include "vm.h"
#include "vm_op.h"

/* Operations of a call that need no allocation. */
#define INLINE_OPS 2

/**
 * struct bind_job - an asynchronous operation
 * @base: the job; first.
 * @vm: the VM, with a reference.
 * @op: what is to be done.
 * @cleanup: gives back what @op holds, where locks may be taken that others hold while they wait
 *           for fences.
 */
struct bind_job {
	struct tyr_job base;
	struct tyr_vm *vm;
	struct tyr_vm_op op;
	struct work_struct cleanup;
};

static struct bind_job *to_bind_job(struct tyr_job *job)
{
	return container_of(job, struct bind_job, base);
}

/* The job is done; its memory is still there because of the reference that is dropped here. */
static void finish(struct bind_job *job)
{
	struct tyr_vm *vm = job->vm;

	tyr_vm_op_finish(vm, &job->op);
	dma_fence_put(&job->base.fence);
	tyr_vm_put(vm);
}

static void cleanup_work(struct work_struct *work)
{
	finish(container_of(work, struct bind_job, cleanup));
}

/* The next job that can run, if nobody runs one; the caller runs it and calls this again. */
static struct bind_job *next_job(struct tyr_bind_queue *queue, bool continues)
{
	struct tyr_job *job;
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	job = list_first_entry_or_null(&queue->jobs, struct tyr_job, node);
	if (queue->running && !continues)
		job = NULL;
	else if (job && tyr_job_is_ready(job))
		list_del_init(&job->node);
	else
		job = NULL;
	if (job)
		queue->running = true;
	else if (continues)
		queue->running = false;
	spin_unlock_irqrestore(&queue->lock, flags);
	return job ? to_bind_job(job) : NULL;
}

/*
 * Run what can run. The VM is kept alive by the caller, or by its work being cancelled before it
 * goes.
 */
static void run_jobs(struct tyr_vm *vm)
{
	bool cookie = dma_fence_begin_signalling();
	struct bind_job *job = next_job(&vm->binds, false);

	while (job) {
		int ret = tyr_vm_op_run(vm, &job->op, true);

		dma_fence_get(&job->base.fence);
		tyr_job_done(&job->base, ret);
		tyr_cleanup_queue(&job->cleanup);
		job = next_job(&vm->binds, true);
	}
	dma_fence_end_signalling(cookie);
}

static void run_work(struct work_struct *work)
{
	run_jobs(container_of(work, struct tyr_vm, binds.work));
}

/* The last fence that a job waited for is signalled; called in its callback. */
static void job_ready(struct tyr_job *base)
{
	struct tyr_vm *vm = to_bind_job(base)->vm;

	queue_work(tyr_sched_wq(vm->tdev), &vm->binds.work);
}

/**
 * tyr_bind_queue_init() - prepare a VM for asynchronous operations.
 * @vm: the VM, being created.
 */
void tyr_bind_queue_init(struct tyr_vm *vm)
{
	spin_lock_init(&vm->binds.lock);
	INIT_LIST_HEAD(&vm->binds.jobs);
	INIT_WORK(&vm->binds.work, run_work);
	vm->binds.context = dma_fence_context_alloc(1);
}

/**
 * tyr_bind_queue_fini() - a VM goes; it has no jobs any more, as each holds a reference.
 * @vm: the VM.
 */
void tyr_bind_queue_fini(struct tyr_vm *vm)
{
	cancel_work_sync(&vm->binds.work);
}

/**
 * struct bind - one asynchronous call
 * @vm: the VM.
 * @jobs: the jobs, with their sync operations.
 * @count: how many.
 * @sync: the sync operations of all.
 */
struct bind {
	struct tyr_vm *vm;
	struct bind_op {
		struct bind_job *job;
		struct tyr_sync_ops ops;
	} *jobs;
	u32 count;
	struct tyr_sync sync;
};

static int add_op(struct bind *b, struct drm_file *file, const struct drm_panthor_vm_bind_op *args)
{
	struct bind_op *bo = &b->jobs[b->count];
	struct bind_job *job;
	int ret;

	if (READ_ONCE(b->vm->destroyed) || READ_ONCE(b->vm->unusable))
		return -EINVAL;
	ret = tyr_sync_read(&bo->ops, &args->syncs);
	if (ret)
		return ret;
	job = kzalloc(sizeof(*job), GFP_KERNEL);
	ret = job ? tyr_vm_op_prepare(file, b->vm, args, &job->op) : -ENOMEM;
	if (ret) {
		kfree(job);
		tyr_sync_free(&bo->ops);
		return ret;
	}
	tyr_job_setup(&job->base, job_ready);
	INIT_WORK(&job->cleanup, cleanup_work);
	job->vm = tyr_vm_get(b->vm);
	bo->job = job;
	b->count++;
	return 0;
}

/* Jobs that were not pushed: those that are fences already were seen by nobody. */
static void drop_jobs(struct bind *b, u32 armed)
{
	for (u32 i = 0; i < b->count; i++) {
		struct bind_job *job = b->jobs[i].job;

		tyr_vm_op_finish(b->vm, &job->op);
		if (i < armed)
			tyr_job_done(&job->base, -ECANCELED);
		else
			tyr_job_discard(&job->base);
		tyr_vm_put(b->vm);
	}
	b->count = 0;
}

static int arm_jobs(struct bind *b, u32 *armed)
{
	struct tyr_bind_queue *queue = &b->vm->binds;

	for (*armed = 0; *armed < b->count; ++*armed) {
		struct bind_op *bo = &b->jobs[*armed];
		int ret = tyr_sync_wait(&b->sync, &bo->ops, &bo->job->base, queue->context);

		if (ret)
			return ret;
		tyr_job_init_fence(&bo->job->base, queue->context, ++queue->seqno);
		tyr_sync_signal(&b->sync, &bo->ops, &bo->job->base.fence);
	}
	return 0;
}

static void push_jobs(struct bind *b)
{
	struct dma_resv *resv = drm_gpuvm_resv(&b->vm->base);
	unsigned long flags;

	for (u32 i = 0; i < b->count; i++) {
		struct bind_job *job = b->jobs[i].job;

		dma_resv_add_fence(resv, &job->base.fence, DMA_RESV_USAGE_BOOKKEEP);
		tyr_job_wait_deps(&job->base);
		spin_lock_irqsave(&b->vm->binds.lock, flags);
		list_add_tail(&job->base.node, &b->vm->binds.jobs);
		spin_unlock_irqrestore(&b->vm->binds.lock, flags);
	}
	tyr_sync_publish(&b->sync);
}

static int submit(struct bind *b, u32 *armed)
{
	struct dma_resv *resv = drm_gpuvm_resv(&b->vm->base);
	int ret = 0;

	for (u32 i = 0; i < b->count && !ret; i++)
		ret = tyr_sync_add(&b->sync, &b->jobs[i].ops);
	if (!ret)
		ret = dma_resv_lock_interruptible(resv, NULL);
	if (ret)
		return ret;
	ret = dma_resv_reserve_fences(resv, b->count);
	if (!ret)
		ret = arm_jobs(b, armed);
	if (!ret)
		push_jobs(b);
	dma_resv_unlock(resv);
	return ret;
}

static int bind_async(struct drm_file *file, struct tyr_vm *vm,
		      const struct drm_panthor_vm_bind_op *ops, u32 count)
{
	struct bind_op inline_jobs[INLINE_OPS];
	struct bind b = { .vm = vm, .jobs = inline_jobs };
	u32 armed = 0, read;
	int ret = 0;

	if (count > INLINE_OPS)
		b.jobs = kvmalloc_array(count, sizeof(*b.jobs), GFP_KERNEL);
	if (!b.jobs)
		return -ENOMEM;
	tyr_sync_begin(&b.sync, file);
	for (u32 i = 0; i < count && !ret; i++)
		ret = add_op(&b, file, &ops[i]);
	read = b.count;
	if (!ret && count)
		ret = submit(&b, &armed);
	if (ret)
		drop_jobs(&b, armed);
	tyr_sync_end(&b.sync);
	for (u32 i = 0; i < read; i++)
		tyr_sync_free(&b.jobs[i].ops);
	if (b.jobs != inline_jobs)
		kvfree(b.jobs);
	if (!ret)
		run_jobs(vm);
	return ret;
}

static int bind_one(struct drm_file *file, struct tyr_vm *vm,
		    const struct drm_panthor_vm_bind_op *args)
{
	struct tyr_vm_op op = {};
	int ret;

	/* Sync operations are for asynchronous ones. */
	if (args->syncs.count)
		return -EINVAL;
	if (!args->size)
		return 0;
	ret = tyr_vm_op_prepare(file, vm, args, &op);
	if (ret)
		return ret;
	ret = tyr_vm_op_run(vm, &op, false);
	tyr_vm_op_finish(vm, &op);
	return ret;
}

/* Return: 0, or what the first operation that fails says; *done counts those before it. */
static int bind_sync(struct drm_file *file, struct tyr_vm *vm,
		     const struct drm_panthor_vm_bind_op *ops, u32 count, u32 *done)
{
	int ret = 0;

	for (*done = 0; *done < count; ++*done) {
		ret = bind_one(file, vm, &ops[*done]);
		if (ret)
			break;
	}
	return ret;
}

static int bind(struct drm_file *file, struct drm_panthor_vm_bind *args)
{
	struct drm_panthor_vm_bind_op buf[INLINE_OPS], *ops;
	u32 count = args->ops.count, done;
	struct tyr_vm *vm = tyr_vm_lookup(file->driver_priv, args->vm_id);
	int ret;

	if (!vm)
		return -EINVAL;
	ops = tyr_user_get_array(&args->ops, TYR_USER_MIN(struct drm_panthor_vm_bind_op, syncs),
				 sizeof(*ops), buf, sizeof(buf));
	ret = PTR_ERR_OR_ZERO(ops);
	if (!ret) {
		if (args->flags & DRM_PANTHOR_VM_BIND_ASYNC) {
			ret = bind_async(file, vm, ops, count);
		} else {
			ret = bind_sync(file, vm, ops, count, &done);
			if (ret)
				args->ops.count = done;
		}
		tyr_user_put_array(ops, buf);
	}
	tyr_vm_put(vm);
	return ret;
}

/**
 * tyr_ioctl_vm_bind() - DRM_IOCTL_PANTHOR_VM_BIND.
 * @dev: the device.
 * @data: struct drm_panthor_vm_bind; of a synchronous call that fails, ops.count becomes the index
 *	  of
 *        the operation that failed.
 * @file: the file.
 *
 * Return: 0, or a negative errno: see tyr_vm_op_prepare() and tyr_sync_add(), tyr_sync_wait();
 * -ENODEV.
 */
int tyr_ioctl_vm_bind(struct drm_device *dev, void *data, struct drm_file *file)
{
	int ret, cookie;

	if (!drm_dev_enter(dev, &cookie))
		return -ENODEV;
	ret = bind(file, data);
	drm_dev_exit(cookie);
	return ret;
}
