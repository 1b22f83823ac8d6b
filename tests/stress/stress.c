// SPDX-License-Identifier: MIT
/*
 * stress.c - see stress.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "igt.h"
#include "ioctl_wrappers.h"
#include "stress.h"

uint32_t stress_number(const char *name, uint32_t otherwise)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 0) : otherwise;
}

const char *stress_text(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value ? value : otherwise;
}

void stress_ready(void)
{
	const char *path = getenv("STRESS_READY");
	int fd;

	if (!path)
		return;
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	igt_assert_fd(fd);
	close(fd);
}

bool stress_device_is_gone(int fd)
{
	struct drm_panthor_vm_create vm = {};
	struct drm_panthor_vm_destroy destroy = {};
	bool gone = igt_ioctl(fd, DRM_IOCTL_PANTHOR_VM_CREATE, &vm) && errno == ENODEV;

	/* It may go between the two. */
	destroy.id = vm.id;
	if (vm.id)
		igt_ioctl(fd, DRM_IOCTL_PANTHOR_VM_DESTROY, &destroy);
	errno = 0;
	return gone;
}

static sigjmp_buf bus_error;

static void on_bus_error(int sig)
{
	siglongjmp(bus_error, 1);
}

bool stress_touch(const volatile void *at)
{
	struct sigaction catch = {.sa_handler = on_bus_error}, before;
	volatile bool there = false;

	sigaction(SIGBUS, &catch, &before);
	if (!sigsetjmp(bus_error, 1)) {
		(void)*(const volatile uint32_t *)at;
		there = true;
	}
	sigaction(SIGBUS, &before, NULL);
	return there;
}

const volatile uint32_t *stress_map_flush_id(int fd)
{
	void *map = mmap(NULL, getpagesize(), PROT_READ, MAP_SHARED, fd,
			 DRM_PANTHOR_USER_FLUSH_ID_MMIO_OFFSET);

	igt_assert(map != MAP_FAILED);
	return map;
}
