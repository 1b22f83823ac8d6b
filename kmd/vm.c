// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VMs as objects: their lives and their kernel ranges.
 *
 * A VM lives as long as somebody refers to it: the file that made it, groups, kernel buffers,
 * mappings. Destroying it takes all that is mapped away, so that nothing but those references is
 * left.
 *
 * Order of locks: heaps_lock, a heap pool's, va_lock alone; lock, then the MMU's, then the spares'.
 */
#include <linux/delay.h>
#include <linux/log2.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <drm/drm_print.h>

#include "device.h"
#include "gem.h"
#include "heap.h"
#include "kbo.h"
#include "mmu.h"
#include "pgtable.h"
#include "regs.h"
#include "sched.h"
#include "vm.h"
#include "vm_op.h"

/* What the kernel range has at least: 256 MiB, as Panthor's, which user space relies on. */
#define KERNEL_MIN SZ_256M

/* The firmware's processor is a Cortex-M7: it has 32-bit addresses. */
#define MCU_SIZE SZ_4G

/* How often and after what pauses everything is unmapped: longer than a reset takes. */
#define UNMAP_TRIES 100
#define UNMAP_PAUSE_MS 100

/* The last reference may be dropped by anybody, but not by the VM's own operations. */
static void release_memory(struct tyr_vm *vm)
{
	tyr_pgtable_destroy(vm->pgt);
	tyr_spares_fini(&vm->spares);
	drm_mm_takedown(&vm->va_mm);
	mutex_destroy(&vm->heaps_lock);
	mutex_destroy(&vm->va_lock);
	mutex_destroy(&vm->lock);
	kfree(vm);
}

/**
 * tyr_vm_free() - the last reference is gone.
 * @gpuvm: the VM.
 */
void tyr_vm_free(struct drm_gpuvm *gpuvm)
{
	struct tyr_vm *vm = to_tyr_vm(gpuvm);

	tyr_census_remove_vm(vm);
	drm_WARN_ON(&vm->tdev->base, vm->heaps);
	tyr_bind_queue_fini(vm);
	tyr_mmu_release(vm);
	if (vm->sparse)
		drm_gem_object_put(&vm->sparse->base.base);
	release_memory(vm);
}

/* Teach lockdep at once, not when memory is short, that nothing may be allocated under the lock. */
static void init_lock(struct tyr_vm *vm)
{
	mutex_init(&vm->lock);
	fs_reclaim_acquire(GFP_KERNEL);
	might_lock(&vm->lock);
	fs_reclaim_release(GFP_KERNEL);
}

static struct tyr_vm *alloc_vm(struct tyr_device *tdev, u64 kernel_start, u64 kernel_size)
{
	struct tyr_vm *vm = kzalloc(sizeof(*vm), GFP_KERNEL);

	if (!vm)
		return ERR_PTR(-ENOMEM);
	vm->tdev = tdev;
	init_lock(vm);
	mutex_init(&vm->va_lock);
	mutex_init(&vm->heaps_lock);
	tyr_spares_init(&vm->spares);
	INIT_LIST_HEAD(&vm->as.lru);
	vm->as.id = -1;
	vm->user_size = kernel_start;
	drm_mm_init(&vm->va_mm, kernel_start, kernel_size);
	vm->pid = task_tgid_nr(current);
	get_task_comm(vm->comm, current->group_leader);
	return vm;
}

static struct tyr_vm *create(struct tyr_device *tdev, const char *name, u64 size, u64 kernel_start,
			     u64 kernel_size)
{
	struct tyr_vm *vm = alloc_vm(tdev, kernel_start, kernel_size);
	struct drm_gem_object *root;

	if (IS_ERR(vm))
		return vm;
	vm->pgt = tyr_pgtable_create(tdev, &vm->spares);
	root = IS_ERR(vm->pgt) ? NULL : drm_gpuvm_resv_object_alloc(&tdev->base);
	if (!root) {
		release_memory(vm);
		return ERR_PTR(-ENOMEM);
	}
	/* The kernel's part is not reserved: GPUVM handles its mappings as any others. */
	drm_gpuvm_init(&vm->base, name, 0, &tdev->base, root, 0, size, 0, 0, &tyr_vm_ops);
	drm_gem_object_put(root);
	tyr_bind_queue_init(vm);
	tyr_census_add_vm(vm);
	return vm;
}

