/* SPDX-License-Identifier: MIT */
/* irq.h - the three interrupt blocks (job, mmu, gpu): rawstat, mask, status, clear, and their
 * lines. */
#ifndef GPU_IRQ_H
#define GPU_IRQ_H

#include <stdbool.h>
#include <stdint.h>

#include "mali_sim.h"

struct mali_sim;

struct gpu_irqs {
	uint32_t raw[MALI_SIM_IRQ_COUNT];
	uint32_t mask[MALI_SIM_IRQ_COUNT];
	bool level[MALI_SIM_IRQ_COUNT];
	bool lost[MALI_SIM_IRQ_COUNT]; /* the fault irq-lost keeps the line down */
};

/** irq_raise() - set @bits in a block's RAWSTAT and drive the line. */
void irq_raise(struct mali_sim *sim, enum mali_sim_irq line, uint32_t bits);

/** irq_clear() - what a write to the block's INT_CLEAR does. */
void irq_clear(struct mali_sim *sim, enum mali_sim_irq line, uint32_t bits);

/** irq_set_mask() - what a write to the block's INT_MASK does. */
void irq_set_mask(struct mali_sim *sim, enum mali_sim_irq line, uint32_t mask);

/** irq_soft_reset() - what a soft or hard reset by GPU_COMMAND does: nothing raised; the GPU block
 * keeps its mask, because kbase unmasks RESET_COMPLETED before it asks for the reset
 * (mali_kbase_pm_driver.c, kbase_pm_do_reset). */
void irq_soft_reset(struct mali_sim *sim);

/** irq_reset() - all blocks as after power-on: nothing raised, everything masked. */
void irq_reset(struct mali_sim *sim);

#endif /* GPU_IRQ_H */
