/* SPDX-License-Identifier: MIT */
/*
 * mmu_access.c - accesses of the GPU's work: from a GPU address to a host pointer. mmu_map() serves
 * from the TLB; map_slow() is for everything unusual: a miss, a lock, a fault.
 */
#include <string.h>

#include "gpu/mmu_walk.h"
#include "gpu/sim.h"

/* Where reads come from and writes go to while the mutation mmu-fault-silent is on. */
static uint8_t *silent_page(struct mali_sim *sim)
{
	memset(sim->mmu.silent, 0, sizeof(sim->mmu.silent));
	return sim->mmu.silent;
}

uint8_t mmu_perm_of(enum mmu_access access)
{
	switch (access) {
	case MMU_ATOMIC:
		return MMU_PERM_READ | MMU_PERM_WRITE;
	case MMU_EXECUTE:
		return MMU_PERM_EXECUTE;
	case MMU_WRITE:
		return MMU_PERM_WRITE;
	default:
		return MMU_PERM_READ;
	}
}

static unsigned int lowest_in_use(const struct mali_sim *sim, unsigned int fallback)
{
	for (unsigned int i = 1; i < MMU_AS_COUNT; i++)
		if (mmu_as_enabled(sim, i))
			return i;
	return fallback;
}

/* The mutation mmu-leak: every address space but the firmware's sees the lowest one's memory. */
static unsigned int tables_of(const struct mali_sim *sim, unsigned int as)
{
	if (mutated(sim, MMU_LEAK) && as != 0)
		return lowest_in_use(sim, as);
	return as;
}

static bool injected_bus_fault(struct mali_sim *sim, unsigned int as, uint64_t va, size_t len)
{
	const struct fault *f = inject_peek(sim, FAULT_BUS_FAULT);

	/* Without an address space given the firmware's is spared: the fault is for a job. */
	if (!f || (f->as == UINT64_MAX ? as == 0 : f->as != as))
		return false;
	if (f->va != UINT64_MAX && (f->va < va || f->va - va >= len))
		return false;
	return inject_hit(sim, FAULT_BUS_FAULT);
}

/* Identity mode hands addresses to the bus as they are (AS_TRANSCFG_ADRMODE_IDENTITY). */
static uint8_t translate(struct mali_sim *sim, unsigned int as, uint64_t va, struct mmu_leaf *leaf)
{
	if ((sim->mmu.as[as].cur_transcfg & MMU_ADRMODE_MASK) != MMU_ADRMODE_IDENTITY)
		return mmu_walk(sim, as, va, leaf);
	if (va >> MMU_PA_BITS)
		return MMU_CODE_ADDRESS_SIZE_IN;
	*leaf = (struct mmu_leaf){.pa = va,
				  .size_shift = MMU_PAGE_SHIFT,
				  .perms = MMU_PERM_READ | MMU_PERM_WRITE | MMU_PERM_EXECUTE};
	return 0;
}

static enum mmu_result fail(struct mali_sim *sim, unsigned int as, uint64_t va,
			    enum mmu_access access, uint8_t code, struct mmu_fault *fault)
{
	*fault = (struct mmu_fault){.code = code, .access = access, .va = va};
	/* One fault at a time is shown to the driver; those behind it wait their turn. */
	if (!mmu_fault_is_bus(fault) && sim->mmu.as[as].faulted)
		return MMU_STALL;
	return MMU_FAULT;
}

/* Walk, check and remember. Return: 0 or the exception code. */
static uint8_t look_up(struct mali_sim *sim, unsigned int as, uint64_t va, size_t want,
		       enum mmu_access access, struct mmu_tlb_entry **entry)
{
	struct mmu_as *a = &sim->mmu.as[as];
	uint8_t need = mmu_perm_of(access), code;
	struct mmu_leaf leaf = {0};
	uint64_t len = 0;
	void *host;

	code = translate(sim, tables_of(sim, as), va, &leaf);
	if (code)
		return code;
	if (mutated(sim, MMU_READONLY_WRITABLE))
		leaf.perms |= MMU_PERM_WRITE;
	if ((leaf.perms & need) != need)
		return (uint8_t)(MMU_CODE_PERMISSION + leaf.level);
	capture_touch(sim, leaf.pa, want, need & MMU_PERM_WRITE);
	/* RAM starts and ends on page boundaries everywhere the model runs; a page half of RAM is
	 * none. */
	host = sim->ops.ram(sim->opaque, leaf.pa & ~(uint64_t)MMU_PAGE_MASK, &len);
	if (!host || len < MMU_PAGE_SIZE)
		return MMU_CODE_BUS;
	*entry = mmu_tlb_fill(a, va, &leaf, host);
	return 0;
}

