// SPDX-License-Identifier: MIT
/* The end of a program: exit handlers, and what a signal means. */
#include <signal.h>
#include <sys/syscall.h>

#include "igt_private.h"

#define MAX_HANDLERS 10

static igt_exit_handler_t handlers[MAX_HANDLERS];
static int handler_count;

/* Signals that are a crash of the test: it is reported, and the next subtest runs. */
static const int crash_signals[] = {SIGILL, SIGBUS, SIGFPE, SIGSEGV};

/* Signals that end the program, after its exit handlers ran. */
static const int end_signals[] = {SIGHUP, SIGPIPE, SIGTERM, SIGINT, SIGQUIT, SIGABRT};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void call_handlers(int sig)
{
	while (handler_count > 0)
		handlers[--handler_count](sig);
}

static void at_exit(void)
{
	igt_state.in_exit_handler = true;
	call_handlers(0);
}

static void write_stderr(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

static void report_signal(int sig)
{
	write_stderr("Received signal SIG");
	write_stderr(sigabbrev_np(sig) ? sigabbrev_np(sig) : "?");
	write_stderr(".\n");
}

/* exit_subtest() in a handler is not async-signal-safe; as in IGT, better than no result. */
static void on_crash(int sig)
{
	report_signal(sig);
	if (!igt_state.failed_one)
		igt_state.exitcode = 128 + sig;
	igt_state.failed_one = true;
	if (igt_state.subtest && !igt_state.child) {
		if (igt_state.dynamic)
			igt_state.dynamic_failed = true;
		igt_exit_subtest("CRASH");
	}
	call_handlers(sig);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void on_end(int sig)
{
	if (sig != SIGHUP && sig != SIGPIPE && sig != SIGTERM && sig != SIGINT)
		report_signal(sig);
	signal(sig, SIG_DFL);
	call_handlers(sig);
	raise(sig);
}

static void handle(int sig, void (*fn)(int))
{
	struct sigaction action = {.sa_handler = fn};

	sigaction(sig, &action, NULL);
}

/*
 * igt_install_exit_handler: have @fn called once when the program exits or a signal ends it, in
 * reverse order of installation. Installing a handler again changes nothing.
 */
void igt_install_exit_handler(igt_exit_handler_t fn)
{
	static bool installed;

	for (int i = 0; i < handler_count; i++)
		if (handlers[i] == fn)
			return;
	igt_assert(handler_count < MAX_HANDLERS);
	handlers[handler_count++] = fn;

	if (installed)
		return;
	installed = true;
	for (size_t i = 0; i < COUNT(crash_signals); i++)
		handle(crash_signals[i], on_crash);
	for (size_t i = 0; i < COUNT(end_signals); i++)
		handle(end_signals[i], on_end);
	atexit(at_exit);
}

/* A child of igt_fork() must not undo its parent's state. */
void igt_forget_exit_handlers(void)
{
	handler_count = 0;
}
