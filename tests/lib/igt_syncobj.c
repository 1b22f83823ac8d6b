// SPDX-License-Identifier: MIT
/* DRM sync objects. A call ending in _err returns 0 or -errno; the others fail the test. */
#include "igt_syncobj.h"
#include "igt_aux.h"
#include "ioctl_wrappers.h"

uint32_t syncobj_create(int fd, uint32_t flags)
{
	struct drm_syncobj_create args = {.flags = flags};

	do_ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &args);
	igt_assert(args.handle);
	return args.handle;
}

void syncobj_destroy(int fd, uint32_t handle)
{
	struct drm_syncobj_destroy args = {.handle = handle};

	do_ioctl(fd, DRM_IOCTL_SYNCOBJ_DESTROY, &args);
}

/* With DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE: the fence as a sync file. */
int syncobj_handle_to_fd(int fd, uint32_t handle, uint32_t flags)
{
	struct drm_syncobj_handle args = {.handle = handle, .flags = flags, .fd = -1};

	do_ioctl(fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &args);
	igt_assert(args.fd >= 0);
	return args.fd;
}

uint32_t syncobj_fd_to_handle(int fd, int syncobj_fd, uint32_t flags)
{
	struct drm_syncobj_handle args = {.fd = syncobj_fd, .flags = flags};

	do_ioctl(fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &args);
	igt_assert(args.handle);
	return args.handle;
}

void syncobj_import_sync_file(int fd, uint32_t handle, int sync_file)
{
	struct drm_syncobj_handle args = {
	    .handle = handle,
	    .fd = sync_file,
	    .flags = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE,
	};

	do_ioctl(fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &args);
}

static struct drm_syncobj_wait wait_args(uint32_t *handles, uint32_t count,
					 uint64_t abs_timeout_nsec, uint32_t flags)
{
	return (struct drm_syncobj_wait){
	    .handles = to_user_pointer(handles),
	    .timeout_nsec = abs_timeout_nsec,
	    .count_handles = count,
	    .flags = flags,
	};
}

static struct drm_syncobj_timeline_wait timeline_wait_args(uint32_t *handles, uint64_t *points,
							   uint32_t count, int64_t abs_timeout_nsec,
							   uint32_t flags)
{
	return (struct drm_syncobj_timeline_wait){
	    .handles = to_user_pointer(handles),
	    .points = to_user_pointer(points),
	    .timeout_nsec = abs_timeout_nsec,
	    .count_handles = count,
	    .flags = flags,
	};
}

/* Either kind of wait. Return: 0 or -errno. */
static int wait_err(int fd, unsigned long request, void *args)
{
	int err = igt_ioctl(fd, request, args) ? -errno : 0;

	errno = 0;
	return err;
}

/* True if signalled in time; any error but the timeout fails the test. */
static bool wait_signaled(int fd, unsigned long request, void *args)
{
	int err = wait_err(fd, request, args);

	if (err == -ETIME)
		return false;
	igt_assert_eq(err, 0);
	return true;
}

int syncobj_wait_err(int fd, uint32_t *handles, uint32_t count, uint64_t abs_timeout_nsec,
		     uint32_t flags)
{
	struct drm_syncobj_wait args = wait_args(handles, count, abs_timeout_nsec, flags);

	return wait_err(fd, DRM_IOCTL_SYNCOBJ_WAIT, &args);
}

bool syncobj_wait(int fd, uint32_t *handles, uint32_t count, uint64_t abs_timeout_nsec,
		  uint32_t flags, uint32_t *first_signaled)
{
	struct drm_syncobj_wait args = wait_args(handles, count, abs_timeout_nsec, flags);
	bool signaled = wait_signaled(fd, DRM_IOCTL_SYNCOBJ_WAIT, &args);

	if (signaled && first_signaled)
		*first_signaled = args.first_signaled;
	return signaled;
}

int syncobj_timeline_wait_err(int fd, uint32_t *handles, uint64_t *points, unsigned int count,
			      int64_t abs_timeout_nsec, unsigned int flags)
{
	struct drm_syncobj_timeline_wait args =
	    timeline_wait_args(handles, points, count, abs_timeout_nsec, flags);

	return wait_err(fd, DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &args);
}

bool syncobj_timeline_wait(int fd, uint32_t *handles, uint64_t *points, unsigned int count,
			   int64_t abs_timeout_nsec, unsigned int flags, uint32_t *first_signaled)
{
	struct drm_syncobj_timeline_wait args =
	    timeline_wait_args(handles, points, count, abs_timeout_nsec, flags);
	bool signaled = wait_signaled(fd, DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &args);

	if (signaled && first_signaled)
		*first_signaled = args.first_signaled;
	return signaled;
}

static void array_ioctl(int fd, unsigned long request, uint32_t *handles, uint32_t count)
{
	struct drm_syncobj_array args = {
	    .handles = to_user_pointer(handles),
	    .count_handles = count,
	};

	do_ioctl(fd, request, &args);
}

void syncobj_reset(int fd, uint32_t *handles, uint32_t count)
{
	array_ioctl(fd, DRM_IOCTL_SYNCOBJ_RESET, handles, count);
}

void syncobj_signal(int fd, uint32_t *handles, uint32_t count)
{
	array_ioctl(fd, DRM_IOCTL_SYNCOBJ_SIGNAL, handles, count);
}

static void timeline_array_ioctl(int fd, unsigned long request, uint32_t *handles, uint64_t *points,
				 uint32_t count)
{
	struct drm_syncobj_timeline_array args = {
	    .handles = to_user_pointer(handles),
	    .points = to_user_pointer(points),
	    .count_handles = count,
	};

	do_ioctl(fd, request, &args);
}

void syncobj_timeline_query(int fd, uint32_t *handles, uint64_t *points, uint32_t count)
{
	timeline_array_ioctl(fd, DRM_IOCTL_SYNCOBJ_QUERY, handles, points, count);
}

void syncobj_timeline_signal(int fd, uint32_t *handles, uint64_t *points, uint32_t count)
{
	timeline_array_ioctl(fd, DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL, handles, points, count);
}
