// SPDX-License-Identifier: MIT
/*
 * micro_submit.c - the way of a job: into the ioctl, to its signal, through a chain of jobs.
 */
#include "igt.h"
#include "igt_syncobj.h"
#include "bench.h"

IGT_TEST_DESCRIPTION("Submission: the ioctl, submit to signal, batches and chains of jobs.");

#define BATCH 16
#define CHAIN 32

struct submit_state {
	struct submit_bench b;
	struct csb job;
	uint64_t word;
	uint32_t value; /* what the job stored last */
};

static void open_state(struct submit_state *s, unsigned int queues)
{
	submit_bench_open(&s->b, queues);
	s->value = 1;
	s->word = bench_mov(&s->job, &s->b.arena, s->value);
}

/* A round with the device awake and the queue idle: the time of GROUP_SUBMIT alone. */
static double ioctl_round(void *state)
{
	struct submit_state *s = state;
	uint64_t start, end;

	bench_settle();
	start = bench_now();
	submit_bench_start(&s->b, 0, &s->job);
	end = bench_now();
	bench_wait(s->b.fd, s->b.done);
	return end - start;
}

static double batch_round(void *state)
{
	struct submit_state *s = state;
	struct drm_panthor_queue_submit jobs[BATCH];
	struct drm_panthor_sync_op out = submit_out(s->b.done);
	uint64_t start, end;

	for (unsigned int i = 0; i < BATCH; i++)
		jobs[i] = submit_fill(0, &s->job, &out, i == BATCH - 1);
	bench_settle();
	start = bench_now();
	submit_jobs(s->b.fd, s->b.group, jobs, BATCH);
	end = bench_now();
	bench_wait(s->b.fd, s->b.done);
	return end - start;
}

static double signal_round(void *state)
{
	struct submit_state *s = state;
	uint64_t start, end;

	bench_settle();
	start = bench_now();
	submit_bench_start(&s->b, 0, &s->job);
	bench_wait(s->b.fd, s->b.done);
	end = bench_now();
	return end - start;
}

/* The waiter spins on the word, as a program that shares memory with the GPU may. */
static double memory_round(void *state)
{
	struct submit_state *s = state;
	uint64_t start, end;

	submit_write32(&s->b.arena, s->word, 0);
	bench_settle();
	start = bench_now();
	submit_bench_start(&s->b, 0, &s->job);
	while (submit_read32(&s->b.arena, s->word) != s->value)
		;
	end = bench_now();
	bench_wait(s->b.fd, s->b.done);
	return end - start;
}

static void run_rounds(const struct benchmark *b, double (*round)(void *state))
{
	struct submit_state s;

	open_state(&s, 1);
	bench_measure(b, round, &s);
	submit_bench_close(&s.b);
}

static void submit_ioctl(const struct benchmark *b)
{
	run_rounds(b, ioctl_round);
}

static void submit_batch(const struct benchmark *b)
{
	run_rounds(b, batch_round);
}

static void submit_to_signal(const struct benchmark *b)
{
	run_rounds(b, signal_round);
}

static void submit_to_memory(const struct benchmark *b)
{
	run_rounds(b, memory_round);
}

struct chain_state {
	struct submit_state s;
	uint32_t timeline;
	uint64_t point; /* the last that a job was to signal */
};

/* Job after job on the other queue; each waits for the point of the one before it. */
static double chain_round(void *state)
{
	struct chain_state *c = state;
	struct submit_bench *b = &c->s.b;
	uint64_t start, end;

	bench_settle();
	start = bench_now();
	for (unsigned int i = 0; i < CHAIN; i++) {
		struct drm_panthor_sync_op syncs[2] = {
		    submit_out_point(c->timeline, c->point + 1),
		    submit_in_point(c->timeline, c->point),
		};

		submit_job(b->fd, b->group, i % 2, &c->s.job, syncs, i ? 2 : 1);
		c->point++;
	}
	submit_assert_point(b->fd, b->group, c->timeline, c->point);
	end = bench_now();
	return (double)(end - start) / CHAIN;
}

static void submit_chain(const struct benchmark *b)
{
	struct chain_state c = {};

	open_state(&c.s, 2);
	c.timeline = syncobj_create(c.s.b.fd, 0);
	bench_measure(b, chain_round, &c);
	syncobj_destroy(c.s.b.fd, c.timeline);
	submit_bench_close(&c.s.b);
}

static const struct benchmark benchmarks[] = {
    {.name = "submit-ioctl",
     .what = "GROUP_SUBMIT of a MOV job to an idle queue, device awake",
     .run = submit_ioctl},
    {.name = "submit-batch-16", .what = "GROUP_SUBMIT of 16 MOV jobs at once", .run = submit_batch},
    {.name = "submit-to-signal",
     .what = "MOV job: GROUP_SUBMIT to the return of DRM_SYNCOBJ_WAIT",
     .run = submit_to_signal},
    {.name = "submit-to-memory",
     .what = "MOV job: GROUP_SUBMIT until a spinning CPU sees the word",
     .run = submit_to_memory},
    {.name = "submit-chain-32",
     .what = "32 jobs on two queues, each waits for the last: time a job",
     .run = submit_chain},
};

int igt_main()
{
	bench_all(benchmarks, BENCH_COUNT(benchmarks));
}
