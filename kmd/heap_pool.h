/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the tiler heaps share: the heaps of a VM. */
#ifndef TYR_HEAP_POOL_H
#define TYR_HEAP_POOL_H

#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/xarray.h>

struct tyr_device;
struct tyr_heap;
struct tyr_kbo;
struct tyr_vm;

#define TYR_HEAPS_PER_VM 128

/**
 * struct tyr_heap_pool - the heaps of a VM
 * @ref: references; the VM has one.
 * @tdev: the device.
 * @vm: the VM, without a reference; NULL once the pool was destroyed.
 * @heaps: heaps by id.
 * @contexts: their contexts.
 * @stride: from one context to the next.
 */
struct tyr_heap_pool {
	struct kref ref;
	struct tyr_device *tdev;
	/** @lock: protects what follows; memory is allocated under it. */
	struct mutex lock;
	struct tyr_vm *vm;
	struct xarray heaps;
	struct tyr_kbo *contexts;
	u32 stride;
};

void tyr_heap_free(struct tyr_heap_pool *pool, struct tyr_heap *heap);

#endif
