// SPDX-License-Identifier: MIT
/*
 * panthor_submit_priority.c - group priorities: who gets a slot when there are too few, and who
 * gets the GPU when both have one.
 *
 * The driver gives slots to runnable groups of higher priority first (panthor_sched.c, tick_work),
 * so as many busy groups as there are slots keep every lower one out for as long as they last.
 */
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "model.h"
#include "submit_bench.h"

IGT_TEST_DESCRIPTION("Priorities of groups are observed.");

/* Groups that wait behind others are watched for this long: 30 of the driver's ticks. */
#define STARVE_MS 300

/* Queues of a group that keep all of the hardware's stream interfaces busy. */
#define RACER_QUEUES 8

/* A crowd: one busy group a slot, all of one priority, until told to stop. */
struct crowd {
	struct submit_bench *b;
	unsigned int size;
	uint32_t groups[32];
	uint64_t counters; /* 64 bytes apart */
	uint64_t stop;
};

static unsigned int slots(int fd)
{
	struct drm_panthor_csif_info csif = {};

	igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_CSIF_INFO, &csif, sizeof(csif), 0);
	igt_assert_lte(csif.csg_slot_count, 32);
	return csif.csg_slot_count;
}

static void crowd_start(struct crowd *c, struct submit_bench *b, unsigned int size,
			uint8_t priority)
{
	c->b = b;
	c->size = size;
	c->counters = submit_alloc(&b->arena, 64 * size);
	c->stop = submit_alloc(&b->arena, 4);
	for (unsigned int i = 0; i < size; i++) {
		struct csb s;

		c->groups[i] = submit_group_create_with(b->fd, b->arena.vm, 1, 4096, priority);
		submit_stream_begin(&s, &b->arena, 16);
		submit_emit_count_until(&s, c->counters + 64 * i, c->stop);
		submit_job(b->fd, c->groups[i], 0, &s, NULL, 0);
	}
}

/* All of them have a slot. */
static void crowd_wait(struct crowd *c)
{
	for (unsigned int i = 0; i < c->size; i++)
		submit_assert_reaches(&c->b->arena, c->groups[i], c->counters + 64 * i, 1);
}

static void crowd_stop(struct crowd *c)
{
	submit_write32(&c->b->arena, c->stop, 1);
	for (unsigned int i = 0; i < c->size; i++) {
		submit_run(c->b->fd, c->groups[i], 0, NULL);
		igt_panthor_group_destroy(c->b->fd, c->groups[i], 0);
	}
}

/* Submit a job that stores 1 at the word returned; b->done signals its end. */
static uint64_t submit_mark(struct submit_bench *b, uint32_t group)
{
	struct drm_panthor_sync_op out = submit_out(b->done);
	uint64_t word = submit_alloc(&b->arena, 4);
	struct csb s;

	submit_stream_begin(&s, &b->arena, 8);
	submit_emit_store32(&s, word, 1);
	submit_job(b->fd, group, 0, &s, &out, 1);
	return word;
}

/* While a crowd of @upper holds all slots, a job of @lower does not run; afterwards it does. */
static void starves(uint8_t lower, uint8_t upper)
{
	struct submit_bench b;
	struct crowd c;
	uint32_t group;
	uint64_t word;

	submit_bench_open(&b, 1);
	crowd_start(&c, &b, slots(b.fd), upper);
	crowd_wait(&c);
	group = submit_group_create_with(b.fd, b.arena.vm, 1, 4096, lower);
	word = submit_mark(&b, group);
	submit_assert_held(b.fd, b.done, STARVE_MS);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 0);
	crowd_stop(&c);
	submit_assert_done(b.fd, b.done);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 1);
	igt_panthor_group_destroy(b.fd, group, 0);
	submit_bench_close(&b);
}

