// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dumps, second half: memory. Only of the group's own VM, and of that only rings, streams and page
 * tables.
 */
#include <linux/devcoredump.h>
#include <linux/iosys-map.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "device.h"
#include "dump_internal.h"
#include "gem.h"
#include "group.h"
#include "mmu.h"
#include "pgtable.h"
#include "vm.h"
#include "vm_op.h"

/* Bytes of a ring, and of a stream, on either side of where the GPU is. */
#define RING_AROUND 512
#define STREAM_AROUND 1024

/* A fault of the VM and a fatal event are one thing when no more time than this is between them. */
#define SAME_TIME (HZ / 2)

/**
 * struct writer - where the dump is written
 * @start: its memory.
 * @used: how much of it is written.
 * @size: how much there is.
 */
struct writer {
	void *start;
	size_t used;
	size_t size;
};

/* Begin a section. Return: where its @size zeroed bytes are, or NULL when there is no room. */
static void *section(struct writer *w, u32 type, u32 index, u64 va, size_t size)
{
	struct tyr_dump_section *s = w->start + w->used;

	size = ALIGN(size, 8);
	if (w->used + sizeof(*s) + size > w->size)
		return NULL;
	*s = (struct tyr_dump_section){ .type = type, .size = size, .index = index, .va = va };
	w->used += sizeof(*s) + size;
	return s + 1;
}

static void put(struct writer *w, u32 type, u32 index, u64 va, const void *data, size_t size)
{
	void *to = section(w, type, index, va, size);

	if (to)
		memcpy(to, data, size);
}

static void put_ring(struct writer *w, const struct tyr_dump_queue *words,
		     const struct tyr_queue *queue)
{
	u64 from = words->extract - min_t(u64, words->extract, RING_AROUND);
	u64 to = min(words->extract + RING_AROUND, words->insert);
	u64 *p;

	/* A position that cannot be: the firmware's word is not to be trusted. */
	if (from >= to || words->extract & 7)
		return;
	p = section(w, TYR_DUMP_RING, queue->index, from, to - from);
	for (u64 at = from; p && at < to; at += sizeof(u64))
		*p++ = *(u64 *)(queue->ring + (at & (queue->ring_size - 1)));
}

static void put_object(struct writer *w, u32 index, struct drm_gem_object *obj, u64 va, u64 offset,
		       u64 size)
{
	struct iosys_map map;
	void *to;

	if (drm_gem_is_imported(obj) || tyr_gem_vmap(obj, &map))
		return;
	to = map.is_iomem ? NULL : section(w, TYR_DUMP_STREAM, index, va, size);
	if (to)
		memcpy(to, map.vaddr + offset, size);
	tyr_gem_vunmap(obj, &map);
}

/* Instructions around @va, as far as they are in one object. */
static void put_stream(struct writer *w, struct tyr_vm *vm, u32 index, u64 va, u64 before,
		       u64 behind)
{
	struct tyr_bo *bo;
	u64 offset;

	if (va & 7 || va >= vm->user_size)
		return;
	bo = tyr_vm_find_bo(vm, va, &offset);
	if (IS_ERR(bo))
		return;
	before = min(before, offset);
	if (offset < bo->base.base.size) {
		behind = min_t(u64, behind, bo->base.base.size - offset);
		put_object(w, index, &bo->base.base, va - before, offset - before, before + behind);
	}
	drm_gem_object_put(&bo->base.base);
}

static void put_queue(struct writer *w, const struct tyr_dump *dump, u32 index)
{
	const struct tyr_dump_queue *words = &dump->queues[index];
	struct tyr_group *group = dump->group;
	/* Of a fatal fault this is where it was, of most kinds. */
	u64 ptr = words->status_cmd_ptr ?: words->fatal_info;

	put(w, TYR_DUMP_QUEUE, index, 0, words, sizeof(*words));
	put_ring(w, words, &group->queues[index]);
	if (!((dump->words.busy | dump->words.fatal) & BIT(index)))
		return;
	put_stream(w, group->vm, index, ptr, STREAM_AROUND, STREAM_AROUND);
	/* It may be in another stream, or the word be an old one. */
	if (words->job_size && (ptr < words->job_stream ||
				ptr >= words->job_stream + words->job_size))
		put_stream(w, group->vm, index, words->job_stream, 0,
			   min_t(u64, words->job_size, STREAM_AROUND));
}

