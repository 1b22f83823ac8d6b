// SPDX-License-Identifier: MIT
/*
 * panthor_submit_groups.c - more groups than the firmware has slots, more VMs than the MMU has
 * address spaces: each gets its turn, and keeps its state while it has none.
 *
 * A hog is a job that counts in a word of its own until it is told to stop. With 64 of them on 8
 * slots the driver has to take slots away from groups that never yield; every word must grow.
 */
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"

IGT_TEST_DESCRIPTION("Many groups and many VMs on few slots.");

#define GROUPS 64

/* Ample: 64 groups on 8 slots of 10 ms each get a turn in 80 ms (the driver's tick). */
#define TURN_MS 20000

struct hog {
	struct submit_arena *arena;
	void (*build)(struct csb *s, const struct hog *h);
	uint64_t counter, stop;
	uint32_t group, done;
};

/* Count in memory. */
static void build_memory_hog(struct csb *s, const struct hog *h)
{
	submit_emit_count_until(s, h->counter, h->stop);
}

/* Count in a register and show it: the count falls back when the register is lost. */
static void build_register_hog(struct csb *s, const struct hog *h)
{
	uint32_t top;

	csb_move48(s, 0, h->counter);
	csb_move48(s, 2, h->stop);
	csb_move32(s, 4, 0);
	top = s->count;
	csb_add32(s, 4, 4, 1);
	csb_store32(s, 4, 0, 0);
	csb_load32(s, 5, 2, 0);
	submit_emit_wait(s);
	csb_branch_to(s, CSB_EQUAL, 5, top);
}

/* Give the hog a group and set it to work. */
static void hog_start(struct hog *h)
{
	struct drm_panthor_sync_op out;
	struct csb s;

	h->group = submit_group_create(h->arena->fd, h->arena->vm, 1);
	h->done = syncobj_create(h->arena->fd, 0);
	out = submit_out(h->done);
	submit_stream_begin(&s, h->arena, 16);
	h->build(&s, h);
	submit_job(h->arena->fd, h->group, 0, &s, &out, 1);
}

/* @n hogs in one arena, with a word each and one that stops them all. */
static void hogs_start(struct hog *hogs, unsigned int n, struct submit_arena *a,
		       void (*build)(struct csb *s, const struct hog *h))
{
	uint64_t counters = submit_alloc(a, 64 * n), stop = submit_alloc(a, 4);

	for (unsigned int i = 0; i < n; i++) {
		hogs[i] = (struct hog){
		    .arena = a, .build = build, .stop = stop, .counter = counters + 64 * i};
		hog_start(&hogs[i]);
	}
}

/*
 * The hog is alive. With this many slots changing hands the early timeouts of Linux 6.12 are the
 * rule (submit_retry.h): there a hog that was timed out is replaced.
 *
 * Return: false when it was replaced.
 */
static bool hog_check(struct hog *h)
{
	uint32_t state = submit_group_state(h->arena->fd, h->group).state;

	if (state != DRM_PANTHOR_GROUP_STATE_TIMEDOUT ||
	    !submit_kernel_times_out_early(h->arena->fd)) {
		igt_assert_eq_u32(state, 0);
		submit_assert_held(h->arena->fd, h->done, 0);
		return true;
	}
	igt_panthor_group_destroy(h->arena->fd, h->group, 0);
	hog_start(h);
	return false;
}

static uint32_t hog_count(const struct hog *h)
{
	return submit_read32(h->arena, h->counter);
}

/* Each of the hogs gets further than it is now. */
static void hogs_assert_progress(struct hog *hogs, unsigned int n)
{
	uint32_t before[GROUPS];
	struct timespec start = {};

	for (unsigned int i = 0; i < n; i++)
		before[i] = hog_count(&hogs[i]);
	igt_nsec_elapsed(&start);
	for (unsigned int i = 0; i < n; i++) {
		while (!submit_poll32(hogs[i].arena, hogs[i].counter, before[i] + 1, 100)) {
			if (!hog_check(&hogs[i]))
				before[i] = hog_count(&hogs[i]);
			igt_assert_f(igt_seconds_elapsed(&start) < TURN_MS / 1000,
				     "hog %u of %u makes no progress\n", i, n);
		}
	}
}

