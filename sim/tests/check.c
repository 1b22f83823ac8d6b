/* SPDX-License-Identifier: MIT */
/* check.c - runs tests and prints TAP, which meson reads. */
#include "check.h"

#include <stdarg.h>

static unsigned int failures;
static const char *skipped;

void check_failed(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	failures++;
	printf("# %s:%d: ", file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

void check_skip(const char *reason)
{
	skipped = reason;
}

int check_run(const struct check_test *tests)
{
	unsigned int count = 0, bad = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (tests[count].fn)
		count++;
	printf("1..%u\n", count);
	for (unsigned int i = 0; i < count; i++) {
		failures = 0;
		skipped = NULL;
		tests[i].fn();
		printf("%sok %u - %s%s%s\n", failures ? "not " : "", i + 1, tests[i].name,
		       skipped ? " # SKIP " : "", skipped ? skipped : "");
		bad += failures != 0;
	}
	return bad != 0;
}
