// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ioctls about tiler heaps. A heap's handle is its VM's in the upper half, its id in the lower.
 */
#include <linux/err.h>

#include <drm/drm_drv.h>

#include "device.h"
#include "heap.h"
#include "vm.h"

/* The VM may go at any time; its heaps know. */
static struct tyr_heap_pool *get_pool(struct drm_file *file, u32 vm_handle, bool create)
{
	struct tyr_vm *vm = tyr_vm_lookup(file->driver_priv, vm_handle);
	struct tyr_heap_pool *pool;

	if (!vm)
		return ERR_PTR(-EINVAL);
	pool = tyr_heap_pool_get(vm, create);
	tyr_vm_put(vm);
	return pool;
}

static int create(struct drm_file *file, struct drm_panthor_tiler_heap_create *args)
{
	struct tyr_heap_pool *pool = get_pool(file, args->vm_id, true);
	int ret;

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	ret = tyr_heap_create(pool, args);
	tyr_heap_pool_put(pool);
	return ret;
}

/**
 * tyr_ioctl_tiler_heap_create() - TILER_HEAP_CREATE.
 * @dev: the device.
 * @data: struct drm_panthor_tiler_heap_create.
 * @file: the file.
 *
 * Return: 0, -EINVAL when there is no such VM, -ENODEV, or what tyr_heap_create() returns.
 */
int tyr_ioctl_tiler_heap_create(struct drm_device *dev, void *data, struct drm_file *file)
{
	int cookie, ret;

	if (!drm_dev_enter(dev, &cookie))
		return -ENODEV;
	ret = create(file, data);
	drm_dev_exit(cookie);
	return ret;
}

/**
 * tyr_ioctl_tiler_heap_destroy() - TILER_HEAP_DESTROY.
 * @dev: the device.
 * @data: struct drm_panthor_tiler_heap_destroy.
 * @file: the file.
 *
 * Return: 0, -ENOENT when the VM never had a heap, or -EINVAL when there is no such VM or heap.
 */
int tyr_ioctl_tiler_heap_destroy(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_tiler_heap_destroy *args = data;
	struct tyr_heap_pool *pool;
	int ret;

	if (args->pad)
		return -EINVAL;
	pool = get_pool(file, args->handle >> 16, false);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	ret = tyr_heap_destroy(pool, args->handle & GENMASK(15, 0));
	tyr_heap_pool_put(pool);
	return ret;
}
