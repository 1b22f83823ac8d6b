// SPDX-License-Identifier: MIT
/* The command line of every test program, option for option as IGT's. */
#include <getopt.h>
#include <sys/utsname.h>

#include "igt_private.h"
#include "mutate.h"

enum {
	OPT_LIST = 500,
	OPT_TESTLIST,
	OPT_DESCRIBE,
	OPT_RUN,
	OPT_DYNAMIC,
	OPT_DESCRIPTION,
	OPT_DEBUG,
	OPT_VERSION,
	OPT_HELP = 'h',
};

static const struct option options[] = {
    {"list-subtests", no_argument, NULL, OPT_LIST},
    {"show-testlist", no_argument, NULL, OPT_TESTLIST},
    {"describe", optional_argument, NULL, OPT_DESCRIBE},
    {"run-subtest", required_argument, NULL, OPT_RUN},
    {"dynamic-subtest", required_argument, NULL, OPT_DYNAMIC},
    {"help-description", no_argument, NULL, OPT_DESCRIPTION},
    {"debug", optional_argument, NULL, OPT_DEBUG},
    {"version", no_argument, NULL, OPT_VERSION},
    {"help", no_argument, NULL, OPT_HELP},
    {},
};

static void print_usage(FILE *out)
{
	fprintf(out,
		"Usage: %s [OPTIONS]\n"
		"  --list-subtests\n"
		"  --show-testlist\n"
		"  --run-subtest <pattern>\n"
		"  --dynamic-subtest <pattern>\n"
		"  --debug[=log-domain]\n"
		"  --help-description\n"
		"  --describe[=pattern]\n"
		"  --version\n"
		"  --help|-h\n",
		igt_state.program);
}

static void print_test_description(void)
{
	if (&__igt_test_description)
		printf("%s\n", __igt_test_description);
}

void igt_print_version(void)
{
	struct utsname u = {};

	uname(&u);
	igt_info("IGT-Version: tyr-%s (%s) (%s: %s %s)\n", TYR_VERSION, u.machine, u.sysname,
		 u.release, u.machine);
}

static void environment(char *argv0)
{
	const char *slash = strrchr(argv0, '/');

	igt_state.program = slash ? slash + 1 : argv0;
	igt_state.plain = !isatty(STDOUT_FILENO) || getenv("IGT_PLAIN_OUTPUT");
	igt_state.stderr_sentinel = getenv("IGT_SENTINEL_ON_STDERR");
	mutate_from_environment();
}

/* Handles one option; true if the program goes on after it. */
static bool handle_option(int opt)
{
	switch (opt) {
	case OPT_LIST:
		igt_state.list = true;
		return true;
	case OPT_TESTLIST:
		igt_state.show_testlist = true;
		return true;
	case OPT_DESCRIBE:
		igt_state.list = igt_state.describe = true;
		if (optarg)
			igt_state.run_glob = optarg;
		print_test_description();
		return true;
	case OPT_RUN:
		igt_state.run_glob = optarg;
		return true;
	case OPT_DYNAMIC:
		igt_state.dynamic_glob = optarg;
		return true;
	case OPT_DEBUG:
		igt_log_level = IGT_LOG_DEBUG;
		return true;
	case OPT_DESCRIPTION:
		print_test_description();
		return false;
	case OPT_VERSION:
		igt_print_version();
		return false;
	case OPT_HELP:
		print_usage(stdout);
		return false;
	default:
		print_usage(stderr);
		exit(IGT_EXIT_INVALID);
	}
}

/* A program without subtests cannot list or select any; IGT answers 79, and so do we. */
static void check_simple(void)
{
	if (igt_state.with_subtests)
		return;
	if (igt_state.show_testlist) {
		printf("igt@%s\n", igt_state.program);
		exit(IGT_EXIT_SUCCESS);
	}
	if (igt_state.run_glob)
		igt_warn("Unknown subtest: %s\n", igt_state.run_glob);
	if (igt_state.run_glob || igt_state.list)
		exit(IGT_EXIT_INVALID);
}

void igt_parse_options(int argc, char **argv)
{
	int opt;

	environment(argv[0]);
	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1)
		if (!handle_option(opt))
			exit(IGT_EXIT_SUCCESS);
	check_simple();
}
