/* SPDX-License-Identifier: MIT */
/*
 * The test core, under IGT's names: what a test source sees of subtests, fixtures, assertions,
 * skips, forks and timeouts. A source written against this header compiles in an IGT tree too
 * (the 2026 spelling, `int igt_main()`, `igt_fixture()`), and the programs behave as IGT's do:
 * options, console lines, kernel log markers and exit codes. IGT itself is not needed.
 */
#ifndef TYR_IGT_CORE_H
#define TYR_IGT_CORE_H

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#ifndef IGT_LOG_DOMAIN
#define IGT_LOG_DOMAIN (NULL)
#endif

/* Exit codes, as igt_runner expects them. A crash is 128 + the signal's number. */
#define IGT_EXIT_SUCCESS 0
#define IGT_EXIT_SKIP    77
#define IGT_EXIT_INVALID 79
#define IGT_EXIT_FAILURE 98
#define IGT_EXIT_ABORT   112

#define __igt_noreturn     __attribute__((noreturn))
#define __igt_printf(f, a) __attribute__((format(printf, f, a)))

#define __igt_cat2(x, y)   x##y
#define igt_tokencat(x, y) __igt_cat2(x, y)
#define igt_unique(prefix) igt_tokencat(igt_tokencat(__igt_unique_, prefix), __LINE__)

/* A one-sentence description of the program, printed by --help-description. */
#define IGT_TEST_DESCRIPTION(str) const char *__igt_test_description = str
extern const char *__igt_test_description __attribute__((weak));

/* The flow. A subtest's end, whatever its result, is a jump back to the head of its loop. */
extern sigjmp_buf igt_subtest_jmpbuf;
extern sigjmp_buf igt_dynamic_jmpbuf;

void igt_subtest_init(int argc, char **argv);
void igt_simple_init(int argc, char **argv);
bool __igt_fixture(void);
void __igt_fixture_complete(void);
bool __igt_run_subtest(const char *name, const char *file, int line);
bool __igt_enter_dynamic_container(void);
bool __igt_run_dynamic_subtest(const char *name);
void __igt_subtest_group_save(int *save, int *desc);
void __igt_subtest_group_restore(int save, int desc);
bool igt_only_list_subtests(void);
bool igt_can_fail(void);
const char *igt_test_name(void);
const char *igt_subtest_name(void);
__igt_noreturn void igt_exit(void);

#define __igt_main(init)                   \
	main(int argc, char **argv);       \
	static void __igt_real_main(void); \
	int main(int argc, char **argv)    \
	{                                  \
		init(argc, argv);          \
		__igt_real_main();         \
		igt_exit();                \
	}                                  \
	static void __igt_real_main(void)

/* `int igt_main() { … }`: a program with subtests. */
#define igt_main() __igt_main(igt_subtest_init)

/* `int igt_simple_main() { … }`: a program that is one test. */
#define igt_simple_main() __igt_main(igt_simple_init)

/* Set-up and tear-down around subtests; not run when the subtests are only listed. */
#define igt_fixture()                                                                          \
	for (volatile int igt_unique(once) = 0;                                                \
	     igt_unique(once) < 1 && __igt_fixture() && sigsetjmp(igt_subtest_jmpbuf, 1) == 0; \
	     igt_unique(once)++, __igt_fixture_complete())

#define igt_subtest(name)                                       \
	for (; __igt_run_subtest((name), __FILE__, __LINE__) && \
	       sigsetjmp(igt_subtest_jmpbuf, 1) == 0;           \
	     igt_success())

#define __igt_subtest_f(tmp, ...)                                                                 \
	for (char tmp[256];                                                                       \
	     snprintf(tmp, sizeof(tmp), __VA_ARGS__),                                             \
	     __igt_run_subtest(tmp, __FILE__, __LINE__) && sigsetjmp(igt_subtest_jmpbuf, 1) == 0; \
	     igt_success())

/* igt_subtest() with a formatted name. */
#define igt_subtest_f(...) __igt_subtest_f(igt_unique(name), __VA_ARGS__)

/* A subtest whose results come from the igt_dynamic() blocks inside it. */
#define igt_subtest_with_dynamic(name)                                                             \
	for (; __igt_run_subtest((name), __FILE__, __LINE__) && __igt_enter_dynamic_container() && \
	       sigsetjmp(igt_subtest_jmpbuf, 1) == 0;                                              \
	     igt_success())

#define __igt_subtest_with_dynamic_f(tmp, ...)                                                \
	for (char tmp[256];                                                                   \
	     snprintf(tmp, sizeof(tmp), __VA_ARGS__),                                         \
	     __igt_run_subtest(tmp, __FILE__, __LINE__) && __igt_enter_dynamic_container() && \
		 sigsetjmp(igt_subtest_jmpbuf, 1) == 0;                                       \
	     igt_success())

