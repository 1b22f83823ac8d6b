/* SPDX-License-Identifier: MIT */
/* command.h - GPU_COMMAND: resets, cache flushes, cycle counter; and the GPU's own faults and
 * clocks. */
#ifndef GPU_COMMAND_H
#define GPU_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "gpu/event.h"

struct mali_sim;
struct mmu_fault;

struct gpu_command {
	struct event reset_done, flush_done;
	bool resetting, flushing;
	uint32_t reset_kind, flush_what; /* payloads of the command that is being done */
	uint32_t fault_status;
	uint64_t fault_address;
	bool cycles_host;      /* CYCLE_COUNT_START was given */
	bool cycles_firmware;  /* GLB_REQ.COUNTER_ENABLE is set */
	bool cycles_on;        /* one of them */
	uint64_t cycles_since; /* guest time of that */
	uint64_t cycles;       /* counted before that */
};

/** command_init() / command_reset() - at creation; and what a reset leaves: nothing pending, no
 * fault. */
void command_init(struct mali_sim *sim);
void command_reset(struct mali_sim *sim);

/** command_write() - a write to GPU_COMMAND. */
void command_write(struct mali_sim *sim, uint32_t value);

/** gpu_count_flush() - a cache flush took effect: LATEST_FLUSH moves on. */
void gpu_count_flush(struct mali_sim *sim);

/** gpu_fault() - a fault that is not an address space's: GPU_FAULTSTATUS, GPU_FAULTADDRESS, the GPU
 * interrupt. The first one stays until CLEAR_FAULT or a reset. */
void gpu_fault(struct mali_sim *sim, unsigned int as, const struct mmu_fault *fault,
	       uint16_t source_id);

/** gpu_timestamp() / gpu_cycles() - what TIMESTAMP and CYCLE_COUNT count now. Command streams store
 * the same. */
uint64_t gpu_timestamp(const struct mali_sim *sim);
uint64_t gpu_cycles(const struct mali_sim *sim);

/** gpu_cycles_firmware() - the firmware wants CYCLE_COUNT to count, or no longer. Panthor never
 * gives CYCLE_COUNT_START and yet its jobs store cycle counts; it sets GLB_REQ.COUNTER_ENABLE for
 * them (uAPI 1.6). */
void gpu_cycles_firmware(struct mali_sim *sim, bool on);

/** gpu_status() - the GPU_STATUS register. */
uint32_t gpu_status(const struct mali_sim *sim);

#endif /* GPU_COMMAND_H */
