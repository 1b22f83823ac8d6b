// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sync operations: see sync.h.
 */
#include <linux/dma-fence-chain.h>
#include <linux/slab.h>

#include <drm/drm_file.h>
#include <drm/drm_syncobj.h>

#include "job.h"
#include "sync.h"
#include "user.h"

static bool is_signal(const struct drm_panthor_sync_op *op)
{
	return op->flags & DRM_PANTHOR_SYNC_OP_SIGNAL;
}

static int check(const struct drm_panthor_sync_op *op)
{
	u32 type = op->flags & DRM_PANTHOR_SYNC_OP_HANDLE_TYPE_MASK;

	if (op->flags & ~(DRM_PANTHOR_SYNC_OP_HANDLE_TYPE_MASK | DRM_PANTHOR_SYNC_OP_SIGNAL))
		return -EINVAL;
	switch (type) {
	case DRM_PANTHOR_SYNC_OP_HANDLE_TYPE_SYNCOBJ:
		return op->timeline_value ? -EINVAL : 0;
	case DRM_PANTHOR_SYNC_OP_HANDLE_TYPE_TIMELINE_SYNCOBJ:
		return 0;
	default:
		return -EINVAL;
	}
}

/**
 * tyr_sync_begin() - begin a call.
 * @sync: memory for it.
 * @file: the file.
 */
void tyr_sync_begin(struct tyr_sync *sync, struct drm_file *file)
{
	sync->file = file;
	sync->outs = sync->inline_outs;
	sync->count = 0;
	sync->room = TYR_SYNC_INLINE;
}

/**
 * tyr_sync_read() - read the operations of one job.
 * @ops: memory for them, to be given to tyr_sync_free() when this succeeds.
 * @array: what user space says.
 *
 * Return: 0, or what tyr_user_get_array() returns.
 */
int tyr_sync_read(struct tyr_sync_ops *ops, const struct drm_panthor_obj_array *array)
{
	const u32 min = TYR_USER_MIN(struct drm_panthor_sync_op, timeline_value);
	void *copy = tyr_user_get_array(array, min, sizeof(*ops->ops), ops->buf,
					sizeof(ops->buf));

	if (IS_ERR(copy))
		return PTR_ERR(copy);
	ops->ops = copy;
	ops->count = array->count;
	return 0;
}

/**
 * tyr_sync_free() - free the operations of one job.
 * @ops: what tyr_sync_read() filled, or all zero.
 */
void tyr_sync_free(struct tyr_sync_ops *ops)
{
	tyr_user_put_array(ops->ops, ops->buf);
}

static struct tyr_sync_out *find_out(struct tyr_sync *sync, const struct drm_panthor_sync_op *op)
{
	for (u32 i = 0; i < sync->count; i++) {
		struct tyr_sync_out *out = &sync->outs[i];

		if (out->handle == op->handle && out->point == op->timeline_value)
			return out;
	}
	return NULL;
}

static int make_room(struct tyr_sync *sync)
{
	u32 room = sync->room * 2;
	struct tyr_sync_out *outs;

	if (sync->count < sync->room)
		return 0;
	outs = kvmalloc_array(room, sizeof(*outs), GFP_KERNEL);
	if (!outs)
		return -ENOMEM;
	memcpy(outs, sync->outs, sync->count * sizeof(*outs));
	if (sync->outs != sync->inline_outs)
		kvfree(sync->outs);
	sync->outs = outs;
	sync->room = room;
	return 0;
}

static int add_out(struct tyr_sync *sync, const struct drm_panthor_sync_op *op)
{
	struct tyr_sync_out out = { .handle = op->handle, .point = op->timeline_value };
	int ret = make_room(sync);

	if (ret)
		return ret;
	out.syncobj = drm_syncobj_find(sync->file, op->handle);
	if (!out.syncobj)
		return -EINVAL;
	if (out.point) {
		out.chain = dma_fence_chain_alloc();
		if (!out.chain) {
			drm_syncobj_put(out.syncobj);
			return -ENOMEM;
		}
	}
	sync->outs[sync->count++] = out;
	return 0;
}

