/* SPDX-License-Identifier: MIT */
/*
 * sim.c - the GPU as a whole: birth and death, the lock, the run loop. The functions here are the
 * public ones of mali_sim.h; everything below them runs with the lock held.
 */
#include "gpu/sim.h"

#include <errno.h>
#include <stdlib.h>

#include "mcu/mcu.h"
#include "sim_version.h"

/* Events done with the lock held before a waiting register access gets its turn, and in one call of
 * mali_sim_run(): an embedder's thread or main loop must get back to its own work. */
#define EVENTS_PER_TURN 16
#define EVENTS_PER_RUN  4096

/* ---- the lock ---- */

static void ask_for_wake(struct mali_sim *sim)
{
	uint64_t next = event_next(sim);

	if (next == sim->asked_wake)
		return;
	sim->asked_wake = next;
	sim->ops.wake(sim->opaque, next);
}

/* Every public function is between these two; time stands still in between. */
static void enter(struct mali_sim *sim)
{
	fair_lock(&sim->lock);
	sim->now = sim->ops.now(sim->opaque);
	sim->in_entry = true;
}

static void leave(struct mali_sim *sim)
{
	capture_settle(sim);
	sim->in_entry = false;
	ask_for_wake(sim);
	fair_unlock(&sim->lock);
}

/* The run loop keeps the lock while there are events; register accesses come in between. */
static void let_others_in(struct mali_sim *sim)
{
	if (!fair_lock_wanted(&sim->lock))
		return;
	sim->in_entry = false;
	fair_unlock(&sim->lock);
	enter(sim);
}

static bool step(struct mali_sim *sim)
{
	if (!event_run_due(sim, sim->now))
		return false;
	capture_step(sim);
	capture_settle(sim);
	sim->now = sim->ops.now(sim->opaque);
	return true;
}

bool sim_step(struct mali_sim *sim)
{
	bool ran;

	enter(sim);
	ran = step(sim);
	leave(sim);
	return ran;
}

void mali_sim_run(struct mali_sim *sim)
{
	enter(sim);
	for (int done = 1; done <= EVENTS_PER_RUN && step(sim); done++)
		if (done % EVENTS_PER_TURN == 0)
			let_others_in(sim);
	/* The wake-up that brought us here is used up; ask again even for the same time. */
	sim->asked_wake = UINT64_MAX - 1;
	leave(sim);
}

/* ---- registers ---- */

uint32_t mali_sim_read32(struct mali_sim *sim, uint32_t offset)
{
	uint32_t value = 0;

	enter(sim);
	sim->stats.mmio_reads++;
	if (offset % 4 != 0 || offset >= MALI_SIM_MMIO_SIZE)
		complain(sim, RULE_MMIO_UNALIGNED, "read of 0x%x", offset);
	else
		value = regs_read(sim, offset);
	capture_read(sim, offset, value);
	leave(sim);
	return value;
}

void mali_sim_write32(struct mali_sim *sim, uint32_t offset, uint32_t value)
{
	enter(sim);
	sim->stats.mmio_writes++;
	if (offset % 4 != 0 || offset >= MALI_SIM_MMIO_SIZE)
		complain(sim, RULE_MMIO_UNALIGNED, "write of 0x%x to 0x%x", value, offset);
	else
		regs_write(sim, offset, value);
	capture_write(sim, offset, value);
	leave(sim);
}

/* ---- resets ---- */

void sim_reset_parts(struct mali_sim *sim, bool keep_power)
{
	mcu_reset(sim);
	mmu_reset(sim);
	if (!keep_power)
		power_reset(sim);
	command_reset(sim);
	regs_reset(sim);
	irq_soft_reset(sim);
}

static void power_on_state(struct mali_sim *sim)
{
	sim_reset_parts(sim, false);
	irq_reset(sim);
	sim->latest_flush = 1; /* kbase's POWER_DOWN_LATEST_FLUSH_VALUE */
	sim->timestamp_offset = 0;
}

void mali_sim_reset(struct mali_sim *sim)
{
	enter(sim);
	power_on_state(sim);
	capture_power_on(sim);
	leave(sim);
}

/* ---- birth and death ---- */

static bool ops_complete(const struct mali_sim_ops *ops)
{
	return ops && ops->abi == MALI_SIM_ABI && ops->ram && ops->irq && ops->now && ops->wake &&
	       ops->log;
}

struct mali_sim *mali_sim_create(const struct mali_sim_ops *ops, void *opaque)
{
	struct mali_sim *sim;

	if (!ops_complete(ops)) {
		errno = EINVAL;
		return NULL;
	}
	sim = calloc(1, sizeof(*sim));
	if (!sim)
		return NULL;
	sim->ops = *ops;
	sim->opaque = opaque;
	sim->asked_wake = UINT64_MAX;
	fair_lock_init(&sim->lock);
	power_init(sim);
	mmu_init(sim);
	command_init(sim);
	if (mcu_init(sim) != 0) {
		mali_sim_destroy(sim);
		errno = ENOMEM;
		return NULL;
	}
	power_on_state(sim);
	return sim;
}

void mali_sim_destroy(struct mali_sim *sim)
{
	if (!sim)
		return;
	capture_free(sim);
	if (sim->mcu)
		mcu_free(sim);
	event_queue_free(&sim->events);
	fair_lock_destroy(&sim->lock);
	free(sim);
}

const char *mali_sim_version(void)
{
	return "tyr-g610 " MALI_SIM_VERSION;
}

int mali_sim_control(struct mali_sim *sim, const char *line, char *reply, size_t size)
{
	int r;

	enter(sim);
	r = control_request(sim, line, reply, size);
	capture_control(sim, line);
	leave(sim);
	return r;
}
