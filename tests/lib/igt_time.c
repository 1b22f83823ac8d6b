// SPDX-License-Identifier: MIT
/* Clocks and the subtest's own timeout. */
#include <signal.h>

#include "igt_private.h"

int igt_gettime(struct timespec *ts)
{
	return clock_gettime(CLOCK_MONOTONIC, ts);
}

/* Seconds from @then to @now; a negative value when either was never set. */
double igt_time_elapsed(struct timespec *then, struct timespec *now)
{
	if (!(then->tv_sec || then->tv_nsec) || !(now->tv_sec || now->tv_nsec))
		return -1.;
	return (now->tv_sec - then->tv_sec) + 1e-9 * (now->tv_nsec - then->tv_nsec);
}

/* Nanoseconds since @start, which the first call (with zeroes in it) sets. */
uint64_t igt_nsec_elapsed(struct timespec *start)
{
	struct timespec now;

	igt_gettime(&now);
	if (!(start->tv_sec || start->tv_nsec)) {
		*start = now;
		return 0;
	}
	return (now.tv_sec - start->tv_sec) * 1000000000ll + (now.tv_nsec - start->tv_nsec);
}

static const char *timeout_op;

static void on_alarm(int sig)
{
	if (timeout_op)
		igt_info("Timed out: %s\n", timeout_op);
	else
		igt_info("Timed out\n");
	igt_fail(IGT_EXIT_FAILURE);
}

/*
 * igt_set_timeout: fail the subtest if it still runs after @seconds; @op says what is waited for.
 * One timer at a time; zero seconds stops it, and so does the subtest's end.
 */
void igt_set_timeout(unsigned int seconds, const char *op)
{
	struct sigaction action = {.sa_handler = seconds ? on_alarm : SIG_DFL};

	timeout_op = op;
	alarm(0);
	sigaction(SIGALRM, &action, NULL);
	alarm(seconds);
}

void igt_reset_timeout(void)
{
	igt_set_timeout(0, NULL);
}

bool igt_run_in_simulation(void)
{
	const char *env = getenv("INTEL_SIMULATION");

	return env && *env && *env != '0';
}
