// SPDX-License-Identifier: MIT
/* Asynchronous VM_BIND: queued operations, their fences, and what a failure leaves behind. */
#include "igt_syncobj.h"
#include "vm.h"

#define ASYNC DRM_PANTHOR_VM_BIND_ASYNC
#define DEPTH 64

static int try_async(int fd, uint32_t vm, unsigned int count, struct drm_panthor_vm_bind_op *ops)
{
	return try_bind(fd, vm, ASYNC, OBJ_ARRAY(count, sizeof(*ops), ops));
}

/* An operation with its sync operations. */
static struct drm_panthor_vm_bind_op with_syncs(struct drm_panthor_vm_bind_op op,
						unsigned int count,
						struct drm_panthor_sync_op *syncs)
{
	op.syncs = OBJ_ARRAY(count, sizeof(*syncs), syncs);
	return op;
}

/* One asynchronous operation, waited for if it was accepted; 0 or -errno. */
static int try_async_op(int fd, uint32_t vm, struct drm_panthor_vm_bind_op op)
{
	uint32_t done = syncobj_create(fd, 0);
	struct drm_panthor_sync_op sync = signal_op(done);
	int err;

	op = with_syncs(op, 1, &sync);
	err = try_async(fd, vm, 1, &op);
	if (!err)
		assert_completed(fd, done, "the operation");
	syncobj_destroy(fd, done);
	errno = 0;
	return err;
}

/* What remains true of a VM after an asynchronous operation failed in the queue. */
static void check_unusable(int fd, uint32_t vm, uint32_t handle)
{
	igt_assert_eq_u32(vm_state(fd, vm), DRM_PANTHOR_VM_STATE_UNUSABLE);
	igt_assert_eq(try_async_op(fd, vm, map_op(handle, 2 * TEST_VA, PAGE_SIZE)), -EINVAL);
	igt_assert_eq(try_bind_op(fd, vm, map_op(handle, 2 * TEST_VA, PAGE_SIZE)), -EINVAL);
	igt_assert_eq(try_bind_op(fd, vm, unmap_op(TEST_VA, PAGE_SIZE)), 0);
}

