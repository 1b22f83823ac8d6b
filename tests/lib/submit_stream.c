// SPDX-License-Identifier: MIT
/*
 * submit_stream.c - see submit_stream.h.
 */
#include "igt.h"
#include "submit_stream.h"

enum {
	ADDR = SUBMIT_TMP,      /* and the next: an address */
	VALUE = SUBMIT_TMP + 2, /* and the next: a value, or two */
};

void submit_stream_begin(struct csb *s, struct submit_arena *a, unsigned int room)
{
	uint64_t va = submit_alloc(a, (uint64_t)room * 8);

	*s = csb_begin(submit_cpu(a, va), va, (size_t)room * 8);
}

void submit_emit_wait(struct csb *s)
{
	csb_wait(s, SUBMIT_WAIT_ALL);
}

void submit_emit_store32(struct csb *s, uint64_t va, uint32_t value)
{
	csb_move48(s, ADDR, va);
	csb_move32(s, VALUE, value);
	csb_store32(s, VALUE, ADDR, 0);
	submit_emit_wait(s);
}

void submit_emit_store64(struct csb *s, uint64_t va, uint64_t value)
{
	csb_move48(s, ADDR, va);
	csb_move64(s, VALUE, value);
	csb_store64(s, VALUE, ADDR, 0);
	submit_emit_wait(s);
}

void submit_emit_store_regs(struct csb *s, uint64_t va, unsigned int first, unsigned int count)
{
	csb_move48(s, ADDR, va);
	csb_store(s, first, ADDR, (1u << count) - 1, 0);
	submit_emit_wait(s);
}

void submit_emit_load_regs(struct csb *s, uint64_t va, unsigned int first, unsigned int count)
{
	csb_move48(s, ADDR, va);
	csb_load(s, first, ADDR, (1u << count) - 1, 0);
	submit_emit_wait(s);
}

void submit_emit_add_word(struct csb *s, uint64_t va, int32_t n)
{
	csb_move48(s, ADDR, va);
	csb_load32(s, VALUE, ADDR, 0);
	submit_emit_wait(s);
	csb_add32(s, VALUE, VALUE, n);
	csb_store32(s, VALUE, ADDR, 0);
	submit_emit_wait(s);
}

void submit_emit_count_until(struct csb *s, uint64_t counter, uint64_t stop)
{
	uint32_t top = s->count;

	submit_emit_add_word(s, counter, 1);
	csb_move48(s, ADDR, stop);
	csb_load32(s, VALUE, ADDR, 0);
	submit_emit_wait(s);
	csb_branch_to(s, CSB_EQUAL, VALUE, top);
}

void submit_emit_forever(struct csb *s)
{
	csb_branch_to(s, CSB_ALWAYS, VALUE, s->count);
}
