// SPDX-License-Identifier: MIT
/*
 * panthor_submit_ring.c - the ring buffer of a queue: thousands of jobs wrap it many times over,
 * more jobs than fit wait their turn, and jobs of every size go through.
 *
 * The driver's own instructions of a job take 128 bytes of the ring (16 instructions, cache-line
 * aligned), so a ring of 4 KiB holds 32 jobs and one of 64 KiB 512.
 */
#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"
#include "submit_gate.h"

IGT_TEST_DESCRIPTION("Ring buffers: wrap-around, more jobs than fit, streams of every size.");

#define BATCH 100

/* Submit @n times @s in batches; the last job signals the bench's syncobj. */
static void submit_many(struct submit_bench *b, const struct csb *s, uint32_t n)
{
	struct drm_panthor_queue_submit jobs[BATCH];
	struct drm_panthor_sync_op out = submit_out(b->done);

	for (uint32_t i = 0; i < n; i += BATCH) {
		for (uint32_t j = 0; j < BATCH; j++)
			jobs[j] = submit_fill(0, s, &out, i + j == n - 1);
		submit_jobs(b->fd, b->group, jobs, BATCH);
	}
}

/* @n jobs through a ring of @size bytes; each adds one to a word, so a lost or doubled one shows.
 */
static void wrap(uint32_t size, uint32_t n)
{
	struct submit_bench b;
	struct csb s;
	uint64_t count;

	submit_bench_open(&b, 1);
	igt_panthor_group_destroy(b.fd, b.group, 0);
	b.group =
	    submit_group_create_with(b.fd, b.arena.vm, 1, size, PANTHOR_GROUP_PRIORITY_MEDIUM);
	count = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_add_word(&s, count, 1);
	submit_many(&b, &s, n);
	submit_assert_done(b.fd, b.done);
	igt_assert_eq_u32(submit_read32(&b.arena, count), n);
	submit_bench_close(&b);
}

/* One job after the other, each waited for: the ring is empty at every submission. */
static void wrap_one_by_one(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t count;

	submit_bench_open(&b, 1);
	count = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_add_word(&s, count, 1);
	for (uint32_t i = 1; i <= 100; i++) {
		submit_bench_run(&b, &s);
		igt_assert_eq_u32(submit_read32(&b.arena, count), i);
	}
	submit_bench_close(&b);
}

/* Behind a closed gate 200 jobs wait for 31 places; none runs early, none is lost. */
static void overfull(void)
{
	struct submit_gate g;
	struct submit_bench b;
	struct csb s;
	uint64_t count;

	submit_bench_open(&b, 1);
	count = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_add_word(&s, count, 1);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	submit_many(&b, &s, 200);
	submit_assert_held(b.fd, b.done, SUBMIT_HOLD_MS);
	igt_assert_eq_u32(submit_read32(&b.arena, count), 0);
	submit_gate_assert_closed(&g);
	submit_gate_open(&g);
	submit_assert_done(b.fd, b.done);
	igt_assert_eq_u32(submit_read32(&b.arena, count), 200);
	submit_bench_close(&b);
}

/* Eight rings wrap at the same time; each queue counts in a word of its own. */
static void wrap_queues(void)
{
	struct csb s[8];
	struct submit_bench b;
	uint64_t counts;

	submit_bench_open(&b, 8);
	counts = submit_alloc(&b.arena, 4 * 8);
	for (uint32_t q = 0; q < 8; q++) {
		submit_stream_begin(&s[q], &b.arena, 8);
		submit_emit_add_word(&s[q], counts + 4 * q, 1);
	}
	for (uint32_t i = 0; i < 100; i++) {
		for (uint32_t q = 0; q < 8; q++)
			submit_bench_start(&b, q, &s[q]);
	}
	/* The last of each queue: an empty job is over when those before it are. */
	for (uint32_t q = 0; q < 8; q++) {
		submit_bench_start(&b, q, NULL);
		submit_assert_done(b.fd, b.done);
		igt_assert_eq_u32(submit_read32(&b.arena, counts + 4 * q), 100);
	}
	submit_bench_close(&b);
}

