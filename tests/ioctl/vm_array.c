// SPDX-License-Identifier: MIT
/* The array of operations that VM_BIND takes: its stride, count and address, and half-way failure.
 */
#include "vm.h"

void vm_array_tests(int fd)
{
	const size_t op_size = sizeof(struct drm_panthor_vm_bind_op);
	struct panthor_bo bo = {};
	uint32_t vm = 0;

	igt_fixture() {
		igt_panthor_vm_create(fd, &vm, 0);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
	}

	igt_describe("Strides shorter and longer than the kernel's, a count of none, stray syncs");
	igt_subtest("vm_bind_array") {
		struct {
			struct drm_panthor_vm_bind_op op;
			uint8_t tail[16];
		} longer[2] = {};
		struct drm_panthor_vm_bind_op op = map_op(bo.handle, TEST_VA, PAGE_SIZE);
		struct drm_panthor_sync_op sync = wait_op(BAD_HANDLE);

		igt_assert_eq(try_bind(fd, vm, 0, OBJ_ARRAY(1, op_size - 8, &op)), -EINVAL);
		igt_assert_eq(try_bind(fd, vm, 0, OBJ_ARRAY(1, op_size - 1, &op)), -EINVAL);
		igt_assert_eq(try_bind(fd, vm, 0, OBJ_ARRAY(1, 0, &op)), -EINVAL);

		longer[0].op = map_op(bo.handle, TEST_VA, PAGE_SIZE);
		longer[1].op = unmap_op(TEST_VA, PAGE_SIZE);
		igt_assert_eq(try_bind(fd, vm, 0, OBJ_ARRAY(2, sizeof(longer[0]), longer)), 0);
		longer[1].tail[15] = 1;
		igt_assert_eq(try_bind(fd, vm, 0, OBJ_ARRAY(2, sizeof(longer[0]), longer)), -E2BIG);

		igt_assert_eq(try_bind(fd, vm, 0, OBJ_ARRAY(0, op_size, NULL)), 0);

		op.syncs = OBJ_ARRAY(1, sizeof(sync), &sync);
		igt_assert_eq(try_bind_op(fd, vm, op), -EINVAL);
	}

	igt_describe("Operations at an unaligned address work like any others");
	igt_subtest("vm_bind_array_unaligned") {
		struct drm_panthor_vm_bind_op op = map_op(bo.handle, TEST_VA, PAGE_SIZE);
		char buffer[sizeof(op) + 1];

		memcpy(buffer + 1, &op, sizeof(op));
		igt_assert_eq(try_bind(fd, vm, 0, OBJ_ARRAY(1, op_size, buffer + 1)), 0);
		igt_assert_eq(try_bind_op(fd, vm, unmap_op(TEST_VA, PAGE_SIZE)), 0);
	}

	igt_describe("An array that faults, at once or in its second element, is EFAULT");
	igt_subtest("vm_bind_array_fault") {
		struct drm_panthor_vm_bind_op op = map_op(bo.handle, TEST_VA, PAGE_SIZE);
		char *page = fault_page();

		for (uint32_t flags = 0; flags <= DRM_PANTHOR_VM_BIND_ASYNC; flags++) {
			igt_assert_eq(try_bind(fd, vm, flags, OBJ_ARRAY(1, op_size, page)),
				      -EFAULT);
			igt_assert_eq(try_bind(fd, vm, flags, OBJ_ARRAY(1, op_size, NULL)),
				      -EFAULT);
			memcpy(page - op_size, &op, op_size);
			igt_assert_eq(
			    try_bind(fd, vm, flags, OBJ_ARRAY(2, op_size, page - op_size)),
			    -EFAULT);
		}
		free_fault_page(page);
	}

	igt_describe("2^32-1 operations are more than the kernel has memory for");
	igt_subtest("vm_bind_array_huge") {
		struct drm_panthor_vm_bind_op op = map_op(bo.handle, TEST_VA, PAGE_SIZE);

		igt_emit_ignore_dmesg_regex(HUGE_COUNT_WARNING);
		for (uint32_t flags = 0; flags <= DRM_PANTHOR_VM_BIND_ASYNC; flags++)
			igt_assert_eq(try_bind(fd, vm, flags, OBJ_ARRAY(UINT32_MAX, op_size, &op)),
				      -ENOMEM);
	}

	igt_describe("Operations before the one that fails are done, none behind; count tells");
	igt_subtest("vm_bind_partial_failure") {
		const unsigned int bad = 2;
		struct panthor_bo before, after;
		struct drm_panthor_vm_bind_op ops[4];
		struct drm_panthor_vm_bind args = {
		    .vm_id = vm,
		    .ops = DRM_PANTHOR_OBJ_ARRAY(ARRAY_SIZE(ops), ops),
		};
		struct gpu_mem gpu;

		/* What each operation would replace tells whether it was done. */
		marked_bo_create(fd, &before, PAGE_SIZE, 0x333);
		marked_bo_create(fd, &after, PAGE_SIZE, 0x444);
		for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++) {
			ops[i] = map_op(before.handle, (i + 1) * TEST_VA, PAGE_SIZE);
			igt_assert_eq(try_bind_op(fd, vm, ops[i]), 0);
			ops[i].bo_handle = after.handle;
		}
		ops[bad].bo_handle = BAD_HANDLE;
		gpu_mem_open(&gpu, fd, vm, GPU_VA);
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_VM_BIND, &args, EINVAL);
		igt_assert_eq_u32(args.ops.count, bad);
		for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++)
			igt_assert_eq_u32(gpu_load32(&gpu, ops[i].va), i < bad ? 0x444 : 0x333);
		igt_assert_eq_u32(vm_state(fd, vm), DRM_PANTHOR_VM_STATE_USABLE);
		gpu_mem_close(&gpu);
		igt_assert_eq(try_bind_op(fd, vm, unmap_op(TEST_VA, ARRAY_SIZE(ops) * TEST_VA)), 0);
		igt_panthor_free_bo(fd, &before);
		igt_panthor_free_bo(fd, &after);
	}

	igt_describe("Operations of one call are done in order");
	igt_subtest("vm_bind_in_order") {
		struct drm_panthor_vm_bind_op ops[3];
		struct panthor_bo first, second;
		struct gpu_mem gpu;

		marked_bo_create(fd, &first, PAGE_SIZE, 0x111);
		marked_bo_create(fd, &second, PAGE_SIZE, 0x222);
		gpu_mem_open(&gpu, fd, vm, GPU_VA);
		ops[0] = map_op(first.handle, TEST_VA, PAGE_SIZE);
		ops[1] = unmap_op(TEST_VA, PAGE_SIZE);
		ops[2] = map_op(second.handle, TEST_VA, PAGE_SIZE);
		igt_assert_eq(try_bind(fd, vm, 0, OBJ_ARRAY(3, op_size, ops)), 0);
		igt_assert_eq_u32(gpu_load32(&gpu, TEST_VA), 0x222);
		ops[0] = map_op(second.handle, TEST_VA, PAGE_SIZE);
		ops[2] = map_op(first.handle, TEST_VA, PAGE_SIZE);
		igt_assert_eq(try_bind(fd, vm, 0, OBJ_ARRAY(3, op_size, ops)), 0);
		igt_assert_eq_u32(gpu_load32(&gpu, TEST_VA), 0x111);
		gpu_mem_close(&gpu);
		igt_assert_eq(try_bind_op(fd, vm, unmap_op(TEST_VA, PAGE_SIZE)), 0);
		igt_panthor_free_bo(fd, &first);
		igt_panthor_free_bo(fd, &second);
	}

	igt_describe("A thousand operations in one call, of which the last is what the GPU sees");
	igt_subtest("vm_bind_array_large") {
		const unsigned int count = 1000;
		struct drm_panthor_vm_bind_op *ops = calloc(count, op_size);
		struct panthor_bo last;
		struct gpu_mem gpu;

		igt_assert(ops);
		marked_bo_create(fd, &last, PAGE_SIZE, 0x555);
		for (unsigned int i = 0; i < count; i++)
			ops[i] = i % 2 ? unmap_op(TEST_VA, PAGE_SIZE)
				       : map_op(bo.handle, TEST_VA, PAGE_SIZE);
		ops[count - 1] = map_op(last.handle, TEST_VA, PAGE_SIZE);
		gpu_mem_open(&gpu, fd, vm, GPU_VA);
		igt_assert_eq(try_bind(fd, vm, 0, OBJ_ARRAY(count, op_size, ops)), 0);
		igt_assert_eq_u32(gpu_load32(&gpu, TEST_VA), 0x555);
		gpu_mem_close(&gpu);
		igt_assert_eq(try_bind_op(fd, vm, unmap_op(TEST_VA, PAGE_SIZE)), 0);
		igt_panthor_free_bo(fd, &last);
		free(ops);
	}

	igt_fixture() {
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}
}
