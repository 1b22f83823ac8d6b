// SPDX-License-Identifier: MIT
/*
 * bench.c - see bench.h.
 */
#include <sched.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "bench.h"

/* Rounds before the first sample: caches, lazily made tables, the device's wake-up. */
#define WARM_UP 3

#define DEFAULT_ROUNDS 10
#define MAX_ROUNDS     1000

/* Long enough for workers, short enough that the device (50 ms) stays awake. */
#define SETTLE_US 1000

static unsigned int rounds(const struct benchmark *b)
{
	const char *text = getenv("TYR_BENCH_ROUNDS");
	unsigned long n = text ? strtoul(text, NULL, 10) : DEFAULT_ROUNDS;

	if (n < 1 || n > MAX_ROUNDS)
		n = DEFAULT_ROUNDS;
	return b->cap && n > b->cap ? b->cap : n;
}

static const char *unit(const struct benchmark *b)
{
	return b->unit ? b->unit : "ns";
}

uint64_t bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

void bench_settle(void)
{
	usleep(SETTLE_US);
}

void bench_measure(const struct benchmark *b, double (*round)(void *state), void *state)
{
	unsigned int n = rounds(b);
	double *value = calloc(n, sizeof(*value));

	igt_assert(value);
	for (unsigned int i = 0; i < WARM_UP; i++)
		round(state);
	for (unsigned int i = 0; i < n; i++)
		value[i] = round(state);
	for (unsigned int i = 0; i < n; i++)
		printf("sample %s %.0f %s\n", b->name, value[i], unit(b));
	free(value);
}

/*
 * Stay on the last CPU. Interrupts of the GPU go to the first one unless somebody moves them, and
 * where a thread that waits happens to be, there or elsewhere, changes a wake-up by half.
 */
static void stay(void)
{
	cpu_set_t set;
	int last = CPU_SETSIZE;

	if (sched_getaffinity(0, sizeof(set), &set))
		return;
	while (last-- && !CPU_ISSET(last, &set))
		;
	if (last < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(last, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

void bench_all(const struct benchmark *list, unsigned int n)
{
	stay();
	for (unsigned int i = 0; i < n; i++) {
		const struct benchmark *b = &list[i];

		igt_describe(b->what);
		igt_subtest_f("%s", b->name) {
			printf("bench %s %s %s %s\n", b->name, unit(b),
			       b->better == BENCH_HIGHER ? "higher" : "lower", b->what);
			b->run(b);
		}
	}
}

uint64_t bench_mov(struct csb *s, struct submit_arena *a, uint32_t value)
{
	uint64_t word = submit_alloc(a, 4);

	submit_stream_begin(s, a, 8);
	submit_emit_store32(s, word, value);
	return word;
}

void bench_wait(int fd, uint32_t syncobj)
{
	struct drm_syncobj_wait wait = {
	    .handles = (uintptr_t)&syncobj,
	    .count_handles = 1,
	    .timeout_nsec = INT64_MAX,
	};

	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_SYNCOBJ_WAIT, &wait), 0);
}
