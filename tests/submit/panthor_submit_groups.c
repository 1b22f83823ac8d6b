// SPDX-License-Identifier: MIT
/*
 * panthor_submit_groups.c - more groups than the firmware has slots, more VMs than the MMU has
 * address spaces: each gets its turn, and keeps its state while it has none.
 *
 * A hog is a job that counts in a word of its own until it is told to stop. With 64 of them on 8
 * slots the driver has to take slots away from groups that never yield; every word must grow.
 */
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"

IGT_TEST_DESCRIPTION("Many groups and many VMs on few slots.");

#define GROUPS 64

/* Ample: 64 groups on 8 slots of 10 ms each get a turn in 80 ms (the driver's tick). */
#define TURN_MS 20000

/* Start a hog; it counts at @counter until @stop is set and then signals @done. */
static void start_hog(struct submit_arena *a, uint32_t group, uint32_t queue, uint64_t counter,
		      uint64_t stop, uint32_t done)
{
	struct drm_panthor_sync_op out = submit_out(done);
	struct csb s;

	submit_stream_begin(&s, a, 16);
	submit_emit_count_until(&s, counter, stop);
	submit_job(a->fd, group, queue, &s, &out, 1);
}

/* Every one of @n words, 64 bytes apart, grows beyond its value now. */
static void assert_all_progress(struct submit_arena *a, uint64_t counters, unsigned int n)
{
	uint32_t before[GROUPS];

	for (unsigned int i = 0; i < n; i++)
		before[i] = submit_read32(a, counters + 64 * i);
	for (unsigned int i = 0; i < n; i++)
		igt_assert_f(submit_poll32(a, counters + 64 * i, before[i] + 1, TURN_MS),
			     "hog %u of %u makes no progress\n", i, n);
}

/* All hogs run at the same time, all progress, twice; none is over before it is told to stop. */
static void all_progress(void)
{
	uint32_t groups[GROUPS], done[GROUPS];
	uint64_t counters, stop;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	counters = submit_alloc(&b.arena, 64 * GROUPS);
	stop = submit_alloc(&b.arena, 4);
	for (unsigned int i = 0; i < GROUPS; i++) {
		groups[i] = submit_group_create(b.fd, b.arena.vm, 1);
		done[i] = syncobj_create(b.fd, 0);
		start_hog(&b.arena, groups[i], 0, counters + 64 * i, stop, done[i]);
	}
	assert_all_progress(&b.arena, counters, GROUPS);
	assert_all_progress(&b.arena, counters, GROUPS);
	for (unsigned int i = 0; i < GROUPS; i++)
		igt_assert(!submit_wait(b.fd, done[i], 0));
	submit_write32(&b.arena, stop, 1);
	for (unsigned int i = 0; i < GROUPS; i++) {
		submit_assert_done(b.fd, done[i]);
		igt_panthor_group_destroy(b.fd, groups[i], 0);
	}
	submit_bench_close(&b);
}

/* 64 groups with 20 short jobs each, submitted round robin: nothing is lost between them. */
static void all_finish(void)
{
	uint32_t groups[GROUPS];
	struct csb s[GROUPS];
	struct submit_bench b;
	uint64_t counters;

	submit_bench_open(&b, 1);
	counters = submit_alloc(&b.arena, 64 * GROUPS);
	for (unsigned int i = 0; i < GROUPS; i++) {
		groups[i] = submit_group_create(b.fd, b.arena.vm, 1);
		submit_stream_begin(&s[i], &b.arena, 8);
		submit_emit_add_word(&s[i], counters + 64 * i, 1);
	}
	for (unsigned int round = 0; round < 20; round++) {
		for (unsigned int i = 0; i < GROUPS; i++)
			submit_job(b.fd, groups[i], 0, &s[i], NULL, 0);
	}
	for (unsigned int i = 0; i < GROUPS; i++) {
		submit_job(b.fd, groups[i], 0, NULL,
			   (struct drm_panthor_sync_op[]){submit_out(b.done)}, 1);
		submit_assert_done(b.fd, b.done);
		igt_assert_eq_u32(submit_read32(&b.arena, counters + 64 * i), 20);
		igt_panthor_group_destroy(b.fd, groups[i], 0);
	}
	submit_bench_close(&b);
}

/* Eight groups with eight queues each, every queue with a hog. */
static void all_queues_progress(void)
{
	struct submit_bench b;
	uint64_t counters, stop;
	uint32_t groups[8];

	submit_bench_open(&b, 1);
	counters = submit_alloc(&b.arena, 64 * GROUPS);
	stop = submit_alloc(&b.arena, 4);
	for (unsigned int g = 0; g < 8; g++) {
		groups[g] = submit_group_create(b.fd, b.arena.vm, 8);
		for (unsigned int q = 0; q < 8; q++)
			start_hog(&b.arena, groups[g], q, counters + 64 * (8 * g + q), stop,
				  b.done);
	}
	assert_all_progress(&b.arena, counters, GROUPS);
	submit_write32(&b.arena, stop, 1);
	submit_assert_done(b.fd, b.done);
	for (unsigned int g = 0; g < 8; g++)
		igt_panthor_group_destroy(b.fd, groups[g], 0);
	submit_bench_close(&b);
}

