/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between the kernels that the driver builds for (6.12 to 7.3), so that no other file
 * asks for a version.
 */
#ifndef TYR_COMPAT_H
#define TYR_COMPAT_H

#include <linux/dma-fence.h>
#include <linux/version.h>

/* Between these two much of the DRM core changed; kernels between 6.12 and 7.3 were not tried. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define TYR_OLD_DRM 1
#endif

/*
 * Newer kernels let go of a fence's driver once the fence is signalled (dma_fence_signal()); older
 * ones call the driver of any fence, for as long as somebody has it.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 1, 0)
#define TYR_FENCES_NEED_MODULE 1
#endif

/* Memory. */
#include <drm/drm_gem.h>
#include <drm/drm_gpuvm.h>

/* Newer kernels pack the arguments of drm_gpuvm_sm_map() into a struct. */
static inline int tyr_compat_sm_map(struct drm_gpuvm *gpuvm, void *priv, u64 va, u64 size,
				    struct drm_gem_object *obj, u64 offset)
{
#ifdef TYR_OLD_DRM
	return drm_gpuvm_sm_map(gpuvm, priv, va, size, obj, offset);
#else
	const struct drm_gpuvm_map_req req = {
		.map.va.addr = va,
		.map.va.range = size,
		.map.gem.obj = obj,
		.map.gem.offset = offset,
	};

	return drm_gpuvm_sm_map(gpuvm, priv, &req);
#endif
}

/* The DRM core of newer kernels puts objects into 2 MiB pages; else compat_huge.c does. */
#ifdef TYR_OLD_DRM
int tyr_compat_huge_init(struct drm_device *dev);
void tyr_compat_huge_back(struct drm_gem_object *obj);
#else
static inline int tyr_compat_huge_init(struct drm_device *dev)
{
	return drm_gem_huge_mnt_create(dev, "within_size");
}

static inline void tyr_compat_huge_back(struct drm_gem_object *obj)
{
}
#endif
/* End of memory. */

/* Driver. */
#ifdef TYR_OLD_DRM
#define TYR_DRIVER_GEM_GPUVA DRIVER_GEM_GPUVA
#define TYR_FOPS_UNMAPPED_AREA
#define tyr_gem_vmap drm_gem_vmap_unlocked
#define tyr_gem_vunmap drm_gem_vunmap_unlocked
#else
#define TYR_DRIVER_GEM_GPUVA 0
#define TYR_FOPS_UNMAPPED_AREA .get_unmapped_area = drm_gem_get_unmapped_area,
#define tyr_gem_vmap drm_gem_vmap
#define tyr_gem_vunmap drm_gem_vunmap
#endif
/* End of driver. */

#endif
