/* SPDX-License-Identifier: MIT */
/* What the files of the test core share with each other; no test includes this. */
#ifndef TYR_IGT_PRIVATE_H
#define TYR_IGT_PRIVATE_H

#include "igt_core.h"

/* Whether a failed or skipped fixture decides the results of the subtests that follow it. */
enum igt_verdict {
	IGT_RUN = 0,
	IGT_SKIP_REST,
	IGT_FAIL_REST,
};

/* The state of the running program. There is one program in a process, hence one of these. */
struct igt_state {
	const char *program; /* name without its path */
	bool with_subtests;  /* igt_main() rather than igt_simple_main() */
	bool list, describe, show_testlist;
	const char *run_glob;     /* --run-subtest, or NULL */
	const char *dynamic_glob; /* --dynamic-subtest, or NULL */
	bool run_glob_found;
	bool plain;           /* no terminal colours */
	bool stderr_sentinel; /* repeat the start and result lines on stderr (igt_runner) */
	bool in_fixture;
	bool in_exit_handler;
	bool child;          /* this process came from igt_fork() */
	const char *subtest; /* running subtest, or NULL */
	const char *dynamic; /* running dynamic subtest, or NULL */
	struct timespec subtest_start, dynamic_start;
	enum igt_verdict rest;
	int dynamic_executed; /* -1 outside a dynamic container */
	bool dynamic_failed;
	bool skipped_one, succeeded_one, failed_one;
	int exitcode;
};
extern struct igt_state igt_state;

/* igt_options.c */
void igt_parse_options(int argc, char **argv);
void igt_print_version(void);

/* igt_match.c */
bool igt_glob_match(const char *name, const char *pattern);

/* igt_log.c */
void igt_log_buffer_reset(void);
void igt_log_buffer_dump(void);
void igt_print_result(bool dynamic, const char *name, const char *result, double seconds);
void igt_print_start(bool dynamic, const char *name);

/* igt_core.c */
__igt_noreturn void igt_exit_subtest(const char *result);

/* igt_fork.c */
void igt_reap_children(void);

/* igt_exit.c */
void igt_forget_exit_handlers(void);

#endif
