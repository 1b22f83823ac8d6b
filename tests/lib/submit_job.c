// SPDX-License-Identifier: MIT
/*
 * submit_job.c - see submit_job.h.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "submit_job.h"
#include "submit_retry.h"
#include "sw_sync.h"

/* The most queues a group can have: MAX_CS_PER_CSG of the driver's uAPI limits. */
#define MAX_QUEUES 32

/* The absolute CLOCK_MONOTONIC time that is @ms from now, in ns. */
static int64_t deadline_ns(unsigned int ms)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec + ms * 1000000ll;
}

uint32_t submit_group_create(int fd, uint32_t vm, unsigned int queues)
{
	return submit_group_create_with(fd, vm, queues, 4096, PANTHOR_GROUP_PRIORITY_MEDIUM);
}

uint32_t submit_group_create_with(int fd, uint32_t vm, unsigned int queues, uint32_t ring_size,
				  uint8_t priority)
{
	struct drm_panthor_queue_create queue[MAX_QUEUES] = {};
	struct drm_panthor_gpu_info gpu = {};
	struct drm_panthor_group_create create = {};

	igt_assert(queues <= MAX_QUEUES);
	for (unsigned int i = 0; i < queues; i++)
		queue[i].ringbuf_size = ring_size;

	igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &gpu, sizeof(gpu), 0);
	create.queues = (struct drm_panthor_obj_array)DRM_PANTHOR_OBJ_ARRAY(queues, queue);
	create.max_compute_cores = __builtin_popcountll(gpu.shader_present);
	create.max_fragment_cores = __builtin_popcountll(gpu.shader_present);
	create.max_tiler_cores = __builtin_popcountll(gpu.tiler_present);
	create.compute_core_mask = gpu.shader_present;
	create.fragment_core_mask = gpu.shader_present;
	create.tiler_core_mask = gpu.tiler_present;
	create.priority = priority;
	create.vm_id = vm;
	igt_panthor_group_create(fd, &create, 0);
	igt_assert_neq(create.group_handle, 0);
	return create.group_handle;
}

struct drm_panthor_group_get_state submit_group_state(int fd, uint32_t group)
{
	struct drm_panthor_group_get_state state = {.group_handle = group};

	do_ioctl(fd, DRM_IOCTL_PANTHOR_GROUP_GET_STATE, &state);
	return state;
}

struct drm_panthor_sync_op submit_in(uint32_t syncobj)
{
	return (struct drm_panthor_sync_op){
	    .flags = DRM_PANTHOR_SYNC_OP_WAIT | DRM_PANTHOR_SYNC_OP_HANDLE_TYPE_SYNCOBJ,
	    .handle = syncobj,
	};
}

struct drm_panthor_sync_op submit_in_point(uint32_t syncobj, uint64_t point)
{
	return (struct drm_panthor_sync_op){
	    .flags = DRM_PANTHOR_SYNC_OP_WAIT | DRM_PANTHOR_SYNC_OP_HANDLE_TYPE_TIMELINE_SYNCOBJ,
	    .handle = syncobj,
	    .timeline_value = point,
	};
}

struct drm_panthor_sync_op submit_out(uint32_t syncobj)
{
	return (struct drm_panthor_sync_op){
	    .flags = DRM_PANTHOR_SYNC_OP_SIGNAL | DRM_PANTHOR_SYNC_OP_HANDLE_TYPE_SYNCOBJ,
	    .handle = syncobj,
	};
}

struct drm_panthor_sync_op submit_out_point(uint32_t syncobj, uint64_t point)
{
	return (struct drm_panthor_sync_op){
	    .flags = DRM_PANTHOR_SYNC_OP_SIGNAL | DRM_PANTHOR_SYNC_OP_HANDLE_TYPE_TIMELINE_SYNCOBJ,
	    .handle = syncobj,
	    .timeline_value = point,
	};
}

struct drm_panthor_queue_submit submit_fill(uint32_t queue, const struct csb *s,
					    const struct drm_panthor_sync_op *syncs, uint32_t n)
{
	return (struct drm_panthor_queue_submit){
	    .queue_index = queue,
	    .stream_size = s ? csb_size(s) : 0,
	    .stream_addr = s ? s->va : 0,
	    .syncs = DRM_PANTHOR_OBJ_ARRAY(n, syncs),
	};
}

static int try_submit(int fd, uint32_t group, const struct drm_panthor_queue_submit *jobs,
		      uint32_t n)
{
	struct drm_panthor_group_submit submit = {
	    .group_handle = group,
	    .queue_submits = DRM_PANTHOR_OBJ_ARRAY(n, jobs),
	};

	return igt_ioctl(fd, DRM_IOCTL_PANTHOR_GROUP_SUBMIT, &submit) ? -errno : 0;
}

