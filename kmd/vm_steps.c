// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The steps of an operation: GPUVM finds the mappings that it touches and calls us for each, we
 * change the tables, then GPUVM's view.
 *
 * All steps run under the VM's lock and allocate nothing. A step that fails leaves tables and GPUVM
 * agreeing; where it cannot (which only a bug can bring about) the VM becomes unusable.
 */
#include <linux/iommu.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "device.h"
#include "gem.h"
#include "pgtable.h"
#include "vm.h"
#include "vm_op.h"

#define SPARSE DRM_PANTHOR_VM_BIND_OP_MAP_SPARSE

/* What steps are handed. */
struct steps {
	struct tyr_vm *vm;
	struct tyr_vm_op *op;
};

static inline struct tyr_vma *to_vma(struct drm_gpuva *va)
{
	return container_of(va, struct tyr_vma, base);
}

static int prot_of(u32 flags)
{
	int prot = IOMMU_READ;

	if (!(flags & DRM_PANTHOR_VM_BIND_OP_MAP_READONLY))
		prot |= IOMMU_WRITE;
	if (flags & DRM_PANTHOR_VM_BIND_OP_MAP_NOEXEC)
		prot |= IOMMU_NOEXEC;
	if (!(flags & DRM_PANTHOR_VM_BIND_OP_MAP_UNCACHED))
		prot |= IOMMU_CACHE;
	return prot;
}

/* The same 2 MiB over and over; where they begin is a matter of the address alone. */
static int map_sparse(struct tyr_pgtable *pgt, u64 va, u64 size, struct sg_table *sgt, u32 flags)
{
	u64 done = 0;

	while (done < size) {
		u64 offset = (va + done) & (SZ_2M - 1);
		u64 part = min(size - done, SZ_2M - offset);
		int ret = tyr_pgtable_map(pgt, va + done, part, sgt, offset, prot_of(flags));

		if (ret) {
			tyr_pgtable_unmap(pgt, va, done);
			return ret;
		}
		done += part;
	}
	return 0;
}

static int map_tables(struct tyr_vm *vm, u64 va, u64 size, struct sg_table *sgt, u64 offset,
		      u32 flags)
{
	if (flags & SPARSE)
		return map_sparse(vm->pgt, va, size, sgt, flags);
	return tyr_pgtable_map(vm->pgt, va, size, sgt, offset, prot_of(flags));
}

static void unmap_tables(struct steps *s, u64 va, u64 size)
{
	s->op->unmapped = true;
	if (WARN_ON_ONCE(tyr_pgtable_unmap(s->vm->pgt, va, size)))
		tyr_vm_declare_unusable(s->vm);
}

static struct tyr_vma *take_vma(struct steps *s, u32 flags)
{
	struct tyr_vma *vma = tyr_spare_take(&s->vm->spares, TYR_SPARE_VMA, &s->op->reserved);

	if (!vma)
		return NULL;
	memset(vma, 0, sizeof(*vma));
	vma->flags = flags;
	return vma;
}

/*
 * Its object may be freed with it, which takes locks that must not be taken here: finish does it.
 */
static void remove_vma(struct steps *s, struct tyr_vma *vma)
{
	vma->next = s->op->removed;
	s->op->removed = vma;
}

static int step_map(struct drm_gpuva_op *gop, void *priv)
{
	struct steps *s = priv;
	struct tyr_vm_op *op = s->op;
	struct tyr_vma *vma = take_vma(s, op->flags);
	int ret;

	if (!vma)
		return -ENOMEM;
	ret = map_tables(s->vm, gop->map.va.addr, gop->map.va.range, op->sgt, gop->map.gem.offset,
			 op->flags);
	if (ret) {
		tyr_spare_give(&s->vm->spares, TYR_SPARE_VMA, vma);
		return ret;
	}
	drm_gpuva_map(&s->vm->base, &vma->base, &gop->map);
	op->bo = NULL;
	return 0;
}

static int step_unmap(struct drm_gpuva_op *gop, void *priv)
{
	struct steps *s = priv;
	struct tyr_vma *vma = to_vma(gop->unmap.va);

	unmap_tables(s, vma->base.va.addr, vma->base.va.range);
	drm_gpuva_unmap(&gop->unmap);
	remove_vma(s, vma);
	return 0;
}

static bool in_block(struct tyr_vm *vm, u64 va)
{
	return va & (SZ_2M - 1) && tyr_pgtable_leaf(vm->pgt, va) == SZ_2M;
}

