// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Buffer objects.
 *
 * New pages are zeroed through the CPU's caches. Where the GPU does not snoop these, the zeros must
 * have reached memory before the GPU or an uncached mapping of the CPU looks: mapping the pages for
 * DMA sees to it, so tyr_bo_pages() comes before each of these. What it maps stays mapped until the
 * object goes.
 */
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <drm/drm_print.h>

#include "compat.h"
#include "device.h"
#include "gem.h"
#include "params.h"
#include "vm.h"

/* The shmem helper frees the object by its own pointer. */
static_assert(offsetof(struct tyr_bo, base.base) == 0);

static void gem_free(struct drm_gem_object *obj)
{
	struct tyr_bo *bo = to_tyr_bo(obj);
	struct drm_gem_object *root = bo->exclusive_root;

	tyr_census_remove_bo(bo);
	kfree(bo->label);
	mutex_destroy(&bo->label_lock);
	drm_gem_shmem_free(&bo->base);
	/* Only now: the object's reservation object was the root's. */
	drm_gem_object_put(root);
}

static int gem_mmap(struct drm_gem_object *obj, struct vm_area_struct *vma)
{
	struct tyr_bo *bo = to_tyr_bo(obj);
	struct sg_table *sgt;

	if (bo->flags & DRM_PANTHOR_BO_NO_MMAP)
		return -EINVAL;
	if (bo->base.map_wc && !drm_gem_is_imported(obj)) {
		sgt = tyr_bo_pages(bo);
		if (IS_ERR(sgt))
			return PTR_ERR(sgt);
	}
	return drm_gem_shmem_object_mmap(obj, vma);
}

static enum drm_gem_object_status gem_status(struct drm_gem_object *obj)
{
	struct tyr_bo *bo = to_tyr_bo(obj);

	return drm_gem_is_imported(obj) || READ_ONCE(bo->base.pages) ?
	       DRM_GEM_OBJECT_RESIDENT : 0;
}

static const struct drm_gem_object_funcs gem_funcs = {
	.free = gem_free,
	.print_info = drm_gem_shmem_object_print_info,
	.export = tyr_gem_prime_export,
	.pin = drm_gem_shmem_object_pin,
	.unpin = drm_gem_shmem_object_unpin,
	.get_sg_table = drm_gem_shmem_object_get_sg_table,
	.vmap = drm_gem_shmem_object_vmap,
	.vunmap = drm_gem_shmem_object_vunmap,
	.mmap = gem_mmap,
	.status = gem_status,
	.vm_ops = &drm_gem_shmem_vm_ops,
};

/**
 * tyr_gem_init() - prepare for objects in 2 MiB pages, before the first object is made.
 * @tdev: the device.
 */
void tyr_gem_init(struct tyr_device *tdev)
{
	int ret = tyr_huge_pages ? tyr_compat_huge_init(&tdev->base) : 0;

	if (ret)
		drm_info(&tdev->base, "no 2 MiB pages (%d)\n", ret);
}

/**
 * tyr_gem_create_object() - the memory of an object, for the shmem helper.
 * @dev: the device.
 * @size: the object's size, which is no matter.
 *
 * Return: the object, or ERR_PTR(-ENOMEM).
 */
struct drm_gem_object *tyr_gem_create_object(struct drm_device *dev, size_t size)
{
	struct tyr_bo *bo = kzalloc(sizeof(*bo), GFP_KERNEL);

	if (!bo)
		return ERR_PTR(-ENOMEM);
	mutex_init(&bo->label_lock);
	INIT_LIST_HEAD(&bo->census_node);
	bo->base.base.funcs = &gem_funcs;
	return &bo->base.base;
}

/**
 * tyr_bo_create() - make an object.
 * @dev: the device.
 * @size: its size, which is rounded up to pages.
 * @flags: DRM_PANTHOR_BO_*.
 * @exclusive: the only VM that may map it, or NULL.
 *
 * Return: the object, -EINVAL for a size that no object has, or -ENOMEM; errors as ERR_PTR().
 */
struct tyr_bo *tyr_bo_create(struct drm_device *dev, size_t size, u32 flags,
			     struct tyr_vm *exclusive)
{
	struct drm_gem_shmem_object *shmem;
	struct tyr_bo *bo;

	/* Zero, or so large that rounding up makes it so. */
	if (!PAGE_ALIGN(size))
		return ERR_PTR(-EINVAL);
	shmem = drm_gem_shmem_create(dev, size);
	if (IS_ERR(shmem))
		return ERR_CAST(shmem);
	bo = to_tyr_bo(&shmem->base);
	bo->flags = flags;
	shmem->map_wc = !to_tyr_device(dev)->coherent && !(flags & DRM_PANTHOR_BO_WB_MMAP);
	tyr_compat_huge_back(&shmem->base);
	if (exclusive) {
		bo->exclusive_root = tyr_vm_root(exclusive);
		drm_gem_object_get(bo->exclusive_root);
		shmem->base.resv = bo->exclusive_root->resv;
	}
	tyr_census_add_bo(bo);
	return bo;
}

/**
 * tyr_bo_set_label() - name an object.
 * @bo: the object.
 * @label: the name, kmalloc'ed, which is the object's from now on; NULL: none.
 */
