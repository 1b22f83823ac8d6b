// SPDX-License-Identifier: MIT
/*
 * panthor_submit_mov.c - the first job of the mission: MOVE an address, MOVE32 a number,
 * STORE_MULTIPLE, WAIT; the fence signals and the number is in memory. Everything else that a queue
 * can do rests on this.
 */
#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"

IGT_TEST_DESCRIPTION("The MOV job: a number is stored by the GPU and read back by the CPU.");

/* The job, spelled out: this program does not lean on the emitters of submit_stream.h. */
static void build_mov_job(struct csb *s, struct submit_arena *a, uint64_t va, uint32_t value)
{
	submit_stream_begin(s, a, 4);
	csb_move48(s, 4, va);
	csb_move32(s, 6, value);
	csb_store(s, 6, 4, 0x1, 0);
	csb_wait(s, 0xff);
}

/* Submit, wait for the signal, read back. */
static void run_mov_job(struct submit_bench *b, uint32_t queue, uint32_t value)
{
	uint64_t word = submit_alloc(&b->arena, 4);
	struct csb s;

	build_mov_job(&s, &b->arena, word, value);
	submit_write32(&b->arena, word, ~value);
	submit_run(b->fd, b->group, queue, &s);
	igt_assert_eq_u32(submit_read32(&b->arena, word), value);
}

static void store(void)
{
	struct submit_bench b;

	submit_bench_open(&b, 1);
	run_mov_job(&b, 0, 0xdeadbeef);
	submit_bench_close(&b);
}

static void neighbours(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t words;

	submit_bench_open(&b, 1);
	words = submit_alloc(&b.arena, 12);
	build_mov_job(&s, &b.arena, words + 4, 0xdeadbeef);
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, words), 0);
	igt_assert_eq_u32(submit_read32(&b.arena, words + 4), 0xdeadbeef);
	igt_assert_eq_u32(submit_read32(&b.arena, words + 8), 0);
	submit_bench_close(&b);
}

static void patterns(void)
{
	struct submit_bench b;

	submit_bench_open(&b, 1);
	run_mov_job(&b, 0, 0);
	run_mov_job(&b, 0, 0xffffffff);
	for (unsigned int bit = 0; bit < 32; bit++)
		run_mov_job(&b, 0, 1u << bit);
	submit_bench_close(&b);
}

static void repeat(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	submit_bench_open(&b, 1);
	word = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 4);
	for (uint32_t i = 1; i <= 100; i++) {
		s.count = 0;
		csb_move48(&s, 4, word);
		csb_move32(&s, 6, i * 0x01010101);
		csb_store(&s, 6, 4, 0x1, 0);
		csb_wait(&s, 0xff);
		submit_bench_run(&b, &s);
		igt_assert_eq_u32(submit_read32(&b.arena, word), i * 0x01010101);
	}
	submit_bench_close(&b);
}

static void each_queue(void)
{
	struct drm_panthor_csif_info csif = {};
	struct submit_bench b, probe;

	submit_bench_open(&probe, 1);
	igt_panthor_query(probe.fd, DRM_PANTHOR_DEV_QUERY_CSIF_INFO, &csif, sizeof(csif), 0);
	igt_assert_lt(0, csif.cs_slot_count);

	submit_bench_open_beside(&b, csif.cs_slot_count);
	for (uint32_t q = 0; q < csif.cs_slot_count; q++)
		run_mov_job(&b, q, 0xabc00000 + q);
	submit_bench_close(&b);
	submit_bench_close(&probe);
}

static void fresh_objects(void)
{
	for (uint32_t i = 0; i < 16; i++) {
		struct submit_bench b;

		submit_bench_open(&b, 1);
		run_mov_job(&b, 0, 0x1000 + i);
		submit_bench_close(&b);
	}
}

int igt_main()
{
	igt_describe("One job stores 0xdeadbeef; it is there when the syncobj signals.");
	submit_subtest("mov-store")
		store();

	igt_describe("The store touches its word and not the words beside it.");
	submit_subtest("mov-store-neighbours")
		neighbours();

	igt_describe("All ones, all zeroes and each single bit arrive.");
	submit_subtest("mov-store-patterns")
		patterns();

	igt_describe("100 jobs one after another on one queue, each with another number.");
	submit_subtest("mov-store-repeat")
		repeat();

	igt_describe("Each queue of a group with all the queues that the firmware has.");
	submit_subtest("mov-store-each-queue")
		each_queue();

	igt_describe("16 times a new file, VM, buffer and group for one job.");
	submit_subtest("mov-store-fresh-objects")
		fresh_objects();
}
