// SPDX-License-Identifier: MIT
/*
 * panthor_submit_order.c - a queue runs its jobs one after another, in the order of submission, and
 * keeps its registers between them; queues do not disturb each other.
 */
#include <errno.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"
#include "submit_gate.h"

IGT_TEST_DESCRIPTION("The order of jobs within a queue, and the independence of queues.");

#define JOBS 64

/* Where the jobs of a subtest keep their count and write what they saw of it. */
struct ledger {
	uint64_t count;
	uint64_t seen; /* JOBS words */
};

static void ledger_init(struct ledger *l, struct submit_arena *a)
{
	l->count = submit_alloc(a, 4);
	l->seen = submit_alloc(a, 4 * JOBS);
	for (uint32_t i = 0; i < JOBS; i++)
		submit_write32(a, l->seen + 4 * i, ~0u);
}

/* Job @i: seen[i] = count; count = count + 1. */
static void build_entry(struct csb *s, struct submit_arena *a, const struct ledger *l, uint32_t i)
{
	submit_stream_begin(s, a, 16);
	csb_move48(s, 0, l->count);
	csb_load(s, 2, 0, 0x1, 0);
	submit_emit_wait(s);
	csb_move48(s, 4, l->seen + 4 * i);
	csb_store(s, 2, 4, 0x1, 0);
	submit_emit_wait(s);
	csb_add32(s, 2, 2, 1);
	csb_store(s, 2, 0, 0x1, 0);
	submit_emit_wait(s);
}

static void ledger_check(const struct ledger *l, const struct submit_arena *a)
{
	igt_assert_eq_u32(submit_read32(a, l->count), JOBS);
	for (uint32_t i = 0; i < JOBS; i++)
		igt_assert_eq_u32(submit_read32(a, l->seen + 4 * i), i);
}

/* One GROUP_SUBMIT a job; all are queued behind a gate so that the ring really holds many. */
static void one_by_one(void)
{
	struct submit_gate g;
	struct submit_bench b;
	struct ledger l;

	submit_bench_open(&b, 1);
	ledger_init(&l, &b.arena);
	submit_gate_close(&g, &b.arena, b.group, 0);
	for (uint32_t i = 0; i < JOBS; i++) {
		struct csb s;

		build_entry(&s, &b.arena, &l, i);
		submit_bench_start(&b, 0, &s);
	}
	igt_assert_eq_u32(submit_read32(&b.arena, l.count), 0);
	submit_gate_open(&g);
	submit_assert_done(b.fd, b.done);
	ledger_check(&l, &b.arena);
	submit_bench_close(&b);
}

static void batch(void)
{
	struct drm_panthor_queue_submit jobs[JOBS];
	struct drm_panthor_sync_op out;
	struct submit_bench b;
	struct ledger l;

	submit_bench_open(&b, 1);
	ledger_init(&l, &b.arena);
	out = submit_out(b.done);
	for (uint32_t i = 0; i < JOBS; i++) {
		struct csb s;

		build_entry(&s, &b.arena, &l, i);
		jobs[i] = submit_fill(0, &s, &out, i == JOBS - 1);
	}
	submit_jobs(b.fd, b.group, jobs, JOBS);
	submit_assert_done(b.fd, b.done);
	ledger_check(&l, &b.arena);
	submit_bench_close(&b);
}

/* When the fence of a job has signalled, so have those of the jobs before it, and none after. */
static void fences(void)
{
	struct submit_gate gates[8];
	struct submit_bench b;

	submit_bench_open(&b, 1);
	for (unsigned int i = 0; i < 8; i++)
		submit_gate_close(&gates[i], &b.arena, b.group, 0);
	/* All but gate 3 stand open: jobs 0 to 2 finish, 4 to 7 must not. */
	for (unsigned int i = 0; i < 8; i++) {
		if (i != 3)
			submit_gate_open(&gates[i]);
	}
	submit_assert_done(b.fd, gates[2].opened);
	igt_assert_eq(submit_fence_status(b.fd, gates[0].opened), 1);
	igt_assert_eq(submit_fence_status(b.fd, gates[1].opened), 1);
	submit_assert_held(b.fd, gates[7].opened, SUBMIT_HOLD_MS);
	submit_assert_held(b.fd, gates[4].opened, 0);
	submit_gate_open(&gates[3]);
	submit_assert_done(b.fd, gates[7].opened);
	for (unsigned int i = 3; i < 7; i++)
		igt_assert_eq(submit_fence_status(b.fd, gates[i].opened), 1);
	submit_bench_close(&b);
}

/* Two jobs of one queue never overlap: the second reads what the first wrote last. */
static void no_overlap(void)
{
	struct csb slow, s;
	struct submit_bench b;
	uint64_t a_word, b_word;

	submit_bench_open(&b, 1);
	a_word = submit_alloc(&b.arena, 4);
	b_word = submit_alloc(&b.arena, 4);

	/* r0 counts down from 2000, then the word is set. */
	submit_stream_begin(&slow, &b.arena, 16);
	csb_move32(&slow, 0, 2000);
	csb_add32(&slow, 0, 0, -1);
	csb_branch(&slow, CSB_GREATER, 0, -2);
	submit_emit_store32(&slow, a_word, 0x55);

	submit_stream_begin(&s, &b.arena, 16);
	csb_move48(&s, 0, a_word);
	csb_load(&s, 2, 0, 0x1, 0);
	submit_emit_wait(&s);
	csb_move48(&s, 4, b_word);
	csb_store(&s, 2, 4, 0x1, 0);
	submit_emit_wait(&s);

	for (unsigned int i = 0; i < 20; i++) {
		submit_write32(&b.arena, a_word, 0);
		submit_write32(&b.arena, b_word, 0);
		submit_job(b.fd, b.group, 0, &slow, NULL, 0);
		submit_bench_start(&b, 0, &s);
		submit_assert_done(b.fd, b.done);
		igt_assert_eq_u32(submit_read32(&b.arena, b_word), 0x55);
	}
	submit_bench_close(&b);
}

