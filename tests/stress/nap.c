// SPDX-License-Identifier: MIT
/*
 * nap.c - jobs that come just when the device falls asleep, STRESS_ROUNDS times: the pause after
 * each goes through the times around the autosuspend delay. Each must be done soon, whichever side
 * of the border it was on.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "igt.h"
#include "stress.h"

IGT_TEST_DESCRIPTION("Jobs that come just when the device falls asleep.");

#define SOON_MS 5000

/* From so much before the delay is over, in so many steps of so much. */
#define BEFORE_US 4000
#define STEPS     97
#define STEP_US   100

static unsigned int autosuspend_delay_us(int fd)
{
	struct stat st;
	char path[PATH_MAX];
	unsigned int ms = 50;
	FILE *file;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device/power/autosuspend_delay_ms",
		 major(st.st_rdev), minor(st.st_rdev));
	file = fopen(path, "re");
	if (file) {
		igt_assert_eq(fscanf(file, "%u", &ms), 1);
		fclose(file);
	}
	return ms * 1000;
}

int igt_simple_main()
{
	unsigned int rounds = stress_number("STRESS_ROUNDS", 1), delay;
	struct submit_bench b;
	uint64_t word;
	struct csb s;

	submit_bench_open(&b, 1);
	delay = autosuspend_delay_us(b.fd);
	word = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_add_word(&s, word, 1);
	for (unsigned int i = 0; i < rounds; i++) {
		submit_bench_start(&b, 0, &s);
		igt_assert_f(submit_wait(b.fd, b.done, SOON_MS),
			     "the job of round %u is not done\n", i);
		submit_assert_done(b.fd, b.done);
		usleep(delay - BEFORE_US + i % STEPS * STEP_US);
	}
	igt_assert_eq_u32(submit_read32(&b.arena, word), rounds);
}
