// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tyr - a driver for Arm Mali GPUs with a Command Stream Frontend, for the panthor uAPI.
 *
 * The DRM driver is named "panthor", because that is the name by which user space knows the uAPI.
 */
#include <linux/compat.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_ioctl.h>

#include "bind.h"
#include "cleanup.h"
#include "device.h"
#include "fdinfo.h"
#include "gem.h"
#include "group.h"
#include "heap.h"
#include "ioctl.h"
#include "mmio.h"
#include "pm.h"
#include "vm.h"

static int open(struct drm_device *dev, struct drm_file *file)
{
	struct tyr_file *tfile = kzalloc(sizeof(*tfile), GFP_KERNEL);

	if (!tfile)
		return -ENOMEM;
	tfile->tdev = to_tyr_device(dev);
	xa_init_flags(&tfile->vms, XA_FLAGS_ALLOC1);
	xa_init_flags(&tfile->groups, XA_FLAGS_ALLOC1);
	tfile->mmio_offset = DRM_PANTHOR_USER_MMIO_OFFSET;
#ifdef CONFIG_COMPAT
	/* Offsets of a 32-bit mmap() do not reach the range of 64-bit processes. */
	if (in_compat_syscall())
		tfile->mmio_offset = DRM_PANTHOR_USER_MMIO_OFFSET_32BIT;
#endif
	file->driver_priv = tfile;
	return 0;
}

static void postclose(struct drm_device *dev, struct drm_file *file)
{
	struct tyr_file *tfile = file->driver_priv;

	/* Groups first: their streams must not see VMs go. */
	tyr_group_close_all(tfile);
	tyr_vm_close_all(tfile);
	kfree(tfile);
}

static int mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct drm_file *file = filp->private_data;
	struct tyr_file *tfile = file->driver_priv;
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	u64 mmio = READ_ONCE(tfile->mmio_offset);
	int ret, cookie;

	if (!drm_dev_enter(file->minor->dev, &cookie))
		return -ENODEV;
	if (offset >= mmio)
		ret = tyr_mmio_map(tfile->tdev, vma, offset - mmio);
	else
		ret = drm_gem_mmap(filp, vma);
	drm_dev_exit(cookie);
	return ret;
}

static int ioctl_set_user_mmio_offset(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_panthor_set_user_mmio_offset *args = data;
	struct tyr_file *tfile = file->driver_priv;

	if (args->offset != DRM_PANTHOR_USER_MMIO_OFFSET_32BIT &&
	    args->offset != DRM_PANTHOR_USER_MMIO_OFFSET_64BIT)
		return -EINVAL;
	WRITE_ONCE(tfile->mmio_offset, args->offset);
	return 0;
}

#define IOCTL(name, func) DRM_IOCTL_DEF_DRV(PANTHOR_##name, func, DRM_RENDER_ALLOW)

static const struct drm_ioctl_desc ioctls[] = {
	IOCTL(DEV_QUERY, tyr_ioctl_dev_query),
	IOCTL(VM_CREATE, tyr_ioctl_vm_create),
	IOCTL(VM_DESTROY, tyr_ioctl_vm_destroy),
	IOCTL(VM_BIND, tyr_ioctl_vm_bind),
	IOCTL(VM_GET_STATE, tyr_ioctl_vm_get_state),
	IOCTL(BO_CREATE, tyr_ioctl_bo_create),
	IOCTL(BO_MMAP_OFFSET, tyr_ioctl_bo_mmap_offset),
	IOCTL(GROUP_CREATE, tyr_ioctl_group_create),
	IOCTL(GROUP_DESTROY, tyr_ioctl_group_destroy),
	IOCTL(GROUP_SUBMIT, tyr_ioctl_group_submit),
	IOCTL(GROUP_GET_STATE, tyr_ioctl_group_get_state),
	IOCTL(TILER_HEAP_CREATE, tyr_ioctl_tiler_heap_create),
	IOCTL(TILER_HEAP_DESTROY, tyr_ioctl_tiler_heap_destroy),
	IOCTL(BO_SET_LABEL, tyr_ioctl_bo_set_label),
	IOCTL(SET_USER_MMIO_OFFSET, ioctl_set_user_mmio_offset),
	IOCTL(BO_SYNC, tyr_ioctl_bo_sync),
	IOCTL(BO_QUERY_INFO, tyr_ioctl_bo_query_info),
};

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = drm_open,
	.release = drm_release,
	.unlocked_ioctl = drm_ioctl,
	.compat_ioctl = drm_compat_ioctl,
	.poll = drm_poll,
	.read = drm_read,
	.llseek = noop_llseek,
	.mmap = mmap,
	.show_fdinfo = drm_show_fdinfo,
	/* The user MMIO range is at an offset with the highest bit set. */
	.fop_flags = FOP_UNSIGNED_OFFSET,
	TYR_FOPS_UNMAPPED_AREA
};