/* 16 VMs with a hog each share the address spaces (a G610 has 8, one is the firmware's). */
static void more_vms_than_spaces(void)
{
	enum { VMS = 16 };
	uint64_t counter[VMS], stop[VMS];
	struct submit_bench b[VMS];

	for (unsigned int i = 0; i < VMS; i++) {
		if (i)
			submit_bench_open_beside(&b[i], 1);
		else
			submit_bench_open(&b[i], 1);
		counter[i] = submit_alloc(&b[i].arena, 4);
		stop[i] = submit_alloc(&b[i].arena, 4);
		start_hog(&b[i].arena, b[i].group, 0, counter[i], stop[i], b[i].done);
	}
	for (unsigned int i = 0; i < VMS; i++)
		igt_assert_f(submit_poll32(&b[i].arena, counter[i], 1, TURN_MS),
			     "VM %u of %u makes no progress\n", i, VMS);
	for (unsigned int i = 0; i < VMS; i++) {
		igt_assert(!submit_wait(b[i].fd, b[i].done, 0));
		submit_write32(&b[i].arena, stop[i], 1);
		submit_assert_done(b[i].fd, b[i].done);
		submit_bench_close(&b[i]);
	}
}

/*
 * 24 groups run one after another, so that each is thrown out of its slot before its next turn; a
 * number in a register has to be there again, which it is only if the slot's state was saved.
 */
static void state_survives_eviction(void)
{
	enum { TENANTS = 24 };
	uint32_t groups[TENANTS];
	struct csb set, get;
	struct submit_bench b;
	uint64_t words;

	submit_bench_open(&b, 1);
	words = submit_alloc(&b.arena, 64 * TENANTS);
	for (unsigned int i = 0; i < TENANTS; i++) {
		groups[i] = submit_group_create(b.fd, b.arena.vm, 1);
		submit_stream_begin(&set, &b.arena, 2);
		csb_move32(&set, 0, 0xe0000 + i);
		csb_move32(&set, 79, 0xf0000 + i);
		submit_run(b.fd, groups[i], 0, &set);
	}
	for (unsigned int i = 0; i < TENANTS; i++) {
		submit_stream_begin(&get, &b.arena, 8);
		submit_emit_store_regs(&get, words + 64 * i, 0, 1);
		submit_emit_store_regs(&get, words + 64 * i + 4, 79, 1);
		submit_run(b.fd, groups[i], 0, &get);
		igt_assert_eq_u32(submit_read32(&b.arena, words + 64 * i), 0xe0000 + i);
		igt_assert_eq_u32(submit_read32(&b.arena, words + 64 * i + 4), 0xf0000 + i);
		igt_panthor_group_destroy(b.fd, groups[i], 0);
	}
	submit_bench_close(&b);
}

/*
 * A hog counts in a register while 23 others want its slot: were its state lost or mixed up on the
 * way out and in, the count would fall back. Each stores its register; no value may ever shrink.
 */
static void running_state_survives(void)
{
	enum { HOGS = 24 };
	uint32_t groups[HOGS], last[HOGS] = {};
	struct submit_bench b;
	uint64_t words, stop;

	submit_bench_open(&b, 1);
	words = submit_alloc(&b.arena, 64 * HOGS);
	stop = submit_alloc(&b.arena, 4);
	for (unsigned int i = 0; i < HOGS; i++) {
		struct csb s;

		groups[i] = submit_group_create(b.fd, b.arena.vm, 1);
		submit_stream_begin(&s, &b.arena, 16);
		csb_move48(&s, 0, words + 64 * i);
		csb_move48(&s, 2, stop);
		csb_move32(&s, 4, 0);
		csb_add32(&s, 4, 4, 1);
		csb_store32(&s, 4, 0, 0);
		csb_load32(&s, 5, 2, 0);
		submit_emit_wait(&s);
		csb_branch_to(&s, CSB_EQUAL, 5, 3);
		submit_job(b.fd, groups[i], 0, &s, NULL, 0);
	}
	for (unsigned int round = 0; round < 10; round++) {
		usleep(30000);
		for (unsigned int i = 0; i < HOGS; i++) {
			uint32_t now = submit_read32(&b.arena, words + 64 * i);

			igt_assert_lte(last[i], now);
			last[i] = now;
		}
	}
	for (unsigned int i = 0; i < HOGS; i++)
		igt_assert(submit_poll32(&b.arena, words + 64 * i, last[i] + 1, TURN_MS));
	submit_write32(&b.arena, stop, 1);
	for (unsigned int i = 0; i < HOGS; i++) {
		submit_run(b.fd, groups[i], 0, NULL);
		igt_panthor_group_destroy(b.fd, groups[i], 0);
	}
	submit_bench_close(&b);
}