/* igt_subtest_with_dynamic() with a formatted name. */
#define igt_subtest_with_dynamic_f(...) __igt_subtest_with_dynamic_f(igt_unique(name), __VA_ARGS__)

#define igt_dynamic(name)                                                                  \
	for (; __igt_run_dynamic_subtest((name)) && sigsetjmp(igt_dynamic_jmpbuf, 1) == 0; \
	     igt_success())

#define __igt_dynamic_f(tmp, ...)                                                     \
	for (char tmp[256];                                                           \
	     snprintf(tmp, sizeof(tmp), __VA_ARGS__),                                 \
	     __igt_run_dynamic_subtest(tmp) && sigsetjmp(igt_dynamic_jmpbuf, 1) == 0; \
	     igt_success())

/* igt_dynamic() with a formatted name. */
#define igt_dynamic_f(...) __igt_dynamic_f(igt_unique(name), __VA_ARGS__)

/* Limits what a failing or skipping fixture inside takes along to the subtests inside. */
#define igt_subtest_group()                                                          \
	for (int igt_unique(once) = 0, igt_unique(save) = 0, igt_unique(desc) = 0;   \
	     igt_unique(once) < 1 &&                                                 \
	     (__igt_subtest_group_save(&igt_unique(save), &igt_unique(desc)), true); \
	     igt_unique(once)++, __igt_subtest_group_restore(igt_unique(save), igt_unique(desc)))

/* What the next subtest or group is for; printed by --describe. */
__igt_printf(1, 2) void igt_describe_f(const char *fmt, ...);
#define igt_describe(text) igt_describe_f("%s", text)

/* Results. Each returns to the loop of the subtest (or ends a simple program). */
void igt_success(void);
__igt_noreturn void igt_fail(int exitcode);
__igt_noreturn __igt_printf(1, 2) void igt_skip(const char *f, ...);
__igt_noreturn __igt_printf(5, 6) void __igt_skip_check(const char *file, int line,
							const char *func, const char *check,
							const char *f, ...);
__igt_noreturn __igt_printf(6, 7) void __igt_fail_assert(const char *domain, const char *file,
							 int line, const char *func,
							 const char *assertion, const char *f, ...);

#define __igt_skip_if(cond, text, ...)                                                     \
	do {                                                                               \
		if (cond)                                                                  \
			__igt_skip_check(__FILE__, __LINE__, __func__, text, __VA_ARGS__); \
	} while (0)
#define igt_skip_on(expr)        __igt_skip_if((expr), "!(" #expr ")", NULL)
#define igt_skip_on_f(expr, ...) __igt_skip_if((expr), "!(" #expr ")", __VA_ARGS__)
#define igt_require(expr)        __igt_skip_if(!(expr), #expr, NULL)
#define igt_require_f(expr, ...) __igt_skip_if(!(expr), #expr, __VA_ARGS__)

#define __igt_fail_if(cond, text, ...)                                                        \
	do {                                                                                  \
		if (cond)                                                                     \
			__igt_fail_assert(IGT_LOG_DOMAIN, __FILE__, __LINE__, __func__, text, \
					  __VA_ARGS__);                                       \
	} while (0)
#define igt_assert(expr)         __igt_fail_if(!(expr), #expr, NULL)
#define igt_assert_f(expr, ...)  __igt_fail_if(!(expr), #expr, __VA_ARGS__)
#define igt_fail_on(expr)        __igt_fail_if((expr), "!(" #expr ")", NULL)
#define igt_fail_on_f(expr, ...) __igt_fail_if((expr), "!(" #expr ")", __VA_ARGS__)