/* None of them is over before it is told to stop; then all of them are. */
static void hogs_stop(struct hog *hogs, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		hog_check(&hogs[i]);
	for (unsigned int i = 0; i < n; i++)
		submit_write32(hogs[i].arena, hogs[i].stop, 1);
	for (unsigned int i = 0; i < n; i++) {
		igt_assert(submit_wait(hogs[i].arena->fd, hogs[i].done, SUBMIT_PATIENCE_MS));
		if (submit_group_state(hogs[i].arena->fd, hogs[i].group).state !=
			DRM_PANTHOR_GROUP_STATE_TIMEDOUT ||
		    !submit_kernel_times_out_early(hogs[i].arena->fd))
			submit_assert_done(hogs[i].arena->fd, hogs[i].done);
		igt_panthor_group_destroy(hogs[i].arena->fd, hogs[i].group, 0);
	}
}

static void all_progress(void)
{
	struct hog hogs[GROUPS];
	struct submit_bench b;

	submit_bench_open(&b, 1);
	hogs_start(hogs, GROUPS, &b.arena, build_memory_hog);
	hogs_assert_progress(hogs, GROUPS);
	hogs_assert_progress(hogs, GROUPS);
	hogs_stop(hogs, GROUPS);
	submit_bench_close(&b);
}

/* 64 groups with 8 short jobs each, submitted round robin: nothing is lost between them. */
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
	for (unsigned int round = 0; round < 8; round++) {
		for (unsigned int i = 0; i < GROUPS; i++)
			submit_job(b.fd, groups[i], 0, &s[i], NULL, 0);
	}
	for (unsigned int i = 0; i < GROUPS; i++) {
		submit_run(b.fd, groups[i], 0, NULL);
		igt_assert_eq_u32(submit_read32(&b.arena, counters + 64 * i), 8);
		igt_panthor_group_destroy(b.fd, groups[i], 0);
	}
	submit_bench_close(&b);
}

/* Eight groups with eight queues each: every queue has a job that counts. */
static void all_queues_progress(void)
{
	struct drm_panthor_sync_op out;
	uint32_t done[GROUPS];
	struct submit_bench b;
	uint64_t counters, stop;
	uint32_t groups[8];
	struct csb s;

	submit_bench_open(&b, 1);
	counters = submit_alloc(&b.arena, 64 * GROUPS);
	stop = submit_alloc(&b.arena, 4);
	for (unsigned int g = 0; g < 8; g++) {
		groups[g] = submit_group_create(b.fd, b.arena.vm, 8);
		for (unsigned int q = 0; q < 8; q++) {
			submit_stream_begin(&s, &b.arena, 16);
			submit_emit_count_until(&s, counters + 64 * (8 * g + q), stop);
			done[8 * g + q] = syncobj_create(b.fd, 0);
			out = submit_out(done[8 * g + q]);
			submit_job(b.fd, groups[g], q, &s, &out, 1);
		}
	}
	for (unsigned int i = 0; i < GROUPS; i++)
		submit_assert_reaches(&b.arena, groups[i / 8], counters + 64 * i, 1);
	for (unsigned int i = 0; i < GROUPS; i++)
		submit_assert_held(b.fd, done[i], 0);
	submit_write32(&b.arena, stop, 1);
	for (unsigned int i = 0; i < GROUPS; i++)
		submit_assert_done(b.fd, done[i]);
	for (unsigned int g = 0; g < 8; g++)
		igt_panthor_group_destroy(b.fd, groups[g], 0);
	submit_bench_close(&b);
}

