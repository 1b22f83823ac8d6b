// SPDX-License-Identifier: MIT
/*
 * panthor_submit_rebind.c - injected faults that a driver need not survive, because it only knows
 * soft resets: a reset that does not end, a power domain that does not come up. Jobs may be lost
 * and the device may be given up; but nothing hangs, and once the driver is unbound and bound again
 * (sysfs, as root) jobs run.
 *
 * What the driver does to a GPU in that state is its own affair, so the model's strict rules are
 * off and the kernel may log what it likes of the driver.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "model.h"
#include "stock.h"
#include "submit_bench.h"
#include "submit_fault.h"
#include "submit_gate.h"
#include "submit_power.h"

IGT_TEST_DESCRIPTION("Injected faults that end with the driver bound anew.");

/* The device's name on its bus, and its driver's directory. */
struct binding {
	char device[PATH_MAX], driver[PATH_MAX];
};

static void find_binding(int fd, struct binding *b)
{
	char path[64], unbind[PATH_MAX + 16];
	struct stat st;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device", major(st.st_rdev),
		 minor(st.st_rdev));
	igt_require_f(realpath(path, b->device), "needs the device in sysfs\n");
	strcat(path, "/driver");
	igt_require_f(realpath(path, b->driver), "needs the device's driver in sysfs\n");
	snprintf(unbind, sizeof(unbind), "%s/unbind", b->driver);
	igt_require_f(access(unbind, W_OK) == 0, "needs root, to unbind the driver\n");
}

static void write_name(const struct binding *b, const char *file)
{
	const char *name = strrchr(b->device, '/') + 1;
	char path[PATH_MAX + 16];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", b->driver, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	igt_assert_fd(fd);
	igt_assert_f(write(fd, name, strlen(name)) == (ssize_t)strlen(name), "%s fails\n", file);
	close(fd);
}

static void expect_anything(void)
{
	model_expect("all");
	igt_emit_ignore_dmesg_regex("panthor|tyr|WARNING: ");
}

/* A bench whose device sleeps. */
static void open_asleep(struct submit_bench *b, struct binding *where)
{
	model_require();
	expect_anything();
	submit_bench_open(b, 1);
	find_binding(b->fd, where);
	submit_bench_start(b, 0, NULL);
	submit_assert_done(b->fd, b->done);
	submit_suspend(b->fd);
}

/* Bind the driver anew. Jobs run then, before and after the device has slept. */
static void recover(const struct binding *where)
{
	int fd;

	submit_close_all();
	write_name(where, "unbind");
	write_name(where, "bind");
	submit_assert_device_works();
	fd = submit_device_open();
	submit_suspend(fd);
	submit_device_close(fd);
	submit_assert_device_works();
}

/* The L2 does not come up for the job that wakes the device. */
static void power_stuck(void)
{
	struct binding where;
	struct submit_bench b;

	open_asleep(&b, &where);
	igt_require_f(
	    !stock_panthor(b.fd, STOCK_6_12, STOCK_7_3 - 1),
	    "runtime PM keeps the error of the failed resume, so the driver cannot be bound "
	    "again (Linux 6.12)\n");
	model_inject("power-stuck");
	submit_bench_start(&b, 0, NULL);
	igt_assert(submit_wait(b.fd, b.done, SUBMIT_PATIENCE_MS));
	recover(&where);
}

/* The reset for a group that the firmware does not stop does not end. */
static void reset_stuck(void)
{
	struct binding where;
	struct submit_bench b;
	struct submit_gate g;

	open_asleep(&b, &where);
	igt_require_f(
	    !stock_panthor(b.fd, STOCK_7_3, INT_MAX),
	    "binding does not reset the GPU, and the virtual one has no power domain that "
	    "would (Linux 7.3)\n");
	submit_gate_hold(&g, &b.arena, b.group, 0);
	model_inject("csg-req-lost");
	model_inject("reset-stuck");
	igt_panthor_group_destroy(b.fd, b.group, 0);
	igt_assert(submit_wait(b.fd, g.opened, SUBMIT_PATIENCE_MS));
	igt_assert_lt(submit_fence_status(b.fd, g.opened), 0);
	usleep(500000);
	recover(&where);
}

int igt_main()
{
	igt_describe("The L2 does not come up; the driver is bound anew and works.");
	submit_subtest("power-stuck")
		power_stuck();

	igt_describe("A soft reset does not end; the driver is bound anew and works.");
	submit_subtest("reset-stuck")
		reset_stuck();
}