/**
 * tyr_sync_add() - check a job's operations and get hold of the syncobjs that it signals.
 * @sync: the call.
 * @ops: the job's operations.
 *
 * Return: 0, -EINVAL for an operation that cannot be or a syncobj that does not exist, or -ENOMEM.
 */
int tyr_sync_add(struct tyr_sync *sync, const struct tyr_sync_ops *ops)
{
	int ret;

	for (u32 i = 0; i < ops->count; i++) {
		const struct drm_panthor_sync_op *op = &ops->ops[i];

		ret = check(op);
		if (!ret && is_signal(op) && !find_out(sync, op))
			ret = add_out(sync, op);
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * The fence that a job must wait for: that of an earlier job of this call, else what the syncobj
 * holds. A syncobj that only a later job of the call signals has what it had before.
 */
static int find_fence(struct tyr_sync *sync, const struct drm_panthor_sync_op *op,
		      struct dma_fence **fence)
{
	struct tyr_sync_out *out = find_out(sync, op);

	if (out && out->fence) {
		*fence = dma_fence_get(out->fence);
		return 0;
	}
	return drm_syncobj_find_fence(sync->file, op->handle, op->timeline_value, 0, fence);
}

/**
 * tyr_sync_wait() - let a job depend on what its operations wait for.
 * @sync: the call.
 * @ops: the job's operations.
 * @job: the job.
 * @own_context: fence context of its queue.
 *
 * Return: 0, -ENOENT when there is no such syncobj, -EINVAL when it has no fence, or -ENOMEM.
 */
int tyr_sync_wait(struct tyr_sync *sync, const struct tyr_sync_ops *ops, struct tyr_job *job,
		  u64 own_context)
{
	struct dma_fence *fence;
	int ret;

	for (u32 i = 0; i < ops->count; i++) {
		if (is_signal(&ops->ops[i]))
			continue;
		ret = find_fence(sync, &ops->ops[i], &fence);
		if (!ret)
			ret = tyr_job_depend(job, fence, own_context);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * tyr_sync_signal() - a job's fence becomes what its syncobjs will hold.
 * @sync: the call.
 * @ops: the job's operations.
 * @fence: its fence.
 */
void tyr_sync_signal(struct tyr_sync *sync, const struct tyr_sync_ops *ops,
		     struct dma_fence *fence)
{
	for (u32 i = 0; i < ops->count; i++) {
		struct tyr_sync_out *out;

		if (!is_signal(&ops->ops[i]))
			continue;
		out = find_out(sync, &ops->ops[i]);
		dma_fence_put(out->fence);
		out->fence = dma_fence_get(fence);
	}
}

/**
 * tyr_sync_publish() - put the fences into the syncobjs; nothing can fail any more.
 * @sync: the call.
 */
void tyr_sync_publish(struct tyr_sync *sync)
{
	for (u32 i = 0; i < sync->count; i++) {
		struct tyr_sync_out *out = &sync->outs[i];

		if (out->chain)
			drm_syncobj_add_point(out->syncobj, out->chain, out->fence, out->point);
		else
			drm_syncobj_replace_fence(out->syncobj, out->fence);
		out->chain = NULL;
	}
}

/**
 * tyr_sync_end() - give back all that the call holds.
 * @sync: the call.
 */
void tyr_sync_end(struct tyr_sync *sync)
{
	for (u32 i = 0; i < sync->count; i++) {
		struct tyr_sync_out *out = &sync->outs[i];

		drm_syncobj_put(out->syncobj);
		dma_fence_chain_free(out->chain);
		dma_fence_put(out->fence);
	}
	if (sync->outs != sync->inline_outs)
		kvfree(sync->outs);
}
