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

int prime_handle_to_fd(int fd, uint32_t handle)
{
	struct drm_prime_handle args = {.handle = handle, .flags = DRM_CLOEXEC, .fd = -1};

	do_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args);
	return args.fd;
}

/* Export for mmap() with write access; the driver may refuse, then -1 with errno set. */
int prime_handle_to_fd_for_mmap(int fd, uint32_t handle)
{
	struct drm_prime_handle args = {
	    .handle = handle, .flags = DRM_CLOEXEC | DRM_RDWR, .fd = -1};

	return igt_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args) ? -1 : args.fd;
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
