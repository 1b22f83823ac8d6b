// SPDX-License-Identifier: MIT
/* What a test says: messages, the start and result lines, and the kernel log's markers. */
#include "igt_private.h"

#define BUFFER_LINES 256

enum igt_log_level igt_log_level = IGT_LOG_INFO;

/* The last messages of the running subtest, debug ones too; shown if it fails. */
static char *buffer[BUFFER_LINES];
static unsigned int buffer_next;

void igt_log_buffer_reset(void)
{
	for (unsigned int i = 0; i < BUFFER_LINES; i++) {
		free(buffer[i]);
		buffer[i] = NULL;
	}
	buffer_next = 0;
}

static void buffer_append(const char *line)
{
	char **slot = &buffer[buffer_next++ % BUFFER_LINES];

	free(*slot);
	*slot = strdup(line);
}

void igt_log_buffer_dump(void)
{
	fflush(stdout);
	if (igt_state.dynamic)
		fprintf(stderr, "Dynamic subtest %s failed.\n", igt_state.dynamic);
	else if (igt_state.subtest)
		fprintf(stderr, "Subtest %s failed.\n", igt_state.subtest);
	else
		fprintf(stderr, "Test %s failed.\n", igt_state.program);

	fprintf(stderr, "**** DEBUG ****\n");
	for (unsigned int i = 0; i < BUFFER_LINES; i++) {
		const char *line = buffer[(buffer_next + i) % BUFFER_LINES];

		if (line)
			fputs(line, stderr);
	}
	fprintf(stderr, "****  END  ****\n");
}

void igt_vlog(const char *domain, enum igt_log_level level, const char *f, va_list args)
{
	static const char *const names[] = {"DEBUG", "INFO", "WARNING", "CRITICAL", "NONE"};
	int err = errno;
	char text[1024], line[1200];

	if (igt_only_list_subtests() && level <= IGT_LOG_WARN)
		return;

	vsnprintf(text, sizeof(text), f, args);
	snprintf(line, sizeof(line), "(%s:%d) %s%s%s: %s", igt_state.program, getpid(),
		 domain ? domain : "", domain ? "-" : "", names[level], text);
	buffer_append(line);
	if (level >= igt_log_level) {
		if (level >= IGT_LOG_WARN) {
			fflush(stdout);
			fputs(line, stderr);
		} else {
			fputs(level == IGT_LOG_INFO ? text : line, stdout);
		}
	}
	errno = err;
}

void igt_log(const char *domain, enum igt_log_level level, const char *f, ...)
{
	va_list args;

	va_start(args, f);
	igt_vlog(domain, level, f, args);
	va_end(args);
}

void igt_print_start(bool dynamic, const char *name)
{
	const char *what = dynamic ? "dynamic subtest" : "subtest";

	printf("Starting %s: %s\n", what, name);
	fflush(stdout);
	if (igt_state.stderr_sentinel)
		fprintf(stderr, "Starting %s: %s\n", what, name);
}

void igt_print_result(bool dynamic, const char *name, const char *result, double seconds)
{
	const char *what = dynamic ? "Dynamic subtest" : "Subtest";

	printf("%s%s %s: %s (%.3fs)%s\n", igt_state.plain ? "" : "\x1b[1m", what, name, result,
	       seconds, igt_state.plain ? "" : "\x1b[0m");
	fflush(stdout);
	if (igt_state.stderr_sentinel)
		fprintf(stderr, "%s %s: %s (%.3fs)\n", what, name, result, seconds);
}

/*
 * igt_kmsg: one line into the kernel's log, so that its messages can be told apart by test.
 * Nothing happens, and nothing fails, without the right to write there.
 */
void igt_kmsg(const char *format, ...)
{
	int err = errno;
	FILE *file = fopen("/dev/kmsg", "w");
	va_list args;

	if (file) {
		va_start(args, format);
		vfprintf(file, format, args);
		va_end(args);
		fclose(file);
	}
	errno = err;
}

/*
 * igt_emit_ignore_dmesg_regex: say that this subtest makes the kernel log a warning or an error
 * matching @regex (extended), which would otherwise fail it. igt_runner reads the kernel log's
 * line; Tyr's harness the one on stdout.
 */
void igt_emit_ignore_dmesg_regex(const char *regex)
{
	igt_kmsg(KMSG_INFO "add ignored dmesg regex: %s\n", regex);
	printf("expect-kmsg: %s\n", regex);
	fflush(stdout);
}
