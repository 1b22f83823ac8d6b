// SPDX-License-Identifier: MIT
/* Scheduling groups: created, destroyed, counted, asked for their state, and given work. */
#include "cs.h"
#include "group.h"
#include "igt_syncobj.h"

IGT_TEST_DESCRIPTION("Scheduling groups and GROUP_SUBMIT");

#define STREAM_VA 0x1000000ull
#define RESULT_VA (STREAM_VA + PAGE_SIZE)

int try_group(int fd, struct drm_panthor_group_create args)
{
	if (igt_ioctl(fd, DRM_IOCTL_PANTHOR_GROUP_CREATE, &args))
		return -errno;
	if (args.group_handle)
		igt_panthor_group_destroy(fd, args.group_handle, 0);
	return 0;
}

int try_submit(int fd, uint32_t group, struct drm_panthor_obj_array submits)
{
	struct drm_panthor_group_submit args = {.group_handle = group, .queue_submits = submits};

	return igt_ioctl(fd, DRM_IOCTL_PANTHOR_GROUP_SUBMIT, &args) ? -errno : 0;
}

struct drm_panthor_group_create group_args(int fd, uint32_t vm, uint32_t count,
					   struct drm_panthor_queue_create *queues)
{
	struct drm_panthor_gpu_info gpu = {};

	igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &gpu, sizeof(gpu), 0);
	return (struct drm_panthor_group_create){
	    .queues = OBJ_ARRAY(count, sizeof(*queues), queues),
	    .max_compute_cores = 1,
	    .max_fragment_cores = 1,
	    .max_tiler_cores = 1,
	    .priority = PANTHOR_GROUP_PRIORITY_MEDIUM,
	    .compute_core_mask = igt_panthor_get_first_core(gpu.shader_present),
	    .fragment_core_mask = igt_panthor_get_first_core(gpu.shader_present),
	    .tiler_core_mask = igt_panthor_get_first_core(gpu.tiler_present),
	    .vm_id = vm,
	};
}

static void lifetime_tests(int fd)
{
	igt_describe("A group has a handle that is not zero");
	igt_subtest("group_create") {
		uint32_t vm, group;

		igt_panthor_vm_create(fd, &vm, 0);
		group = igt_panthor_group_create_simple(fd, vm, 0);
		igt_assert_neq_u32(group, 0);
		igt_panthor_group_destroy(fd, group, 0);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("A group can be destroyed once, and only if it is one of this file");
	igt_subtest("group_destroy_invalid") {
		int other = drm_reopen_driver(fd);
		uint32_t vm, group;

		igt_panthor_group_destroy(fd, BAD_HANDLE, EINVAL);
		igt_panthor_group_destroy(fd, 0, EINVAL);
		igt_panthor_vm_create(fd, &vm, 0);
		group = igt_panthor_group_create_simple(fd, vm, 0);
		igt_panthor_group_destroy(other, group, EINVAL);
		igt_panthor_group_destroy(fd, group, 0);
		igt_panthor_group_destroy(fd, group, EINVAL);
		igt_panthor_vm_destroy(fd, vm, 0);
		drm_close_driver(other);
	}

	igt_describe("The padding of GROUP_DESTROY must be zero, and such a call destroys nothing");
	igt_subtest("group_destroy_pad") {
		struct drm_panthor_group_destroy args = {.pad = 1};
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		args.group_handle = igt_panthor_group_create_simple(fd, vm, 0);
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_GROUP_DESTROY, &args, EINVAL);
		args.pad = 0;
		do_ioctl(fd, DRM_IOCTL_PANTHOR_GROUP_DESTROY, &args);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("A new group has no faults; what is no group has no state; padding is zero");
	igt_subtest("group_get_state") {
		struct drm_panthor_group_get_state args = {.state = BAD_HANDLE,
							   .fatal_queues = BAD_HANDLE};
		uint32_t vm, group;

		igt_panthor_vm_create(fd, &vm, 0);
		group = args.group_handle = igt_panthor_group_create_simple(fd, vm, 0);
		do_ioctl(fd, DRM_IOCTL_PANTHOR_GROUP_GET_STATE, &args);
		igt_assert_eq_u32(args.state, 0);
		igt_assert_eq_u32(args.fatal_queues, 0);

		args = (struct drm_panthor_group_get_state){.group_handle = group, .pad = 1};
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_GROUP_GET_STATE, &args, EINVAL);
		args = (struct drm_panthor_group_get_state){.group_handle = BAD_HANDLE};
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_GROUP_GET_STATE, &args, EINVAL);
		args.group_handle = 0;
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_GROUP_GET_STATE, &args, EINVAL);
		igt_panthor_group_destroy(fd, group, 0);
		args.group_handle = group;
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_GROUP_GET_STATE, &args, EINVAL);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("A file has up to 128 groups, all different; a destroyed one makes room");
	igt_subtest("group_limit") {
		struct drm_panthor_queue_create queue = {.ringbuf_size = SZ_4K};
		int file = drm_reopen_driver(fd);
		struct drm_panthor_group_create args;
		uint32_t groups[MAX_GROUPS], vm;

		igt_panthor_vm_create(file, &vm, 0);
		args = group_args(file, vm, 1, &queue);
		for (int i = 0; i < MAX_GROUPS; i++) {
			do_ioctl(file, DRM_IOCTL_PANTHOR_GROUP_CREATE, &args);
			groups[i] = args.group_handle;
			igt_assert(i == 0 || groups[i] != groups[i - 1]);
		}
		igt_assert_eq(try_group(file, args), -EBUSY);
		igt_panthor_group_destroy(file, groups[5], 0);
		igt_assert_eq(try_group(file, args), 0);
		drm_close_driver(file);
	}
}

