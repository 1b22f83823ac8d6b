/* SPDX-License-Identifier: MIT */
/*
 * mmu_tlb.c - one direct-mapped TLB an address space, an entry a 4 KiB page. It never looks at
 * memory again by itself: what an AS command did not drop stays, however the tables change.
 */
#include <string.h>

#include "gpu/mmu_walk.h"

struct mmu_tlb_entry *mmu_tlb_fill(struct mmu_as *a, uint64_t va, const struct mmu_leaf *leaf,
				   void *host)
{
	struct mmu_tlb_entry *e = &a->tlb[mmu_tlb_slot(va)];

	*e = (struct mmu_tlb_entry){
	    .vpn = (va >> MMU_PAGE_SHIFT) + 1,
	    .size_shift = leaf->size_shift,
	    .level = (uint8_t)leaf->level,
	    .pa = leaf->pa & ~(uint64_t)MMU_PAGE_MASK,
	    .host = host,
	    .perms = leaf->perms,
	    .attr = leaf->attr,
	};
	return e;
}

void mmu_tlb_drop_range(struct mmu_as *a, uint64_t start, uint64_t end)
{
	for (size_t i = 0; i < MMU_TLB_ENTRIES; i++) {
		struct mmu_tlb_entry *e = &a->tlb[i];
		uint64_t mask = ((uint64_t)1 << e->size_shift) - 1;
		uint64_t first = ((e->vpn - 1) << MMU_PAGE_SHIFT) & ~mask;

		if (e->vpn != 0 && first <= end && (first | mask) >= start)
			e->vpn = 0;
	}
}

void mmu_tlb_drop_all(struct mmu_as *a)
{
	memset(a->tlb, 0, sizeof(a->tlb));
}
