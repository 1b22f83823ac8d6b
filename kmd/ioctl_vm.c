// SPDX-License-Identifier: GPL-2.0-or-later
/* The ioctls about VMs as objects. */
#include <drm/drm_drv.h>

#include "device.h"
#include "vm.h"

/* VMs of a file, as Panthor has it. Handles are below 2^16: a heap's handle has its VM's in it. */
#define VMS_PER_FILE 32

static int create_with_handle(struct tyr_file *tfile, struct drm_panthor_vm_create *args)
{
	struct tyr_vm *vm = tyr_vm_create_user(tfile->tdev, args);
	int ret;

	if (IS_ERR(vm))
		return PTR_ERR(vm);
	ret = xa_alloc(&tfile->vms, &args->id, vm, XA_LIMIT(1, VMS_PER_FILE), GFP_KERNEL);
	/* From here on another thread can destroy it. */
	if (ret)
		tyr_vm_put(vm);
	return ret;
}

/**
 * tyr_ioctl_vm_create() - VM_CREATE.
 * @dev: the device.
 * @data: struct drm_panthor_vm_create.
 * @file: the file.
 *
 * Return: 0, -EBUSY when the file has its VMs, -ENODEV, or what tyr_vm_create_user() returns.
 */
int tyr_ioctl_vm_create(struct drm_device *dev, void *data, struct drm_file *file)
{
	int cookie, ret;

	if (!drm_dev_enter(dev, &cookie))
		return -ENODEV;
	ret = create_with_handle(file->driver_priv, data);
	drm_dev_exit(cookie);
	return ret;
}

/**
 * tyr_ioctl_vm_destroy() - VM_DESTROY.
 * @dev: the device.
 * @data: struct drm_panthor_vm_destroy.
 * @file: the file.
 *
 * Return: 0, or -EINVAL.
 */
int tyr_ioctl_vm_destroy(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_vm_destroy *args = data;
	struct tyr_file *tfile = file->driver_priv;
	struct tyr_vm *vm;

	if (args->pad)
		return -EINVAL;
	vm = xa_erase(&tfile->vms, args->id);
	if (!vm)
		return -EINVAL;
	tyr_vm_destroy(vm);
	return 0;
}

/**
 * tyr_ioctl_vm_get_state() - VM_GET_STATE.
 * @dev: the device.
 * @data: struct drm_panthor_vm_get_state.
 * @file: the file.
 *
 * Return: 0, or -EINVAL.
 */
int tyr_ioctl_vm_get_state(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_vm_get_state *args = data;
	struct tyr_vm *vm = tyr_vm_lookup(file->driver_priv, args->vm_id);

	if (!vm)
		return -EINVAL;
	args->state = READ_ONCE(vm->unusable) ? DRM_PANTHOR_VM_STATE_UNUSABLE :
						DRM_PANTHOR_VM_STATE_USABLE;
	tyr_vm_put(vm);
	return 0;
}

/**
 * tyr_vm_close_all() - destroy the VMs of a file that is closed.
 * @tfile: the file, whose groups are gone.
 */
void tyr_vm_close_all(struct tyr_file *tfile)
{
	struct tyr_vm *vm;
	unsigned long handle;

	xa_for_each(&tfile->vms, handle, vm)
		tyr_vm_destroy(vm);
	xa_destroy(&tfile->vms);
}
