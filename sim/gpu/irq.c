/* SPDX-License-Identifier: MIT */
/*
 * irq.c - the interrupt blocks. Each has RAWSTAT (what happened), MASK (what may interrupt) and
 * STATUS = RAWSTAT & MASK; the line is level triggered and high while STATUS is not zero
 * (mali_kbase_gpu_regmap.h names the registers; panthor_device.h's handler relies on the level).
 */
#include "gpu/irq.h"

#include "gpu/sim.h"

static bool line_lost(struct mali_sim *sim, enum mali_sim_irq line)
{
	const struct fault *f = inject_peek(sim, FAULT_IRQ_LOST);

	return f && (f->line == UINT64_MAX || f->line == line) && inject_hit(sim, FAULT_IRQ_LOST);
}

/* A lost interrupt stays lost until something new is raised: an edge that never came. */
static void drive(struct mali_sim *sim, enum mali_sim_irq line, bool fresh)
{
	struct gpu_irqs *irqs = &sim->irqs;
	bool level = irqs->raw[line] & irqs->mask[line];

	if (!level || fresh)
		irqs->lost[line] = false;
	if (level && !irqs->level[line] && !irqs->lost[line])
		irqs->lost[line] = line_lost(sim, line);
	level = level && !irqs->lost[line];
	if (level == irqs->level[line])
		return;
	irqs->level[line] = level;
	sim->ops.irq(sim->opaque, line, level);
}

void irq_raise(struct mali_sim *sim, enum mali_sim_irq line, uint32_t bits)
{
	sim->irqs.raw[line] |= bits;
	drive(sim, line, true);
}

void irq_clear(struct mali_sim *sim, enum mali_sim_irq line, uint32_t bits)
{
	sim->irqs.raw[line] &= ~bits;
	drive(sim, line, false);
}

void irq_set_mask(struct mali_sim *sim, enum mali_sim_irq line, uint32_t mask)
{
	sim->irqs.mask[line] = mask;
	drive(sim, line, false);
}

void irq_soft_reset(struct mali_sim *sim)
{
	for (int i = 0; i < MALI_SIM_IRQ_COUNT; i++) {
		sim->irqs.raw[i] = 0;
		if (i != MALI_SIM_IRQ_GPU)
			sim->irqs.mask[i] = 0;
		drive(sim, i, false);
	}
}

void irq_reset(struct mali_sim *sim)
{
	for (int i = 0; i < MALI_SIM_IRQ_COUNT; i++) {
		sim->irqs.raw[i] = 0;
		sim->irqs.mask[i] = 0;
		drive(sim, i, false);
	}
}
