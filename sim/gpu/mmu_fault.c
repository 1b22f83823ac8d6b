/* SPDX-License-Identifier: MIT */
/* mmu_fault.c - what the driver is told of accesses that failed, and the MMU's state as others ask
 * for it. */
#include "gpu/command.h"
#include "gpu/mmu_walk.h"
#include "gpu/sim.h"

void mmu_report(struct mali_sim *sim, unsigned int as, const struct mmu_fault *fault,
		uint16_t source_id)
{
	uint32_t status = fault->code | (uint32_t)fault->access << 8 | (uint32_t)source_id << 16;
	struct mmu_as *a;

	log_fault(sim, "AS%u VA 0x%llx status 0x%08x", as, (unsigned long long)fault->va, status);
	if (mmu_fault_is_bus(fault)) {
		gpu_fault(sim, as, fault, source_id);
		return;
	}
	if (!mmu_as_enabled(sim, as) || sim->mmu.as[as].faulted)
		return;
	a = &sim->mmu.as[as];
	a->faulted = true;
	a->faultstatus = status;
	a->faultaddress = fault->va;
	irq_raise(sim, MALI_SIM_IRQ_MMU, 1u << as);
}

bool mmu_any_active(const struct mali_sim *sim)
{
	for (int i = 0; i < MMU_AS_COUNT; i++)
		if (sim->mmu.as[i].active)
			return true;
	return false;
}

bool mmu_any_faulted(const struct mali_sim *sim)
{
	for (int i = 0; i < MMU_AS_COUNT; i++)
		if (sim->mmu.as[i].faulted)
			return true;
	return false;
}

void mmu_flush_all(struct mali_sim *sim)
{
	for (int i = 0; i < MMU_AS_COUNT; i++)
		mmu_tlb_drop_all(&sim->mmu.as[i]);
}
