/* SPDX-License-Identifier: MIT */
/*
 * mmu_walk.c - stage 1 tables of Armv8-A with a 4 KiB granule, as Linux's io-pgtable-arm.c builds
 * them for ARM_64_LPAE_S1 (panthor_mmu.c chooses that format): 9 bits of the address a level,
 * tables of 512 64-bit entries, blocks of 1 GiB at level 1 and 2 MiB at level 2, pages at level 3.
 */
#include "gpu/mmu_walk.h"

#include "gpu/sim.h"

/* Bits of a descriptor (Arm ARM, VMSAv8-64 translation table format). */
#define PTE_VALID           0x1ull
#define PTE_TABLE           0x2ull /* levels 0 to 2; at level 3 it makes a page */
#define PTE_ATTR_INDEX(pte) (((pte) >> 2) & 7)
#define PTE_AP_READ_ONLY    (1ull << 7)
#define PTE_AF              (1ull << 10)
#define PTE_PXN             (1ull << 53)
#define PTE_UXN             (1ull << 54)
#define PTE_TABLE_XN        (1ull << 60)
#define PTE_TABLE_READ_ONLY (1ull << 62)
#define PTE_ADDRESS         0x0000fffffffff000ull
#define LAST_LEVEL          3
#define FIRST_BLOCK_LEVEL   1

static unsigned int level_shift(unsigned int level)
{
	return MMU_PAGE_SHIFT + 9 * (LAST_LEVEL - level);
}

/* AS_TRANSCFG.INA_BITS holds 55 minus the address bits (panthor_mmu.c); kbase leaves it zero for
 * all. */
static unsigned int va_bits(const struct mmu_as *a)
{
	unsigned int ina = (a->cur_transcfg >> 6) & 0x1f;

	return ina < 55 - MMU_VA_BITS ? MMU_VA_BITS : 55 - ina;
}

static bool wider_than_pa(uint64_t pa)
{
	return pa >> MMU_PA_BITS;
}

static uint8_t pa_too_wide(struct mali_sim *sim, unsigned int level, uint64_t va, uint64_t pa)
{
	complain(sim, RULE_PT_PA_WIDTH, "VA 0x%llx, level %u, address 0x%llx",
		 (unsigned long long)va, level, (unsigned long long)pa);
	return (uint8_t)(MMU_CODE_ADDRESS_SIZE_OUT + level);
}

static bool read_entry(struct mali_sim *sim, uint64_t table, uint64_t index, uint64_t *entry)
{
	uint64_t len = 0, *host;

	capture_touch(sim, table + index * 8, 8, false);
	host = sim->ops.ram(sim->opaque, table + index * 8, &len);
	if (!host || len < 8)
		return false;
	/* vCPUs write entries while we read them. */
	*entry = __atomic_load_n(host, __ATOMIC_RELAXED);
	return true;
}

static uint8_t leaf_perms(const struct mmu_as *a, uint64_t entry, uint64_t inherited)
{
	uint8_t perms = MMU_PERM_READ;

	if (!(entry & PTE_AP_READ_ONLY) && !(inherited & PTE_TABLE_READ_ONLY))
		perms |= MMU_PERM_WRITE;
	if (!(entry & (PTE_UXN | PTE_PXN)) && !(inherited & PTE_TABLE_XN))
		perms |= MMU_PERM_EXECUTE;
	if ((a->cur_transcfg & MMU_TRANSCFG_WXN) && (perms & MMU_PERM_WRITE))
		perms &= (uint8_t)~MMU_PERM_EXECUTE;
	return perms;
}

static uint8_t take_leaf(struct mali_sim *sim, const struct mmu_as *a, uint64_t va, uint64_t entry,
			 uint64_t inherited, unsigned int level, struct mmu_leaf *leaf)
{
	uint64_t offset = va & (((uint64_t)1 << level_shift(level)) - 1);
	uint64_t base = entry & PTE_ADDRESS & ~(((uint64_t)1 << level_shift(level)) - 1);

	if (wider_than_pa(base))
		return pa_too_wide(sim, level, va, base);
	if (!(entry & PTE_AF) && !(a->cur_transcfg & MMU_TRANSCFG_DISABLE_AF_FAULT))
		return (uint8_t)(MMU_CODE_ACCESS_FLAG + level);
	*leaf = (struct mmu_leaf){
	    .pa = base | offset,
	    .size_shift = level_shift(level),
	    .level = level,
	    .perms = leaf_perms(a, entry, inherited),
	    .attr = (uint8_t)(a->cur_memattr >> (8 * PTE_ATTR_INDEX(entry))),
	};
	/* Bits 7:6 of an attribute byte: 3 is "fault" (panthor_mmu_regs.h,
	 * AS_MEMATTR_AARCH64_FAULT). */
	if (leaf->attr >> 6 == 3)
		return (uint8_t)(MMU_CODE_MEMORY_ATTRIBUTE + level);
	return 0;
}

uint8_t mmu_walk(struct mali_sim *sim, unsigned int as, uint64_t va, struct mmu_leaf *leaf)
{
	const struct mmu_as *a = &sim->mmu.as[as];
	uint64_t table = a->cur_transtab & PTE_ADDRESS, entry, inherited = 0;
	unsigned int bits = va_bits(a), level = LAST_LEVEL + 1 - (bits - MMU_PAGE_SHIFT + 8) / 9;

	sim->stats.ptw_walks++;
	if (va >> bits)
		return MMU_CODE_ADDRESS_SIZE_IN;
	for (;; level++) {
		if (wider_than_pa(table))
			return pa_too_wide(sim, level, va, table);
		if (!read_entry(sim, table, (va >> level_shift(level)) & 511, &entry))
			return MMU_CODE_BUS;
		if (!(entry & PTE_VALID))
			return (uint8_t)(MMU_CODE_TRANSLATION + level);
		if (level == LAST_LEVEL || !(entry & PTE_TABLE))
			break;
		if (!(a->cur_transcfg & MMU_TRANSCFG_DISABLE_HIER_AP))
			inherited |= entry;
		table = entry & PTE_ADDRESS;
	}
	/* A block where none can be, or the reserved encoding at the last level. */
	if (level == LAST_LEVEL ? !(entry & PTE_TABLE) : level < FIRST_BLOCK_LEVEL)
		return (uint8_t)(MMU_CODE_TRANSLATION + level);
	return take_leaf(sim, a, va, entry, inherited, level, leaf);
}