/**
 * tyr_vm_create_mcu() - make the firmware's VM.
 * @tdev: the device.
 * @kernel_start: where addresses that nobody asks for begin.
 * @kernel_size: how many these are.
 *
 * Return: the VM, or ERR_PTR(-ENOMEM).
 */
struct tyr_vm *tyr_vm_create_mcu(struct tyr_device *tdev, u64 kernel_start, u64 kernel_size)
{
	/* All of it is ours: the firmware's sections have addresses all over. */
	struct tyr_vm *vm = create(tdev, "tyr-mcu", MCU_SIZE, 0, MCU_SIZE);

	if (IS_ERR(vm))
		return vm;
	vm->for_mcu = true;
	vm->auto_start = kernel_start;
	vm->auto_end = kernel_start + kernel_size;
	return vm;
}

/*
 * How much user space gets if it does not say: what it can map on the CPU too, where the GPU has
 * more than that; else half, or, of a small GPU, all but the minimum.
 */
static u64 default_user_size(u64 full)
{
	if (TASK_SIZE_OF(current) < full)
		return min_t(u64, TASK_SIZE_OF(current), full - KERNEL_MIN);
	return full > SZ_4G ? full / 2 : full - KERNEL_MIN;
}

/**
 * tyr_vm_create_user() - make a VM for user space.
 * @tdev: the device.
 * @args: what user space asks for; user_va_range becomes what it got.
 *
 * Return: the VM, -EINVAL for flags or a range that there are not, or -ENOMEM; errors as ERR_PTR().
 */
struct tyr_vm *tyr_vm_create_user(struct tyr_device *tdev, struct drm_panthor_vm_create *args)
{
	u64 full = BIT_ULL(MMU_FEATURES_VA_BITS(tdev->gpu_info.mmu_features));
	u64 user = args->user_va_range, kernel;
	struct tyr_vm *vm;

	if (args->flags || full <= KERNEL_MIN || user > full - KERNEL_MIN)
		return ERR_PTR(-EINVAL);
	if (!user)
		user = default_user_size(full);
	/* A power of two makes a clear border. */
	kernel = rounddown_pow_of_two(full - user);
	vm = create(tdev, "tyr-user", full, full - kernel, kernel);
	if (IS_ERR(vm))
		return vm;
	vm->auto_start = full - kernel;
	vm->auto_end = full;
	args->user_va_range = vm->user_size;
	return vm;
}

/*
 * While the MMU does not answer, nothing can be unmapped: the GPU may still be at it. It is reset
 * then, and holds nothing afterwards.
 */
static int unmap_all(struct tyr_vm *vm)
{
	int ret;

	for (u32 i = 0; i < UNMAP_TRIES; i++) {
		ret = tyr_vm_unmap(vm, vm->base.mm_start, vm->base.mm_range);
		if (ret != -ETIMEDOUT)
			return ret;
		msleep(UNMAP_PAUSE_MS);
	}
	return ret;
}

/**
 * tyr_vm_destroy() - take away all that is mapped, and the file's reference.
 * @vm: the VM; no handle leads to it any more.
 *
 * Jobs that still run in it have faults.
 */
void tyr_vm_destroy(struct tyr_vm *vm)
{
	mutex_lock(&vm->lock);
	WRITE_ONCE(vm->destroyed, true);
	mutex_unlock(&vm->lock);
	if (READ_ONCE(vm->as.users))
		tyr_sched_flush(vm->tdev);
	tyr_heap_pool_destroy(vm);
	drm_WARN_ON(&vm->tdev->base, unmap_all(vm));
	tyr_vm_put(vm);
}

/**
 * tyr_vm_get() - take a reference.
 * @vm: the VM; may be NULL.
 *
 * Return: @vm.
 */
struct tyr_vm *tyr_vm_get(struct tyr_vm *vm)
{
	if (vm)
		drm_gpuvm_get(&vm->base);
	return vm;
}

/**
 * tyr_vm_put() - drop a reference.
 * @vm: the VM; may be NULL.
 *
 * Context: process; may free the VM. Not under a lock of the VM or the MMU.
 */
