/* SPDX-License-Identifier: MIT */
/* clang-format off */
/*
 * capture.h - record what the GPU saw and did, and do it again without a machine.
 *
 * The model does nothing by itself: it changes only when a register is accessed, a control request
 * comes or an event is due, and time stands still within each of these. A capture is the list of
 * them, with the guest memory that the GPU looked at in between. Played back in that order on that
 * memory the model must read the same registers and leave the same memory.
 *
 * The file, little-endian throughout: an 8-byte magic, then records of a 4-byte kind, a 4-byte
 * payload size and the payload, in order:
 *	STATE	struct capture_state			what stands when the GPU is at rest; the first
 *	READ	u64 now, u32 offset, u32 value		a register was read, and what it said
 *	WRITE	u64 now, u32 offset, u32 value		a register was written
 *	STEP	u64 now					the earliest due event ran
 *	CONTROL	u64 now, text				a request of the control channel
 *	RESET	u64 now					power-on reset
 *	MEM	u64 touch, u64 pa, bytes		before the access with this number the CPU
 *							had put these bytes there (within one page)
 *	FINAL	u64 pa, 4096 bytes			at the end: a page that the GPU wrote
 *	END	u64 touches				the last record
 * MEM records come before the record in which they were first seen. A touch is one access of the GPU
 * to memory (translation walk or data); they are counted from 0.
 */
/* clang-format on */
#ifndef GPU_CAPTURE_H
#define GPU_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mali_sim.h"

struct mali_sim;

#define CAPTURE_MAGIC "TYRCAP01"

enum capture_kind {
	CAPTURE_STATE = 1,
	CAPTURE_READ,
	CAPTURE_WRITE,
	CAPTURE_STEP,
	CAPTURE_CONTROL,
	CAPTURE_RESET,
	CAPTURE_MEM,
	CAPTURE_FINAL,
	CAPTURE_END,
};

struct capture_record {
	uint32_t kind, size;
};

/* Room for the registers that only store (regs.def). */
#define CAPTURE_WORDS 64

struct capture_state {
	uint64_t now, timestamp_hz, timestamp_offset, cycles;
	uint32_t latest_flush;
	uint32_t irq_raw[MALI_SIM_IRQ_COUNT], irq_mask[MALI_SIM_IRQ_COUNT];
	uint32_t cycles_on;
	uint32_t word[CAPTURE_WORDS];
};

struct capture_access {
	uint64_t now;
	uint32_t offset, value;
};

struct capture_mem {
	uint64_t touch, pa; /* the bytes follow */
};

/** capture_request() - "start NAME" or "stop". NAME becomes a file in ops.capture_dir; recording
 * begins as soon as the GPU is at rest (off, nothing pending, no fault armed), because nothing else
 * is a state that a new model can be put into. Return: NULL, or what is wrong with the request. */
const char *capture_request(struct mali_sim *sim, const char *args);

/** capture_free() - end a recording, without a word. */
void capture_free(struct mali_sim *sim);

/* The model calls these where the things above happen; each is nothing while nothing is recorded.
 */
void capture_read(struct mali_sim *sim, uint32_t offset, uint32_t value);
void capture_write(struct mali_sim *sim, uint32_t offset, uint32_t value);
void capture_step(struct mali_sim *sim);
void capture_control(struct mali_sim *sim, const char *line);
void capture_power_on(struct mali_sim *sim);

/** capture_settle() - an access, request or event is over: what the GPU wrote in it is in memory.
 */
void capture_settle(struct mali_sim *sim);

/** capture_touch() - the GPU is about to access @len bytes at physical @pa, within a page. */
void capture_touch(struct mali_sim *sim, uint64_t pa, size_t len, bool write);

#endif /* GPU_CAPTURE_H */
