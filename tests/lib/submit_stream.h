/* SPDX-License-Identifier: MIT */
/*
 * submit_stream.h - command streams in an arena, and the few sequences that most tests share.
 *
 * A stream is a struct csb (cs.h) that GROUP_SUBMIT makes the queue's ring buffer CALL. The
 * emitters below use the registers SUBMIT_TMP to SUBMIT_TMP + 3 and nothing else: a test may use r0
 * to r83.
 *
 * Registers: a G610 has 96 of 32 bits and the kernel's ring-buffer code uses the last four
 * (csif_info's cs_reg_count and unpreserved_cs_reg_count). Loads and stores of a stream are
 * asynchronous and hold the scoreboard slot that SET_SB_ENTRY chose, 0 after a start (Mesa's
 * genxml, v10.xml).
 */
#ifndef SUBMIT_STREAM_H
#define SUBMIT_STREAM_H

#include <stdint.h>

#include "cs.h"
#include "submit_arena.h"

/* First of the four registers that the emitters use: an address pair, then a value or two. */
#define SUBMIT_TMP 84

/* Scoreboard mask that waits for all slots (8 on a G610: CS_FEATURES). */
#define SUBMIT_WAIT_ALL 0xff

/**
 * submit_stream_begin() - a new stream of at most @room instructions.
 */
void submit_stream_begin(struct csb *s, struct submit_arena *a, unsigned int room);

/**
 * submit_emit_wait() - wait for all loads and stores so far.
 */
void submit_emit_wait(struct csb *s);

/**
 * submit_emit_store32() / submit_emit_store64() - store a constant and wait for the store.
 */
void submit_emit_store32(struct csb *s, uint64_t va, uint32_t value);
void submit_emit_store64(struct csb *s, uint64_t va, uint64_t value);

/**
 * submit_emit_store_regs() - store @count (1 to 16) registers from @first on at @va, and wait.
 */
void submit_emit_store_regs(struct csb *s, uint64_t va, unsigned int first, unsigned int count);

/**
 * submit_emit_load_regs() - load @count (1 to 16) registers from @first on from @va, and wait.
 */
void submit_emit_load_regs(struct csb *s, uint64_t va, unsigned int first, unsigned int count);

/**
 * submit_emit_add_word() - add @n to the 32-bit word at @va: load, add, store, wait. Not atomic.
 */
void submit_emit_add_word(struct csb *s, uint64_t va, int32_t n);

/**
 * submit_emit_count_until() - count in the word at @counter until the word at @stop is not zero.
 */
void submit_emit_count_until(struct csb *s, uint64_t counter, uint64_t stop);

/**
 * submit_emit_forever() - branch to itself: the stream never ends.
 */
void submit_emit_forever(struct csb *s);

#endif /* SUBMIT_STREAM_H */