static const struct drm_driver driver = {
	.driver_features = DRIVER_RENDER | DRIVER_GEM | DRIVER_SYNCOBJ | DRIVER_SYNCOBJ_TIMELINE |
			   TYR_DRIVER_GEM_GPUVA,
	.open = open,
	.postclose = postclose,
	.show_fdinfo = tyr_show_fdinfo,
	.ioctls = ioctls,
	.num_ioctls = ARRAY_SIZE(ioctls),
	.fops = &fops,
	.name = "panthor",
	.desc = "Tyr",
	.major = 1,
	.minor = 9,
	.gem_create_object = tyr_gem_create_object,
	.gem_prime_import = tyr_gem_prime_import,
	.gem_prime_import_sg_table = tyr_gem_prime_import_sg_table,
};

static int probe(struct platform_device *pdev)
{
	struct tyr_device *tdev;

	tdev = devm_drm_dev_alloc(&pdev->dev, &driver, struct tyr_device, base);
	if (IS_ERR(tdev))
		return PTR_ERR(tdev);
	platform_set_drvdata(pdev, tdev);
	return tyr_device_init(tdev);
}

static void remove(struct platform_device *pdev)
{
	tyr_device_unplug(platform_get_drvdata(pdev));
}

static ssize_t profiling_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct tyr_device *tdev = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", tdev->profiling);
}

static ssize_t profiling_store(struct device *dev, struct device_attribute *attr, const char *buf,
			       size_t len)
{
	struct tyr_device *tdev = dev_get_drvdata(dev);
	u32 value;
	int ret = kstrtou32(buf, 0, &value);

	if (ret)
		return ret;
	if (value & ~TYR_PROFILE_ALL)
		return -EINVAL;
	WRITE_ONCE(tdev->profiling, value);
	return len;
}

static DEVICE_ATTR_RW(profiling);

static struct attribute *tyr_attrs[] = {
	&dev_attr_profiling.attr,
	NULL,
};
ATTRIBUTE_GROUPS(tyr);

static const struct of_device_id dt_match[] = {
	{ .compatible = "rockchip,rk3588-mali" },
	{ .compatible = "arm,mali-valhall-csf" },
	{}
};
MODULE_DEVICE_TABLE(of, dt_match);

static struct platform_driver platform_driver = {
	.probe = probe,
	.remove = remove,
	.driver = {
		.name = "tyr",
		.pm = pm_ptr(&tyr_pm_ops),
		.of_match_table = dt_match,
		.dev_groups = tyr_groups,
	},
};

static int __init tyr_init(void)
{
	int ret = tyr_cleanup_init();

	if (ret)
		return ret;
	ret = platform_driver_register(&platform_driver);
	if (ret)
		tyr_cleanup_fini();
	return ret;
}

static void __exit tyr_exit(void)
{
	platform_driver_unregister(&platform_driver);
	tyr_cleanup_fini();
}

module_init(tyr_init);
module_exit(tyr_exit);

MODULE_AUTHOR("The Tyr project");
MODULE_DESCRIPTION("Tyr: a driver for Arm Mali CSF GPUs with the panthor uAPI");
MODULE_LICENSE("GPL");