void tyr_bo_set_label(struct tyr_bo *bo, const char *label)
{
	mutex_lock(&bo->label_lock);
	swap(bo->label, label);
	mutex_unlock(&bo->label_lock);
	kfree(label);
}

/*
 * The shmem helper's lock can be interrupted, which neither mmap() nor a kernel thread can cope
 * with.
 */
static struct sg_table *map_pages(struct tyr_bo *bo)
{
	struct dma_resv *resv = bo->base.base.resv;
	struct sg_table *sgt;

	for (;;) {
		sgt = drm_gem_shmem_get_pages_sgt(&bo->base);
		if (sgt != ERR_PTR(-EINTR))
			return sgt;
		dma_resv_lock(resv, NULL);
		dma_resv_unlock(resv);
	}
}

/**
 * tyr_bo_pages() - an object's pages as the GPU sees them; they are allocated if need be.
 * @bo: the object.
 *
 * Context: process; takes the object's reservation lock.
 *
 * Return: the pages, which stay until the object goes; -ENOMEM, or what mapping them for DMA
 * returns; errors as ERR_PTR().
 */
struct sg_table *tyr_bo_pages(struct tyr_bo *bo)
{
	/* Pairs with the release below: what the pointer points to is there as well. */
	struct sg_table *sgt = smp_load_acquire(&bo->sgt);

	if (likely(sgt))
		return sgt;
	if (drm_gem_is_imported(&bo->base.base))
		sgt = bo->base.sgt;
	else if (bo->base.base.size >> PAGE_SHIFT > totalram_pages())
		sgt = ERR_PTR(-ENOMEM);
	else
		sgt = map_pages(bo);
	if (IS_ERR(sgt))
		return sgt;
	/* Whoever sees the pointer without the lock must see what it points to. */
	smp_store_release(&bo->sgt, sgt);
	return sgt;
}

static void sync_range(struct device *dev, dma_addr_t addr, size_t size, bool invalidate)
{
	/* The DMA API has no call for both; these two are what they do on arm64. */
	dma_sync_single_for_device(dev, addr, size, DMA_TO_DEVICE);
	if (invalidate)
		dma_sync_single_for_cpu(dev, addr, size, DMA_FROM_DEVICE);
}

/**
 * tyr_bo_flush() - write back what the CPU's caches have of a part of an object.
 * @bo: the object, not an imported one.
 * @offset: where the part begins; it is within the object.
 * @size: how large it is.
 * @invalidate: and forget it.
 *
 * Return: 0, or what tyr_bo_pages() returns.
 */
int tyr_bo_flush(struct tyr_bo *bo, u64 offset, u64 size, bool invalidate)
{
	struct sg_table *sgt = tyr_bo_pages(bo);
	struct device *dev = bo->base.base.dev->dev;
	struct scatterlist *sg;
	unsigned int i;

	if (IS_ERR(sgt))
		return PTR_ERR(sgt);
	for_each_sgtable_dma_sg(sgt, sg, i) {
		u64 len = sg_dma_len(sg), part;

		if (!size)
			break;
		if (offset >= len) {
			offset -= len;
			continue;
		}
		part = min(len - offset, size);
		sync_range(dev, sg_dma_address(sg) + offset, part, invalidate);
		size -= part;
		offset = 0;
	}
	return 0;
}

static int read_imported(struct tyr_bo *bo, u64 offset, bool wide, u64 *value)
{
	struct iosys_map map;
	int ret = tyr_gem_vmap(&bo->base.base, &map);

	if (ret)
		return ret;
	*value = wide ? iosys_map_rd(&map, offset, u64) : iosys_map_rd(&map, offset, u32);
	tyr_gem_vunmap(&bo->base.base, &map);
	return 0;
}

/**
 * tyr_bo_read() - read a word that the GPU may write.
 * @bo: an object that is or was mapped in a VM, so that it has its memory.
 * @offset: where the word is.
 * @wide: it has 64 bits, else 32.
 * @value: the word.
 *
 * Context: process. Allocates nothing and takes no lock, but for imported objects, whose exporter
 * has to map them.
 *
 * Return: 0, -EINVAL when the word is not aligned or not in the object, or what the exporter says.
 */
int tyr_bo_read(struct tyr_bo *bo, u64 offset, bool wide, u64 *value)
{
	u64 size = wide ? sizeof(u64) : sizeof(u32);
	const void *page;
	int ret;

	if (offset & (size - 1) || offset >= bo->base.base.size)
		return -EINVAL;
	if (drm_gem_is_imported(&bo->base.base))
		return read_imported(bo, offset, wide, value);
	if (!to_tyr_device(bo->base.base.dev)->coherent) {
		ret = tyr_bo_flush(bo, offset, size, true);
		if (ret)
			return ret;
	}
	page = kmap_local_page(bo->base.pages[offset >> PAGE_SHIFT]);
	if (wide)
		*value = READ_ONCE(*(const u64 *)(page + offset_in_page(offset)));
	else
		*value = READ_ONCE(*(const u32 *)(page + offset_in_page(offset)));
	kunmap_local(page);
	return 0;
}
