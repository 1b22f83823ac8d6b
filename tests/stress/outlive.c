// SPDX-License-Identifier: MIT
/*
 * outlive.c - keeps fences for longer than the device's file: a job's that is done, one's that was
 * killed, and a syncobj. A fence has code of the driver behind it, so the driver must either stay
 * while there are any, or not be needed by them.
 *
 * Makes STRESS_READY once the file is closed; the script then tries to remove the module. On
 * SIGTERM it asks the fences who they are and ends.
 */
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/sync_file.h>

#include "igt.h"
#include "igt_aux.h"
#include "igt_syncobj.h"
#include "stress.h"
#include "submit_gate.h"
#include "sw_sync.h"

IGT_TEST_DESCRIPTION("Keeps fences for longer than the device's file.");

static volatile sig_atomic_t told;

static void on_term(int sig)
{
	told = 1;
}

/* Makes the kernel ask the fence for the names of its driver and timeline. */
static void ask_names(int fence)
{
	struct sync_fence_info one = {};
	struct sync_file_info info = {.num_fences = 1, .sync_fence_info = to_user_pointer(&one)};

	igt_assert_eq(ioctl(fence, SYNC_IOC_FILE_INFO, &info), 0);
	igt_info("%s %s: %d\n", one.driver_name, one.obj_name, one.status);
}

int igt_simple_main()
{
	struct sigaction term = {.sa_handler = on_term};
	struct submit_bench b;
	struct submit_gate g;
	int done, killed;

	sigaction(SIGTERM, &term, NULL);
	submit_bench_open(&b, 1);
	submit_bench_start(&b, 0, NULL);
	submit_assert_done(b.fd, b.done);
	done = submit_export(b.fd, b.done);
	syncobj_handle_to_fd(b.fd, b.done, 0);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	killed = submit_export(b.fd, g.opened);
	submit_close_all();
	igt_assert(!sync_fence_wait(killed, SUBMIT_PATIENCE_MS));
	igt_assert_lt(sync_fence_status(killed), 0);
	stress_ready();
	while (!told)
		usleep(10000);
	ask_names(done);
	ask_names(killed);
}
