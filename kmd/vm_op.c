// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations on a VM.
 *
 * What is cheap here is what most operations need: no allocation once a VM has its spares, no
 * reservation lock, one command sequence to the MMU and none while the VM has no address space.
 */
#include <linux/sizes.h>
#include <linux/slab.h>

#include <drm/drm_file.h>

#include "device.h"
#include "gem.h"
#include "mmu.h"
#include "pgtable.h"
#include "trace.h"
#include "vm.h"
#include "vm_op.h"

#define TYPE_MASK ((u32)DRM_PANTHOR_VM_BIND_OP_TYPE_MASK)
#define MAP_FLAGS (DRM_PANTHOR_VM_BIND_OP_MAP_READONLY | DRM_PANTHOR_VM_BIND_OP_MAP_NOEXEC | \
		   DRM_PANTHOR_VM_BIND_OP_MAP_UNCACHED | DRM_PANTHOR_VM_BIND_OP_MAP_SPARSE)

/*
 * What the widest of each type takes: the new mapping, and what is left on both sides of an old
 * one.
 */
#define MAP_VMAS 3
#define UNMAP_VMAS 2

static bool is_sparse(const struct tyr_vm_op *op)
{
	return op->flags & DRM_PANTHOR_VM_BIND_OP_MAP_SPARSE;
}

static u64 map_tables(struct tyr_vm *vm, const struct tyr_vm_op *op)
{
	u64 need = tyr_pgtable_need(vm->pgt, op->va, op->size), first, end;

	if (!is_sparse(op))
		return need - tyr_pgtable_blocks(op->va, op->size, op->sgt, op->offset);
	first = ALIGN(op->va, SZ_2M);
	end = ALIGN_DOWN(op->va + op->size, SZ_2M);
	if (first < end && tyr_pgtable_blocks(0, SZ_2M, op->sgt, 0))
		need -= (end - first) / SZ_2M;
	return need;
}

/* A block at either edge may have to be split. */
static u32 unmap_tables(const struct tyr_vm_op *op)
{
	u64 first = op->va, last = op->va + op->size - 1;
	u32 need = 0;

	if (!IS_ALIGNED(first, SZ_2M))
		need++;
	if (!IS_ALIGNED(last + 1, SZ_2M) && (first >> 21 != last >> 21 || !need))
		need++;
	return need;
}

/* Return: 0, -ENOMEM, or what tyr_bo_pages() returns. The operation's object is put on errors. */
static int prepare_map(struct tyr_vm *vm, struct tyr_vm_op *op)
{
	u64 tables;
	int ret = 0;

	op->sgt = tyr_bo_pages(op->bo);
	if (IS_ERR(op->sgt))
		ret = PTR_ERR(op->sgt);
	if (!ret) {
		tables = map_tables(vm, op);
		op->reserved.of[TYR_SPARE_TABLE] = min_t(u64, tables, U32_MAX / 2);
		op->reserved.of[TYR_SPARE_VMA] = MAP_VMAS;
		ret = tyr_spares_reserve(&vm->spares, &op->reserved);
	}
	if (ret)
		drm_gem_object_put(&op->bo->base.base);
	return ret;
}

static struct tyr_bo *make_sparse_bo(struct tyr_vm *vm)
{
	struct tyr_bo *bo = tyr_bo_create(&vm->tdev->base, SZ_2M, DRM_PANTHOR_BO_NO_MMAP, vm), *old;

	if (IS_ERR(bo))
		return bo;
	bo->kernel = true;
	tyr_bo_set_label(bo, kstrdup("kernel: sparse", GFP_KERNEL));
	old = cmpxchg(&vm->sparse, NULL, bo);
	if (!old)
		return bo;
	drm_gem_object_put(&bo->base.base);
	return old;
}

/*
 * What the GPU writes to a sparse mapping it may read again there, so each VM has memory of its own
 * for that.
 */
static struct tyr_bo *get_sparse_bo(struct tyr_vm *vm)
{
	struct tyr_bo *bo = READ_ONCE(vm->sparse);

	if (!bo)
		bo = make_sparse_bo(vm);
	if (!IS_ERR(bo))
		drm_gem_object_get(&bo->base.base);
	return bo;
}