int __submit_job(int fd, uint32_t group, uint32_t queue, const struct csb *s,
		 const struct drm_panthor_sync_op *syncs, uint32_t n)
{
	struct drm_panthor_queue_submit job = submit_fill(queue, s, syncs, n);

	return try_submit(fd, group, &job, 1);
}

/* The group's job was timed out, though the caller expects it to go on. */
static void check_not_timed_out(int fd, uint32_t group)
{
	if (submit_group_state(fd, group).state == DRM_PANTHOR_GROUP_STATE_TIMEDOUT)
		submit_timed_out(fd);
}

void submit_assert_alive(int fd, uint32_t group)
{
	check_not_timed_out(fd, group);
	igt_assert_eq_u32(submit_group_state(fd, group).state, 0);
}

void submit_job(int fd, uint32_t group, uint32_t queue, const struct csb *s,
		const struct drm_panthor_sync_op *syncs, uint32_t n)
{
	int err = __submit_job(fd, group, queue, s, syncs, n);

	if (err == -EINVAL)
		check_not_timed_out(fd, group);
	igt_assert_eq(err, 0);
}

void submit_jobs(int fd, uint32_t group, const struct drm_panthor_queue_submit *jobs, uint32_t n)
{
	igt_assert_eq(try_submit(fd, group, jobs, n), 0);
}

bool submit_wait(int fd, uint32_t syncobj, unsigned int ms)
{
	return syncobj_wait(fd, &syncobj, 1, ms ? deadline_ns(ms) : 0, 0, NULL);
}

bool submit_wait_point(int fd, uint32_t syncobj, uint64_t point, unsigned int ms)
{
	return syncobj_timeline_wait(fd, &syncobj, &point, 1, ms ? deadline_ns(ms) : 0, 0, NULL);
}

int submit_export(int fd, uint32_t syncobj)
{
	return syncobj_handle_to_fd(fd, syncobj, DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE);
}

int submit_fence_status(int fd, uint32_t syncobj)
{
	int file = submit_export(fd, syncobj);
	int status = sync_fence_status(file);

	close(file);
	return status;
}

/*
 * Wait for a job whose fence should end with @want (1, or a negative errno).
 *
 * Return: how it ended.
 */
static int ends(int fd, uint32_t syncobj, unsigned int ms, int want)
{
	int status;

	igt_assert_f(submit_wait(fd, syncobj, ms), "the job did not end within %u ms\n", ms);
	status = submit_fence_status(fd, syncobj);
	if (status == -ETIMEDOUT && want != status)
		submit_timed_out(fd);
	return status;
}

static void assert_ends(int fd, uint32_t syncobj, unsigned int ms, int want)
{
	igt_assert_eq(ends(fd, syncobj, ms, want), want);
}

void submit_assert_done(int fd, uint32_t syncobj)
{
	assert_ends(fd, syncobj, SUBMIT_PATIENCE_MS, 1);
}

void submit_assert_held(int fd, uint32_t syncobj, unsigned int ms)
{
	if (!submit_wait(fd, syncobj, ms))
		return;
	if (submit_fence_status(fd, syncobj) == -ETIMEDOUT)
		submit_timed_out(fd);
	igt_assert_f(false, "the job ended with %d, too early\n", submit_fence_status(fd, syncobj));
}

void submit_assert_error(int fd, uint32_t syncobj, int err)
{
	assert_ends(fd, syncobj, SUBMIT_PATIENCE_MS, -err);
}

void submit_assert_error_in(int fd, uint32_t syncobj, int err, unsigned int ms)
{
	assert_ends(fd, syncobj, ms, -err);
}

void submit_assert_done_or_error(int fd, uint32_t syncobj, int err)
{
	int status = ends(fd, syncobj, SUBMIT_PATIENCE_MS, -err);

	if (status != 1)
		igt_assert_eq(status, -err);
}

void submit_run(int fd, uint32_t group, uint32_t queue, const struct csb *s)
{
	uint32_t done = syncobj_create(fd, 0);
	struct drm_panthor_sync_op out = submit_out(done);

	submit_job(fd, group, queue, s, &out, 1);
	submit_assert_done(fd, done);
	syncobj_destroy(fd, done);
}

void submit_assert_point(int fd, uint32_t group, uint32_t timeline, uint64_t point)
{
	bool came = submit_wait_point(fd, timeline, point, SUBMIT_PATIENCE_MS);

	check_not_timed_out(fd, group);
	igt_assert_f(came, "point %llu of the timeline does not signal\n",
		     (unsigned long long)point);
}

void submit_assert_reaches(const struct submit_arena *a, uint32_t group, uint64_t va,
			   uint32_t least)
{
	for (unsigned int ms = 0; ms < SUBMIT_PATIENCE_MS; ms += 100) {
		if (submit_poll32(a, va, least, 100))
			return;
		check_not_timed_out(a->fd, group);
	}
	igt_assert_f(false, "the word is %u and does not reach %u\n", submit_read32(a, va), least);
}
