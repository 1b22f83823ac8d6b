// SPDX-License-Identifier: MIT
/*
 * Every way a subtest can end, for core.sh to look at from outside. No device is needed. With
 * SELFTEST set, the fixture of a group fails.
 */
#include <signal.h>

#include "igt.h"
#include "igt_panthor.h"
#include "model.h"

IGT_TEST_DESCRIPTION("Outcomes of the test core itself");

static void crash(void)
{
	raise(SIGSEGV);
}

int igt_main()
{
	int fixture_runs = 0;

	igt_fixture() {
		fixture_runs++;
		printf("fixture ran\n");
	}

	igt_describe("Passes");
	igt_subtest("pass")
		igt_assert_eq(fixture_runs, 1);

	igt_subtest("skip") {
		errno = 0;
		igt_require_f(false, "nothing to see\n");
		printf("unreachable\n");
	}

	igt_subtest("fail") {
		igt_debug("a debug line\n");
		igt_assert_eq(1, 2);
		printf("unreachable\n");
	}

	igt_subtest("crash")
		crash();

	igt_subtest("timeout") {
		igt_set_timeout(1, "a timeout");
		for (;;)
			pause();
	}

	for (int i = 0; i < 2; i++)
		igt_subtest_f("format-%d", i)
			igt_assert(i >= 0);

	igt_subtest("fork-pass") {
		igt_fork(child, 3)
			igt_assert(child < 3);
		igt_waitchildren();
	}

	igt_subtest("fork-fail") {
		igt_fork(child, 3)
			igt_assert_neq(child, 1);
		igt_waitchildren();
	}

	igt_subtest("fork-left-behind") {
		igt_fork(child, 1)
			for (;;)
				pause();
		igt_assert(false);
	}

	igt_subtest_with_dynamic("dynamic-pass") {
		igt_dynamic("one")
			igt_assert(true);
		igt_dynamic_f("%s", "two")
			igt_assert(true);
	}

	igt_subtest_with_dynamic("dynamic-fail") {
		igt_dynamic("one")
			igt_assert(true);
		igt_dynamic("two")
			igt_assert(false);
	}

	igt_subtest_with_dynamic("dynamic-none")
		igt_info("no dynamic subtest here\n");

	igt_describe("A group");
	igt_subtest_group() {
		igt_fixture()
			igt_skip("the group's fixture skips\n");
		igt_subtest("group-skipped")
			printf("unreachable\n");
	}

	igt_subtest_group() {
		igt_fixture()
			igt_assert(!getenv("SELFTEST"));
		igt_subtest("group-failed")
			printf("unreachable\n");
	}

	igt_subtest("expect-kmsg")
		igt_emit_ignore_dmesg_regex("WARNING: .*");

	/* MOVE of 0x123456789a into r68 and a WAIT for slots 0-7, by hand from v10.xml. */
	igt_subtest("command-stream") {
		uint64_t words[2] = {};
		struct csb b = csb_begin(words, 0x1000, sizeof(words));

		csb_move48(&b, 68, 0x123456789aull);
		csb_wait(&b, 0xff);
		igt_assert_eq_u64(words[0], 0x014400123456789aull);
		igt_assert_eq_u64(words[1], 0x0300000000ff0000ull);
		igt_assert_eq_u32(csb_size(&b), 16);
		igt_assert_eq_u64(cs_mov48(68, 0x123456789aull), words[0]);
	}

	igt_subtest("command-stream-full") {
		uint64_t word;
		struct csb b = csb_begin(&word, 0x1000, sizeof(word));

		csb_nop(&b);
		csb_nop(&b);
	}

	igt_subtest("device") {
		int fd = drm_open_driver(DRIVER_PANTHOR);

		drm_close_driver(fd);
	}

	igt_subtest("inject") {
		model_inject("nothing");
	}
}
