/* SPDX-License-Identifier: MIT */
/*
 * sim.h - the GPU as a whole: one struct that owns every part, and the lock around it.
 *
 * Every function declared in sim/gpu, sim/mcu and sim/cs headers expects the lock to be held; only
 * the public functions of mali_sim.h take it.
 */
#ifndef GPU_SIM_H
#define GPU_SIM_H

#include "mali_sim.h"
#include "gpu/capture.h"
#include "gpu/command.h"
#include "gpu/control.h"
#include "gpu/event.h"
#include "gpu/inject.h"
#include "gpu/irq.h"
#include "gpu/lock.h"
#include "gpu/mmu.h"
#include "gpu/power.h"
#include "gpu/regs.h"
#include "gpu/strict.h"

struct mali_mcu;
struct mali_capture;

/* Shared counters, printed by the control channel's "stats". */
struct mali_stats {
	uint64_t mmio_reads, mmio_writes;
	uint64_t ptw_walks, tlb_hits;
	uint64_t cs_instructions, jobs;
	uint64_t complaints, unimp, faults;
	uint64_t struck; /* times that an injected fault made a difference */
};

struct mali_sim {
	struct mali_sim_ops ops;
	void *opaque;
	struct fair_lock lock;
	bool in_entry;       /* an access, request or event is being done: time stands still */
	uint64_t now;        /* the time at which it stands */
	uint64_t asked_wake; /* what ops.wake() was last asked for */

	struct event_queue events;
	struct gpu_regs regs;
	struct gpu_command command;
	struct gpu_irqs irqs;
	struct gpu_power power;
	struct gpu_mmu mmu;
	struct strict strict;
	struct injector inject;
	struct mali_stats stats;

	struct mali_mcu *mcu;                       /* owned; sim/mcu/mcu.h */
	struct mali_capture *capture;               /* owned; NULL while nothing is recorded */
	void (*replay_touch)(struct mali_sim *sim); /* a replay puts memory in place here */

	uint32_t latest_flush; /* CSF_GPU_LATEST_FLUSH_ID */
	uint64_t timestamp_offset;
};

/** sim_now() - guest time in ns. It does not move within one access, request or event, so that what
 * the model does depends on nothing but their order and times (capture.h). */
static inline uint64_t sim_now(const struct mali_sim *sim)
{
	return sim->in_entry ? sim->now : sim->ops.now(sim->opaque);
}

/** sim_step() - run the earliest event if it is due at the time that the clock shows. Return: false
 * when none was. */
bool sim_step(struct mali_sim *sim);

/** sim_reset_parts() - what a reset by GPU_COMMAND does to every part; a fast one leaves the power
 * on. */
void sim_reset_parts(struct mali_sim *sim, bool keep_power);

#endif /* GPU_SIM_H */
