// SPDX-License-Identifier: GPL-2.0-or-later
/* The tiler heaps of a VM: made with the first heap, gone with the VM. */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/slab.h>

#include "device.h"
#include "heap.h"
#include "heap_pool.h"
#include "kbo.h"
#include "vm.h"

/*
 * A context must not share a cache line with another, and begins as zeros (kbase: csf_tiler_heap).
 */
#define CONTEXT_SIZE 32
#define L2_LINE_SIZE(features) BIT((features) & GENMASK(7, 0))

static void release_pool(struct kref *ref)
{
	struct tyr_heap_pool *pool = container_of(ref, struct tyr_heap_pool, ref);

	xa_destroy(&pool->heaps);
	mutex_destroy(&pool->lock);
	kfree(pool);
}

/**
 * tyr_heap_pool_put() - drop a reference.
 * @pool: the VM's heaps; may be NULL.
 */
void tyr_heap_pool_put(struct tyr_heap_pool *pool)
{
	if (pool)
		kref_put(&pool->ref, release_pool);
}

static struct tyr_heap_pool *create_pool(struct tyr_vm *vm)
{
	struct tyr_heap_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	struct tyr_kbo *contexts;

	if (!pool)
		return ERR_PTR(-ENOMEM);
	pool->stride = ALIGN(CONTEXT_SIZE, L2_LINE_SIZE(vm->tdev->gpu_info.l2_features));
	contexts = tyr_kbo_create_mapped(vm->tdev, vm, TYR_HEAPS_PER_VM * pool->stride,
					 DRM_PANTHOR_VM_BIND_OP_MAP_NOEXEC, TYR_KBO_ANY_VA,
					 "tiler heap contexts");
	if (IS_ERR(contexts)) {
		kfree(pool);
		return ERR_CAST(contexts);
	}
	kref_init(&pool->ref);
	mutex_init(&pool->lock);
	xa_init_flags(&pool->heaps, XA_FLAGS_ALLOC);
	pool->tdev = vm->tdev;
	pool->vm = vm;
	pool->contexts = contexts;
	atomic64_add(contexts->size, &vm->heap_bytes);
	return pool;
}

/**
 * tyr_heap_pool_get() - the heaps of a VM.
 * @vm: the VM.
 * @create: make them if there are none yet.
 *
 * Return: the heaps, with a reference; -ENOENT when there are none, -EINVAL when none can be made
 * any more, or an error of tyr_kbo_create(); errors as ERR_PTR().
 */
struct tyr_heap_pool *tyr_heap_pool_get(struct tyr_vm *vm, bool create)
{
	struct tyr_heap_pool *pool;

	mutex_lock(&vm->heaps_lock);
	pool = vm->heaps;
	if (!pool && create) {
		pool = READ_ONCE(vm->destroyed) ? ERR_PTR(-EINVAL) : create_pool(vm);
		if (!IS_ERR(pool))
			vm->heaps = pool;
	}
	if (!pool)
		pool = ERR_PTR(-ENOENT);
	else if (!IS_ERR(pool))
		kref_get(&pool->ref);
	mutex_unlock(&vm->heaps_lock);
	return pool;
}

/**
 * tyr_heap_pool_destroy() - destroy the heaps of a VM.
 * @vm: the VM, which is destroyed, so that no heaps will be made any more.
 *
 * Streams that use them have faults.
 */
void tyr_heap_pool_destroy(struct tyr_vm *vm)
{
	struct tyr_heap_pool *pool;
	struct tyr_heap *heap;
	unsigned long id;

	mutex_lock(&vm->heaps_lock);
	pool = vm->heaps;
	vm->heaps = NULL;
	mutex_unlock(&vm->heaps_lock);
	if (!pool)
		return;
	mutex_lock(&pool->lock);
	xa_for_each(&pool->heaps, id, heap) {
		xa_erase(&pool->heaps, id);
		tyr_heap_free(pool, heap);
	}
	atomic64_sub(pool->contexts->size, &vm->heap_bytes);
	tyr_kbo_destroy(pool->contexts);
	pool->contexts = NULL;
	pool->vm = NULL;
	mutex_unlock(&pool->lock);
	tyr_heap_pool_put(pool);
}

/**
 * tyr_heap_pool_size() - how much memory the heaps of a VM have.
 * @vm: the VM.
 *
 * Context: any.
 *
 * Return: bytes.
 */
u64 tyr_heap_pool_size(struct tyr_vm *vm)
{
	return atomic64_read(&vm->heap_bytes);
}
