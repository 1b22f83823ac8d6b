// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tiler heaps.
 *
 * A heap is a context, which only the GPU understands, and a list of chunks, each of which begins
 * with the address of the next. The contexts of all heaps of a VM are in one buffer. What the tiler
 * and the firmware are told of a chunk is its address, in whose lower 12 bits is the chunk's size
 * in pages.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "device.h"
#include "heap.h"
#include "heap_pool.h"
#include "kbo.h"
#include "vm.h"

#define CHUNK_MIN SZ_128K
#define CHUNK_MAX SZ_8M
#define CHUNK_VA(chunk) ((chunk) & GENMASK_ULL(63, 12))

/* At a chunk's beginning; the GPU's, but for the first. */
struct chunk_header {
	u64 next;
	u64 reserved[7];
};

struct chunk {
	struct list_head node;
	struct tyr_kbo *kbo;
};

/**
 * struct tyr_heap - a heap; under its pool's lock
 * @chunks: what it has, the last first.
 * @count: how many these are.
 * @max: how many it may have.
 * @chunk_size: of each.
 * @target_in_flight: with more render passes than that under way the tiler waits, instead of
 *                    getting more.
 */
struct tyr_heap {
	struct list_head chunks;
	u32 count;
	u32 max;
	u32 chunk_size;
	u32 target_in_flight;
};

static u64 encode(const struct tyr_heap *heap, const struct chunk *chunk)
{
	return chunk->kbo->va | heap->chunk_size >> 12;
}

/* A new chunk's page is all zeros already: only a link to another has to be written. */
static int write_next(struct tyr_kbo *kbo, u64 next)
{
	struct chunk_header *header;
	int ret;

	if (!next)
		return 0;
	ret = tyr_kbo_map(kbo);
	if (ret)
		return ret;
	header = kbo->kmap;
	WRITE_ONCE(header->next, next);
	tyr_kbo_flush_for_device(kbo);
	tyr_kbo_unmap(kbo);
	return 0;
}

static int add_chunk(struct tyr_heap_pool *pool, struct tyr_heap *heap, u64 next)
{
	struct chunk *chunk = kmalloc(sizeof(*chunk), GFP_KERNEL);
	int ret;

	lockdep_assert_held(&pool->lock);
	if (!chunk)
		return -ENOMEM;
	chunk->kbo = tyr_kbo_create(pool->tdev, pool->vm, heap->chunk_size,
				    DRM_PANTHOR_VM_BIND_OP_MAP_NOEXEC, TYR_KBO_ANY_VA,
				    "tiler heap chunk");
	ret = IS_ERR(chunk->kbo) ? PTR_ERR(chunk->kbo) : write_next(chunk->kbo, next);
	if (ret) {
		tyr_kbo_destroy(chunk->kbo);
		kfree(chunk);
		return ret;
	}
	list_add(&chunk->node, &heap->chunks);
	heap->count++;
	atomic64_add(heap->chunk_size, &pool->vm->heap_bytes);
	return 0;
}

static void remove_chunk(struct tyr_heap_pool *pool, struct tyr_heap *heap, struct chunk *chunk)
{
	lockdep_assert_held(&pool->lock);
	list_del(&chunk->node);
	heap->count--;
	atomic64_sub(heap->chunk_size, &pool->vm->heap_bytes);
	tyr_kbo_destroy(chunk->kbo);
	kfree(chunk);
}

/**
 * tyr_heap_free() - free a heap and its chunks.
 * @pool: its pool, whose lock is held.
 * @heap: the heap, which has no id any more.
 */
void tyr_heap_free(struct tyr_heap_pool *pool, struct tyr_heap *heap)
{
	struct chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &heap->chunks, node)
		remove_chunk(pool, heap, chunk);
	kfree(heap);
}

static struct chunk *newest(struct tyr_heap *heap)
{
	return list_first_entry_or_null(&heap->chunks, struct chunk, node);
}

/* Each links to the one before, so that the last is the head of the list. */
static int add_first_chunks(struct tyr_heap_pool *pool, struct tyr_heap *heap, u32 count)
{
	int ret = 0;

	/* More than there is memory need not be tried. */
	if ((u64)count * heap->chunk_size >> PAGE_SHIFT > totalram_pages())
		return -ENOMEM;
	while (heap->count < count && !ret) {
		struct chunk *head = newest(heap);

		if (fatal_signal_pending(current))
			return -EINTR;
		ret = add_chunk(pool, heap, head ? encode(heap, head) : 0);
	}
	return ret;
}

static int check(const struct drm_panthor_tiler_heap_create *args)
{
	if (!args->initial_chunk_count || args->initial_chunk_count > args->max_chunks)
		return -EINVAL;
	if (!IS_ALIGNED(args->chunk_size, PAGE_SIZE) || args->chunk_size < CHUNK_MIN ||
	    args->chunk_size > CHUNK_MAX)
		return -EINVAL;
	return 0;
}

/*
 * A place among the contexts. The GPU has none of it in its caches: unmapping chunks flushed them.
 */