static enum mmu_result map_slow(struct mali_sim *sim, unsigned int as, uint64_t va, size_t *len,
				enum mmu_access access, void **host, struct mmu_fault *fault)
{
	size_t room = MMU_PAGE_SIZE - (va & MMU_PAGE_MASK);
	struct mmu_tlb_entry *entry = NULL;
	uint8_t code;

	if (*len > room)
		*len = room;
	if (as >= MMU_AS_COUNT || !mmu_as_enabled(sim, as) || !power_l2_ready(sim) ||
	    injected_bus_fault(sim, as, va, *len)) {
		*fault = (struct mmu_fault){MMU_CODE_BUS, access, va};
		return MMU_FAULT;
	}
	if (mmu_region_locked(&sim->mmu.as[as], va, *len))
		return MMU_STALL;
	entry = mmu_tlb_find(&sim->mmu.as[as], va);
	code = 0;
	if (entry && (entry->perms & mmu_perm_of(access)) != mmu_perm_of(access))
		code = (uint8_t)(MMU_CODE_PERMISSION + entry->level);
	else if (entry)
		capture_touch(sim, entry->pa + (va & MMU_PAGE_MASK), *len,
			      mmu_perm_of(access) & MMU_PERM_WRITE);
	else
		code = look_up(sim, as, va, *len, access, &entry);
	if (code && code != MMU_CODE_BUS && mutated(sim, MMU_FAULT_SILENT)) {
		*host = silent_page(sim) + (va & MMU_PAGE_MASK);
		return MMU_OK;
	}
	if (code)
		return fail(sim, as, va, access, code, fault);
	*host = (uint8_t *)entry->host + (va & MMU_PAGE_MASK);
	return MMU_OK;
}

/* Anything that must see every access, not only those that miss. */
static bool watched(const struct mali_sim *sim)
{
	return sim->capture || sim->replay_touch || sim->inject.fault[FAULT_BUS_FAULT].armed;
}

enum mmu_result mmu_map(struct mali_sim *sim, unsigned int as, uint64_t va, size_t *len,
			enum mmu_access access, void **host, struct mmu_fault *fault)
{
	uint8_t need = mmu_perm_of(access);
	struct mmu_tlb_entry *e;
	size_t room = MMU_PAGE_SIZE - (va & MMU_PAGE_MASK);

	if (__builtin_expect(as >= MMU_AS_COUNT || sim->mmu.as[as].locked || watched(sim), 0))
		return map_slow(sim, as, va, len, access, host, fault);
	e = mmu_tlb_find(&sim->mmu.as[as], va);
	if (__builtin_expect(!e || (e->perms & need) != need, 0))
		return map_slow(sim, as, va, len, access, host, fault);
	sim->stats.tlb_hits++;
	if (*len > room)
		*len = room;
	*host = (uint8_t *)e->host + (va & MMU_PAGE_MASK);
	return MMU_OK;
}

enum mmu_result mmu_read(struct mali_sim *sim, unsigned int as, uint64_t va, void *buf, size_t n,
			 struct mmu_fault *fault)
{
	uint8_t *to = buf;

	while (n > 0) {
		size_t len = n;
		void *host;
		enum mmu_result r = mmu_map(sim, as, va, &len, MMU_READ, &host, fault);

		if (r != MMU_OK)
			return r;
		memcpy(to, host, len);
		to += len;
		va += len;
		n -= len;
	}
	return MMU_OK;
}

enum mmu_result mmu_write(struct mali_sim *sim, unsigned int as, uint64_t va, const void *buf,
			  size_t n, struct mmu_fault *fault)
{
	const uint8_t *from = buf;

	while (n > 0) {
		size_t len = n;
		void *host;
		enum mmu_result r = mmu_map(sim, as, va, &len, MMU_WRITE, &host, fault);

		if (r != MMU_OK)
			return r;
		memcpy(host, from, len);
		from += len;
		va += len;
		n -= len;
	}
	return MMU_OK;
}