#define __igt_assert_cmp(type, fmt, a, cmp, ncmp, b)                                          \
	do {                                                                                  \
		type __igt_left = (a), __igt_right = (b);                                     \
		__igt_fail_if(!(__igt_left cmp __igt_right), #a " " #cmp " " #b,              \
			      "error: " fmt " " #ncmp " " fmt "\n", __igt_left, __igt_right); \
	} while (0)
#define igt_assert_eq(a, b)      __igt_assert_cmp(int, "%d", a, ==, !=, b)
#define igt_assert_neq(a, b)     __igt_assert_cmp(int, "%d", a, !=, ==, b)
#define igt_assert_lt(a, b)      __igt_assert_cmp(int, "%d", a, <, >=, b)
#define igt_assert_lte(a, b)     __igt_assert_cmp(int, "%d", a, <=, >, b)
#define igt_assert_eq_u32(a, b)  __igt_assert_cmp(uint32_t, "%#x", a, ==, !=, b)
#define igt_assert_neq_u32(a, b) __igt_assert_cmp(uint32_t, "%#x", a, !=, ==, b)
#define igt_assert_lt_u32(a, b)  __igt_assert_cmp(uint32_t, "%#x", a, <, >=, b)
#define igt_assert_eq_s64(a, b)  __igt_assert_cmp(int64_t, "%" PRId64, a, ==, !=, b)
#define igt_assert_lt_s64(a, b)  __igt_assert_cmp(int64_t, "%" PRId64, a, <, >=, b)
#define igt_assert_eq_u64(a, b)  __igt_assert_cmp(uint64_t, "%#" PRIx64, a, ==, !=, b)
#define igt_assert_neq_u64(a, b) __igt_assert_cmp(uint64_t, "%#" PRIx64, a, !=, ==, b)
#define igt_assert_lt_u64(a, b)  __igt_assert_cmp(uint64_t, "%#" PRIx64, a, <, >=, b)
#define igt_assert_lte_u64(a, b) __igt_assert_cmp(uint64_t, "%#" PRIx64, a, <=, >, b)
#define igt_assert_fd(fd) \
	igt_assert_f((fd) >= 0, "file descriptor " #fd " failed to open (%d)\n", (fd))

/* Messages. Debug and above are kept and shown when the subtest fails. */
enum igt_log_level {
	IGT_LOG_DEBUG,
	IGT_LOG_INFO,
	IGT_LOG_WARN,
	IGT_LOG_CRITICAL,
	IGT_LOG_NONE,
};
extern enum igt_log_level igt_log_level;
__igt_printf(3, 4) void igt_log(const char *domain, enum igt_log_level level, const char *f, ...);
__igt_printf(3, 0) void igt_vlog(const char *domain, enum igt_log_level level, const char *f,
				 va_list args);
#define igt_debug(...)    igt_log(IGT_LOG_DOMAIN, IGT_LOG_DEBUG, __VA_ARGS__)
#define igt_info(...)     igt_log(IGT_LOG_DOMAIN, IGT_LOG_INFO, __VA_ARGS__)
#define igt_warn(...)     igt_log(IGT_LOG_DOMAIN, IGT_LOG_WARN, __VA_ARGS__)
#define igt_critical(...) igt_log(IGT_LOG_DOMAIN, IGT_LOG_CRITICAL, __VA_ARGS__)
#define igt_warn_on(cond)                                                                       \
	do {                                                                                    \
		if (cond)                                                                       \
			igt_warn("Warning on condition %s in function %s, file %s:%i\n", #cond, \
				 __func__, __FILE__, __LINE__);                                 \
	} while (0)

/* Lines in the kernel's log. */
#define KMSG_EMER  "<0>[IGT] "
#define KMSG_ERR   "<3>[IGT] "
#define KMSG_WARN  "<4>[IGT] "
#define KMSG_INFO  "<6>[IGT] "
#define KMSG_DEBUG "<7>[IGT] "
__igt_printf(1, 2) void igt_kmsg(const char *format, ...);
void igt_emit_ignore_dmesg_regex(const char *regex);

/* Children that take part in the test: a child's failure is the subtest's. */
#define igt_fork(child, num_children)                        \
	for (int child = 0; child < (num_children); child++) \
		for (; __igt_fork(); exit(0))
bool __igt_fork(void);
int __igt_waitchildren(void);
void igt_waitchildren(void);
void igt_waitchildren_timeout(int seconds, const char *reason);
void igt_kill_children(int signal);

/* Called once when the program ends, also when a signal ends it; argument: the signal or 0. */
typedef void (*igt_exit_handler_t)(int sig);
void igt_install_exit_handler(igt_exit_handler_t fn);

/* Time. */
void igt_set_timeout(unsigned int seconds, const char *op);
void igt_reset_timeout(void);
int igt_gettime(struct timespec *ts);
double igt_time_elapsed(struct timespec *then, struct timespec *now);
uint64_t igt_nsec_elapsed(struct timespec *start);
#define igt_seconds_elapsed(start) ((uint32_t)(igt_nsec_elapsed(start) / 1000000000ull))

/* Repeats its body for @timeout seconds, at least once. */
#define igt_until_timeout(timeout)                   \
	for (struct timespec igt_unique(start) = {}; \
	     igt_nsec_elapsed(&igt_unique(start)) < (timeout) * 1000000000ull;)

/* True when the program runs on slow, simulated hardware (INTEL_SIMULATION in IGT). */
bool igt_run_in_simulation(void);

#endif
