// SPDX-License-Identifier: MIT
/* The sync operations of asynchronous VM_BIND, and operations that are nothing else. */
#include "igt_syncobj.h"
#include "stock.h"
#include "vm.h"

static struct drm_panthor_vm_bind_op sync_only(unsigned int count,
					       struct drm_panthor_sync_op *syncs)
{
	return (struct drm_panthor_vm_bind_op){
	    .flags = DRM_PANTHOR_VM_BIND_OP_TYPE_SYNC_ONLY,
	    .syncs = OBJ_ARRAY(count, sizeof(*syncs), syncs),
	};
}

/* A sync-only operation with one sync operation; 0 or -errno. */
static int try_sync(int fd, uint32_t vm, struct drm_panthor_sync_op sync)
{
	struct drm_panthor_vm_bind_op op = sync_only(1, &sync);

	return try_bind(fd, vm, DRM_PANTHOR_VM_BIND_ASYNC, OBJ_ARRAY(1, sizeof(op), &op));
}

static int try_op(int fd, uint32_t vm, struct drm_panthor_vm_bind_op op)
{
	return try_bind(fd, vm, DRM_PANTHOR_VM_BIND_ASYNC, OBJ_ARRAY(1, sizeof(op), &op));
}

static uint64_t point_of(int fd, uint32_t timeline)
{
	uint64_t point = 0;

	syncobj_timeline_query(fd, &timeline, &point, 1);
	return point;
}

