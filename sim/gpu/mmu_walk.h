/* SPDX-License-Identifier: MIT */
/* mmu_walk.h - one walk of the page tables, and the TLB that remembers its result. Internal to
 * sim/gpu. */
#ifndef GPU_MMU_WALK_H
#define GPU_MMU_WALK_H

#include "gpu/mmu.h"

/* Exception codes of AS_FAULTSTATUS bits 7:0; the level is added (panthor_device.h, enum
 * drm_panthor_exception_type; the same values in mali_kbase_gpu_fault.c). */
enum mmu_code {
	MMU_CODE_TRANSLATION = 0xc0,
	MMU_CODE_PERMISSION = 0xc8,
	MMU_CODE_ACCESS_FLAG = 0xd8,
	MMU_CODE_ADDRESS_SIZE_IN = 0xe0,
	MMU_CODE_ADDRESS_SIZE_OUT = 0xe4,
	MMU_CODE_MEMORY_ATTRIBUTE = 0xe8,
};

enum { MMU_PERM_READ = 1, MMU_PERM_WRITE = 2, MMU_PERM_EXECUTE = 4 };

/**
 * struct mmu_leaf - what a walk finds.
 * @pa: of the byte asked for.
 * @size_shift: log2 of the page or block that holds it.
 * @level: of the table that the entry is in, for the fault codes.
 */
struct mmu_leaf {
	uint64_t pa;
	unsigned int size_shift, level;
	uint8_t perms, attr;
};

/** mmu_walk() - translate @va by the tables of @as as they are in memory now. Return: 0 or the
 * exception code. */
uint8_t mmu_walk(struct mali_sim *sim, unsigned int as, uint64_t va, struct mmu_leaf *leaf);

/** mmu_perm_of() - the permission that an access needs; atomics need both. */
uint8_t mmu_perm_of(enum mmu_access access);

/** mmu_tlb_fill() - remember the 4 KiB page around @va, which starts at @host. Return: the entry.
 */
struct mmu_tlb_entry *mmu_tlb_fill(struct mmu_as *a, uint64_t va, const struct mmu_leaf *leaf,
				   void *host);

/** mmu_tlb_drop_range() - forget what intersects @start to @end (inclusive), blocks as a whole. */
void mmu_tlb_drop_range(struct mmu_as *a, uint64_t start, uint64_t end);

/** mmu_tlb_drop_all() - forget everything. */
void mmu_tlb_drop_all(struct mmu_as *a);

#endif /* GPU_MMU_WALK_H */
