// SPDX-License-Identifier: MIT
/* The arguments of GROUP_SUBMIT: what is refused, and that nothing is queued then. */
#include "group.h"
#include "igt_syncobj.h"
#include "stock.h"

/* Bits of latest_flush that the register does not have; must be zero. */
#define FLUSH_ID_FIRST_RESERVED 24
#define FLUSH_ID_LAST_RESERVED  30

static int try_one(int fd, uint32_t group, struct drm_panthor_queue_submit submit)
{
	return try_submit(fd, group, OBJ_ARRAY(1, sizeof(submit), &submit));
}

/* An empty job with one sync operation. */
static int try_sync(int fd, uint32_t group, struct drm_panthor_sync_op sync)
{
	return try_one(fd, group,
		       (struct drm_panthor_queue_submit){
			   .syncs = OBJ_ARRAY(1, sizeof(sync), &sync),
		       });
}

static void array_tests(int fd, const uint32_t *group)
{
	const size_t size = sizeof(struct drm_panthor_queue_submit);

	igt_describe("The array of submits: stride, unknown tail, address that faults");
	igt_subtest("group_submit_array") {
		struct {
			struct drm_panthor_queue_submit submit;
			uint64_t tail;
		} longer = {};
		char *page = fault_page();

		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(1, sizeof(longer), &longer)), 0);
		longer.tail = 1;
		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(1, sizeof(longer), &longer)),
			      -E2BIG);
		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(1, size - 1, &longer)), -EINVAL);
		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(1, 0, &longer)), -EINVAL);
		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(1, size, page)), -EFAULT);
		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(1, size, NULL)), -EFAULT);
		memset(page - size, 0, size);
		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(2, size, page - size)), -EFAULT);
		free_fault_page(page);
	}

	igt_describe("Submits and sync operations at odd addresses are read from there");
	igt_subtest("group_submit_array_unaligned") {
		uint32_t done = syncobj_create(fd, 0);
		struct drm_panthor_sync_op sync = signal_op(done);
		char syncs[sizeof(sync) + 1], submits[sizeof(struct drm_panthor_queue_submit) + 1];
		struct drm_panthor_queue_submit submit = {
		    .syncs = OBJ_ARRAY(1, sizeof(sync), syncs + 1),
		    .pad = 1,
		};

		memset(syncs, 0xff, sizeof(syncs));
		memset(submits, 0xff, sizeof(submits));
		memcpy(syncs + 1, &sync, sizeof(sync));
		memcpy(submits + 1, &submit, size);
		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(1, size, submits + 1)), -EINVAL);
		igt_assert(!has_fence(fd, done));
		submit.pad = 0;
		memcpy(submits + 1, &submit, size);
		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(1, size, submits + 1)), 0);
		assert_completed(fd, done, "the job");
		syncobj_destroy(fd, done);
	}

	igt_describe("2^32-1 submits are more than the kernel has memory for");
	igt_subtest("group_submit_array_huge") {
		struct drm_panthor_queue_submit submit = {};

		igt_emit_ignore_dmesg_regex(HUGE_COUNT_WARNING);
		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(UINT32_MAX, size, &submit)),
			      -ENOMEM);
	}

	igt_describe("A call with one bad submit queues none of its submits");
	igt_subtest("group_submit_all_or_nothing") {
		struct drm_panthor_queue_submit submits[2] = {};
		uint32_t done = syncobj_create(fd, 0);
		struct drm_panthor_sync_op sync = signal_op(done);

		submits[0].syncs = OBJ_ARRAY(1, sizeof(sync), &sync);
		submits[1].pad = 1;
		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(2, size, submits)), -EINVAL);
		igt_assert(!has_fence(fd, done));
		submits[1].pad = 0;
		igt_assert_eq(try_submit(fd, *group, OBJ_ARRAY(2, size, submits)), 0);
		assert_completed(fd, done, "the job");
		syncobj_destroy(fd, done);
	}
}

static void field_tests(int fd, const uint32_t *group)
{
	igt_describe("A group must exist, in this file, and its queue too");
	igt_subtest("group_submit_handles") {
		int other = drm_reopen_driver(fd);
		struct drm_panthor_queue_submit submit = {};

		igt_assert_eq(try_one(fd, *group, submit), 0);
		igt_assert_eq(try_one(other, *group, submit), -EINVAL);
		igt_assert_eq(try_one(fd, BAD_HANDLE, submit), -EINVAL);
		igt_assert_eq(try_one(fd, 0, submit), -EINVAL);
		submit.queue_index = 1;
		igt_assert_eq(try_one(fd, *group, submit), -EINVAL);
		submit.queue_index = 32;
		igt_assert_eq(try_one(fd, *group, submit), -EINVAL);
		submit.queue_index = UINT32_MAX;
		igt_assert_eq(try_one(fd, *group, submit), -EINVAL);
		drm_close_driver(other);
	}

	igt_describe("A submit's padding must be zero");
	igt_subtest("group_submit_pad") {
		struct drm_panthor_queue_submit submit = {};

		igt_assert_eq(try_one(fd, *group, submit), 0);
		for (int bit = 0; bit < 32; bit++) {
			submit.pad = 1u << bit;
			igt_assert_eq(try_one(fd, *group, submit), -EINVAL);
		}
	}

	igt_describe("Streams are aligned to 64 bytes and are whole instructions of 8");
	igt_subtest("group_submit_alignment") {
		struct drm_panthor_queue_submit submit = {.stream_addr = TEST_VA, .stream_size = 8};

		for (uint64_t low = 1; low < 64; low <<= 1) {
			submit.stream_addr = TEST_VA + low;
			igt_assert_eq(try_one(fd, *group, submit), -EINVAL);
		}
		submit.stream_addr = TEST_VA;
		for (uint32_t low = 1; low < 8; low++) {
			submit.stream_size = 8 + low;
			igt_assert_eq(try_one(fd, *group, submit), -EINVAL);
		}
	}

	igt_describe("The flush id has 24 bits and the one that says it has none");
	igt_subtest("group_submit_latest_flush") {
		struct drm_panthor_queue_submit submit = {};

		for (int bit = 0; bit < 32; bit++) {
			bool reserved =
			    bit >= FLUSH_ID_FIRST_RESERVED && bit <= FLUSH_ID_LAST_RESERVED;

			submit.latest_flush = 1u << bit;
			igt_assert_eq(try_one(fd, *group, submit), reserved ? -EINVAL : 0);
		}
	}
}

