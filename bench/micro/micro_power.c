// SPDX-License-Identifier: MIT
/*
 * micro_power.c - a job that finds the device asleep, and one that finds it broken.
 */
#include "igt.h"
#include "igt_syncobj.h"
#include "bench.h"
#include "model.h"
#include "submit_gate.h"
#include "submit_power.h"

IGT_TEST_DESCRIPTION("Wake-up from runtime suspend, and recovery from a dead firmware.");

struct wake_state {
	struct submit_bench b;
	struct csb job;
};

static double resume_round(void *state)
{
	struct wake_state *s = state;
	uint64_t start, end;

	submit_suspend(s->b.fd);
	start = bench_now();
	submit_bench_start(&s->b, 0, &s->job);
	bench_wait(s->b.fd, s->b.done);
	end = bench_now();
	submit_assert_done(s->b.fd, s->b.done);
	return end - start;
}

static void resume_to_signal(const struct benchmark *b)
{
	struct wake_state s;

	submit_bench_open(&s.b, 1);
	bench_mov(&s.job, &s.b.arena, 1);
	bench_measure(b, resume_round, &s);
	submit_bench_close(&s.b);
}

/* Groups that are there for the first job after the fault: some may be lost to the reset. */
#define SPARE_GROUPS 8

/* What drivers log of a firmware that does not answer, and of the reset that follows. */
static void expect_reset(void)
{
	igt_emit_ignore_dmesg_regex("WARNING: .*panthor_sched_pre_reset");
	igt_emit_ignore_dmesg_regex("CSG [0-9]+ update request timedout|CSG suspend failed");
	igt_emit_ignore_dmesg_regex("Failed to (stop|halt|cleanly suspend) MCU|[Tt]imed? ?out");
	/* Panthor unmaps the victim's buffers while it resets (docs/findings.md). */
	model_expect("lock-region");
	model_expect("command-in-reset");
}

/* Submit to one group after the other until a job is done as it should be. */
static void first_job_done(struct submit_bench *b, const uint32_t *group, const struct csb *job)
{
	struct drm_panthor_sync_op out = submit_out(b->done);

	for (unsigned int i = 0; i < SPARE_GROUPS; i++) {
		if (__submit_job(b->fd, group[i], 0, job, &out, 1)) {
			usleep(1000);
			continue;
		}
		bench_wait(b->fd, b->done);
		if (submit_fence_status(b->fd, b->done) == 1)
			return;
	}
	igt_assert_f(false, "no job ended well after the fault\n");
}

/* The firmware dies under a job of one group; a job of another must get through. */
static double reset_round(void *state)
{
	struct submit_bench b;
	struct submit_gate gate;
	struct csb job;
	uint32_t group[SPARE_GROUPS];
	uint64_t start, end;

	submit_bench_open(&b, 1);
	bench_mov(&job, &b.arena, 1);
	for (unsigned int i = 0; i < SPARE_GROUPS; i++)
		group[i] = submit_group_create(b.fd, b.arena.vm, 1);
	submit_suspend(b.fd);
	submit_gate_hold(&gate, &b.arena, b.group, 0);
	model_inject("mcu-hang");
	start = bench_now();
	first_job_done(&b, group, &job);
	end = bench_now();
	model_assert_struck();
	submit_suspend(b.fd);
	submit_close_all();
	return end - start;
}

static void reset_to_job(const struct benchmark *b)
{
	model_require();
	expect_reset();
	bench_measure(b, reset_round, NULL);
}

static const struct benchmark benchmarks[] = {
    {.name = "resume-to-signal",
     .what = "MOV job on a suspended device: GROUP_SUBMIT to the return of the wait",
     .run = resume_to_signal},
    {.name = "reset-to-job",
     .what = "a firmware that hangs: to the first job of another group done",
     .run = reset_to_job},
};

int igt_main()
{
	bench_all(benchmarks, BENCH_COUNT(benchmarks));
}