/* While a crowd of @lower holds all slots, a job of @upper gets one and runs. */
static void evicts(uint8_t upper, uint8_t lower)
{
	struct submit_bench b;
	struct crowd c;
	uint32_t group;
	uint64_t word;

	submit_bench_open(&b, 1);
	crowd_start(&c, &b, slots(b.fd), lower);
	crowd_wait(&c);
	group = submit_group_create_with(b.fd, b.arena.vm, 1, 4096, upper);
	for (unsigned int i = 0; i < 5; i++) {
		word = submit_mark(&b, group);
		submit_assert_done(b.fd, b.done);
		igt_assert_eq_u32(submit_read32(&b.arena, word), 1);
	}
	crowd_stop(&c);
	igt_panthor_group_destroy(b.fd, group, 0);
	submit_bench_close(&b);
}

/* One of the same priority is not kept out: the slots go round. */
static void equal_goes_round(void)
{
	struct submit_bench b;
	struct crowd c;
	uint64_t word;

	submit_bench_open(&b, 1);
	crowd_start(&c, &b, slots(b.fd), PANTHOR_GROUP_PRIORITY_MEDIUM);
	crowd_wait(&c);
	for (unsigned int i = 0; i < 5; i++) {
		word = submit_mark(&b, b.group);
		submit_assert_done(b.fd, b.done);
		igt_assert_eq_u32(submit_read32(&b.arena, word), 1);
	}
	crowd_stop(&c);
	submit_bench_close(&b);
}

/* A group with a busy job on each of its eight queues: more than the hardware executes at a time.
 */
struct racer {
	uint32_t group;
	uint64_t counters; /* 64 bytes apart */
};

static void racer_start(struct racer *r, struct submit_bench *b, uint8_t priority, uint64_t stop)
{
	r->counters = submit_alloc(&b->arena, 64 * RACER_QUEUES);
	r->group = submit_group_create_with(b->fd, b->arena.vm, RACER_QUEUES, 4096, priority);
	for (uint32_t q = 0; q < RACER_QUEUES; q++) {
		struct csb s;

		submit_stream_begin(&s, &b->arena, 16);
		submit_emit_count_until(&s, r->counters + 64 * q, stop);
		submit_job(b->fd, r->group, q, &s, NULL, 0);
	}
}

static uint32_t racer_count(const struct racer *r, const struct submit_arena *a)
{
	uint32_t sum = 0;

	for (uint32_t q = 0; q < RACER_QUEUES; q++)
		sum += submit_read32(a, r->counters + 64 * q);
	return sum;
}

/*
 * How far each of two racers gets when both have a slot: in STARVE_MS, or in up to ten times that
 * while @fair is not content with the counts (a short race on a busy machine has few time slices).
 */
static void race(uint8_t first, uint8_t second, uint32_t count[2],
		 bool (*fair)(const uint32_t count[2]))
{
	struct racer racers[2];
	struct submit_bench b;
	uint32_t from[2];
	uint64_t stop;

	submit_bench_open(&b, 1);
	stop = submit_alloc(&b.arena, 4);
	racer_start(&racers[0], &b, first, stop);
	racer_start(&racers[1], &b, second, stop);
	/* Time to get a slot; neither is waited for, one may be starved. */
	usleep(50000);
	for (unsigned int i = 0; i < 2; i++)
		from[i] = racer_count(&racers[i], &b.arena);
	for (unsigned int lap = 0; lap < 10; lap++) {
		usleep(STARVE_MS * 1000);
		for (unsigned int i = 0; i < 2; i++)
			count[i] = racer_count(&racers[i], &b.arena) - from[i];
		if (fair(count))
			break;
	}
	igt_info("%u against %u\n", count[0], count[1]);
	submit_write32(&b.arena, stop, 1);
	for (unsigned int i = 0; i < 2; i++) {
		for (uint32_t q = 0; q < RACER_QUEUES; q++)
			submit_run(b.fd, racers[i].group, q, NULL);
		igt_panthor_group_destroy(b.fd, racers[i].group, 0);
	}
	submit_bench_close(&b);
}

/*
 * With a slot each, the firmware serves the higher one. How much it leaves to the lower one is not
 * specified, so on a board any ratio passes that is not upside down; the model's contract is
 * strict.
 */
