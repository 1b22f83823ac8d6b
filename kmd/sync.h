/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sync operations of an ioctl that submits jobs: syncobjs that a job waits for and those that
 * it signals. A job may wait for one that an earlier job of the same call signals.
 *
 * Order of the calls: tyr_sync_begin(), for each job tyr_sync_add(), then for each job in order
 * tyr_sync_wait() and, when its fence exists, tyr_sync_signal(); when nothing can fail any more
 * tyr_sync_publish(); always tyr_sync_end().
 */
#ifndef TYR_SYNC_H
#define TYR_SYNC_H

#include <linux/types.h>

#include "tyr_uapi.h"

struct dma_fence;
struct dma_fence_chain;
struct drm_file;
struct drm_syncobj;
struct tyr_job;

#define TYR_SYNC_INLINE 4

/**
 * struct tyr_sync_out - a syncobj that the call signals
 * @handle: its handle, and @point the point of a timeline, 0 for a binary one.
 * @syncobj: it.
 * @chain: what a timeline's point needs.
 * @fence: the fence that is there now, or that of the last job that signals it; may be NULL.
 */
struct tyr_sync_out {
	u32 handle;
	u64 point;
	struct drm_syncobj *syncobj;
	struct dma_fence_chain *chain;
	struct dma_fence *fence;
};

/**
 * struct tyr_sync - the sync operations of one call
 * @file: where handles are looked up.
 * @outs: what is signalled, each syncobj and point once.
 * @count: how many, and @room how many fit.
 * @inline_outs: the usual few.
 */
struct tyr_sync {
	struct drm_file *file;
	struct tyr_sync_out *outs;
	u32 count;
	u32 room;
	struct tyr_sync_out inline_outs[TYR_SYNC_INLINE];
};

/**
 * struct tyr_sync_ops - those of one job
 * @ops: the operations, NULL when there are none.
 * @count: how many.
 * @buf: the usual few.
 */
struct tyr_sync_ops {
	struct drm_panthor_sync_op *ops;
	u32 count;
	struct drm_panthor_sync_op buf[TYR_SYNC_INLINE];
};

void tyr_sync_begin(struct tyr_sync *sync, struct drm_file *file);
int tyr_sync_read(struct tyr_sync_ops *ops, const struct drm_panthor_obj_array *array);
int tyr_sync_add(struct tyr_sync *sync, const struct tyr_sync_ops *ops);
int tyr_sync_wait(struct tyr_sync *sync, const struct tyr_sync_ops *ops, struct tyr_job *job,
		  u64 own_context);
void tyr_sync_signal(struct tyr_sync *sync, const struct tyr_sync_ops *ops,
		     struct dma_fence *fence);
void tyr_sync_publish(struct tyr_sync *sync);
void tyr_sync_free(struct tyr_sync_ops *ops);
void tyr_sync_end(struct tyr_sync *sync);

#endif