/* Store @value at RESULT_VA, and make it visible. Returns the stream's size. */
static uint32_t store_stream(void *map, uint32_t value)
{
	struct csb b = csb_begin(map, STREAM_VA, PAGE_SIZE);

	csb_move48(&b, 68, RESULT_VA);
	csb_move32(&b, 70, value);
	csb_store32(&b, 70, 68, 0);
	csb_wait(&b, 0xff);
	csb_move32(&b, 70, 0);
	csb_flush_caches(&b, CSB_FLUSH_CLEAN_INVALIDATE, CSB_FLUSH_CLEAN_INVALIDATE,
			 CSB_FLUSH_INVALIDATE, 70, 0, 1);
	csb_wait(&b, 0xff);
	return csb_size(&b);
}

static void submit_tests(int fd)
{
	igt_describe("A job stores a value, signals, and the value is there");
	igt_subtest("group_submit") {
		struct panthor_bo stream, result;
		uint32_t vm, group, done, size;

		igt_panthor_vm_create(fd, &vm, 0);
		igt_panthor_bo_create_mapped(fd, &stream, PAGE_SIZE, 0, 0);
		igt_panthor_bo_create_mapped(fd, &result, PAGE_SIZE, 0, 0);
		igt_assert(stream.map && result.map);
		igt_panthor_vm_bind(fd, vm, stream.handle, STREAM_VA, PAGE_SIZE,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
		igt_panthor_vm_bind(fd, vm, result.handle, RESULT_VA, PAGE_SIZE,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
		size = store_stream(stream.map, 0xdeadbeef);
		group = igt_panthor_group_create_simple(fd, vm, 0);
		done = syncobj_create(fd, 0);

		igt_panthor_group_submit_simple(fd, group, 0, STREAM_VA, size, done, 0);
		assert_completed(fd, done, "the job");
		igt_assert_eq_u32(*(volatile uint32_t *)result.map, 0xdeadbeef);

		syncobj_destroy(fd, done);
		igt_panthor_group_destroy(fd, group, 0);
		igt_panthor_vm_destroy(fd, vm, 0);
		igt_panthor_free_bo(fd, &stream);
		igt_panthor_free_bo(fd, &result);
	}

	igt_describe("No submits are nothing to do, an empty stream is a synchronisation point");
	igt_subtest("group_submit_empty") {
		struct drm_panthor_group_submit padded = {.pad = 1};
		struct drm_panthor_queue_submit submit = {};
		struct drm_panthor_sync_op sync;
		uint32_t vm, group, done;

		igt_panthor_vm_create(fd, &vm, 0);
		group = igt_panthor_group_create_simple(fd, vm, 0);
		igt_assert_eq(try_submit(fd, group, OBJ_ARRAY(0, sizeof(submit), NULL)), 0);

		done = syncobj_create(fd, 0);
		sync = signal_op(done);
		submit.syncs = OBJ_ARRAY(1, sizeof(sync), &sync);
		igt_assert_eq(try_submit(fd, group, OBJ_ARRAY(1, sizeof(submit), &submit)), 0);
		assert_completed(fd, done, "the empty job");

		submit = (struct drm_panthor_queue_submit){.stream_addr = STREAM_VA};
		igt_assert_eq(try_submit(fd, group, OBJ_ARRAY(1, sizeof(submit), &submit)),
			      -EINVAL);
		submit = (struct drm_panthor_queue_submit){.stream_size = 8};
		igt_assert_eq(try_submit(fd, group, OBJ_ARRAY(1, sizeof(submit), &submit)),
			      -EINVAL);
		submit = (struct drm_panthor_queue_submit){.queue_index = 1};
		igt_assert_eq(try_submit(fd, group, OBJ_ARRAY(1, sizeof(submit), &submit)),
			      -EINVAL);
		padded.group_handle = group;
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_GROUP_SUBMIT, &padded, EINVAL);

		syncobj_destroy(fd, done);
		igt_panthor_group_destroy(fd, group, 0);
		igt_panthor_vm_destroy(fd, vm, 0);
	}
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		igt_panthor_skip_on_big_endian();
		fd = drm_open_driver(DRIVER_PANTHOR);
	}

	lifetime_tests(fd);
	submit_tests(fd);
	igt_subtest_group()
		group_create_arg_tests(fd);
	igt_subtest_group()
		group_submit_arg_tests(fd);

	igt_fixture()
		drm_close_driver(fd);
}