/* Sparse mappings have no object, and are not to be executed (panthor_drm.h). */
static struct tyr_bo *get_bo(struct drm_file *file, struct tyr_vm *vm,
			     const struct drm_panthor_vm_bind_op *args)
{
	struct drm_gem_object *obj;

	if (args->flags & DRM_PANTHOR_VM_BIND_OP_MAP_SPARSE) {
		if (!(args->flags & DRM_PANTHOR_VM_BIND_OP_MAP_NOEXEC) || args->bo_handle ||
		    args->bo_offset)
			return ERR_PTR(-EINVAL);
		return get_sparse_bo(vm);
	}
	obj = drm_gem_object_lookup(file, args->bo_handle);
	return obj ? to_tyr_bo(obj) : ERR_PTR(-EINVAL);
}

static bool may_map(struct tyr_vm *vm, const struct tyr_vm_op *op)
{
	const struct tyr_bo *bo = op->bo;

	if (bo->exclusive_root && bo->exclusive_root != tyr_vm_root(vm))
		return false;
	return is_sparse(op) ||
	       (op->size <= bo->base.base.size && op->offset <= bo->base.base.size - op->size);
}

static int prepare_user_map(struct drm_file *file, struct tyr_vm *vm,
			    const struct drm_panthor_vm_bind_op *args, struct tyr_vm_op *op)
{
	if (args->flags & ~(TYPE_MASK | MAP_FLAGS))
		return -EINVAL;
	/* Checked again when it runs; here it spares user space a queue of operations in vain. */
	if (READ_ONCE(vm->unusable) || READ_ONCE(vm->destroyed))
		return -EINVAL;
	op->flags = args->flags & MAP_FLAGS;
	op->offset = args->bo_offset;
	op->bo = get_bo(file, vm, args);
	if (IS_ERR(op->bo))
		return PTR_ERR(op->bo);
	if (!may_map(vm, op)) {
		drm_gem_object_put(&op->bo->base.base);
		return -EINVAL;
	}
	/* Nothing to map is mapped at once. */
	if (!op->size)
		return 0;
	op->type = TYR_VM_OP_MAP;
	return prepare_map(vm, op);
}

static int prepare_user_unmap(struct tyr_vm *vm, const struct drm_panthor_vm_bind_op *args,
			      struct tyr_vm_op *op)
{
	if (args->flags & ~TYPE_MASK || args->bo_handle || args->bo_offset)
		return -EINVAL;
	if (!op->size)
		return 0;
	op->type = TYR_VM_OP_UNMAP;
	op->reserved.of[TYR_SPARE_TABLE] = unmap_tables(op);
	op->reserved.of[TYR_SPARE_VMA] = UNMAP_VMAS;
	return tyr_spares_reserve(&vm->spares, &op->reserved);
}

static int prepare_user_sync(const struct drm_panthor_vm_bind_op *args)
{
	if (args->flags & ~TYPE_MASK || args->bo_handle || args->bo_offset)
		return -EINVAL;
	if (args->va || args->size)
		return -EINVAL;
	return args->syncs.count ? 0 : -EINVAL;
}

/**
 * tyr_vm_op_prepare() - check and prepare an operation of user space.
 * @file: where the object's handle is looked up.
 * @vm: the VM.
 * @args: what user space asks for; the sync operations are not looked at, but for their number when
 *        there is nothing else.
 * @op: the operation; to be finished when this succeeds, whether it was run or not.
 *
 * Context: process; allocates. Not under the VM's lock.
 *
 * Return: 0, -EINVAL for arguments that are wrong or a VM that is not usable, -ENOMEM, or what
 * mapping the object's pages for DMA returns.
 */
int tyr_vm_op_prepare(struct drm_file *file, struct tyr_vm *vm,
		      const struct drm_panthor_vm_bind_op *args, struct tyr_vm_op *op)
{
	if (!IS_ALIGNED(args->va | args->size | args->bo_offset, SZ_4K))
		return -EINVAL;
	if (args->va >= vm->user_size || args->size > vm->user_size - args->va)
		return -EINVAL;
	*op = (struct tyr_vm_op){
		.va = args->va,
		.size = args->size,
	};
	switch (args->flags & TYPE_MASK) {
	case DRM_PANTHOR_VM_BIND_OP_TYPE_MAP:
		return prepare_user_map(file, vm, args, op);
	case DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP:
		return prepare_user_unmap(vm, args, op);
	case DRM_PANTHOR_VM_BIND_OP_TYPE_SYNC_ONLY:
		return prepare_user_sync(args);
	default:
		return -EINVAL;
	}
}

static int change_tables(struct tyr_vm *vm, struct tyr_vm_op *op)
{
	int ret;

	tyr_pgtable_begin(vm->pgt, &op->reserved);
	ret = op->type == TYR_VM_OP_MAP ? tyr_vm_steps_map(vm, op) : tyr_vm_steps_unmap(vm, op);
	tyr_pgtable_end(vm->pgt);
	return ret;
}

