// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Buffer objects as dma-bufs, out and in.
 *
 * The DRM core's operations, and two of our own: what the CPU does through a cached mapping of a
 * dma-buf must be made visible to the GPU, and the other way round, when user space says that it
 * begins and ends (DMA_BUF_IOCTL_SYNC).
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/fs.h>

#include <drm/drm_drv.h>
#include <drm/drm_prime.h>

#include "census.h"
#include "gem.h"

/* Whether the CPU's caches matter: nobody maps a write-combined object through them. */
static struct sg_table *cached_pages(struct dma_buf *buf)
{
	struct tyr_bo *bo = to_tyr_bo(buf->priv);

	if (bo->base.map_wc)
		return NULL;
	/* Pairs with tyr_bo_pages(). */
	return smp_load_acquire(&bo->sgt);
}

static int begin_cpu_access(struct dma_buf *buf, enum dma_data_direction dir)
{
	struct drm_gem_object *obj = buf->priv;
	struct sg_table *sgt = cached_pages(buf);

	if (sgt)
		dma_sync_sgtable_for_cpu(obj->dev->dev, sgt, dir);
	return 0;
}

static int end_cpu_access(struct dma_buf *buf, enum dma_data_direction dir)
{
	struct drm_gem_object *obj = buf->priv;
	struct sg_table *sgt = cached_pages(buf);

	if (sgt)
		dma_sync_sgtable_for_device(obj->dev->dev, sgt, dir);
	return 0;
}

static const struct dma_buf_ops buf_ops = {
	.attach = drm_gem_map_attach,
	.detach = drm_gem_map_detach,
	.map_dma_buf = drm_gem_map_dma_buf,
	.unmap_dma_buf = drm_gem_unmap_dma_buf,
	.release = drm_gem_dmabuf_release,
	.mmap = drm_gem_dmabuf_mmap,
	.vmap = drm_gem_dmabuf_vmap,
	.vunmap = drm_gem_dmabuf_vunmap,
	.begin_cpu_access = begin_cpu_access,
	.end_cpu_access = end_cpu_access,
};

/**
 * tyr_gem_prime_export() - make a dma-buf of an object.
 * @obj: the object.
 * @flags: O_CLOEXEC and the mode of the file.
 *
 * Return: the dma-buf, -EINVAL for an object that is exclusive to a VM, or -ENOMEM; errors as
 * ERR_PTR().
 */
struct dma_buf *tyr_gem_prime_export(struct drm_gem_object *obj, int flags)
{
	struct tyr_bo *bo = to_tyr_bo(obj);
	struct dma_buf_export_info info = {
		.exp_name = KBUILD_MODNAME,
		.owner = obj->dev->driver->fops->owner,
		.ops = &buf_ops,
		.size = obj->size,
		.flags = flags,
		.priv = obj,
		.resv = obj->resv,
	};
	struct sg_table *sgt;

	if (bo->exclusive_root)
		return ERR_PTR(-EINVAL);
	/* Importers may map it uncached without asking us. */
	sgt = tyr_bo_pages(bo);
	if (IS_ERR(sgt))
		return ERR_CAST(sgt);
	return drm_gem_dmabuf_export(obj->dev, &info);
}

/**
 * tyr_gem_prime_import() - make an object of a dma-buf.
 * @dev: the device.
 * @buf: the dma-buf.
 *
 * Return: the object; one that came from this device is itself again. Errors as of
 * drm_gem_prime_import().
 */
struct drm_gem_object *tyr_gem_prime_import(struct drm_device *dev, struct dma_buf *buf)
{
	struct drm_gem_object *obj = buf->priv;

	if (buf->ops == &buf_ops && obj->dev == dev) {
		drm_gem_object_get(obj);
		return obj;
	}
	return drm_gem_prime_import(dev, buf);
}

/**
 * tyr_gem_prime_import_sg_table() - make an object of another driver's pages.
 * @dev: the device.
 * @attach: the device's attachment to the dma-buf.
 * @sgt: the pages.
 *
 * Return: the object, or ERR_PTR(-ENOMEM).
 */
struct drm_gem_object *tyr_gem_prime_import_sg_table(struct drm_device *dev,
						     struct dma_buf_attachment *attach,
						     struct sg_table *sgt)
{
	struct drm_gem_object *obj = drm_gem_shmem_prime_import_sg_table(dev, attach, sgt);

	if (!IS_ERR(obj))
		tyr_census_add_bo(to_tyr_bo(obj));
	return obj;
}