/* Map what was unmapped of a mapping only because it was in the same block as what had to be. */
static int map_again(struct tyr_vm *vm, const struct tyr_vma *vma, u64 start, u64 end)
{
	struct tyr_bo *bo = to_tyr_bo(vma->base.gem.obj);
	u64 offset = vma->base.gem.offset + (start - vma->base.va.addr);

	if (start == end)
		return 0;
	return map_tables(vm, start, end - start, bo->sgt, offset, vma->flags);
}

/*
 * Take a hole out of a mapping's tables. io-pgtable of newer kernels does not split blocks, so a
 * block at an edge of the hole goes as a whole, and what must stay of it comes back as pages. A
 * block belongs to one mapping, so all of it is ours.
 */
static int punch(struct steps *s, const struct tyr_vma *vma, u64 start, u64 end)
{
	u64 from = in_block(s->vm, start) ? ALIGN_DOWN(start, SZ_2M) : start;
	u64 to = in_block(s->vm, end) ? ALIGN(end, SZ_2M) : end;
	int ret;

	unmap_tables(s, from, to - from);
	ret = map_again(s->vm, vma, from, start);
	if (!ret)
		ret = map_again(s->vm, vma, end, to);
	return ret;
}

static int step_remap(struct drm_gpuva_op *gop, void *priv)
{
	struct drm_gpuva_op_remap *remap = &gop->remap;
	struct tyr_vma *vma = to_vma(remap->unmap->va), *prev = NULL, *next = NULL;
	struct steps *s = priv;
	u64 start = vma->base.va.addr, end = start + vma->base.va.range;
	int ret;

	if (remap->prev) {
		prev = take_vma(s, vma->flags);
		start = remap->prev->va.addr + remap->prev->va.range;
	}
	if (remap->next) {
		next = take_vma(s, vma->flags);
		end = remap->next->va.addr;
	}
	ret = (remap->prev && !prev) || (remap->next && !next) ? -ENOMEM : 0;
	if (!ret) {
		ret = punch(s, vma, start, end);
		if (ret)
			tyr_vm_declare_unusable(s->vm);
	}
	if (ret) {
		if (prev)
			tyr_spare_give(&s->vm->spares, TYR_SPARE_VMA, prev);
		if (next)
			tyr_spare_give(&s->vm->spares, TYR_SPARE_VMA, next);
		return ret;
	}
	drm_gpuva_remap(prev ? &prev->base : NULL, next ? &next->base : NULL, remap);
	if (prev)
		drm_gem_object_get(prev->base.gem.obj);
	if (next)
		drm_gem_object_get(next->base.gem.obj);
	remove_vma(s, vma);
	return 0;
}

/* GPUVM's part of every VM. */
const struct drm_gpuvm_ops tyr_vm_ops = {
	.vm_free = tyr_vm_free,
	.sm_step_map = step_map,
	.sm_step_remap = step_remap,
	.sm_step_unmap = step_unmap,
};

/**
 * tyr_vm_steps_region() - which addresses an operation changes, with the blocks that it splits.
 * @vm: the VM; its lock is held.
 * @op: the operation.
 * @start: the first address.
 * @end: the address behind the last.
 */
void tyr_vm_steps_region(struct tyr_vm *vm, const struct tyr_vm_op *op, u64 *start, u64 *end)
{
	lockdep_assert_held(&vm->lock);
	*start = in_block(vm, op->va) ? ALIGN_DOWN(op->va, SZ_2M) : op->va;
	*end = op->va + op->size;
	if (in_block(vm, *end))
		*end = ALIGN(*end, SZ_2M);
}

/**
 * tyr_vm_steps_map() - do a map operation.
 * @vm: the VM; its lock is held.
 * @op: the operation.
 *
 * Return: 0, or an error of the tables; what was mapped there may be unmapped then, the rest is as
 * it was.
 */
int tyr_vm_steps_map(struct tyr_vm *vm, struct tyr_vm_op *op)
{
	struct steps s = { .vm = vm, .op = op };

	lockdep_assert_held(&vm->lock);
	return tyr_compat_sm_map(&vm->base, &s, op->va, op->size, &op->bo->base.base, op->offset);
}

/**
 * tyr_vm_steps_unmap() - do an unmap operation.
 * @vm: the VM; its lock is held.
 * @op: the operation.
 *
 * Return: 0, or an error of the tables.
 */
int tyr_vm_steps_unmap(struct tyr_vm *vm, struct tyr_vm_op *op)
{
	struct steps s = { .vm = vm, .op = op };

	lockdep_assert_held(&vm->lock);
	return drm_gpuvm_sm_unmap(&vm->base, &s, op->va, op->size);
}
