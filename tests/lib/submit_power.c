// SPDX-License-Identifier: MIT
/*
 * submit_power.c - see submit_power.h.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "igt.h"
#include "submit_power.h"

/* Read one word of the device's power directory. Return: false when it is not there. */
static bool read_power(int fd, const char *name, char *word, size_t size)
{
	char path[128];
	struct stat st;
	ssize_t n;
	int file;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device/power/%s", major(st.st_rdev),
		 minor(st.st_rdev), name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	n = read(file, word, size - 1);
	close(file);
	if (n <= 0)
		return false;
	word[n] = '\0';
	word[strcspn(word, "\n")] = '\0';
	return true;
}

bool submit_is_suspended(int fd)
{
	char control[32], status[32];

	igt_require_f(read_power(fd, "control", control, sizeof(control)) &&
			  read_power(fd, "runtime_status", status, sizeof(status)),
		      "needs the device's power directory in sysfs\n");
	igt_require_f(!strcmp(control, "auto"), "needs runtime PM: power/control is \"%s\"\n",
		      control);
	return !strcmp(status, "suspended");
}

bool submit_wait_suspended(int fd, unsigned int ms)
{
	while (!submit_is_suspended(fd)) {
		if (!ms--)
			return false;
		usleep(1000);
	}
	return true;
}

void submit_suspend(int fd)
{
	igt_assert_f(submit_wait_suspended(fd, 5000), "the device does not suspend\n");
}
