// SPDX-License-Identifier: MIT
/*
 * Subtests: which run, how each ends, and what the program's exit code is.
 *
 * A block macro (igt_fixture, igt_subtest, igt_dynamic) is a loop whose head asks here whether to
 * run. The body leaves by igt_success(), igt_skip() or igt_fail(), all of which print the result
 * and jump back to the loop's head, where sigsetjmp() then returns non-zero and ends the loop.
 */
#include <ctype.h>
#include <signal.h>
#include <sys/wait.h>

#include "igt_private.h"
#include "model.h"

struct igt_state igt_state = {.dynamic_executed = -1};
sigjmp_buf igt_subtest_jmpbuf;
sigjmp_buf igt_dynamic_jmpbuf;

static char next_description[1024];
static char group_description[1024];

/* A misuse of the macros: a bug in the test source, told and fatal. */
static void check_use(bool ok, const char *rule)
{
	if (ok)
		return;
	igt_critical("Test source error: %s\n", rule);
	_exit(IGT_EXIT_ABORT);
}

const char *igt_test_name(void)
{
	return igt_state.program;
}

const char *igt_subtest_name(void)
{
	return igt_state.subtest;
}

bool igt_only_list_subtests(void)
{
	return igt_state.list || igt_state.show_testlist;
}

/* True where a skip or a failure has a place to go: a fixture, a subtest or a simple program. */
bool igt_can_fail(void)
{
	return !igt_state.with_subtests || igt_state.in_fixture || igt_state.subtest;
}

static void begin_program(int argc, char **argv, bool with_subtests)
{
	igt_state.with_subtests = with_subtests;
	igt_parse_options(argc, argv);
	igt_install_exit_handler(model_exit_handler);
	if (igt_only_list_subtests())
		return;

	igt_kmsg(KMSG_INFO "%s: executing\n", igt_state.program);
	igt_print_version();
	if (!with_subtests)
		model_mark(igt_state.program, NULL);
	igt_gettime(&igt_state.subtest_start);
}

void igt_subtest_init(int argc, char **argv)
{
	begin_program(argc, argv, true);
}

void igt_simple_init(int argc, char **argv)
{
	begin_program(argc, argv, false);
}

/* Descriptions. */

void igt_describe_f(const char *fmt, ...)
{
	va_list args;

	if (!igt_state.describe)
		return;
	va_start(args, fmt);
	vsnprintf(next_description, sizeof(next_description), fmt, args);
	va_end(args);
}

static void print_description(const char *name, const char *file, int line)
{
	bool none = !group_description[0] && !next_description[0];

	printf("SUB %s %s:%d:\n", name, file, line);
	if (group_description[0])
		printf("  %s\n\n", group_description);
	if (next_description[0])
		printf("  %s\n\n", next_description);
	if (none)
		printf("  NO DOCUMENTATION!\n\n");
}

/* Fixtures and groups. */

bool __igt_fixture(void)
{
	check_use(!igt_state.in_fixture, "an igt_fixture inside an igt_fixture");
	check_use(!igt_state.subtest, "an igt_fixture inside an igt_subtest");
	check_use(igt_state.with_subtests, "an igt_fixture in an igt_simple_main");

	if (igt_only_list_subtests() || igt_state.rest != IGT_RUN)
		return false;
	igt_state.in_fixture = true;
	return true;
}

void __igt_fixture_complete(void)
{
	igt_state.in_fixture = false;
}

static __igt_noreturn void leave_fixture(enum igt_verdict rest)
{
	igt_state.rest = rest;
	igt_state.in_fixture = false;
	siglongjmp(igt_subtest_jmpbuf, 1);
}

void __igt_subtest_group_save(int *save, int *desc)
{
	check_use(igt_state.with_subtests, "an igt_subtest_group in an igt_simple_main");
	*save = igt_state.rest;
	*desc = next_description[0] != '\0';
	if (*desc) {
		memcpy(group_description, next_description, sizeof(group_description));
		next_description[0] = '\0';
	}
}

void __igt_subtest_group_restore(int save, int desc)
{
	igt_state.rest = save;
	if (desc)
		group_description[0] = '\0';
}

/* Subtests. */

static bool valid_name(const char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '-' && *name != '_')
			return false;
	return true;
}

