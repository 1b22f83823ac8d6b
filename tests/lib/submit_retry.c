// SPDX-License-Identifier: MIT
/*
 * submit_retry.c - see submit_retry.h.
 */
#include <signal.h>

#include "igt.h"
#include "model.h"
#include "stock.h"
#include "submit_retry.h"

sigjmp_buf submit_again;
static int attempt;

int submit_attempts_begin(void)
{
	attempt = 0;
	return 1;
}

bool submit_kernel_times_out_early(int fd)
{
	return stock_panthor(fd, STOCK_6_12, STOCK_7_3 - 1);
}

void submit_timed_out(int fd)
{
	if (!submit_kernel_times_out_early(fd))
		return;
	if (++attempt >= SUBMIT_ATTEMPTS)
		return;
	igt_info("a job was timed out early, as Linux 6.12 sometimes does: again\n");
	igt_kill_children(SIGKILL);
	__igt_waitchildren();
	model_clear("all");
	siglongjmp(submit_again, attempt);
}
