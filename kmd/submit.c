// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GROUP_SUBMIT: jobs of one call, all or none of them.
 */
#include <linux/dma-resv.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>

#include "device.h"
#include "group.h"
#include "sched.h"
#include "sync.h"
#include "user.h"
#include "vm.h"

/* Submissions of a call, and their sync operations, that need no allocation. */
#define INLINE_JOBS 1

/* Bits of the flush id that must be zero: it has 24, and the highest says "flush always". */
#define FLUSH_ID_RESERVED GENMASK(30, 24)

struct submit_job {
	struct tyr_queue_job *job;
	struct tyr_sync_ops ops;
};

/**
 * struct submit - one call
 * @group: the group, NULL when there is nothing to submit.
 * @jobs: the jobs.
 * @count: how many.
 * @sync: the sync operations of all.
 */
struct submit {
	struct tyr_group *group;
	struct submit_job *jobs;
	u32 count;
	struct tyr_sync sync;
};

static int check(const struct drm_panthor_queue_submit *args)
{
	if (args->pad)
		return -EINVAL;
	if (!args->stream_size != !args->stream_addr)
		return -EINVAL;
	/* Cache lines, and instructions. */
	if (args->stream_addr & 63 || args->stream_size & 7)
		return -EINVAL;
	return args->latest_flush & FLUSH_ID_RESERVED ? -EINVAL : 0;
}

static int add_job(struct submit *s, const struct drm_panthor_queue_submit *args)
{
	struct submit_job *sj = &s->jobs[s->count];
	int ret = check(args);

	if (ret)
		return ret;
	if (args->queue_index >= s->group->queue_count || READ_ONCE(s->group->dead))
		return -EINVAL;
	ret = tyr_sync_read(&sj->ops, &args->syncs);
	if (ret)
		return ret;
	sj->job = tyr_queue_job_create(&s->group->queues[args->queue_index], args);
	s->count++;
	return sj->job ? 0 : -ENOMEM;
}

/*
 * The VM's reservation object is that of all its exclusive objects. Shared ones need no fence:
 * they are pinned as long as they are mapped, and user space synchronises explicitly.
 */
static int lock_resv(struct submit *s)
{
	struct dma_resv *resv = drm_gpuvm_resv(&s->group->vm->base);
	int ret = dma_resv_lock_interruptible(resv, NULL);

	if (ret)
		return ret;
	ret = dma_resv_reserve_fences(resv, s->count);
	if (ret)
		dma_resv_unlock(resv);
	return ret;
}

/*
 * Find out what each job waits for. A job's fence must exist before those behind it look for it;
 * when one of them fails, those that exist are signalled without anybody having seen them.
 */
static int arm_jobs(struct submit *s)
{
	int ret;

	for (u32 i = 0; i < s->count; i++) {
		struct submit_job *sj = &s->jobs[i];

		ret = tyr_sync_wait(&s->sync, &sj->ops, &sj->job->base, sj->job->queue->context);
		if (ret) {
			while (i--) {
				tyr_job_done(&s->jobs[i].job->base, -ECANCELED);
				s->jobs[i].job = NULL;
			}
			return ret;
		}
		tyr_queue_arm(sj->job);
		tyr_sync_signal(&s->sync, &sj->ops, &sj->job->base.fence);
	}
	return 0;
}

/* Nothing fails from here on. */
static void push_jobs(struct submit *s)
{
	struct dma_resv *resv = drm_gpuvm_resv(&s->group->vm->base);
	bool cookie = dma_fence_begin_signalling();
	LIST_HEAD(jobs);

	for (u32 i = 0; i < s->count; i++) {
		struct tyr_queue_job *job = s->jobs[i].job;

		s->jobs[i].job = NULL;
		dma_resv_add_fence(resv, &job->base.fence, DMA_RESV_USAGE_BOOKKEEP);
		list_add_tail(&job->base.node, &jobs);
	}
	tyr_group_push(s->group, &jobs);
	tyr_sync_publish(&s->sync);
	dma_fence_end_signalling(cookie);
}

static int submit(struct submit *s)
{
	int ret = 0;

	for (u32 i = 0; i < s->count && !ret; i++)
		ret = tyr_sync_add(&s->sync, &s->jobs[i].ops);
	if (ret)
		return ret;
	ret = lock_resv(s);
	if (ret)
		return ret;
	ret = arm_jobs(s);
	if (!ret)
		push_jobs(s);
	dma_resv_unlock(drm_gpuvm_resv(&s->group->vm->base));
	if (!ret)
		tyr_sched_run_now(s->group->tdev);
	return ret;
}

static int submit_array(struct drm_file *file, u32 handle,
			const struct drm_panthor_queue_submit *args, u32 count)
{
	struct submit_job inline_jobs[INLINE_JOBS];
	struct submit s = { .jobs = inline_jobs };
	int ret = 0;

	if (!count)
		return 0;
	s.group = tyr_group_lookup(file->driver_priv, handle);
	if (!s.group)
		return -EINVAL;
	if (count > INLINE_JOBS)
		s.jobs = kvmalloc_array(count, sizeof(*s.jobs), GFP_KERNEL);
	if (!s.jobs) {
		tyr_group_put(s.group);
		return -ENOMEM;
	}
	tyr_sync_begin(&s.sync, file);
	for (u32 i = 0; i < count && !ret; i++)
		ret = add_job(&s, &args[i]);
	if (!ret)
		ret = submit(&s);
	tyr_sync_end(&s.sync);
	for (u32 i = 0; i < s.count; i++) {
		if (s.jobs[i].job)
			tyr_job_discard(&s.jobs[i].job->base);
		tyr_sync_free(&s.jobs[i].ops);
	}
	if (s.jobs != inline_jobs)
		kvfree(s.jobs);
	tyr_group_put(s.group);
	return ret;
}

/**
 * tyr_ioctl_group_submit() - DRM_IOCTL_PANTHOR_GROUP_SUBMIT.
 * @dev: the device.
 * @data: struct drm_panthor_group_submit.
 * @file: the file.
 *
 * Return: 0; -EINVAL for arguments that cannot be, a group that does not exist or is dead, a
 * syncobj to be signalled that does not exist, one to be waited for that has no fence; -ENOENT for
 * one to be waited for that does not exist; -E2BIG, -EFAULT, -ENOMEM; -ERESTARTSYS; -ENODEV.
 */
int tyr_ioctl_group_submit(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_group_submit *args = data;
	struct drm_panthor_queue_submit buf[4], *submits;
	int ret, cookie;

	if (args->pad)
		return -EINVAL;
	if (!drm_dev_enter(dev, &cookie))
		return -ENODEV;
	submits = tyr_user_get_array(&args->queue_submits,
				     TYR_USER_MIN(struct drm_panthor_queue_submit, syncs),
				     sizeof(*submits), buf, sizeof(buf));
	ret = PTR_ERR_OR_ZERO(submits);
	if (!ret) {
		ret = submit_array(file, args->group_handle, submits, args->queue_submits.count);
		tyr_user_put_array(submits, buf);
	}
	drm_dev_exit(cookie);
	return ret;
}
