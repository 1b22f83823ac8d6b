// SPDX-License-Identifier: GPL-2.0-or-later
/* The ioctls about buffer objects. */
#include <linux/dma-mapping.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>

#include "device.h"
#include "gem.h"
#include "user.h"
#include "vm.h"

#define BO_FLAGS (DRM_PANTHOR_BO_NO_MMAP | DRM_PANTHOR_BO_WB_MMAP)

/* The longest label, its NUL included (panthor_drm.h). */
#define LABEL_MAX 4096

/* BO_SYNC's operations that need no allocation. */
#define SYNC_INLINE 4

static int create_with_handle(struct drm_device *dev, struct drm_panthor_bo_create *args,
			      struct drm_file *file, struct tyr_vm *vm)
{
	struct tyr_bo *bo = tyr_bo_create(dev, args->size, args->flags, vm);
	int ret;

	if (IS_ERR(bo))
		return PTR_ERR(bo);
	ret = drm_gem_handle_create(file, &bo->base.base, &args->handle);
	if (!ret)
		args->size = bo->base.base.size;
	drm_gem_object_put(&bo->base.base);
	return ret;
}

/**
 * tyr_ioctl_bo_create() - BO_CREATE.
 * @dev: the device.
 * @data: struct drm_panthor_bo_create.
 * @file: the file.
 *
 * Return: 0, -EINVAL for sizes, flags and VMs that there are not, -ENOMEM, or -ENODEV.
 */
int tyr_ioctl_bo_create(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_bo_create *args = data;
	struct tyr_vm *vm = NULL;
	int cookie, ret;

	if (!args->size || args->pad || args->flags & ~BO_FLAGS || args->flags == BO_FLAGS)
		return -EINVAL;
	if (!drm_dev_enter(dev, &cookie))
		return -ENODEV;
	if (args->exclusive_vm_id)
		vm = tyr_vm_lookup(file->driver_priv, args->exclusive_vm_id);
	if (vm || !args->exclusive_vm_id)
		ret = create_with_handle(dev, args, file, vm);
	else
		ret = -EINVAL;
	tyr_vm_put(vm);
	drm_dev_exit(cookie);
	return ret;
}

/**
 * tyr_ioctl_bo_mmap_offset() - BO_MMAP_OFFSET.
 * @dev: the device.
 * @data: struct drm_panthor_bo_mmap_offset.
 * @file: the file.
 *
 * Return: 0, -EINVAL, -ENOENT for a handle that is none, -EPERM for an object not to be mapped, or
 * -ENOMEM.
 */
int tyr_ioctl_bo_mmap_offset(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_bo_mmap_offset *args = data;
	struct drm_gem_object *obj;
	int ret = -EPERM;

	if (args->pad)
		return -EINVAL;
	obj = drm_gem_object_lookup(file, args->handle);
	if (!obj)
		return -ENOENT;
	if (!(to_tyr_bo(obj)->flags & DRM_PANTHOR_BO_NO_MMAP))
		ret = drm_gem_create_mmap_offset(obj);
	if (!ret)
		args->offset = drm_vma_node_offset_addr(&obj->vma_node);
	drm_gem_object_put(obj);
	return ret;
}

static const char *read_label(u64 user_label)
{
	char *label;

	if (!user_label)
		return NULL;
	label = strndup_user(u64_to_user_ptr(user_label), LABEL_MAX);
	return label == ERR_PTR(-EINVAL) ? ERR_PTR(-E2BIG) : label;
}

/**
 * tyr_ioctl_bo_set_label() - BO_SET_LABEL.
 * @dev: the device.
 * @data: struct drm_panthor_bo_set_label.
 * @file: the file.
 *
 * Return: 0, -EINVAL, -ENOENT for a handle that is none, -E2BIG for a label that is too long,
 * -EFAULT, or -ENOMEM.
 */
int tyr_ioctl_bo_set_label(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_bo_set_label *args = data;
	struct drm_gem_object *obj;
	const char *label;

	if (args->pad)
		return -EINVAL;
	obj = drm_gem_object_lookup(file, args->handle);
	if (!obj)
		return -ENOENT;
	label = read_label(args->label);
	if (!IS_ERR(label))
		tyr_bo_set_label(to_tyr_bo(obj), label);
	drm_gem_object_put(obj);
	return PTR_ERR_OR_ZERO(label);
}

static int sync_bo(struct tyr_bo *bo, const struct drm_panthor_bo_sync_op *op)
{
	struct drm_gem_object *obj = &bo->base.base;
	u64 end;

	if (check_add_overflow(op->offset, op->size, &end) || end > obj->size)
		return -EINVAL;
	/* The caches of an imported object are its exporter's: DMA_BUF_IOCTL_SYNC. */
	if (drm_gem_is_imported(obj) ||
	    op->type > DRM_PANTHOR_BO_SYNC_CPU_CACHE_FLUSH_AND_INVALIDATE)
		return -EINVAL;
	/* Nobody can have touched what is not mapped through the caches, or is not there. */
	if (bo->base.map_wc || !op->size || !READ_ONCE(bo->base.pages))
		return 0;
	return tyr_bo_flush(bo, op->offset, op->size,
			    op->type == DRM_PANTHOR_BO_SYNC_CPU_CACHE_FLUSH_AND_INVALIDATE);
}

static int sync_op(struct drm_file *file, const struct drm_panthor_bo_sync_op *op)
{
	struct drm_gem_object *obj = drm_gem_object_lookup(file, op->handle);
	int ret;

	if (!obj)
		return -ENOENT;
	ret = sync_bo(to_tyr_bo(obj), op);
	drm_gem_object_put(obj);
	return ret;
}

/**
 * tyr_ioctl_bo_sync() - BO_SYNC.
 * @dev: the device.
 * @data: struct drm_panthor_bo_sync.
 * @file: the file.
 *
 * Return: 0, -ENOENT for a handle that is none, -EINVAL for ranges and types that there are not and
 * for imported objects, or what tyr_user_get_array() returns. Operations before the one that fails
 * are done.
 */
int tyr_ioctl_bo_sync(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_bo_sync_op buf[SYNC_INLINE], *ops;
	struct drm_panthor_bo_sync *args = data;
	int ret = 0;

	ops = tyr_user_get_array(&args->ops, TYR_USER_MIN(struct drm_panthor_bo_sync_op, size),
				 sizeof(*ops), buf, sizeof(buf));
	if (IS_ERR_OR_NULL(ops))
		return PTR_ERR_OR_ZERO(ops);
	for (u32 i = 0; i < args->ops.count && !ret; i++)
		ret = sync_op(file, &ops[i]);
	tyr_user_put_array(ops, buf);
	return ret;
}

/**
 * tyr_ioctl_bo_query_info() - BO_QUERY_INFO.
 * @dev: the device.
 * @data: struct drm_panthor_bo_query_info.
 * @file: the file.
 *
 * Return: 0, or -ENOENT for a handle that is none.
 */
int tyr_ioctl_bo_query_info(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_bo_query_info *args = data;
	struct drm_gem_object *obj = drm_gem_object_lookup(file, args->handle);

	if (!obj)
		return -ENOENT;
	args->create_flags = to_tyr_bo(obj)->flags;
	args->extra_flags = drm_gem_is_imported(obj) ? DRM_PANTHOR_BO_IS_IMPORTED : 0;
	args->pad = 0;
	drm_gem_object_put(obj);
	return 0;
}
