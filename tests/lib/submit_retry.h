/* SPDX-License-Identifier: MIT */
/*
 * submit_retry.h - a second try for a subtest that an early job timeout of the kernel has spoilt.
 *
 * Linux 6.12 suspends a job's timer by moving it to "now plus LONG_MAX jiffies"
 * (drm_sched_suspend_timeout(), MAX_SCHEDULE_TIMEOUT). When the CPU's timer softirq is late, and in
 * a loaded virtual machine it is, that lies in the past of the timer wheel (calc_wheel_index()),
 * and the job is timed out at once instead of after 5 s. Panthor does this to every job that is
 * submitted while its group has no slot. Linux 7.3 (uAPI 1.9) cancels a timer of its own instead.
 *
 * So on older uAPIs a subtest whose job ends with a timeout that it did not ask for is started
 * again, twice at most: what happens three times is no accident.
 */
#ifndef SUBMIT_RETRY_H
#define SUBMIT_RETRY_H

#include <setjmp.h>
#include <stdbool.h>

#define SUBMIT_ATTEMPTS 3

extern sigjmp_buf submit_again;

/**
 * submit_attempts_begin() - the first attempt begins.
 *
 * Return: 1, for the loop of submit_attempts().
 */
int submit_attempts_begin(void);

/**
 * submit_kernel_times_out_early() - whether the kernel behind @fd may be one that does.
 */
bool submit_kernel_times_out_early(int fd);

/**
 * submit_timed_out() - a job of file @fd was timed out unexpectedly. Starts the subtest again when
 * the kernel may have done so early; returns when not, so that the caller fails.
 */
void submit_timed_out(int fd);

/* Run the body; submit_timed_out() starts it again. */
#define submit_attempts()                                                      \
	for (volatile int igt_unique(once) = submit_attempts_begin();          \
	     igt_unique(once) && sigsetjmp(submit_again, 1) < SUBMIT_ATTEMPTS; \
	     igt_unique(once) = 0)

/* igt_subtest() with several attempts. */
#define submit_subtest(name) \
	igt_subtest(name)    \
		submit_attempts()

#endif /* SUBMIT_RETRY_H */
