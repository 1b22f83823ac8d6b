// SPDX-License-Identifier: MIT
/* Sync files, by linux/sync_file.h. */
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <linux/sync_file.h>

#include "sw_sync.h"

/* Wait @timeout milliseconds (negative: for ever). Returns 0, or -errno (-ETIME: not in time). */
int sync_fence_wait(int fence, int timeout)
{
	struct pollfd fd = {.fd = fence, .events = POLLIN};
	int ret;

	do {
		ret = poll(&fd, 1, timeout);
	} while (ret < 0 && errno == EINTR);

	if (ret < 0)
		return -errno;
	if (ret == 0)
		return -ETIME;
	return fd.revents & (POLLERR | POLLNVAL) ? -EINVAL : 0;
}

/* 1: signalled without error, 0: not yet signalled, negative: the fence's error. */
int sync_fence_status(int fence)
{
	struct sync_file_info info = {};

	return ioctl(fence, SYNC_IOC_FILE_INFO, &info) ? -errno : info.status;
}
