/* SPDX-License-Identifier: MIT */
/*
 * fixture.h - a machine around one GPU: RAM, a clock that only the test moves, three interrupt
 * lines, a log that is kept, and a builder of page tables. Everything goes through mali_sim.h; a
 * test that looks inside includes gpu/sim.h itself.
 */
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mali_sim.h"

#define FX_RAM_BASE 0x40000000ull
#define FX_RAM_SIZE (16u << 20)
#define FX_PAGE     4096u

struct fixture {
	struct mali_sim *sim;
	uint8_t *ram;
	uint64_t next_free; /* physical address of the next page that fx_alloc() gives */
	uint64_t now;
	uint64_t deadline; /* what the model asked for last */
	bool line[MALI_SIM_IRQ_COUNT];
	unsigned int edges[MALI_SIM_IRQ_COUNT]; /* times a line went up */
	char **log;
	size_t log_count, log_room;
	uint64_t timestamp_hz; /* set before fx_start() */
	char capture_dir[64];  /* set any time before a capture is started */
};

/** fx_start() - memory zeroed, time at 1 s, GPU in its power-on state. fx_stop() - free everything.
 * Tests that never stop leak, which ASan reports. */
void fx_start(struct fixture *fx);
void fx_stop(struct fixture *fx);

/* ---- registers ---- */

uint32_t fx_read(struct fixture *fx, uint32_t offset);
void fx_write(struct fixture *fx, uint32_t offset, uint32_t value);
uint64_t fx_read64(struct fixture *fx, uint32_t offset);
void fx_write64(struct fixture *fx, uint32_t offset, uint64_t value);

/** fx_power_l2() - turn the L2 on and wait for it; most tests begin with it. */
void fx_power_l2(struct fixture *fx);

/* ---- time ---- */

/** fx_advance() - let @ns pass, doing what is due on the way in its order. */
void fx_advance(struct fixture *fx, uint64_t ns);

/** fx_settle() - advance until nothing is due within @limit_ns. Return: ns that passed. */
uint64_t fx_settle(struct fixture *fx, uint64_t limit_ns);

/** fx_wait() - advance in the model's own steps until @done says so or @limit_ns passed. Return:
 * whether it did. */
bool fx_wait(struct fixture *fx, bool (*done)(struct fixture *fx, void *arg), void *arg,
	     uint64_t limit_ns);

/* ---- memory ---- */

/** fx_alloc() - @pages contiguous zeroed pages. Return: physical address. */
uint64_t fx_alloc(struct fixture *fx, size_t pages);

/** fx_host() - where the test sees physical address @pa. */
void *fx_host(struct fixture *fx, uint64_t pa);

/* ---- page tables, as io-pgtable-arm.c builds them for ARM_64_LPAE_S1 ---- */

enum fx_pte_flags {
	FX_RO = 1 << 0,
	FX_NX = 1 << 1,
	FX_NO_AF = 1 << 2, /* access flag clear */
	FX_ATTR_SHIFT = 8, /* attribute index in bits 10:8 */
};

/** fx_pt_new() - an empty tree. Return: physical address of its root. */
uint64_t fx_pt_new(struct fixture *fx);

/** fx_map() - map @size bytes at @va to @pa in 4 KiB pages; fx_map_block() one block at @level 1
 * or 2. */
void fx_map(struct fixture *fx, uint64_t root, uint64_t va, uint64_t pa, uint64_t size,
	    unsigned int flags);
void fx_map_block(struct fixture *fx, uint64_t root, uint64_t va, uint64_t pa, unsigned int level,
		  unsigned int flags);

/** fx_unmap() - clear the last-level entries of a range that fx_map() made. Flushes nothing. */
void fx_unmap(struct fixture *fx, uint64_t root, uint64_t va, uint64_t size);

/** fx_pte() - the entry for @va at @level, tables above it made as needed. */
uint64_t *fx_pte(struct fixture *fx, uint64_t root, uint64_t va, unsigned int level);

/** fx_map_new() - allocate and map @size bytes. Return: physical address. */
uint64_t fx_map_new(struct fixture *fx, uint64_t root, uint64_t va, uint64_t size,
		    unsigned int flags);

/* ---- address spaces, as Panthor programs them ---- */

/** fx_as_enable() - TRANSTAB, MEMATTR, TRANSCFG, UPDATE, wait. */
void fx_as_enable(struct fixture *fx, unsigned int as, uint64_t root);
void fx_as_disable(struct fixture *fx, unsigned int as);

/** fx_as_command() - write the command and wait until AS_ACTIVE clears. */
void fx_as_command(struct fixture *fx, unsigned int as, uint32_t command);

/** fx_as_flush() - LOCK the region that covers the range, then FLUSH_PT. */
void fx_as_flush(struct fixture *fx, unsigned int as, uint64_t va, uint64_t size);

/* ---- log and control ---- */

/** fx_logged() - lines that contain @text. */
size_t fx_logged(const struct fixture *fx, const char *text);

/** fx_complaints() - lines that are complaints; fx_complained() - of the rule with this name. */
size_t fx_complaints(const struct fixture *fx);
size_t fx_complained(const struct fixture *fx, const char *rule);

/** fx_log_dump() - print the log as TAP comments, for a test that failed. */
void fx_log_dump(const struct fixture *fx);

/** fx_control() - one request. Return: the reply, in a buffer of the fixture's that the next call
 * reuses. */
const char *fx_control(struct fixture *fx, const char *request);

#endif /* TESTS_FIXTURE_H */