/* 16 VMs with a hog each share the address spaces (a G610 has 8, one is the firmware's). */
static void more_vms_than_spaces(void)
{
	enum { VMS = 16 };
	struct submit_bench b[VMS];
	struct hog hogs[VMS];

	for (unsigned int i = 0; i < VMS; i++) {
		if (i)
			submit_bench_open_beside(&b[i], 1);
		else
			submit_bench_open(&b[i], 1);
		hogs_start(&hogs[i], 1, &b[i].arena, build_memory_hog);
	}
	hogs_assert_progress(hogs, VMS);
	hogs_stop(hogs, VMS);
	for (unsigned int i = 0; i < VMS; i++)
		submit_bench_close(&b[i]);
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

/* 24 hogs count in a register each, for some 30 ticks of the driver: no count may ever fall back.
 */
static void running_state_survives(void)
{
	enum { HOGS = 24 };
	uint32_t last[HOGS] = {};
	struct hog hogs[HOGS];
	struct submit_bench b;

	submit_bench_open(&b, 1);
	hogs_start(hogs, HOGS, &b.arena, build_register_hog);
	for (unsigned int round = 0; round < 10; round++) {
		usleep(30000);
		for (unsigned int i = 0; i < HOGS; i++) {
			uint32_t now = hog_count(&hogs[i]);

			if (now < last[i])
				igt_assert_f(!hog_check(&hogs[i]), "hog %u fell from %u to %u\n", i,
					     last[i], now);
			last[i] = hog_count(&hogs[i]);
		}
	}
	hogs_assert_progress(hogs, HOGS);
	hogs_stop(hogs, HOGS);
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
	struct submit_bench b;
	struct hog hogs[8];
	uint64_t word;
	struct csb s;

	submit_bench_open(&b, 1);
	hogs_start(hogs, 8, &b.arena, build_memory_hog);
	word = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_add_word(&s, word, 1);
	for (uint32_t i = 1; i <= 10; i++) {
		uint32_t group = submit_group_create(b.fd, b.arena.vm, 1);

		submit_run(b.fd, group, 0, &s);
		igt_panthor_group_destroy(b.fd, group, 0);
		igt_assert_eq_u32(submit_read32(&b.arena, word), i);
	}
	hogs_assert_progress(hogs, 8);
	hogs_stop(hogs, 8);
	submit_bench_close(&b);
}

/* One process's share of processes-progress: eight groups, each must get its turn. */
static void child_hogs(void)
{
	struct submit_bench b;
	struct hog hogs[8];

	submit_bench_open(&b, 1);
	hogs_start(hogs, 8, &b.arena, build_memory_hog);
	hogs_assert_progress(hogs, 8);
	hogs_stop(hogs, 8);
	submit_bench_close(&b);
}

static void processes_progress(void)
{
	igt_fork(child, 4)
		submit_attempts()
			child_hogs();
	igt_waitchildren();
}

int igt_main()
{
	igt_describe("64 groups whose jobs never yield all make progress on the firmware's slots.");
	submit_subtest("all-64-progress")
		all_progress();

	igt_describe("64 groups run 8 jobs each to their end.");
	submit_subtest("all-64-finish")
		all_finish();

	igt_describe("8 groups of 8 queues: all 64 queues make progress.");
	submit_subtest("all-queues-progress")
		all_queues_progress();

	igt_describe("16 VMs make progress on the MMU's address spaces.");
	submit_subtest("more-vms-than-spaces")
		more_vms_than_spaces();

	igt_describe("Registers of an idle group that lost its slot are there when it runs again.");
	submit_subtest("state-survives-eviction")
		state_survives_eviction();

	igt_describe("A job that loses its slot goes on where it was.");
	submit_subtest("running-state-survives")
		running_state_survives();

	igt_describe("The most groups that one file may have all run.");
	submit_subtest("most-groups")
		most_groups();

	igt_describe("New groups get a turn while jobs that never yield hold the slots.");
	submit_subtest("come-and-go")
		come_and_go();

	igt_describe("Four processes with eight groups each all make progress.");
	submit_subtest("processes-progress")
		processes_progress();
}
