/* SPDX-License-Identifier: MIT */
/* The one way to the kernel: igt_ioctl, and the wrappers of ioctls that every DRM driver has. */
#ifndef TYR_IOCTL_WRAPPERS_H
#define TYR_IOCTL_WRAPPERS_H

#include <stdint.h>

#include "igt_core.h"

/* ioctl() restarted after a signal; a pointer so that a mutation can come between. */
extern int (*igt_ioctl)(int fd, unsigned long request, void *arg);

/* An ioctl that must succeed. */
#define do_ioctl(fd, request, arg)                                   \
	do {                                                         \
		igt_assert_eq(igt_ioctl((fd), (request), (arg)), 0); \
		errno = 0;                                           \
	} while (0)

/* An ioctl that must fail with the errno @err. */
#define do_ioctl_err(fd, request, arg, err)                           \
	do {                                                          \
		igt_assert_eq(igt_ioctl((fd), (request), (arg)), -1); \
		igt_assert_eq(errno, (err));                          \
		errno = 0;                                            \
	} while (0)

void gem_close(int fd, uint32_t handle);
int prime_handle_to_fd(int fd, uint32_t handle);
int prime_handle_to_fd_for_mmap(int fd, uint32_t handle);
uint32_t prime_fd_to_handle(int fd, int dmabuf);
off_t prime_get_size(int dmabuf);

#endif