/* As many groups as one file may have (128 in Panthor): each runs a job. */
static void most_groups(void)
{
	enum { MOST = 128 };
	uint32_t groups[MOST];
	struct submit_bench b;
	uint64_t words;
	struct csb s;

	submit_bench_open(&b, 1);
	igt_panthor_group_destroy(b.fd, b.group, 0);
	words = submit_alloc(&b.arena, 4 * MOST);
	for (unsigned int i = 0; i < MOST; i++)
		groups[i] = submit_group_create(b.fd, b.arena.vm, 1);
	for (unsigned int i = 0; i < MOST; i++) {
		submit_stream_begin(&s, &b.arena, 8);
		submit_emit_store32(&s, words + 4 * i, i + 1);
		submit_job(b.fd, groups[i], 0, &s,
			   (struct drm_panthor_sync_op[]){submit_out(b.done)}, 1);
	}
	for (unsigned int i = 0; i < MOST; i++) {
		submit_run(b.fd, groups[i], 0, NULL);
		igt_assert_eq_u32(submit_read32(&b.arena, words + 4 * i), i + 1);
	}
	for (unsigned int i = 1; i < MOST; i++)
		igt_panthor_group_destroy(b.fd, groups[i], 0);
	b.group = groups[0];
	submit_bench_close(&b);
}

/* Groups come, run a job and go while hogs hold all the slots. */
static void come_and_go(void)
{
	uint64_t counters, stop, word;
	uint32_t hogs[8], done[8];
	struct submit_bench b;
	struct csb s;

	submit_bench_open(&b, 1);
	counters = submit_alloc(&b.arena, 64 * 8);
	stop = submit_alloc(&b.arena, 4);
	word = submit_alloc(&b.arena, 4);
	for (unsigned int i = 0; i < 8; i++) {
		hogs[i] = submit_group_create(b.fd, b.arena.vm, 1);
		done[i] = syncobj_create(b.fd, 0);
		start_hog(&b.arena, hogs[i], 0, counters + 64 * i, stop, done[i]);
	}
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_add_word(&s, word, 1);
	for (uint32_t i = 1; i <= 20; i++) {
		uint32_t group = submit_group_create(b.fd, b.arena.vm, 1);

		submit_run(b.fd, group, 0, &s);
		igt_panthor_group_destroy(b.fd, group, 0);
		igt_assert_eq_u32(submit_read32(&b.arena, word), i);
	}
	submit_write32(&b.arena, stop, 1);
	for (unsigned int i = 0; i < 8; i++) {
		submit_assert_done(b.fd, done[i]);
		igt_panthor_group_destroy(b.fd, hogs[i], 0);
	}
	submit_bench_close(&b);
}

/* One process's share of processes-progress: eight groups, each must get its turn. */
static void child_hogs(void)
{
	uint64_t counters, stop;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	counters = submit_alloc(&b.arena, 64 * 8);
	stop = submit_alloc(&b.arena, 4);
	for (unsigned int i = 0; i < 8; i++)
		start_hog(&b.arena, submit_group_create(b.fd, b.arena.vm, 1), 0, counters + 64 * i,
			  stop, b.done);
	assert_all_progress(&b.arena, counters, 8);
	submit_write32(&b.arena, stop, 1);
	submit_assert_done(b.fd, b.done);
	submit_bench_close(&b);
}

static void processes_progress(void)
{
	igt_fork(child, 4)
		child_hogs();
	igt_waitchildren();
}

int igt_main()
{
	igt_describe("64 groups whose jobs never yield all make progress on the firmware's slots.");
	igt_subtest("all-64-progress")
		all_progress();

	igt_describe("64 groups run 20 jobs each to their end.");
	igt_subtest("all-64-finish")
		all_finish();

	igt_describe("8 groups of 8 queues: all 64 queues make progress.");
	igt_subtest("all-queues-progress")
		all_queues_progress();

	igt_describe("16 VMs make progress on the MMU's address spaces.");
	igt_subtest("more-vms-than-spaces")
		more_vms_than_spaces();

	igt_describe("Registers of an idle group that lost its slot are there when it runs again.");
	igt_subtest("state-survives-eviction")
		state_survives_eviction();

	igt_describe("A job that loses its slot goes on where it was.");
	igt_subtest("running-state-survives")
		running_state_survives();

	igt_describe("The most groups that one file may have all run.");
	igt_subtest("most-groups")
		most_groups();

	igt_describe("New groups get a turn while jobs that never yield hold the slots.");
	igt_subtest("come-and-go")
		come_and_go();

	igt_describe("Four processes with eight groups each all make progress.");
	igt_subtest("processes-progress")
		processes_progress();
}