static bool higher_first(const uint32_t count[2])
{
	if (model_present())
		return 4ull * count[1] < count[0];
	return count[1] / 2 < count[0];
}

static void resident(void)
{
	uint32_t count[2];

	race(PANTHOR_GROUP_PRIORITY_HIGH, PANTHOR_GROUP_PRIORITY_LOW, count, higher_first);
	igt_assert(higher_first(count));
}

/* Two of the same priority share: neither gets less than an eighth of the other. */
static bool even(const uint32_t count[2])
{
	return count[0] / 8 < count[1] && count[1] / 8 < count[0];
}

static void resident_equal(void)
{
	uint32_t count[2];

	race(PANTHOR_GROUP_PRIORITY_MEDIUM, PANTHOR_GROUP_PRIORITY_MEDIUM, count, even);
	igt_assert(even(count));
}

/* Loops that never touch memory, on all stream interfaces: only the end of a time slice stops them.
 */
static void loops_share(void)
{
	struct submit_bench b;
	uint32_t busy;
	uint64_t word;
	struct csb s;

	submit_bench_open(&b, 1);
	busy = submit_group_create(b.fd, b.arena.vm, RACER_QUEUES);
	submit_stream_begin(&s, &b.arena, 2);
	submit_emit_forever(&s);
	for (uint32_t q = 0; q < RACER_QUEUES; q++)
		submit_job(b.fd, busy, q, &s, NULL, 0);
	usleep(50000);
	for (unsigned int i = 0; i < 5; i++) {
		word = submit_mark(&b, b.group);
		/* Sooner than the firmware takes the loops for stuck (2.7 s, GLB_PROGRESS_TIMER).
		 */
		igt_assert(submit_wait(b.fd, b.done, 2000));
		submit_assert_done(b.fd, b.done);
		igt_assert_eq_u32(submit_read32(&b.arena, word), 1);
	}
	igt_panthor_group_destroy(b.fd, busy, 0);
	submit_bench_close(&b);
}

static void realtime(void)
{
	int fd = submit_device_open();

	igt_panthor_require_uapi_minor(fd, 2);
	evicts(PANTHOR_GROUP_PRIORITY_REALTIME, PANTHOR_GROUP_PRIORITY_HIGH);
}

int igt_main()
{
	igt_describe("Busy high groups on all slots keep a low one out until they end.");
	submit_subtest("low-waits-for-high")
		starves(PANTHOR_GROUP_PRIORITY_LOW, PANTHOR_GROUP_PRIORITY_HIGH);

	igt_describe("Busy medium groups on all slots keep a low one out until they end.");
	submit_subtest("low-waits-for-medium")
		starves(PANTHOR_GROUP_PRIORITY_LOW, PANTHOR_GROUP_PRIORITY_MEDIUM);

	igt_describe("A high group gets a slot from busy low ones.");
	submit_subtest("high-evicts-low")
		evicts(PANTHOR_GROUP_PRIORITY_HIGH, PANTHOR_GROUP_PRIORITY_LOW);

	igt_describe("A medium group gets a slot from busy low ones.");
	submit_subtest("medium-evicts-low")
		evicts(PANTHOR_GROUP_PRIORITY_MEDIUM, PANTHOR_GROUP_PRIORITY_LOW);

	igt_describe("A real-time group gets a slot from busy high ones.");
	submit_subtest("realtime-evicts-high")
		realtime();

	igt_describe("One more group of the same priority gets its turn.");
	submit_subtest("equal-goes-round")
		equal_goes_round();

	igt_describe("Of two groups with slots the higher one gets more of the GPU.");
	submit_subtest("resident-high-first")
		resident();

	igt_describe("Two groups of the same priority share the GPU.");
	submit_subtest("resident-equal-share")
		resident_equal();

	igt_describe(
	    "A job gets its turn beside eight loops of the same priority that never wait.");
	submit_subtest("resident-loops-share")
		loops_share();
}
