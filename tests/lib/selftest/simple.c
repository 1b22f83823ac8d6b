// SPDX-License-Identifier: MIT
/* A program without subtests; SELFTEST picks its end. */
#include "igt.h"

int igt_simple_main()
{
	const char *end = getenv("SELFTEST");

	if (end && !strcmp(end, "skip"))
		igt_skip("asked to skip\n");
	if (end && !strcmp(end, "crash"))
		abort();
	igt_assert(!end || strcmp(end, "fail"));
}
