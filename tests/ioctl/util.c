// SPDX-License-Identifier: MIT
/* The helpers of util.h. */
#include <sys/mman.h>

#include "igt_syncobj.h"
#include "sw_sync.h"
#include "util.h"

/* The minor number of the driver's uAPI. */
int uapi_minor(int fd)
{
	struct drm_version v = {};

	do_ioctl(fd, DRM_IOCTL_VERSION, &v);
	return v.version_minor;
}

/* A page that may not be touched, with one that may right before it. */
void *fault_page(void)
{
	char *map =
	    mmap(NULL, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(map != MAP_FAILED);
	igt_assert_eq(mprotect(map + PAGE_SIZE, PAGE_SIZE, PROT_NONE), 0);
	return map + PAGE_SIZE;
}

void free_fault_page(void *page)
{
	munmap((char *)page - PAGE_SIZE, 2 * PAGE_SIZE);
}

/* The errno of an mmap(), 0 when it succeeds; the mapping does not stay. */
int mmap_error(int fd, uint64_t offset, size_t size, int prot, int flags)
{
	void *map;

	errno = 0;
	map = mmap(NULL, size, prot, flags, fd, offset);
	if (map != MAP_FAILED)
		munmap(map, size);
	return errno;
}

/* Become nobody, without a capability, for the rest of this process. */
void drop_privileges(void)
{
	const uid_t nobody = 65534;

	if (geteuid() == nobody)
		return;
	igt_assert_eq(setresgid(nobody, nobody, nobody), 0);
	igt_assert_eq(setresuid(nobody, nobody, nobody), 0);
}

/* The size of the user's part of a VM of the default split. */
uint64_t user_va_range(int fd)
{
	uint64_t range = 0;
	uint32_t vm;

	igt_panthor_vm_create_userva_range(fd, &vm, 0, &range);
	igt_panthor_vm_destroy(fd, vm, 0);
	return range;
}

static struct drm_panthor_sync_op sync_op(uint32_t flags, uint32_t syncobj, uint64_t point)
{
	flags |= point ? DRM_PANTHOR_SYNC_OP_HANDLE_TYPE_TIMELINE_SYNCOBJ
		       : DRM_PANTHOR_SYNC_OP_HANDLE_TYPE_SYNCOBJ;
	return (struct drm_panthor_sync_op){
	    .flags = flags,
	    .handle = syncobj,
	    .timeline_value = point,
	};
}

struct drm_panthor_sync_op signal_op(uint32_t syncobj)
{
	return sync_op(DRM_PANTHOR_SYNC_OP_SIGNAL, syncobj, 0);
}

struct drm_panthor_sync_op wait_op(uint32_t syncobj)
{
	return sync_op(DRM_PANTHOR_SYNC_OP_WAIT, syncobj, 0);
}

struct drm_panthor_sync_op signal_point(uint32_t syncobj, uint64_t point)
{
	return sync_op(DRM_PANTHOR_SYNC_OP_SIGNAL, syncobj, point);
}

struct drm_panthor_sync_op wait_point(uint32_t syncobj, uint64_t point)
{
	return sync_op(DRM_PANTHOR_SYNC_OP_WAIT, syncobj, point);
}

/* Wait, not for ever, until the sync object's fence has signalled. */
bool wait_done(int fd, uint32_t syncobj)
{
	struct timespec now;

	igt_gettime(&now);
	return syncobj_wait(fd, &syncobj, 1, now.tv_sec * NSEC_PER_SEC + now.tv_nsec + WAIT_NS, 0,
			    NULL);
}

/* 1: signalled without error, 0: not yet, negative: the fence's error. */
int fence_status(int fd, uint32_t syncobj)
{
	int fence =
	    syncobj_handle_to_fd(fd, syncobj, DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE);
	int status = sync_fence_status(fence);

	close(fence);
	return status;
}

/* Whether anything was ever attached to the sync object: waiting for nothing is an error. */
bool has_fence(int fd, uint32_t syncobj)
{
	return syncobj_wait_err(fd, &syncobj, 1, 0, 0) != -EINVAL;
}

/* Wait for a fence and check that it carries no error. */
void assert_completed(int fd, uint32_t syncobj, const char *what)
{
	int status;

	igt_assert_f(wait_done(fd, syncobj), "%s did not finish\n", what);
	status = fence_status(fd, syncobj);
	igt_assert_f(status == 1, "%s failed (fence status %d)\n", what, status);
}
