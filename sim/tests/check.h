/* SPDX-License-Identifier: MIT */
/*
 * check.h - the least that a unit test needs: named tests, checks that say what they saw, TAP
 *output.
 *
 *	static void adds(void) { CHECK_EQ(1 + 1, 2); }
 *	int main(void) { return check_run((struct check_test[]){ TEST(adds), { 0 } }); }
 *
 * A failed check does not end its test; REQUIRE returns from the function when the rest makes no
 *sense.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct check_test {
	const char *name;
	void (*fn)(void);
};

#define TEST(fn) {#fn, fn}

/** check_run() - run all tests of a list that ends in a zero entry. Return: main()'s exit code. */
int check_run(const struct check_test *tests);

/** check_skip() - mark the running test as skipped, with a reason; return from it afterwards. */
void check_skip(const char *reason);

/** check_failed() - count a failure of the running test. @fmt says what went wrong. */
void check_failed(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define CHECK(cond)                                                    \
	do {                                                           \
		if (!(cond))                                           \
			check_failed(__FILE__, __LINE__, "%s", #cond); \
	} while (0)

#define CHECK_EQ(got, want)                                                                     \
	do {                                                                                    \
		uint64_t got_ = (uint64_t)(got), want_ = (uint64_t)(want);                      \
		if (got_ != want_)                                                              \
			check_failed(__FILE__, __LINE__,                                        \
				     "%s is 0x%" PRIx64 ", not %s (0x%" PRIx64 ")", #got, got_, \
				     #want, want_);                                             \
	} while (0)

#define CHECK_STR(got, want)                                                                     \
	do {                                                                                     \
		const char *got_ = (got), *want_ = (want);                                       \
		if (strcmp(got_, want_) != 0)                                                    \
			check_failed(__FILE__, __LINE__, "%s is \"%s\", not \"%s\"", #got, got_, \
				     want_);                                                     \
	} while (0)

#define REQUIRE(cond)                                                                           \
	do {                                                                                    \
		if (!(cond)) {                                                                  \
			check_failed(__FILE__, __LINE__, "%s (the rest is not tested)", #cond); \
			return;                                                                 \
		}                                                                               \
	} while (0)

#endif /* TESTS_CHECK_H */
