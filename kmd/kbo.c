// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel buffers. */
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/iosys-map.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <drm/drm_print.h>

#include "device.h"
#include "gem.h"
#include "kbo.h"
#include "vm.h"
#include "vm_op.h"

/* A name helps who looks for memory; without memory for it there is none. */
static void set_name(struct tyr_bo *bo, const char *name)
{
	bo->kernel = true;
	tyr_bo_set_label(bo, kasprintf(GFP_KERNEL, "kernel: %s", name));
}

/* Addresses and a mapping for the buffer's object. */
static int place(struct tyr_kbo *kbo, u64 va, u32 map_flags)
{
	int ret = tyr_vm_va_alloc(kbo->vm, va, kbo->size, &kbo->node);

	if (ret)
		return ret;
	kbo->va = kbo->node.start;
	ret = tyr_vm_map(kbo->vm, to_tyr_bo(kbo->obj), 0, kbo->size, kbo->va, map_flags);
	if (ret)
		tyr_vm_va_free(kbo->vm, &kbo->node);
	return ret;
}

/**
 * tyr_kbo_create() - make a kernel buffer, zeroed.
 * @tdev: the device.
 * @vm: where it is mapped.
 * @size: its size, which is rounded up to the GPU's pages.
 * @map_flags: DRM_PANTHOR_VM_BIND_OP_MAP_*.
 * @va: its GPU address, or TYR_KBO_ANY_VA.
 * @name: what it is for.
 *
 * Return: the buffer, -ENOMEM, -ENOSPC when the address is taken or there is none left, -EINVAL
 * when the VM takes no mappings any more, or -ETIMEDOUT when the MMU does not answer; errors as
 * ERR_PTR().
 */
struct tyr_kbo *tyr_kbo_create(struct tyr_device *tdev, struct tyr_vm *vm, size_t size,
			       u32 map_flags, u64 va, const char *name)
{
	struct tyr_kbo *kbo = kzalloc(sizeof(*kbo), GFP_KERNEL);
	struct tyr_bo *bo;
	int ret;

	if (!kbo)
		return ERR_PTR(-ENOMEM);
	bo = tyr_bo_create(&tdev->base, size, DRM_PANTHOR_BO_NO_MMAP, vm);
	if (IS_ERR(bo)) {
		kfree(kbo);
		return ERR_CAST(bo);
	}
	set_name(bo, name);
	kbo->obj = &bo->base.base;
	/* Not the CPU's pages: addresses behind it may be meant for another. */
	kbo->size = ALIGN(size, SZ_4K);
	kbo->vm = tyr_vm_get(vm);
	ret = place(kbo, va, map_flags);
	if (ret) {
		drm_gem_object_put(kbo->obj);
		tyr_vm_put(vm);
		kfree(kbo);
		return ERR_PTR(ret);
	}
	return kbo;
}

/**
 * tyr_kbo_create_mapped() - tyr_kbo_create() and tyr_kbo_map().
 * @tdev: the device.
 * @vm: where it is mapped.
 * @size: its size.
 * @map_flags: DRM_PANTHOR_VM_BIND_OP_MAP_*.
 * @va: its GPU address, or TYR_KBO_ANY_VA.
 * @name: what it is for.
 *
 * Return: as tyr_kbo_create().
 */
struct tyr_kbo *tyr_kbo_create_mapped(struct tyr_device *tdev, struct tyr_vm *vm, size_t size,
				      u32 map_flags, u64 va, const char *name)
{
	struct tyr_kbo *kbo = tyr_kbo_create(tdev, vm, size, map_flags, va, name);
	int ret;

	if (IS_ERR(kbo))
		return kbo;
	ret = tyr_kbo_map(kbo);
	if (ret) {
		tyr_kbo_destroy(kbo);
		return ERR_PTR(ret);
	}
	return kbo;
}

/**
 * tyr_kbo_map() - map a buffer for the CPU.
 * @kbo: the buffer.
 *
 * Return: 0, or -ENOMEM.
 */
int tyr_kbo_map(struct tyr_kbo *kbo)
{
	struct iosys_map map;
	int ret;

	if (kbo->kmap)
		return 0;
	dma_resv_lock(kbo->obj->resv, NULL);
	ret = kbo->obj->funcs->vmap(kbo->obj, &map);
	dma_resv_unlock(kbo->obj->resv);
	if (!ret)
		kbo->kmap = map.vaddr;
	return ret;
}

/**
 * tyr_kbo_unmap() - undo tyr_kbo_map().
 * @kbo: the buffer.
 */
void tyr_kbo_unmap(struct tyr_kbo *kbo)
{
	struct iosys_map map = IOSYS_MAP_INIT_VADDR(kbo->kmap);

	if (!kbo->kmap)
		return;
	dma_resv_lock(kbo->obj->resv, NULL);
	kbo->obj->funcs->vunmap(kbo->obj, &map);
	dma_resv_unlock(kbo->obj->resv);
	kbo->kmap = NULL;
}

/**
 * tyr_kbo_flush_for_device() - what the CPU wrote to a buffer is in memory when this returns.
 * @kbo: the buffer.
 */
void tyr_kbo_flush_for_device(struct tyr_kbo *kbo)
{
	struct tyr_bo *bo = to_tyr_bo(kbo->obj);

	/* The CPU's mapping goes around the caches, but not around its write buffers. */
	wmb();
	if (bo->sgt)
		dma_sync_sgtable_for_device(kbo->obj->dev->dev, bo->sgt, DMA_TO_DEVICE);
}

/**
 * tyr_kbo_destroy() - undo tyr_kbo_create() or tyr_kbo_create_mapped().
 * @kbo: the buffer; NULL and ERR_PTR() are none.
 *
 * Context: process, not in the signalling path of fences.
 */
void tyr_kbo_destroy(struct tyr_kbo *kbo)
{
	int ret;

	if (IS_ERR_OR_NULL(kbo))
		return;
	tyr_kbo_unmap(kbo);
	/*
	 * If the MMU does not answer it stays mapped, and the mapping keeps the memory, until its
	 * place is used again or the VM is destroyed.
	 */
	ret = tyr_vm_unmap(kbo->vm, kbo->va, kbo->size);
	drm_WARN_ON(&kbo->vm->tdev->base, ret && ret != -ETIMEDOUT);
	tyr_vm_va_free(kbo->vm, &kbo->node);
	drm_gem_object_put(kbo->obj);
	tyr_vm_put(kbo->vm);
	kfree(kbo);
}
