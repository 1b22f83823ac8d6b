/* SPDX-License-Identifier: MIT */
/* mem.c - a stream's accesses to memory: translation, and what a failed one means. */
#include "cs/cs.h"
#include "cs/mem.h"
#include "gpu/sim.h"
#include "mcu/mcu.h"

/*
 * AS_FAULTSTATUS' source id of a command stream. Its encoding is not public (kbase prints the
 * number and names no part of it for CSF): this is the model's own, the slot of the stream with a
 * mark, so that a person can tell.
 */
static uint16_t source_id(const struct cs *cs)
{
	return (uint16_t)(0x8000 | cs->cfg.group << 4 | cs->cfg.index);
}

enum cs_mem cs_mem_map(struct cs *cs, uint64_t va, size_t size, enum mmu_access access, void **host)
{
	struct mmu_fault fault = {0};
	size_t len = size;

	switch (mmu_map(cs->sim, cs->cfg.as, va, &len, access, host, &fault)) {
	case MMU_OK:
		return len >= size ? CS_MEM_OK : CS_MEM_BUS;
	case MMU_STALL:
		return CS_MEM_STALL;
	case MMU_FAULT:
		break;
	}
	/* Panthor and kbase unmap the address space on a fault so that what waits fails instead of
	 * retrying. */
	if (!mmu_as_enabled(cs->sim, cs->cfg.as))
		return CS_MEM_BUS;
	mmu_report(cs->sim, cs->cfg.as, &fault, source_id(cs));
	return mmu_fault_is_bus(&fault) ? CS_MEM_BUS : CS_MEM_STALL;
}

enum cs_mem cs_mem_map_mcu(struct cs *cs, uint64_t va, size_t size, enum mmu_access access,
			   void **host)
{
	struct mmu_fault fault = {0};
	size_t len = size;

	switch (mmu_map(cs->sim, MCU_AS, va, &len, access, host, &fault)) {
	case MMU_OK:
		return len >= size ? CS_MEM_OK : CS_MEM_BUS;
	case MMU_STALL:
		return CS_MEM_STALL;
	default:
		return CS_MEM_BUS;
	}
}
