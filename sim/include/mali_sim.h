/* SPDX-License-Identifier: MIT */
/*
 * mali_sim.h - the one public header of the virtual Mali-G610.
 *
 * The model is a library. It holds no global state; whoever embeds it (the QEMU device, a unit
 * test, a fuzzer, the replay tool) gives it guest memory, a clock and an interrupt controller
 * through struct mali_sim_ops and feeds it register accesses. It is single-clocked and event
 * driven: everything the GPU does later is an event with a deadline, and mali_sim_run() does what
 * is due.
 *
 * Threads: every function may be called from any thread; one lock inside the model serialises
 * them. Callbacks run with that lock held, so they must not call back into the model.
 */
#ifndef MALI_SIM_H
#define MALI_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bumped whenever this header changes incompatibly; mali_sim_create() refuses another value. */
#define MALI_SIM_ABI 1

/* Size of the register window in bytes: 2 MiB, as the RK3588's device tree gives it. */
#define MALI_SIM_MMIO_SIZE 0x200000u

struct mali_sim;

/** enum mali_sim_irq - the three interrupt lines, in the order of the device-tree binding. */
enum mali_sim_irq {
	MALI_SIM_IRQ_JOB,
	MALI_SIM_IRQ_MMU,
	MALI_SIM_IRQ_GPU,
	MALI_SIM_IRQ_COUNT,
};

/**
 * struct mali_sim_ops - what the model needs of the machine around it.
 * @abi: MALI_SIM_ABI.
 * @ram: host address of guest-physical @pa, or NULL where there is no RAM. *@len is set to the
 *	number of contiguous bytes from there. The pointer stays valid until mali_sim_destroy().
 * @irq: drive a level-triggered interrupt line.
 * @now: guest time in nanoseconds, monotonic, stopped while the machine is stopped.
 * @wake: call mali_sim_run() once at or soon after @deadline (same clock as @now); a later call
 *	replaces an earlier one, UINT64_MAX cancels.
 * @log: one line for people, without a newline, already carrying guest time and kind.
 * @capture_dir: directory for the files of "capture start NAME", valid until mali_sim_destroy().
 *	NULL: no captures.
 * @timestamp_hz: rate of the GPU's TIMESTAMP register, which counts with the CPU's generic timer:
 *	CNTFRQ_EL0 of the machine (Panthor reports arch_timer_get_cntfrq() as its rate). 0 stands
 *	for 1 GHz.
 */
struct mali_sim_ops {
	uint32_t abi;
	void *(*ram)(void *opaque, uint64_t pa, uint64_t *len);
	void (*irq)(void *opaque, enum mali_sim_irq line, bool level);
	uint64_t (*now)(void *opaque);
	void (*wake)(void *opaque, uint64_t deadline);
	void (*log)(void *opaque, const char *line);
	uint64_t timestamp_hz;
	const char *capture_dir;
};

/**
 * mali_sim_create() - power up one GPU.
 * @ops: callbacks; copied.
 * @opaque: handed to every callback.
 *
 * Return: the GPU in its power-on state, or NULL with errno set (EINVAL: foreign ABI or a callback
 * missing; ENOMEM).
 */
struct mali_sim *mali_sim_create(const struct mali_sim_ops *ops, void *opaque);

/** mali_sim_destroy() - free everything the GPU holds. NULL is fine. */
void mali_sim_destroy(struct mali_sim *sim);

/** mali_sim_reset() - power-on reset, as when the board's reset line is pulled. Logs, injected
 *  faults and mutations are kept. */
void mali_sim_reset(struct mali_sim *sim);

/** mali_sim_read32() - a CPU load of the 32-bit register at byte @offset of the window. */
uint32_t mali_sim_read32(struct mali_sim *sim, uint32_t offset);

/** mali_sim_write32() - a CPU store of @value to the 32-bit register at byte @offset. */
void mali_sim_write32(struct mali_sim *sim, uint32_t offset, uint32_t value);

/** mali_sim_run() - do everything that is due by ops->now(), then ask for the next wake-up. */
void mali_sim_run(struct mali_sim *sim);

/**
 * mali_sim_control() - one request of the control channel (see docs/model.md for the verbs).
 * @line: the request, with or without its newline.
 * @reply: receives "ok[ text]" or "error text", always terminated.
 * @size: bytes at @reply.
 *
 * Return: 0 for ok, -1 for error.
 */
int mali_sim_control(struct mali_sim *sim, const char *line, char *reply, size_t size);

/** mali_sim_version() - a string that changes with the model's behaviour, for results. */
const char *mali_sim_version(void);

#ifdef __cplusplus
}
#endif

#endif /* MALI_SIM_H */
