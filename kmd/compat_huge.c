// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects of 2 MiB and more in pages of 2 MiB, on kernels whose DRM core does not know how.
 *
 * shmem takes such pages for files of a tmpfs that was mounted so. One is mounted for all devices;
 * an object's file is replaced by one of there before anybody uses it.
 */
#include "compat.h"

#ifdef TYR_OLD_DRM

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>

#include <drm/drm_managed.h>

static DEFINE_MUTEX(huge_lock);
static struct vfsmount *huge_mnt;
static u32 huge_users;

static void huge_fini(struct drm_device *dev, void *data)
{
	mutex_lock(&huge_lock);
	if (!--huge_users) {
		kern_unmount(huge_mnt);
		huge_mnt = NULL;
	}
	mutex_unlock(&huge_lock);
}

static int mount_huge(void)
{
	char options[] = "huge=within_size";
	struct file_system_type *type = get_fs_type("tmpfs");
	struct vfsmount *mnt;

	lockdep_assert_held(&huge_lock);
	if (!type)
		return -EOPNOTSUPP;
	mnt = vfs_kern_mount(type, SB_KERNMOUNT, type->name, options);
	if (IS_ERR(mnt))
		return PTR_ERR(mnt);
	huge_mnt = mnt;
	return 0;
}

/**
 * tyr_compat_huge_init() - prepare for objects in 2 MiB pages.
 * @dev: the device; all is given back when it goes.
 *
 * Return: 0, or an error, after which objects are in small pages.
 */
int tyr_compat_huge_init(struct drm_device *dev)
{
	int ret = 0;

	if (!IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE))
		return -EOPNOTSUPP;
	mutex_lock(&huge_lock);
	if (!huge_mnt)
		ret = mount_huge();
	if (!ret)
		huge_users++;
	mutex_unlock(&huge_lock);
	return ret ? ret : drmm_add_action_or_reset(dev, huge_fini, NULL);
}

/**
 * tyr_compat_huge_back() - put an object into 2 MiB pages, if that can be had.
 * @obj: an object without pages, which nobody else knows.
 */
void tyr_compat_huge_back(struct drm_gem_object *obj)
{
	struct vfsmount *mnt = READ_ONCE(huge_mnt);
	struct file *file;

	if (!mnt || obj->size < SZ_2M)
		return;
	file = shmem_file_setup_with_mnt(mnt, "tyr", obj->size, VM_NORESERVE);
	if (IS_ERR(file))
		return;
	mapping_set_gfp_mask(file->f_mapping, mapping_gfp_mask(obj->filp->f_mapping));
	fput(obj->filp);
	obj->filp = file;
}

#endif