static int run(struct tyr_vm *vm, struct tyr_vm_op *op)
{
	u64 start, end;
	int ret;

	lockdep_assert_held(&vm->lock);
	if (op->type == TYR_VM_OP_MAP && (vm->unusable || vm->destroyed))
		return -EINVAL;
	/* An address space may be taken from us at any time, but is given under our lock only. */
	if (READ_ONCE(vm->as.id) < 0)
		return change_tables(vm, op);
	tyr_vm_steps_region(vm, op, &start, &end);
	ret = tyr_mmu_lock(vm, start, end - start);
	if (ret)
		return ret;
	ret = change_tables(vm, op);
	tyr_mmu_unlock(vm, op->unmapped);
	return ret;
}

/**
 * tyr_vm_op_run() - do an operation.
 * @vm: the VM.
 * @op: the operation, prepared; it is run once.
 * @unusable_on_error: nobody is there to be told of an error: the VM becomes unusable.
 *
 * When an operation fails half way, tables and GPUVM agree: of what it was to replace some is
 * unmapped.
 *
 * Context: may be in the signalling path of fences: sleeps, but allocates nothing.
 *
 * Return: 0, -EINVAL when something is to be mapped in a VM that is destroyed or unusable,
 * -ETIMEDOUT when the MMU does not answer (nothing has changed then), or -EFAULT for memory that
 * the GPU cannot address.
 */
int tyr_vm_op_run(struct tyr_vm *vm, struct tyr_vm_op *op, bool unusable_on_error)
{
	int ret;

	if (op->type == TYR_VM_OP_NONE)
		return 0;
	mutex_lock(&vm->lock);
	trace_tyr_vm_op_begin(vm, op, 0);
	ret = run(vm, op);
	trace_tyr_vm_op_end(vm, op, ret);
	if (ret && unusable_on_error)
		tyr_vm_declare_unusable(vm);
	mutex_unlock(&vm->lock);
	return ret;
}

/**
 * tyr_vm_op_finish() - give back what an operation did not need, and what it freed.
 * @vm: the VM.
 * @op: the operation, prepared, and run or not.
 *
 * Context: process, not in the signalling path of fences: objects are freed.
 */
void tyr_vm_op_finish(struct tyr_vm *vm, struct tyr_vm_op *op)
{
	while (op->removed) {
		struct tyr_vma *vma = op->removed;
		struct drm_gem_object *obj = vma->base.gem.obj;

		op->removed = vma->next;
		tyr_spare_give(&vm->spares, TYR_SPARE_VMA, vma);
		drm_gem_object_put(obj);
	}
	if (op->bo)
		drm_gem_object_put(&op->bo->base.base);
	op->bo = NULL;
	if (op->type != TYR_VM_OP_NONE)
		tyr_spares_release(&vm->spares, &op->reserved);
}

/**
 * tyr_vm_map() - map an object for the driver itself.
 * @vm: the VM.
 * @bo: the object.
 * @offset: where to begin in it.
 * @size: how much.
 * @va: where, in the kernel range.
 * @flags: DRM_PANTHOR_VM_BIND_OP_MAP_*, but not sparse.
 *
 * Context: process; allocates.
 *
 * Return: 0, -ENOMEM, or what tyr_vm_op_run() returns.
 */
int tyr_vm_map(struct tyr_vm *vm, struct tyr_bo *bo, u64 offset, u64 size, u64 va, u32 flags)
{
	struct tyr_vm_op op = {
		.type = TYR_VM_OP_MAP,
		.flags = flags,
		.va = va,
		.size = size,
		.bo = bo,
		.offset = offset,
	};
	int ret;

	drm_gem_object_get(&bo->base.base);
	ret = prepare_map(vm, &op);
	if (ret)
		return ret;
	ret = tyr_vm_op_run(vm, &op, false);
	tyr_vm_op_finish(vm, &op);
	return ret;
}

/**
 * tyr_vm_unmap() - unmap what the driver itself has mapped, or everything.
 * @vm: the VM.
 * @va: where.
 * @size: how much; mappings are within that or outside, none partly.
 *
 * Context: process; allocates nothing, so that it cannot fail for want of memory.
 *
 * Return: 0, or what tyr_vm_op_run() returns.
 */
int tyr_vm_unmap(struct tyr_vm *vm, u64 va, u64 size)
{
	struct tyr_vm_op op = {
		.type = TYR_VM_OP_UNMAP,
		.va = va,
		.size = size,
	};
	int ret = tyr_vm_op_run(vm, &op, false);

	tyr_vm_op_finish(vm, &op);
	return ret;
}