static int add_heap(struct tyr_heap_pool *pool, struct tyr_heap *heap, u32 *id)
{
	int ret = xa_alloc(&pool->heaps, id, heap, XA_LIMIT(0, TYR_HEAPS_PER_VM - 1), GFP_KERNEL);

	if (ret)
		return ret;
	memset(pool->contexts->kmap + *id * pool->stride, 0, pool->stride);
	tyr_kbo_flush_for_device(pool->contexts);
	return 0;
}

static int create_locked(struct tyr_heap_pool *pool, struct drm_panthor_tiler_heap_create *args)
{
	struct tyr_heap *heap;
	u32 id;
	int ret;

	lockdep_assert_held(&pool->lock);
	if (!pool->vm)
		return -EINVAL;
	heap = kzalloc(sizeof(*heap), GFP_KERNEL);
	if (!heap)
		return -ENOMEM;
	INIT_LIST_HEAD(&heap->chunks);
	heap->max = args->max_chunks;
	heap->chunk_size = args->chunk_size;
	heap->target_in_flight = args->target_in_flight;
	ret = add_first_chunks(pool, heap, args->initial_chunk_count);
	if (!ret)
		ret = add_heap(pool, heap, &id);
	if (ret) {
		tyr_heap_free(pool, heap);
		return ret;
	}
	args->first_heap_chunk_gpu_va = newest(heap)->kbo->va;
	args->tiler_heap_ctx_gpu_va = pool->contexts->va + id * pool->stride;
	args->handle = args->vm_id << 16 | id;
	return 0;
}

/**
 * tyr_heap_create() - make a heap.
 * @pool: the VM's heaps.
 * @args: what user space asks for, and what it gets.
 *
 * Return: 0, -EINVAL for sizes and counts that there are not or a pool that was destroyed, -EBUSY
 * when the VM has its heaps, -ENOMEM, or another error of tyr_kbo_create().
 */
int tyr_heap_create(struct tyr_heap_pool *pool, struct drm_panthor_tiler_heap_create *args)
{
	int ret = check(args);

	if (ret)
		return ret;
	mutex_lock(&pool->lock);
	ret = create_locked(pool, args);
	mutex_unlock(&pool->lock);
	return ret;
}

/**
 * tyr_heap_destroy() - destroy a heap.
 * @pool: the VM's heaps.
 * @id: the heap's id, which is its handle's lower half.
 *
 * Return: 0, or -EINVAL when there is no such heap.
 */
int tyr_heap_destroy(struct tyr_heap_pool *pool, u32 id)
{
	struct tyr_heap *heap;

	mutex_lock(&pool->lock);
	heap = xa_erase(&pool->heaps, id);
	if (heap)
		tyr_heap_free(pool, heap);
	mutex_unlock(&pool->lock);
	return heap ? 0 : -EINVAL;
}

static struct tyr_heap *find_heap(struct tyr_heap_pool *pool, u64 context_va)
{
	u64 offset;

	lockdep_assert_held(&pool->lock);
	if (!pool->vm || context_va < pool->contexts->va)
		return NULL;
	offset = context_va - pool->contexts->va;
	if (offset >= TYR_HEAPS_PER_VM * pool->stride)
		return NULL;
	return xa_load(&pool->heaps, (u32)offset / pool->stride);
}

/**
 * tyr_heap_grow() - give the tiler another chunk.
 * @pool: the VM's heaps.
 * @context_va: the address of the heap's context.
 * @renderpasses_in_flight: how many are under way.
 * @chunk: the chunk, as the firmware wants it.
 *
 * Context: process; allocates.
 *
 * Return: 0, -ENOMEM when the heap shall not grow or cannot, or -EINVAL when there is no such heap.
 */
int tyr_heap_grow(struct tyr_heap_pool *pool, u64 context_va, u32 renderpasses_in_flight,
		  u64 *chunk)
{
	struct tyr_heap *heap;
	int ret = -ENOMEM;

	mutex_lock(&pool->lock);
	heap = find_heap(pool, context_va);
	if (!heap)
		ret = -EINVAL;
	else if (renderpasses_in_flight <= heap->target_in_flight && heap->count < heap->max)
		ret = add_chunk(pool, heap, 0);
	if (!ret)
		*chunk = encode(heap, newest(heap));
	mutex_unlock(&pool->lock);
	/* Whatever kept us from it: to the firmware there is no memory. */
	return ret && ret != -EINVAL ? -ENOMEM : ret;
}

/**
 * tyr_heap_return_chunk() - take back what the firmware could not be given.
 * @pool: the VM's heaps.
 * @context_va: the address of the heap's context.
 * @chunk: what tyr_heap_grow() said.
 */
void tyr_heap_return_chunk(struct tyr_heap_pool *pool, u64 context_va, u64 chunk)
{
	struct tyr_heap *heap;
	struct chunk *c;

	mutex_lock(&pool->lock);
	heap = find_heap(pool, context_va);
	if (heap) {
		list_for_each_entry(c, &heap->chunks, node) {
			if (c->kbo->va == CHUNK_VA(chunk)) {
				remove_chunk(pool, heap, c);
				break;
			}
		}
	}
	mutex_unlock(&pool->lock);
}