static void put_walk(struct writer *w, struct tyr_vm *vm, u64 va)
{
	struct tyr_dump_step steps[TYR_PGTABLE_LEVELS] = {};
	struct tyr_pgtable_step walk[TYR_PGTABLE_LEVELS];
	u32 n;

	lockdep_assert_held(&vm->lock);
	n = tyr_pgtable_walk(vm->pgt, va, walk);
	for (u32 i = 0; i < n; i++)
		steps[i] = (struct tyr_dump_step){ walk[i].level, walk[i].index, walk[i].entry };
	put(w, TYR_DUMP_WALK, 0, va, steps, n * sizeof(*steps));
}

static void fill_mapping(struct tyr_dump_mapping *to, struct drm_gpuva *va)
{
	struct tyr_bo *bo = to_tyr_bo(va->gem.obj);

	to->va = va->va.addr;
	to->size = va->va.range;
	to->offset = va->gem.offset;
	to->flags = container_of(va, struct tyr_vma, base)->flags;
	mutex_lock(&bo->label_lock);
	if (bo->label)
		strscpy(to->label, bo->label);
	mutex_unlock(&bo->label_lock);
}

/* What is at an address, before it and behind it. */
static void put_mappings(struct writer *w, struct tyr_vm *vm, u64 address)
{
	struct drm_gpuva *va, *before = NULL, *at = NULL, *behind = NULL;
	struct tyr_dump_mapping found[3] = {};
	u32 n = 0;

	lockdep_assert_held(&vm->lock);
	drm_gpuvm_for_each_va(va, &vm->base) {
		if (va->va.addr + va->va.range <= address) {
			before = va;
		} else if (va->va.addr <= address) {
			at = va;
		} else {
			behind = va;
			break;
		}
	}
	if (before)
		fill_mapping(&found[n++], before);
	if (at)
		fill_mapping(&found[n++], at);
	if (behind)
		fill_mapping(&found[n++], behind);
	put(w, TYR_DUMP_MAPPINGS, 0, address, found, n * sizeof(*found));
}

static void put_fault(struct writer *w, struct tyr_vm *vm, const struct tyr_vm_fault *fault)
{
	const struct tyr_dump_as as = {
		.as = fault->as,
		.faultstatus = fault->status,
		.faultaddress = fault->va,
		.transtab = fault->transtab,
		.memattr = fault->memattr,
		.transcfg = fault->transcfg,
	};

	put(w, TYR_DUMP_AS, fault->as, fault->va, &as, sizeof(as));
	mutex_lock(&vm->lock);
	put_walk(w, vm, fault->va);
	put_mappings(w, vm, fault->va);
	mutex_unlock(&vm->lock);
}

static size_t most(const struct tyr_dump *dump)
{
	const size_t queue = sizeof(struct tyr_dump_queue) + 2 * RING_AROUND + 3 * STREAM_AROUND +
			     4 * sizeof(struct tyr_dump_section);

	return SZ_4K + dump->words.queue_count * queue;
}

/**
 * tyr_dump_write() - complete a dump and hand it to the kernel.
 * @dump: what was seen when it happened.
 *
 * Context: process; takes reservation locks.
 */
void tyr_dump_write(struct tyr_dump *dump)
{
	struct tyr_device *tdev = dump->group->tdev;
	struct writer w = { .used = sizeof(struct tyr_dump_header), .size = most(dump) };
	struct tyr_dump_header *header;
	struct tyr_vm_fault fault;
	bool faulted;

	w.start = vzalloc(w.size);
	if (!w.start)
		return;
	tyr_mmu_last_fault(dump->group->vm, &fault);
	faulted = fault.happened && time_in_range(fault.when, dump->when - SAME_TIME,
						  dump->when + SAME_TIME);
	if (faulted)
		dump->info.reason = TYR_DUMP_PAGE_FAULT;
	put(&w, TYR_DUMP_INFO, 0, 0, &dump->info, sizeof(dump->info));
	put(&w, TYR_DUMP_GROUP, 0, 0, &dump->words, sizeof(dump->words));
	if (faulted)
		put_fault(&w, dump->group->vm, &fault);
	for (u32 i = 0; i < dump->words.queue_count; i++)
		put_queue(&w, dump, i);
	header = w.start;
	memcpy(header->magic, TYR_DUMP_MAGIC, sizeof(header->magic));
	header->version = TYR_DUMP_VERSION;
	header->size = w.used;
	tyr_count(tdev, TYR_COUNT_DUMPS);
	/* The memory is the kernel's now; when it has a dump already it frees ours. */
	dev_coredumpv(tdev->base.dev, w.start, w.used, GFP_KERNEL);
}
