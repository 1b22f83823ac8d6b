// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The user MMIO range.
 *
 * The page is the register's own while the GPU is awake, and a page of memory while it is not;
 * every change takes it away from user space, whose next access fetches what is right then.
 */
#include <linux/mm.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>

#include "device.h"
#include "mmio.h"
#include "regs.h"

static void free_dummy(struct drm_device *dev, void *page)
{
	__free_page(page);
}

/**
 * tyr_mmio_init() - prepare the page that stands in for the register.
 * @tdev: the device.
 *
 * Return: 0, or -ENOMEM.
 */
int tyr_mmio_init(struct tyr_device *tdev)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (!page)
		return -ENOMEM;
	/*
	 * Caches of a GPU that is off are clean, so a job built now needs no flush; 0 would ask for
	 * one always.
	 */
	*(u32 *)page_address(page) = 1;
	tdev->pm.dummy_flush_id = page;
	mutex_init(&tdev->pm.mmio_lock);
	return drmm_add_action_or_reset(&tdev->base, free_dummy, page);
}

/**
 * tyr_mmio_set_powered() - the registers can be read from now on, or no longer.
 * @tdev: the device.
 * @powered: they can.
 */
void tyr_mmio_set_powered(struct tyr_device *tdev, bool powered)
{
	mutex_lock(&tdev->pm.mmio_lock);
	tdev->pm.powered = powered;
	unmap_mapping_range(tdev->base.anon_inode->i_mapping, DRM_PANTHOR_USER_MMIO_OFFSET, 0, 1);
	mutex_unlock(&tdev->pm.mmio_lock);
}

static vm_fault_t insert_page(struct tyr_device *tdev, struct vm_fault *vmf)
{
	pgprot_t prot = vmf->vma->vm_page_prot;
	unsigned long pfn;

	lockdep_assert_held(&tdev->pm.mmio_lock);
	if (tdev->pm.powered) {
		pfn = __phys_to_pfn(tdev->phys + LATEST_FLUSH);
		prot = pgprot_noncached(prot);
	} else {
		pfn = page_to_pfn(tdev->pm.dummy_flush_id);
	}
	return vmf_insert_pfn_prot(vmf->vma, vmf->address, pfn, prot);
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	struct tyr_device *tdev = vmf->vma->vm_private_data;
	vm_fault_t ret;
	int cookie;

	if (!drm_dev_enter(&tdev->base, &cookie))
		return VM_FAULT_SIGBUS;
	mutex_lock(&tdev->pm.mmio_lock);
	ret = insert_page(tdev, vmf);
	mutex_unlock(&tdev->pm.mmio_lock);
	drm_dev_exit(cookie);
	return ret;
}

static const struct vm_operations_struct mmio_vm_ops = {
	.fault = fault,
};

/**
 * tyr_mmio_map() - map the user MMIO range.
 * @tdev: the device.
 * @vma: where; one page, shared, to be read only.
 * @offset: into the range.
 *
 * Return: 0, or -EINVAL for anything else.
 */
int tyr_mmio_map(struct tyr_device *tdev, struct vm_area_struct *vma, u64 offset)
{
	if (offset != DRM_PANTHOR_USER_FLUSH_ID_MMIO_OFFSET - DRM_PANTHOR_USER_MMIO_OFFSET)
		return -EINVAL;
	if (!(vma->vm_flags & VM_SHARED) || vma->vm_flags & (VM_WRITE | VM_EXEC) ||
	    vma->vm_end - vma->vm_start != PAGE_SIZE)
		return -EINVAL;
	/* All files' mappings are found by one offset when power changes. */
	vma->vm_pgoff = DRM_PANTHOR_USER_FLUSH_ID_MMIO_OFFSET >> PAGE_SHIFT;
	vma->vm_private_data = tdev;
	vma->vm_ops = &mmio_vm_ops;
	vm_flags_clear(vma, VM_MAYWRITE);
	vm_flags_set(vma, VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_NORESERVE | VM_DONTDUMP |
			  VM_PFNMAP);
	return 0;
}