/* Prints the name if the subtests are only listed; true if that is all there is to do. */
static bool listed_only(const char *name, const char *file, int line)
{
	if (igt_state.describe)
		print_description(name, file, line);
	else if (igt_state.show_testlist)
		printf("igt@%s@%s\n", igt_state.program, name);
	else if (igt_state.list)
		printf("%s\n", name);
	else
		return false;
	next_description[0] = '\0';
	return true;
}

bool __igt_run_subtest(const char *name, const char *file, int line)
{
	check_use(igt_state.with_subtests && !igt_can_fail(),
		  "an igt_subtest outside igt_main and igt_subtest_group");
	check_use(valid_name(name), "a subtest name with other characters than a-zA-Z0-9_-");

	if (igt_state.run_glob) {
		if (!igt_glob_match(name, igt_state.run_glob)) {
			next_description[0] = '\0';
			return false;
		}
		igt_state.run_glob_found = true;
	}
	if (listed_only(name, file, line))
		return false;
	if (igt_state.rest != IGT_RUN) {
		igt_print_result(false, name, igt_state.rest == IGT_SKIP_REST ? "SKIP" : "FAIL", 0);
		return false;
	}

	errno = 0;
	model_mark(igt_state.program, name);
	igt_kmsg(KMSG_INFO "%s: starting subtest %s\n", igt_state.program, name);
	igt_print_start(false, name);
	igt_log_buffer_reset();
	igt_gettime(&igt_state.subtest_start);
	igt_state.subtest = name;
	return true;
}

bool __igt_enter_dynamic_container(void)
{
	igt_state.dynamic_executed = 0;
	igt_state.dynamic_failed = false;
	return true;
}

bool __igt_run_dynamic_subtest(const char *name)
{
	check_use(igt_state.subtest && igt_state.dynamic_executed >= 0,
		  "an igt_dynamic outside an igt_subtest_with_dynamic");
	check_use(!igt_state.dynamic, "an igt_dynamic inside an igt_dynamic");
	check_use(valid_name(name), "a dynamic name with other characters than a-zA-Z0-9_-");

	if (igt_state.dynamic_glob && !igt_glob_match(name, igt_state.dynamic_glob))
		return false;

	igt_kmsg(KMSG_INFO "%s: starting dynamic subtest %s\n", igt_state.program, name);
	igt_print_start(true, name);
	igt_log_buffer_reset();
	igt_state.dynamic_executed++;
	igt_gettime(&igt_state.dynamic_start);
	igt_state.dynamic = name;
	return true;
}

/*
 * igt_exit_subtest: print the running (dynamic) subtest's result, undo what it may have left
 * behind (children, injected faults, a timer) and jump back to its loop.
 */
void igt_exit_subtest(const char *result)
{
	bool dynamic = igt_state.dynamic;
	const char **name = dynamic ? &igt_state.dynamic : &igt_state.subtest;
	struct timespec *start = dynamic ? &igt_state.dynamic_start : &igt_state.subtest_start;
	struct timespec now;

	igt_gettime(&now);
	igt_reset_timeout();
	igt_reap_children();
	model_subtest_end();

	igt_print_result(dynamic, *name, result, igt_time_elapsed(start, &now));
	igt_kmsg(KMSG_INFO "%s: finished subtest %s, %s\n", igt_state.program, *name, result);
	if (dynamic)
		igt_log_buffer_reset();
	else
		igt_state.dynamic_executed = -1;
	*name = NULL;
	siglongjmp(dynamic ? igt_dynamic_jmpbuf : igt_subtest_jmpbuf, 1);
}

/* Results. */

void igt_success(void)
{
	if (igt_state.subtest && !igt_state.dynamic && igt_state.dynamic_executed >= 0) {
		if (igt_state.dynamic_failed)
			igt_fail(IGT_EXIT_FAILURE);
		if (igt_state.dynamic_executed == 0)
			igt_skip("No dynamic tests executed.\n");
	}
	if (igt_state.subtest)
		model_assert_struck();
	if (!igt_state.dynamic)
		igt_state.succeeded_one = true;
	if (igt_state.subtest)
		igt_exit_subtest("SUCCESS");
}