void tyr_vm_put(struct tyr_vm *vm)
{
	if (vm)
		drm_gpuvm_put(&vm->base);
}

/**
 * tyr_vm_lookup() - find a VM by its handle.
 * @tfile: the file.
 * @handle: the handle.
 *
 * Return: the VM, with a reference, or NULL.
 */
struct tyr_vm *tyr_vm_lookup(struct tyr_file *tfile, u32 handle)
{
	struct tyr_vm *vm;

	xa_lock(&tfile->vms);
	vm = tyr_vm_get(xa_load(&tfile->vms, handle));
	xa_unlock(&tfile->vms);
	return vm;
}

/**
 * tyr_vm_root() - the object whose reservation object is the VM's.
 * @vm: the VM.
 *
 * Return: the object, without a reference.
 */
struct drm_gem_object *tyr_vm_root(struct tyr_vm *vm)
{
	return vm->base.r_obj;
}

/**
 * tyr_vm_declare_unusable() - what is mapped may not be what user space thinks: nothing may run in
 * it.
 * @vm: the VM.
 *
 * Context: may be in the signalling path of fences, and under the VM's lock.
 */
void tyr_vm_declare_unusable(struct tyr_vm *vm)
{
	if (READ_ONCE(vm->unusable))
		return;
	WRITE_ONCE(vm->unusable, true);
	tyr_mmu_turn_off(vm);
}

/**
 * tyr_vm_va_alloc() - take addresses of the kernel range.
 * @vm: the VM.
 * @va: where, or TYR_KBO_ANY_VA.
 * @size: how many, not 0, whole pages of the GPU.
 * @node: what will hold them, zeroed.
 *
 * Return: 0, -EINVAL, or -ENOSPC.
 */
int tyr_vm_va_alloc(struct tyr_vm *vm, u64 va, u64 size, struct drm_mm_node *node)
{
	int ret;

	if (!size || !IS_ALIGNED(size, SZ_4K))
		return -EINVAL;
	if (va != TYR_KBO_ANY_VA && !IS_ALIGNED(va, SZ_4K))
		return -EINVAL;
	mutex_lock(&vm->va_lock);
	if (va == TYR_KBO_ANY_VA) {
		ret = drm_mm_insert_node_in_range(&vm->va_mm, node, size,
						  size >= SZ_2M ? SZ_2M : SZ_4K, 0, vm->auto_start,
						  vm->auto_end, DRM_MM_INSERT_BEST);
	} else {
		node->start = va;
		node->size = size;
		ret = drm_mm_reserve_node(&vm->va_mm, node);
	}
	mutex_unlock(&vm->va_lock);
	return ret;
}

/**
 * tyr_vm_va_free() - give addresses of the kernel range back.
 * @vm: the VM.
 * @node: what holds them.
 */
void tyr_vm_va_free(struct tyr_vm *vm, struct drm_mm_node *node)
{
	mutex_lock(&vm->va_lock);
	drm_mm_remove_node(node);
	mutex_unlock(&vm->va_lock);
}

/**
 * tyr_vm_find_bo() - what is mapped at an address.
 * @vm: the VM.
 * @va: the address.
 * @offset: where in the object it is.
 *
 * Return: the object, with a reference, which may be unmapped again; or ERR_PTR(-ENOENT).
 */
struct tyr_bo *tyr_vm_find_bo(struct tyr_vm *vm, u64 va, u64 *offset)
{
	struct tyr_bo *bo = ERR_PTR(-ENOENT);
	struct drm_gpuva *gpuva;

	mutex_lock(&vm->lock);
	gpuva = drm_gpuva_find_first(&vm->base, va, 1);
	if (gpuva) {
		const struct tyr_vma *vma = container_of(gpuva, struct tyr_vma, base);

		bo = to_tyr_bo(gpuva->gem.obj);
		drm_gem_object_get(&bo->base.base);
		if (vma->flags & DRM_PANTHOR_VM_BIND_OP_MAP_SPARSE)
			*offset = va & (SZ_2M - 1);
		else
			*offset = gpuva->gem.offset + (va - gpuva->va.addr);
	}
	mutex_unlock(&vm->lock);
	return bo;
}
