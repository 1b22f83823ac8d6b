/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations on a VM: map and unmap.
 *
 * An operation has three steps, because the second runs where memory must not be allocated: prepare
 * takes all that it may need, run changes the tables, finish gives back what was left.
 */
#ifndef TYR_VM_OP_H
#define TYR_VM_OP_H

#include <drm/drm_gpuvm.h>

#include "spare.h"

struct drm_file;
struct drm_panthor_vm_bind_op;
struct sg_table;
struct tyr_bo;
struct tyr_vm;

enum tyr_vm_op_type {
	TYR_VM_OP_NONE, /* only a place in the queue */
	TYR_VM_OP_MAP,
	TYR_VM_OP_UNMAP,
};

/**
 * struct tyr_vma - a mapping
 * @base: GPUVM's. Its object is referenced; its offset is no matter when the mapping is sparse.
 * @next: the next of those that an operation removed.
 * @flags: DRM_PANTHOR_VM_BIND_OP_MAP_*.
 *
 * GPUVM's lists of an object's mappings are not used: each mapping holds a reference to its object,
 * and nobody asks an object where it is mapped.
 */
struct tyr_vma {
	struct drm_gpuva base;
	struct tyr_vma *next;
	u32 flags;
};

/**
 * struct tyr_vm_op - an operation
 * @type: what it does.
 * @flags: DRM_PANTHOR_VM_BIND_OP_MAP_*.
 * @va: where.
 * @size: how much.
 * @bo: what is mapped there, referenced; NULL once the mapping has the reference.
 * @sgt: its pages.
 * @offset: where to begin in it.
 * @reserved: page tables and mappings that it may take.
 * @unmapped: something that was mapped is not any more: the GPU's caches may have it.
 * @removed: mappings that are gone, to be freed.
 */
struct tyr_vm_op {
	enum tyr_vm_op_type type;
	u32 flags;
	u64 va;
	u64 size;
	struct tyr_bo *bo;
	struct sg_table *sgt;
	u64 offset;
	struct tyr_spare_count reserved;
	bool unmapped;
	struct tyr_vma *removed;
};

extern const struct drm_gpuvm_ops tyr_vm_ops;

/* tyr_vm_op_prepare() checks all that user space may get wrong but the sync operations. */
int tyr_vm_op_prepare(struct drm_file *file, struct tyr_vm *vm,
		      const struct drm_panthor_vm_bind_op *args, struct tyr_vm_op *op);
int tyr_vm_op_run(struct tyr_vm *vm, struct tyr_vm_op *op, bool unusable_on_error);
void tyr_vm_op_finish(struct tyr_vm *vm, struct tyr_vm_op *op);

/* The driver's own, in the kernel range. */
int tyr_vm_map(struct tyr_vm *vm, struct tyr_bo *bo, u64 offset, u64 size, u64 va, u32 flags);
int tyr_vm_unmap(struct tyr_vm *vm, u64 va, u64 size);

/* vm_steps.c, for vm_op.c. */
void tyr_vm_steps_region(struct tyr_vm *vm, const struct tyr_vm_op *op, u64 *start, u64 *end);
int tyr_vm_steps_map(struct tyr_vm *vm, struct tyr_vm_op *op);
int tyr_vm_steps_unmap(struct tyr_vm *vm, struct tyr_vm_op *op);

/* vm.c, for the list of GPUVM's operations. */
void tyr_vm_free(struct drm_gpuvm *gpuvm);

#endif