static void sync_tests(int fd, const uint32_t *group)
{
	igt_describe("Flags, types and values of a sync operation that do not exist");
	igt_subtest("group_submit_sync_op_validation") {
		uint32_t object = syncobj_create(fd, DRM_SYNCOBJ_CREATE_SIGNALED);
		struct drm_panthor_sync_op op = wait_op(object);

		igt_assert_eq(try_sync(fd, *group, op), 0);
		for (int bit = 8; bit < 31; bit++) {
			op.flags = 1u << bit;
			igt_assert_eq(try_sync(fd, *group, op), -EINVAL);
			op.flags |= DRM_PANTHOR_SYNC_OP_SIGNAL;
			igt_assert_eq(try_sync(fd, *group, op), -EINVAL);
		}
		for (uint32_t type = 2; type < 256; type += 7) {
			op.flags = type;
			igt_assert_eq(try_sync(fd, *group, op), -EINVAL);
			op.flags |= DRM_PANTHOR_SYNC_OP_SIGNAL;
			igt_assert_eq(try_sync(fd, *group, op), -EINVAL);
		}
		op = wait_op(object);
		op.timeline_value = 1;
		igt_assert_eq(try_sync(fd, *group, op), -EINVAL);
		op = signal_op(object);
		op.timeline_value = 1;
		igt_assert_eq(try_sync(fd, *group, op), -EINVAL);
		syncobj_destroy(fd, object);
	}

	igt_describe("Sync objects that do not exist, or have no fence to wait for");
	igt_subtest("group_submit_sync_op_handles") {
		uint32_t object = syncobj_create(fd, 0);

		igt_assert_eq(try_sync(fd, *group, wait_op(object)), -EINVAL);
		igt_assert_eq(try_sync(fd, *group, wait_op(BAD_HANDLE)), -ENOENT);
		igt_assert_eq(try_sync(fd, *group, wait_point(object, 1)), -EINVAL);
		igt_assert(!has_fence(fd, object));
		syncobj_destroy(fd, object);
	}

	igt_describe("Sync objects to be signalled that do not exist");
	igt_subtest("group_submit_sync_op_signal_handles") {
		uint32_t object = syncobj_create(fd, 0);

		skip_on_panthor(fd, PANTHOR_BAD_SIGNAL);
		igt_assert_eq(try_sync(fd, *group, signal_op(BAD_HANDLE)), -EINVAL);
		igt_assert_eq(try_sync(fd, *group, signal_op(0)), -EINVAL);
		syncobj_destroy(fd, object);
		igt_assert_eq(try_sync(fd, *group, signal_op(object)), -EINVAL);
	}

	igt_describe("The array of sync operations: stride, unknown tail, address that faults");
	igt_subtest("group_submit_sync_op_array") {
		uint32_t object = syncobj_create(fd, 0);
		struct {
			struct drm_panthor_sync_op sync;
			uint64_t tail;
		} longer = {.sync = signal_op(object), .tail = 1};
		const size_t size = sizeof(longer.sync);
		struct drm_panthor_queue_submit submit = {};
		void *page = fault_page();

		submit.syncs = OBJ_ARRAY(1, size - 1, &longer);
		igt_assert_eq(try_one(fd, *group, submit), -EINVAL);
		submit.syncs = OBJ_ARRAY(1, size, page);
		igt_assert_eq(try_one(fd, *group, submit), -EFAULT);
		submit.syncs = OBJ_ARRAY(1, sizeof(longer), &longer);
		igt_assert_eq(try_one(fd, *group, submit), -E2BIG);
		igt_assert(!has_fence(fd, object));
		longer.tail = 0;
		igt_assert_eq(try_one(fd, *group, submit), 0);
		assert_completed(fd, object, "the job");
		free_fault_page(page);
		syncobj_destroy(fd, object);
	}

	igt_describe("2^32-1 sync operations are more than the kernel has memory for");
	igt_subtest("group_submit_sync_op_huge") {
		struct drm_panthor_sync_op sync = wait_op(BAD_HANDLE);
		struct drm_panthor_queue_submit submit = {
		    .syncs = OBJ_ARRAY(UINT32_MAX, sizeof(sync), &sync),
		};

		igt_emit_ignore_dmesg_regex(HUGE_COUNT_WARNING);
		igt_assert_eq(try_one(fd, *group, submit), -ENOMEM);
	}
}

void group_submit_arg_tests(int fd)
{
	static uint32_t group;
	uint32_t vm = 0;

	igt_fixture() {
		igt_panthor_vm_create(fd, &vm, 0);
		group = igt_panthor_group_create_simple(fd, vm, 0);
	}

	array_tests(fd, &group);
	field_tests(fd, &group);
	sync_tests(fd, &group);

	igt_fixture() {
		igt_panthor_group_destroy(fd, group, 0);
		igt_panthor_vm_destroy(fd, vm, 0);
	}
}
