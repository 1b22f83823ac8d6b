/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffer objects (BOs): shmem memory, exclusive to one VM or shared by PRIME. */
#ifndef TYR_GEM_H
#define TYR_GEM_H

#include <drm/drm_gem_shmem_helper.h>

struct dma_buf;
struct dma_buf_attachment;
struct sg_table;
struct tyr_device;
struct tyr_vm;

/**
 * struct tyr_bo - a buffer object
 * @base: the shmem object; first.
 * @sgt: its pages as the GPU sees them; NULL until tyr_bo_pages() was called, then it stays.
 * @flags: DRM_PANTHOR_BO_*, as created.
 * @exclusive_root: root object of the only VM that may map it, referenced; NULL: any VM, and PRIME.
 * @label: user space's name for it, NULL when none; kmalloc'ed.
 * @kernel: made by the driver itself (kbo.c).
 * @census_node: its place in the census.
 */
struct tyr_bo {
	struct drm_gem_shmem_object base;
	struct sg_table *sgt;
	u32 flags;
	struct drm_gem_object *exclusive_root;
	/** @label_lock: protects @label. */
	struct mutex label_lock;
	const char *label;
	bool kernel;
	struct list_head census_node;
};

static inline struct tyr_bo *to_tyr_bo(const struct drm_gem_object *obj)
{
	return container_of(to_drm_gem_shmem_obj(obj), struct tyr_bo, base);
}

void tyr_gem_init(struct tyr_device *tdev);

/* Hooks of the drm_driver; the latter two in prime.c. */
struct drm_gem_object *tyr_gem_create_object(struct drm_device *dev, size_t size);
struct drm_gem_object *tyr_gem_prime_import(struct drm_device *dev, struct dma_buf *buf);
struct drm_gem_object *tyr_gem_prime_import_sg_table(struct drm_device *dev,
						     struct dma_buf_attachment *attach,
						     struct sg_table *sgt);

/* Hook of the objects; prime.c. */
struct dma_buf *tyr_gem_prime_export(struct drm_gem_object *obj, int flags);

struct tyr_bo *tyr_bo_create(struct drm_device *dev, size_t size, u32 flags,
			     struct tyr_vm *exclusive);
void tyr_bo_set_label(struct tyr_bo *bo, const char *label);
struct sg_table *tyr_bo_pages(struct tyr_bo *bo);
int tyr_bo_flush(struct tyr_bo *bo, u64 offset, u64 size, bool invalidate);
int tyr_bo_read(struct tyr_bo *bo, u64 offset, bool wide, u64 *value);

/* Ioctls; ioctl_bo.c. */
int tyr_ioctl_bo_create(struct drm_device *dev, void *data, struct drm_file *file);
int tyr_ioctl_bo_mmap_offset(struct drm_device *dev, void *data, struct drm_file *file);
int tyr_ioctl_bo_set_label(struct drm_device *dev, void *data, struct drm_file *file);
int tyr_ioctl_bo_sync(struct drm_device *dev, void *data, struct drm_file *file);
int tyr_ioctl_bo_query_info(struct drm_device *dev, void *data, struct drm_file *file);

#endif