void igt_skip(const char *f, ...)
{
	va_list args;

	check_use(!igt_state.child, "a skip in a child of igt_fork");
	igt_state.skipped_one = true;
	if (!igt_only_list_subtests()) {
		va_start(args, f);
		vprintf(f, args);
		va_end(args);
	}
	if (igt_state.subtest) {
		/* A skipped dynamic subtest does not count for its container's result. */
		if (igt_state.dynamic)
			igt_state.dynamic_executed--;
		igt_exit_subtest("SKIP");
	}
	if (igt_state.with_subtests) {
		check_use(igt_state.in_fixture, "a skip outside fixtures and subtests");
		leave_fixture(IGT_SKIP_REST);
	}
	igt_state.exitcode = IGT_EXIT_SKIP;
	igt_exit();
}

void __igt_skip_check(const char *file, int line, const char *func, const char *check,
		      const char *f, ...)
{
	int err = errno;
	char reason[1024] = "", last[128] = "";
	va_list args;

	if (err)
		snprintf(last, sizeof(last), "Last errno: %i, %s\n", err, strerror(err));
	if (f) {
		va_start(args, f);
		vsnprintf(reason, sizeof(reason), f, args);
		va_end(args);
	}
	igt_skip("Test requirement not met in function %s, file %s:%i:\n"
		 "Test requirement: %s\n%s%s",
		 func, file, line, check, reason, last);
}

void igt_fail(int exitcode)
{
	if (igt_state.in_exit_handler)
		_exit(IGT_EXIT_FAILURE);

	if (igt_state.dynamic) {
		igt_state.dynamic_failed = true;
	} else {
		if (!igt_state.failed_one)
			igt_state.exitcode = exitcode;
		igt_state.failed_one = true;
	}
	igt_log_buffer_dump();

	if (igt_state.child)
		exit(exitcode);
	if (igt_state.subtest)
		igt_exit_subtest("FAIL");
	check_use(igt_can_fail(), "a failure outside fixtures and subtests");
	if (igt_state.in_fixture)
		leave_fixture(IGT_FAIL_REST);
	igt_exit();
}

void __igt_fail_assert(const char *domain, const char *file, int line, const char *func,
		       const char *assertion, const char *f, ...)
{
	int err = errno;
	va_list args;

	igt_log(domain, IGT_LOG_CRITICAL, "Test assertion failure function %s, file %s:%i:\n", func,
		file, line);
	igt_log(domain, IGT_LOG_CRITICAL, "Failed assertion: %s\n", assertion);
	if (err)
		igt_log(domain, IGT_LOG_CRITICAL, "Last errno: %i, %s\n", err, strerror(err));
	if (f) {
		va_start(args, f);
		igt_vlog(domain, IGT_LOG_CRITICAL, f, args);
		va_end(args);
	}
	igt_fail(IGT_EXIT_FAILURE);
}

/* The exit code of a program with subtests: the first failure's, else 0 if one passed, else 77. */
static int final_exitcode(void)
{
	if (!igt_state.with_subtests || igt_state.failed_one)
		return igt_state.exitcode;
	return igt_state.succeeded_one ? IGT_EXIT_SUCCESS : IGT_EXIT_SKIP;
}

static const char *result_name(int exitcode)
{
	switch (exitcode) {
	case IGT_EXIT_SUCCESS:
		return "SUCCESS";
	case IGT_EXIT_SKIP:
		return "SKIP";
	default:
		return "FAIL";
	}
}

void igt_exit(void)
{
	struct timespec now;
	int code;

	if (igt_state.run_glob && !igt_state.run_glob_found) {
		igt_critical("Unknown subtest: %s\n", igt_state.run_glob);
		exit(IGT_EXIT_INVALID);
	}
	if (igt_only_list_subtests())
		exit(IGT_EXIT_SUCCESS);

	code = final_exitcode();
	igt_kmsg(KMSG_INFO "%s: exiting, ret=%d\n", igt_state.program, code);
	igt_debug("Exiting with status code %d\n", code);
	igt_reap_children();
	if (!igt_state.with_subtests) {
		igt_gettime(&now);
		printf("%s (%.3fs)\n", result_name(code),
		       igt_time_elapsed(&igt_state.subtest_start, &now));
	}
	exit(code);
}