/*
 * Empty jobs never reach the ring; their fences still come, and in order. The middle of them stand
 * behind a gate, so that they cannot all be trivially over.
 */
static void empty_submits(void)
{
	struct submit_gate g;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	for (uint32_t i = 0; i < 2000; i++)
		submit_bench_start(&b, 0, NULL);
	submit_assert_done(b.fd, b.done);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	submit_many(&b, NULL, 8000);
	submit_assert_held(b.fd, b.done, SUBMIT_HOLD_MS);
	submit_gate_assert_closed(&g);
	submit_gate_open(&g);
	submit_assert_done(b.fd, b.done);
	submit_assert_done(b.fd, g.opened);
	submit_bench_close(&b);
}

/* The smallest stream there is: one NOP; between them jobs that count. */
static void tiny_streams(void)
{
	struct csb nop, s;
	struct submit_bench b;
	uint64_t count;

	submit_bench_open(&b, 1);
	count = submit_alloc(&b.arena, 4);
	submit_stream_begin(&nop, &b.arena, 1);
	csb_nop(&nop);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_add_word(&s, count, 1);
	for (uint32_t i = 0; i < 200; i++) {
		submit_job(b.fd, b.group, 0, &nop, NULL, 0);
		submit_bench_start(&b, 0, &s);
	}
	submit_assert_done(b.fd, b.done);
	igt_assert_eq_u32(submit_read32(&b.arena, count), 200);
	submit_bench_close(&b);
}

/* A stream of 16,384 additions ends with the right sum; its end is not cut off. */
static void long_stream(void)
{
	const uint32_t adds = 16384;
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	submit_bench_open(&b, 1);
	word = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, adds + 8);
	csb_move32(&s, 0, 0);
	for (uint32_t i = 0; i < adds; i++)
		csb_add32(&s, 0, 0, 3);
	submit_emit_store_regs(&s, word, 0, 1);
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 3 * adds);
	submit_bench_close(&b);
}

/* Streams of 1 to 64 instructions: what is beyond the size given is not executed. */
static void stream_sizes(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	submit_bench_open(&b, 1);
	word = submit_alloc(&b.arena, 4);
	for (unsigned int n = 1; n <= 64; n++) {
		struct csb store;

		/* n additions are within the stream; one more lies behind its end. */
		submit_stream_begin(&s, &b.arena, n + 2);
		csb_move32(&s, 0, 0);
		for (unsigned int i = 0; i <= n; i++)
			csb_add32(&s, 0, 0, 1);
		s.count--;
		submit_job(b.fd, b.group, 0, &s, NULL, 0);
		submit_stream_begin(&store, &b.arena, 4);
		submit_emit_store_regs(&store, word, 0, 1);
		submit_bench_run(&b, &store);
		igt_assert_eq_u32(submit_read32(&b.arena, word), n);
	}
	submit_bench_close(&b);
}

int igt_main()
{
	igt_describe("2,000 jobs through the smallest ring, which holds 32.");
	submit_subtest("wrap-4k")
		wrap(4096, 2000);

	igt_describe("1,500 jobs through the largest ring, which holds 512.");
	submit_subtest("wrap-64k")
		wrap(65536, 1500);

	igt_describe("100 jobs, each waited for, wrap the smallest ring.");
	submit_subtest("wrap-one-by-one")
		wrap_one_by_one();

	igt_describe("Eight queues wrap their rings at the same time.");
	submit_subtest("wrap-queues")
		wrap_queues();

	igt_describe("200 jobs wait for the 32 places of a ring that stands.");
	submit_subtest("overfull")
		overfull();

	igt_describe("10,000 empty submits, most of them behind a job that stands.");
	submit_subtest("empty-10000")
		empty_submits();

	igt_describe("Streams of one NOP between jobs that count.");
	submit_subtest("tiny-streams")
		tiny_streams();

	igt_describe("A stream of 16,384 instructions runs to its end.");
	submit_subtest("long-stream")
		long_stream();

	igt_describe("Streams of 1 to 64 instructions end where their size says.");
	submit_subtest("stream-sizes")
		stream_sizes();
}
