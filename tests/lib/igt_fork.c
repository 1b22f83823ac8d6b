// SPDX-License-Identifier: MIT
/* Test children: igt_fork() and what waits for them. */
#include <signal.h>
#include <sys/wait.h>

#include "igt_private.h"

#define MAX_CHILDREN 128

static pid_t children[MAX_CHILDREN];
static int child_count;

static void exit_handler(int sig)
{
	igt_reap_children();
}

/* True in the new child, false in the parent: the head of the igt_fork() loop. */
bool __igt_fork(void)
{
	pid_t pid;

	igt_assert_f(igt_can_fail() && !igt_state.in_fixture, "igt_fork outside a subtest\n");
	igt_assert_f(!igt_state.child, "igt_fork inside a child\n");
	igt_assert_f(child_count < MAX_CHILDREN, "more than %d children\n", MAX_CHILDREN);
	igt_install_exit_handler(exit_handler);
	fflush(NULL);

	pid = fork();
	igt_assert_f(pid >= 0, "fork failed\n");
	if (pid) {
		children[child_count++] = pid;
		return false;
	}
	igt_state.child = true;
	child_count = 0;
	igt_forget_exit_handlers();
	return true;
}

void igt_kill_children(int signal)
{
	for (int i = 0; i < child_count; i++)
		if (children[i] > 0)
			kill(children[i], signal);
}

/* Kill and wait for whatever is left of a subtest that ended early. */
void igt_reap_children(void)
{
	igt_kill_children(SIGKILL);
	for (int i = 0; i < child_count; i++)
		if (children[i] > 0)
			waitpid(children[i], NULL, 0);
	child_count = 0;
}

static int child_error(int index, int status)
{
	if (WIFEXITED(status)) {
		printf("child %i failed with exit status %i\n", index, WEXITSTATUS(status));
		return WEXITSTATUS(status);
	}
	printf("child %i died with signal %i, %s\n", index, WTERMSIG(status),
	       strsignal(WTERMSIG(status)));
	return 128 + WTERMSIG(status);
}

/* Wait for all children; the others are killed when one fails. Returns 0 or its error. */
int __igt_waitchildren(void)
{
	int err = 0;

	for (int left = child_count; left > 0;) {
		int status, i;
		pid_t pid = wait(&status);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			return IGT_EXIT_FAILURE;
		for (i = 0; i < child_count && children[i] != pid; i++)
			;
		if (i == child_count)
			continue;
		children[i] = 0;
		left--;
		if (status && !err) {
			err = child_error(i, status);
			igt_kill_children(SIGKILL);
		}
	}
	child_count = 0;
	return err;
}

void igt_waitchildren(void)
{
	int err = __igt_waitchildren();

	if (err)
		igt_fail(err);
}

static void kill_on_alarm(int sig)
{
	igt_kill_children(SIGKILL);
}

/* igt_waitchildren() that kills children still running after @seconds, which fails the test. */
void igt_waitchildren_timeout(int seconds, const char *reason)
{
	struct sigaction action = {.sa_handler = kill_on_alarm}, old;
	int err;

	sigaction(SIGALRM, &action, &old);
	alarm(seconds);
	err = __igt_waitchildren();
	alarm(0);
	sigaction(SIGALRM, &old, NULL);
	if (err) {
		if (reason)
			igt_info("Children failed or timed out: %s\n", reason);
		igt_fail(err);
	}
}
