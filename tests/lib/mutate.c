// SPDX-License-Identifier: MIT
/* The mutations of mutate.h, between igt_ioctl and the kernel. */
#include <sys/ioctl.h>
#include <xf86drm.h>

#include "igt_core.h"
#include "ioctl_wrappers.h"
#include "mutate.h"

static bool absent;

/* Ioctls from DRM_COMMAND_BASE on are the driver's own; the others are the DRM core's. */
static bool is_driver_ioctl(unsigned long request)
{
	return _IOC_TYPE(request) == DRM_IOCTL_BASE && _IOC_NR(request) >= DRM_COMMAND_BASE &&
	       _IOC_NR(request) < DRM_COMMAND_END;
}

static int accept_all(int fd, unsigned long request, void *arg)
{
	int ret = drmIoctl(fd, request, arg);

	return is_driver_ioctl(request) ? 0 : ret;
}

static int refuse_all(int fd, unsigned long request, void *arg)
{
	if (!is_driver_ioctl(request))
		return drmIoctl(fd, request, arg);
	errno = EINVAL;
	return -1;
}

void mutate_from_environment(void)
{
	const char *name = getenv("TYR_MUTATE");

	if (!name || !*name)
		return;
	if (!strcmp(name, "accept")) {
		igt_ioctl = accept_all;
	} else if (!strcmp(name, "refuse")) {
		igt_ioctl = refuse_all;
	} else if (!strcmp(name, "absent")) {
		absent = true;
	} else {
		fprintf(stderr, "TYR_MUTATE=%s: use accept, refuse or absent\n", name);
		exit(IGT_EXIT_INVALID);
	}
}

/* True if the device is to be treated as absent. */
bool mutate_absent(void)
{
	return absent;
}
