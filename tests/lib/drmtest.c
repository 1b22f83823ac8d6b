// SPDX-License-Identifier: MIT
/* Finding and opening the device nodes of the driver under test. */
#include <fcntl.h>
#include <sys/stat.h>

#include "drmtest.h"
#include "ioctl_wrappers.h"
#include "mutate.h"

#define MINORS_A_TYPE 64

static bool driver_is(int fd, const char *name)
{
	drmVersionPtr version = drmGetVersion(fd);
	bool same = version && strcmp(version->name, name) == 0;

	drmFreeVersion(version);
	return same;
}

/* The first node of a type ("card", "renderD") that answers to "panthor", or -1. */
static int open_node(const char *type, int first)
{
	char path[64];

	if (mutate_absent())
		return -1;
	for (int minor = first; minor < first + MINORS_A_TYPE; minor++) {
		int fd;

		snprintf(path, sizeof(path), "/dev/dri/%s%d", type, minor);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (driver_is(fd, "panthor"))
			return fd;
		close(fd);
	}
	return -1;
}

static int open_render(void)
{
	return open_node("renderD", 128);
}

static int require_fd(int fd, int chipset)
{
	if (fd < 0) {
		errno = 0;
		igt_skip("No known gpu found for chipset flags 0x%x (panthor): load the driver, "
			 "or run as a user who may open /dev/dri\n",
			 chipset);
	}
	return fd;
}

/*
 * __drm_open_driver: a new file of the device's primary node, or of its render node where the
 * primary one may not be opened. Returns -1 when there is no such device.
 */
int __drm_open_driver(int chipset)
{
	int fd = open_node("card", 0);

	return fd >= 0 ? fd : open_render();
}

/* __drm_open_driver() that skips the test without a device. */
int drm_open_driver(int chipset)
{
	return require_fd(__drm_open_driver(chipset), chipset);
}

/* A new file of the render node; skips without one. */
int drm_open_driver_render(int chipset)
{
	return require_fd(open_render(), chipset);
}

/* A new file of the primary node that is DRM master; skips if another process is. */
int drm_open_driver_master(int chipset)
{
	int fd = require_fd(open_node("card", 0), chipset);

	drmSetMaster(fd);
	igt_require_f(drmIsMaster(fd), "another process is DRM master of this device\n");
	return fd;
}

/* A second, unrelated file of the node behind @fd. */
int drm_reopen_driver(int fd)
{
	char path[64];
	int copy;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	copy = open(path, O_RDWR | O_CLOEXEC);
	igt_assert_fd(copy);
	return copy;
}

int drm_close_driver(int fd)
{
	return fd < 0 ? -1 : close(fd);
}