/* A closed gate on one queue does not hold the others of its group. */
static void queues_independent(void)
{
	struct submit_gate g;
	struct submit_bench b;
	struct csb s;
	uint64_t words;

	submit_bench_open(&b, 8);
	words = submit_alloc(&b.arena, 4 * 8);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	for (uint32_t q = 1; q < 8; q++) {
		submit_stream_begin(&s, &b.arena, 8);
		submit_emit_store32(&s, words + 4 * q, q);
		submit_bench_start(&b, q, &s);
		submit_assert_done(b.fd, b.done);
		igt_assert_eq_u32(submit_read32(&b.arena, words + 4 * q), q);
	}
	submit_assert_held(b.fd, g.opened, 0);
	submit_gate_open(&g);
	submit_assert_done(b.fd, g.opened);
	submit_bench_close(&b);
}

/* Registers that the driver does not use for its own instructions: csif_info says how many. */
static unsigned int preserved_registers(int fd)
{
	struct drm_panthor_csif_info csif = {};

	igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_CSIF_INFO, &csif, sizeof(csif), 0);
	return csif.cs_reg_count - csif.unpreserved_cs_reg_count;
}

static void build_set_registers(struct csb *s, struct submit_arena *a, unsigned int n,
				uint32_t base)
{
	submit_stream_begin(s, a, n);
	for (unsigned int r = 0; r < n; r++)
		csb_move32(s, r, base + r);
}

/* Store the registers below the emitters' own at @va. */
static void build_dump_registers(struct csb *s, struct submit_arena *a, unsigned int n, uint64_t va)
{
	submit_stream_begin(s, a, n);
	for (unsigned int r = 0; r < SUBMIT_TMP; r += 4)
		submit_emit_store_regs(s, va + 4 * r, r, 4);
}

static void check_registers(struct submit_arena *a, uint64_t va, uint32_t base)
{
	for (unsigned int r = 0; r < SUBMIT_TMP; r++)
		igt_assert_eq_u32(submit_read32(a, va + 4 * r), base + r);
}

/* A queue's registers survive from one job to the next. */
static void registers_stay(void)
{
	struct csb set, dump;
	struct submit_bench b;
	unsigned int n;
	uint64_t va;

	submit_bench_open(&b, 1);
	n = preserved_registers(b.fd);
	igt_assert_lte(SUBMIT_TMP, n);
	va = submit_alloc(&b.arena, 4 * n);
	build_set_registers(&set, &b.arena, n, 0x7000);
	build_dump_registers(&dump, &b.arena, n, va);
	submit_bench_run(&b, &set);
	submit_bench_run(&b, &dump);
	check_registers(&b.arena, va, 0x7000);
	submit_bench_close(&b);
}

/* Each queue has registers of its own. */
static void registers_private(void)
{
	struct csb set[4], dump;
	struct submit_bench b;
	unsigned int n;
	uint64_t va;

	submit_bench_open(&b, 4);
	n = preserved_registers(b.fd);
	va = submit_alloc(&b.arena, 4 * n);
	build_dump_registers(&dump, &b.arena, n, va);
	for (uint32_t q = 0; q < 4; q++) {
		build_set_registers(&set[q], &b.arena, n, 0x1000 * (q + 1));
		submit_run(b.fd, b.group, q, &set[q]);
	}
	for (uint32_t q = 0; q < 4; q++) {
		submit_run(b.fd, b.group, q, &dump);
		check_registers(&b.arena, va, 0x1000 * (q + 1));
	}
	submit_bench_close(&b);
}

/* What a process submits beside others: its own 64 jobs in order. */
static void child_submits(void)
{
	struct submit_bench b;
	struct ledger l;

	submit_bench_open(&b, 1);
	ledger_init(&l, &b.arena);
	for (uint32_t i = 0; i < JOBS; i++) {
		struct csb s;

		build_entry(&s, &b.arena, &l, i);
		submit_bench_start(&b, 0, &s);
	}
	submit_assert_done(b.fd, b.done);
	ledger_check(&l, &b.arena);
	submit_bench_close(&b);
}

static void processes(void)
{
	igt_fork(child, 4)
		submit_attempts()
			child_submits();
	igt_waitchildren();
}

int igt_main()
{
	igt_describe("64 jobs, one GROUP_SUBMIT each, run in the order of submission.");
	submit_subtest("in-order")
		one_by_one();

	igt_describe("64 jobs of one GROUP_SUBMIT run in the order of its array.");
	submit_subtest("in-order-batch")
		batch();

	igt_describe("Fences of a queue signal in order; a job that stands holds the later ones.");
	submit_subtest("fences-in-order")
		fences();

	igt_describe("A job sees the last store of the job before it.");
	submit_subtest("no-overlap")
		no_overlap();

	igt_describe("A job that does not end holds its own queue and no other.");
	submit_subtest("queues-independent")
		queues_independent();

	igt_describe("The registers of a queue keep their values from job to job.");
	submit_subtest("registers-stay")
		registers_stay();

	igt_describe("The queues of a group do not share registers.");
	submit_subtest("registers-private")
		registers_private();

	igt_describe("Four processes submit at the same time; each one's jobs run in order.");
	submit_subtest("processes")
		processes();
}