static void order_tests(int fd)
{
	igt_describe("Map, unmap and map again in one call, each waiting for the one before");
	igt_subtest("vm_bind_async_unmap_remap") {
		struct drm_panthor_sync_op syncs[3][2];
		struct drm_panthor_vm_bind_op ops[3];
		struct panthor_bo first, second;
		uint32_t vm, done[3];
		struct gpu_mem gpu;

		igt_panthor_vm_create(fd, &vm, 0);
		gpu_mem_open(&gpu, fd, vm, GPU_VA);
		marked_bo_create(fd, &first, PAGE_SIZE, 0x111);
		marked_bo_create(fd, &second, PAGE_SIZE, 0x222);
		for (int i = 0; i < 3; i++) {
			done[i] = syncobj_create(fd, 0);
			syncs[i][0] = signal_op(done[i]);
			if (i)
				syncs[i][1] = wait_op(done[i - 1]);
		}
		ops[0] = with_syncs(map_op(first.handle, TEST_VA, PAGE_SIZE), 1, syncs[0]);
		ops[1] = with_syncs(unmap_op(TEST_VA, PAGE_SIZE), 2, syncs[1]);
		ops[2] = with_syncs(map_op(second.handle, TEST_VA, PAGE_SIZE), 2, syncs[2]);
		igt_assert_eq(try_async(fd, vm, 3, ops), 0);
		for (int i = 0; i < 3; i++)
			assert_completed(fd, done[i], "an operation");
		igt_assert_eq_u32(gpu_load32(&gpu, TEST_VA), 0x222);
		igt_assert_eq_u32(vm_state(fd, vm), DRM_PANTHOR_VM_STATE_USABLE);

		for (int i = 0; i < 3; i++)
			syncobj_destroy(fd, done[i]);
		gpu_mem_close(&gpu);
		igt_panthor_free_bo(fd, &first);
		igt_panthor_free_bo(fd, &second);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("Operations of a VM are done in order without a fence between them");
	igt_subtest("vm_bind_async_in_order") {
		struct drm_panthor_sync_op sync;
		struct panthor_bo bos[DEPTH];
		struct gpu_mem gpu;
		uint32_t vm, done;

		igt_panthor_vm_create(fd, &vm, 0);
		gpu_mem_open(&gpu, fd, vm, GPU_VA);
		done = syncobj_create(fd, 0);
		sync = signal_op(done);
		for (int i = 0; i < DEPTH; i++) {
			struct drm_panthor_vm_bind_op op;

			marked_bo_create(fd, &bos[i], PAGE_SIZE, 0x300 + i);
			op = with_syncs(map_op(bos[i].handle, TEST_VA, PAGE_SIZE), 1, &sync);
			igt_assert_eq(try_async(fd, vm, 1, &op), 0);
		}
		assert_completed(fd, done, "the last operation");
		igt_assert_eq_u32(gpu_load32(&gpu, TEST_VA), 0x300 + DEPTH - 1);
		for (int i = 0; i < DEPTH; i++)
			igt_panthor_free_bo(fd, &bos[i]);
		syncobj_destroy(fd, done);
		gpu_mem_close(&gpu);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("Many operations queued without waiting are all done");
	igt_subtest("vm_bind_async_queue_depth") {
		uint32_t vm, done[DEPTH];
		struct panthor_bo bo;

		igt_panthor_vm_create(fd, &vm, 0);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		for (int i = 0; i < DEPTH; i++) {
			uint64_t va = TEST_VA + (i / 2) * PAGE_SIZE;
			struct drm_panthor_vm_bind_op op =
			    i % 2 ? unmap_op(va, PAGE_SIZE) : map_op(bo.handle, va, PAGE_SIZE);
			struct drm_panthor_sync_op sync;

			done[i] = syncobj_create(fd, 0);
			sync = signal_op(done[i]);
			op = with_syncs(op, 1, &sync);
			igt_assert_eq(try_async(fd, vm, 1, &op), 0);
		}
		for (int i = 0; i < DEPTH; i++) {
			assert_completed(fd, done[i], "an operation");
			syncobj_destroy(fd, done[i]);
		}
		igt_assert_eq_u32(vm_state(fd, vm), DRM_PANTHOR_VM_STATE_USABLE);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}
}

static void failure_tests(int fd)
{
	igt_describe("Misaligned operations are refused when they are queued");
	igt_subtest("vm_bind_async_validation") {
		struct drm_panthor_vm_bind_op op;
		struct panthor_bo bo;
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		igt_assert_eq(try_async_op(fd, vm, map_op(bo.handle, TEST_VA, PAGE_SIZE)), 0);
		igt_assert_eq(try_async_op(fd, vm, unmap_op(TEST_VA, PAGE_SIZE)), 0);

		igt_assert_eq(try_async_op(fd, vm, map_op(bo.handle, TEST_VA + 1, PAGE_SIZE)),
			      -EINVAL);
		igt_assert_eq(try_async_op(fd, vm, map_op(bo.handle, TEST_VA, PAGE_SIZE + 1)),
			      -EINVAL);
		op = map_op(bo.handle, TEST_VA, PAGE_SIZE);
		op.bo_offset = 1;
		igt_assert_eq(try_async_op(fd, vm, op), -EINVAL);
		igt_assert_eq(try_async_op(fd, vm, map_op(bo.handle, TEST_VA, 2 * PAGE_SIZE)),
			      -EINVAL);
		igt_assert_eq(try_async_op(fd, vm, map_op(BAD_HANDLE, TEST_VA, PAGE_SIZE)),
			      -EINVAL);
		igt_assert_eq(try_async_op(fd, BAD_HANDLE, unmap_op(TEST_VA, PAGE_SIZE)), -EINVAL);
		igt_assert_eq_u32(vm_state(fd, vm), DRM_PANTHOR_VM_STATE_USABLE);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("A call with one bad operation queues none of its operations");
	igt_subtest("vm_bind_async_all_or_nothing") {
		struct drm_panthor_sync_op syncs[2];
		struct drm_panthor_vm_bind_op ops[2];
		uint32_t vm, done[2];
		struct panthor_bo bo;

		igt_panthor_vm_create(fd, &vm, 0);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		for (int i = 0; i < 2; i++) {
			done[i] = syncobj_create(fd, 0);
			syncs[i] = signal_op(done[i]);
		}
		ops[0] = with_syncs(map_op(bo.handle, TEST_VA, PAGE_SIZE), 1, &syncs[0]);
		ops[1] = with_syncs(map_op(BAD_HANDLE, TEST_VA, PAGE_SIZE), 1, &syncs[1]);
		igt_assert_eq(try_async(fd, vm, 2, ops), -EINVAL);
		for (int i = 0; i < 2; i++) {
			igt_assert(!has_fence(fd, done[i]));
			syncobj_destroy(fd, done[i]);
		}
		igt_assert_eq_u32(vm_state(fd, vm), DRM_PANTHOR_VM_STATE_USABLE);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	/*
	 * Whether an address behind the VM's range is seen when the operation is queued (7.3's
	 * Panthor) or when it is done (6.12's) is the driver's choice. The first must queue
	 * nothing, the second must tell by the fence and give the VM up.
	 */
	igt_describe("An operation that cannot be done is refused, or its fence and VM tell");
	igt_subtest("vm_bind_async_failure_state") {
		struct drm_panthor_gpu_info gpu = {};
		struct drm_panthor_sync_op syncs[2];
		struct drm_panthor_vm_bind_op ops[2];
		uint32_t vm, good, bad;
		struct panthor_bo bo;
		uint64_t end;
		int err;

		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &gpu, sizeof(gpu), 0);
		end = 1ull << DRM_PANTHOR_MMU_VA_BITS(gpu.mmu_features);
		igt_panthor_vm_create(fd, &vm, 0);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		good = syncobj_create(fd, 0);
		bad = syncobj_create(fd, 0);
		syncs[0] = signal_op(good);
		syncs[1] = signal_op(bad);
		ops[0] = with_syncs(map_op(bo.handle, TEST_VA, PAGE_SIZE), 1, &syncs[0]);
		ops[1] = with_syncs(map_op(bo.handle, end, PAGE_SIZE), 1, &syncs[1]);

		err = try_async(fd, vm, 2, ops);
		if (err) {
			igt_assert_eq(err, -EINVAL);
			igt_assert(!has_fence(fd, good));
			igt_assert(!has_fence(fd, bad));
			igt_assert_eq_u32(vm_state(fd, vm), DRM_PANTHOR_VM_STATE_USABLE);
		} else {
			assert_completed(fd, good, "the good operation");
			igt_assert(wait_done(fd, bad));
			igt_assert_lt(fence_status(fd, bad), 0);
			check_unusable(fd, vm, bo.handle);
		}
		syncobj_destroy(fd, good);
		syncobj_destroy(fd, bad);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}
}

void vm_async_tests(int fd)
{
	order_tests(fd);
	failure_tests(fd);
}
