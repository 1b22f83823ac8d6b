/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tiler heaps: memory that the tiler writes to, grown a chunk at a time when it runs out. */
#ifndef TYR_HEAP_H
#define TYR_HEAP_H

#include <linux/types.h>

struct drm_device;
struct drm_file;
struct drm_panthor_tiler_heap_create;
struct tyr_heap_pool;
struct tyr_vm;

struct tyr_heap_pool *tyr_heap_pool_get(struct tyr_vm *vm, bool create);
void tyr_heap_pool_put(struct tyr_heap_pool *pool);
void tyr_heap_pool_destroy(struct tyr_vm *vm);
u64 tyr_heap_pool_size(struct tyr_vm *vm);

int tyr_heap_create(struct tyr_heap_pool *pool, struct drm_panthor_tiler_heap_create *args);
int tyr_heap_destroy(struct tyr_heap_pool *pool, u32 id);
int tyr_heap_grow(struct tyr_heap_pool *pool, u64 context_va, u32 renderpasses_in_flight,
		  u64 *chunk);
void tyr_heap_return_chunk(struct tyr_heap_pool *pool, u64 context_va, u64 chunk);

/* Ioctls; ioctl_heap.c. */
int tyr_ioctl_tiler_heap_create(struct drm_device *dev, void *data, struct drm_file *file);
int tyr_ioctl_tiler_heap_destroy(struct drm_device *dev, void *data, struct drm_file *file);

#endif