void vm_sync_op_tests(int fd)
{
	uint32_t vm = 0;

	igt_fixture()
		igt_panthor_vm_create(fd, &vm, 0);

	igt_describe("An operation may do nothing but signal, and wait for what was signalled");
	igt_subtest("vm_bind_sync_only") {
		uint32_t a = syncobj_create(fd, 0), b = syncobj_create(fd, 0);
		struct drm_panthor_sync_op chain[] = {wait_op(a), signal_op(b)};

		igt_assert_eq(try_sync(fd, vm, signal_op(a)), 0);
		assert_completed(fd, a, "a signal");
		igt_assert_eq(try_op(fd, vm, sync_only(2, chain)), 0);
		assert_completed(fd, b, "a wait and a signal");
		syncobj_destroy(fd, a);
		syncobj_destroy(fd, b);
	}

	igt_describe(
	    "A sync-only operation has no address, size, BO or flags, but a sync operation");
	igt_subtest("vm_bind_sync_only_validation") {
		uint32_t done = syncobj_create(fd, 0);
		struct drm_panthor_sync_op sync = signal_op(done);
		struct drm_panthor_vm_bind_op op;

		igt_assert_eq(try_op(fd, vm, sync_only(0, NULL)), -EINVAL);
		op = sync_only(1, &sync);
		op.va = PAGE_SIZE;
		igt_assert_eq(try_op(fd, vm, op), -EINVAL);
		op = sync_only(1, &sync);
		op.size = PAGE_SIZE;
		igt_assert_eq(try_op(fd, vm, op), -EINVAL);
		op = sync_only(1, &sync);
		op.bo_offset = PAGE_SIZE;
		igt_assert_eq(try_op(fd, vm, op), -EINVAL);
		op = sync_only(1, &sync);
		op.bo_handle = 1;
		igt_assert_eq(try_op(fd, vm, op), -EINVAL);
		for (int bit = 0; bit < 28; bit++) {
			op = sync_only(1, &sync);
			op.flags |= 1u << bit;
			igt_assert_eq(try_op(fd, vm, op), -EINVAL);
		}
		igt_assert(!has_fence(fd, done));
		syncobj_destroy(fd, done);
	}

	igt_describe("Points of a timeline, signalled and waited for, out of order too");
	igt_subtest("vm_bind_sync_timeline") {
		uint32_t timeline = syncobj_create(fd, 0), done = syncobj_create(fd, 0);
		struct drm_panthor_sync_op chain[] = {wait_point(timeline, 5), signal_op(done)};

		igt_assert_eq(try_sync(fd, vm, signal_point(timeline, 3)), 0);
		igt_assert_eq(try_sync(fd, vm, signal_point(timeline, 10)), 0);
		/* Point 5 is covered by point 10, the next that exists. */
		igt_assert_eq(try_op(fd, vm, sync_only(2, chain)), 0);
		assert_completed(fd, done, "a wait for a point");
		igt_assert_eq_u64(point_of(fd, timeline), 10);
		/* A point that nobody has promised cannot be waited for. */
		igt_assert_eq(try_sync(fd, vm, wait_point(timeline, 11)), -EINVAL);
		syncobj_destroy(fd, timeline);
		syncobj_destroy(fd, done);
	}

	igt_describe("Flags, types and values of a sync operation that do not exist");
	igt_subtest("vm_bind_sync_op_validation") {
		uint32_t object = syncobj_create(fd, DRM_SYNCOBJ_CREATE_SIGNALED);
		struct drm_panthor_sync_op signal = signal_op(object), wait = wait_op(object);

		igt_assert_eq(try_sync(fd, vm, wait), 0);
		igt_assert_eq(try_sync(fd, vm, signal), 0);
		for (int bit = 8; bit < 31; bit++) {
			wait.flags = 1u << bit;
			igt_assert_eq(try_sync(fd, vm, wait), -EINVAL);
			signal.flags = DRM_PANTHOR_SYNC_OP_SIGNAL | 1u << bit;
			igt_assert_eq(try_sync(fd, vm, signal), -EINVAL);
		}
		for (uint32_t type = 2; type < 256; type++) {
			wait.flags = type;
			igt_assert_eq(try_sync(fd, vm, wait), -EINVAL);
			signal.flags = DRM_PANTHOR_SYNC_OP_SIGNAL | type;
			igt_assert_eq(try_sync(fd, vm, signal), -EINVAL);
		}
		wait = wait_op(object);
		wait.timeline_value = 1;
		igt_assert_eq(try_sync(fd, vm, wait), -EINVAL);
		signal = signal_op(object);
		signal.timeline_value = 1;
		igt_assert_eq(try_sync(fd, vm, signal), -EINVAL);
		syncobj_destroy(fd, object);
	}

	igt_describe("Sync objects that do not exist, or have no fence to wait for");
	igt_subtest("vm_bind_sync_op_handles") {
		uint32_t object = syncobj_create(fd, 0);

		igt_assert_eq(try_sync(fd, vm, wait_op(object)), -EINVAL);
		igt_assert_eq(try_sync(fd, vm, wait_op(BAD_HANDLE)), -ENOENT);
		igt_assert_eq(try_sync(fd, vm, wait_op(0)), -ENOENT);
		igt_assert(!has_fence(fd, object));
		syncobj_destroy(fd, object);
	}

	igt_describe("Sync objects to be signalled that do not exist");
	igt_subtest("vm_bind_sync_op_signal_handles") {
		uint32_t object = syncobj_create(fd, 0);

		skip_on_panthor(fd, PANTHOR_BAD_SIGNAL);
		igt_assert_eq(try_sync(fd, vm, signal_op(BAD_HANDLE)), -EINVAL);
		igt_assert_eq(try_sync(fd, vm, signal_op(0)), -EINVAL);
		syncobj_destroy(fd, object);
		igt_assert_eq(try_sync(fd, vm, signal_op(object)), -EINVAL);
	}

	igt_describe("The array of sync operations: stride, unknown tail, address that faults");
	igt_subtest("vm_bind_sync_op_array") {
		uint32_t object = syncobj_create(fd, 0);
		struct {
			struct drm_panthor_sync_op sync;
			uint64_t tail;
		} longer = {.sync = signal_op(object)};
		const size_t size = sizeof(longer.sync);
		struct drm_panthor_vm_bind_op op = sync_only(1, &longer.sync);
		void *page = fault_page();

		op.syncs = OBJ_ARRAY(1, size - 1, &longer);
		igt_assert_eq(try_op(fd, vm, op), -EINVAL);
		op.syncs = OBJ_ARRAY(1, size, page);
		igt_assert_eq(try_op(fd, vm, op), -EFAULT);
		longer.tail = 1;
		op.syncs = OBJ_ARRAY(1, sizeof(longer), &longer);
		igt_assert_eq(try_op(fd, vm, op), -E2BIG);
		igt_assert(!has_fence(fd, object));
		longer.tail = 0;
		igt_assert_eq(try_op(fd, vm, op), 0);
		assert_completed(fd, object, "a signal");
		free_fault_page(page);
		syncobj_destroy(fd, object);
	}

	igt_describe("2^32-1 sync operations are more than the kernel has memory for");
	igt_subtest("vm_bind_sync_op_huge") {
		struct drm_panthor_sync_op sync = wait_op(BAD_HANDLE);
		struct drm_panthor_vm_bind_op op = sync_only(UINT32_MAX, &sync);

		igt_emit_ignore_dmesg_regex(HUGE_COUNT_WARNING);
		igt_assert_eq(try_op(fd, vm, op), -ENOMEM);
	}

	igt_fixture()
		igt_panthor_vm_destroy(fd, vm, 0);
}
