// SPDX-License-Identifier: MIT
/* Wrappers of the DRM core's ioctls. */
#include <fcntl.h>
#include <xf86drm.h>

#include "ioctl_wrappers.h"

int (*igt_ioctl)(int fd, unsigned long request, void *arg) = drmIoctl;

/* Drop a handle of a buffer object; it must exist. */
void gem_close(int fd, uint32_t handle)
{
	struct drm_gem_close args = {.handle = handle};

	do_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &args);
}

/* Export @handle with DRM_RDWR/DRM_CLOEXEC @flags. Returns 0 and the file, or -errno. */
int __prime_handle_to_fd(int fd, uint32_t handle, uint32_t flags, int *dmabuf)
{
	struct drm_prime_handle args = {.handle = handle, .flags = flags, .fd = -1};

	if (igt_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args))
		return -errno;
	*dmabuf = args.fd;
	return 0;
}

int prime_handle_to_fd(int fd, uint32_t handle)
{
	int dmabuf = -1;

	igt_assert_eq(__prime_handle_to_fd(fd, handle, DRM_CLOEXEC, &dmabuf), 0);
	return dmabuf;
}

/* Export for mmap() with write access; the driver may refuse, then -1 with errno set. */
int prime_handle_to_fd_for_mmap(int fd, uint32_t handle)
{
	int dmabuf = -1;

	return __prime_handle_to_fd(fd, handle, DRM_CLOEXEC | DRM_RDWR, &dmabuf) ? -1 : dmabuf;
}

uint32_t prime_fd_to_handle(int fd, int dmabuf)
{
	struct drm_prime_handle args = {.fd = dmabuf};

	do_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &args);
	return args.handle;
}

/* The size in bytes of a dma-buf. */
off_t prime_get_size(int dmabuf)
{
	off_t size = lseek(dmabuf, 0, SEEK_END);

	igt_assert(size >= 0);
	return size;
}
