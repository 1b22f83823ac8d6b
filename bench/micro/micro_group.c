// SPDX-License-Identifier: MIT
/*
 * micro_group.c - groups: made and destroyed, and many of them that take turns on few slots.
 */
#include "igt.h"
#include "igt_syncobj.h"
#include "bench.h"

IGT_TEST_DESCRIPTION("Groups: create and destroy; more groups than slots, in turn.");

#define GROUPS 64
/* Jobs that each group gets in a round. */
#define TURNS 2

static double life_round(void *state)
{
	struct submit_bench *b = state;
	uint32_t group;
	uint64_t start;

	bench_settle();
	start = bench_now();
	group = submit_group_create(b->fd, b->arena.vm, 1);
	igt_panthor_group_destroy(b->fd, group, 0);
	return bench_now() - start;
}

static void group_life(const struct benchmark *bench)
{
	struct submit_bench b;

	submit_bench_open(&b, 1);
	bench_measure(bench, life_round, &b);
	submit_bench_close(&b);
}

struct crowd {
	struct submit_bench b;
	struct csb job;
	uint32_t group[GROUPS];
	uint32_t done[GROUPS]; /* timelines */
	uint64_t point;
};

/* Each group gets a job in turn, and again; all of them must end. Return: jobs a second. */
static double crowd_round(void *state)
{
	struct crowd *c = state;
	uint64_t start = bench_now();

	for (unsigned int turn = 0; turn < TURNS; turn++) {
		c->point++;
		for (unsigned int i = 0; i < GROUPS; i++) {
			struct drm_panthor_sync_op out = submit_out_point(c->done[i], c->point);

			submit_job(c->b.fd, c->group[i], 0, &c->job, &out, 1);
		}
	}
	for (unsigned int i = 0; i < GROUPS; i++)
		submit_assert_point(c->b.fd, c->group[i], c->done[i], c->point);
	return GROUPS * TURNS * 1e9 / (bench_now() - start);
}

static void round_robin(const struct benchmark *bench)
{
	struct crowd c = {};

	submit_bench_open(&c.b, 1);
	bench_mov(&c.job, &c.b.arena, 1);
	for (unsigned int i = 0; i < GROUPS; i++) {
		c.group[i] = submit_group_create(c.b.fd, c.b.arena.vm, 1);
		c.done[i] = syncobj_create(c.b.fd, 0);
	}
	bench_measure(bench, crowd_round, &c);
	for (unsigned int i = 0; i < GROUPS; i++) {
		syncobj_destroy(c.b.fd, c.done[i]);
		igt_panthor_group_destroy(c.b.fd, c.group[i], 0);
	}
	submit_bench_close(&c.b);
}

static const struct benchmark benchmarks[] = {
    {.name = "group-life", .what = "GROUP_CREATE and GROUP_DESTROY", .run = group_life},
    {.name = "round-robin-64",
     .what = "jobs a second of 64 groups that take turns",
     .run = round_robin,
     .unit = "jobs/s",
     .better = BENCH_HIGHER},
};

int igt_main()
{
	bench_all(benchmarks, BENCH_COUNT(benchmarks));
}
