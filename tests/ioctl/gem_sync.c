// SPDX-License-Identifier: MIT
/* CPU cache maintenance of buffer objects, and the write-back mappings that need it. */
#include "gem.h"
#include "gpu_mem.h"

/* One cache operation, or @count of them; 0 or -errno. */
static int try_sync(int fd, struct drm_panthor_obj_array ops)
{
	struct drm_panthor_bo_sync args = {.ops = ops};

	return igt_ioctl(fd, DRM_IOCTL_PANTHOR_BO_SYNC, &args) ? -errno : 0;
}

static int try_sync_op(int fd, uint32_t handle, uint32_t type, uint64_t offset, uint64_t size)
{
	struct drm_panthor_bo_sync_op op = {
	    .handle = handle,
	    .type = type,
	    .offset = offset,
	    .size = size,
	};

	return try_sync(fd, OBJ_ARRAY(1, sizeof(op), &op));
}

void gem_sync_tests(int fd)
{
	igt_describe("Cache maintenance: types, ranges and handles, good and bad");
	igt_subtest("bo_sync") {
		const uint32_t flush = DRM_PANTHOR_BO_SYNC_CPU_CACHE_FLUSH;
		struct {
			struct drm_panthor_bo_sync_op op;
			uint8_t tail[16];
		} longer = {};
		struct panthor_bo bo;

		igt_panthor_require_uapi_minor(fd, 7);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);

		igt_assert_eq(try_sync_op(fd, bo.handle, flush, 0, PAGE_SIZE), 0);
		igt_assert_eq(try_sync_op(fd, bo.handle, flush, 0, 0), 0);
		igt_assert_eq(try_sync_op(fd, bo.handle, BAD_HANDLE, 0, PAGE_SIZE), -EINVAL);
		igt_assert_eq(try_sync_op(fd, bo.handle, 2, 0, PAGE_SIZE), -EINVAL);
		igt_assert_eq(try_sync_op(fd, BAD_HANDLE, flush, 0, PAGE_SIZE), -ENOENT);
		igt_assert_eq(try_sync_op(fd, 0, flush, 0, PAGE_SIZE), -ENOENT);
		igt_assert_eq(try_sync_op(fd, bo.handle, flush, 0, PAGE_SIZE + 1), -EINVAL);
		igt_assert_eq(try_sync_op(fd, bo.handle, flush, PAGE_SIZE, 1), -EINVAL);
		igt_assert_eq(try_sync_op(fd, bo.handle, flush, 1, UINT64_MAX), -EINVAL);
		igt_assert_eq(try_sync_op(fd, bo.handle, flush, UINT64_MAX, 1), -EINVAL);

		longer.op = (struct drm_panthor_bo_sync_op){
		    .handle = bo.handle,
		    .size = PAGE_SIZE,
		};
		igt_assert_eq(try_sync(fd, OBJ_ARRAY(1, sizeof(longer), &longer)), 0);
		longer.tail[0] = 1;
		igt_assert_eq(try_sync(fd, OBJ_ARRAY(1, sizeof(longer), &longer)), -E2BIG);
		igt_assert_eq(try_sync(fd, OBJ_ARRAY(1, sizeof(longer.op) - 4, &longer)), -EINVAL);
		igt_assert_eq(try_sync(fd, OBJ_ARRAY(0, sizeof(longer.op), NULL)), 0);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("Operations at an odd address are read from there");
	igt_subtest("bo_sync_array_unaligned") {
		struct drm_panthor_bo_sync_op op = {.size = PAGE_SIZE};
		char ops[sizeof(op) + 1];
		struct panthor_bo bo;

		igt_panthor_require_uapi_minor(fd, 7);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		op.handle = bo.handle;
		memset(ops, 0xff, sizeof(ops));
		memcpy(ops + 1, &op, sizeof(op));
		igt_assert_eq(try_sync(fd, OBJ_ARRAY(1, sizeof(op), ops + 1)), 0);
		op.handle = BAD_HANDLE;
		memcpy(ops + 1, &op, sizeof(op));
		igt_assert_eq(try_sync(fd, OBJ_ARRAY(1, sizeof(op), ops + 1)), -ENOENT);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("An operations array that faults, and one of 2^32-1 operations");
	igt_subtest("bo_sync_array_fault") {
		const size_t size = sizeof(struct drm_panthor_bo_sync_op);
		void *page;

		igt_panthor_require_uapi_minor(fd, 7);
		igt_emit_ignore_dmesg_regex(HUGE_COUNT_WARNING);
		page = fault_page();
		igt_assert_eq(try_sync(fd, OBJ_ARRAY(1, size, page)), -EFAULT);
		igt_assert_eq(try_sync(fd, OBJ_ARRAY(1, size, NULL)), -EFAULT);
		igt_assert_eq(try_sync(fd, OBJ_ARRAY(UINT32_MAX, size, page)), -ENOMEM);
		free_fault_page(page);
	}

	igt_describe("A write-back BO: CPU access and maintenance of all and of part of it");
	igt_subtest("bo_wb_mmap") {
		volatile uint8_t *bytes;
		struct panthor_bo bo;

		igt_panthor_require_uapi_minor(fd, 7);
		igt_panthor_bo_create_mapped(fd, &bo, PAGE_SIZE, DRM_PANTHOR_BO_WB_MMAP, 0);
		igt_assert(bo.map);
		bytes = bo.map;
		bytes[0] = 0xa5;
		bytes[PAGE_SIZE - 1] = 0x5a;
		for (int type = DRM_PANTHOR_BO_SYNC_CPU_CACHE_FLUSH;
		     type <= DRM_PANTHOR_BO_SYNC_CPU_CACHE_FLUSH_AND_INVALIDATE; type++) {
			igt_assert_eq(try_sync_op(fd, bo.handle, type, 0, PAGE_SIZE), 0);
			igt_assert_eq(try_sync_op(fd, bo.handle, type, 64, 128), 0);
			igt_assert_eq(try_sync_op(fd, bo.handle, type, 1, 1), 0);
		}
		igt_assert_eq(bytes[0], 0xa5);
		igt_assert_eq(bytes[PAGE_SIZE - 1], 0x5a);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("The GPU sees what was flushed from a write-back BO, and the CPU the GPU's");
	igt_subtest("bo_wb_coherency") {
		volatile uint32_t *word;
		struct panthor_bo bo;
		struct gpu_mem gpu;
		uint32_t vm;

		igt_panthor_require_uapi_minor(fd, 7);
		igt_panthor_vm_create(fd, &vm, 0);
		gpu_mem_open(&gpu, fd, vm, TEST_VA);
		igt_panthor_bo_create_mapped(fd, &bo, PAGE_SIZE, DRM_PANTHOR_BO_WB_MMAP, 0);
		igt_assert(bo.map);
		word = bo.map;
		igt_panthor_vm_bind(fd, vm, bo.handle, 2 * TEST_VA, PAGE_SIZE,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);

		*word = 0x12345678;
		igt_assert_eq(
		    try_sync_op(fd, bo.handle, DRM_PANTHOR_BO_SYNC_CPU_CACHE_FLUSH, 0, PAGE_SIZE),
		    0);
		igt_assert_eq_u32(gpu_load32(&gpu, 2 * TEST_VA), 0x12345678);
		gpu_store32(&gpu, 2 * TEST_VA, 0x9abcdef0);
		igt_assert_eq(try_sync_op(fd, bo.handle,
					  DRM_PANTHOR_BO_SYNC_CPU_CACHE_FLUSH_AND_INVALIDATE, 0,
					  PAGE_SIZE),
			      0);
		igt_assert_eq_u32(*word, 0x9abcdef0);

		gpu_mem_close(&gpu);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("A BO is not to be both unmappable and mapped write-back");
	igt_subtest("bo_mmap_flags_exclusive") {
		igt_panthor_require_uapi_minor(fd, 7);
		igt_assert_eq(try_bo_create(fd,
					    (struct drm_panthor_bo_create){
						.size = PAGE_SIZE,
						.flags = DRM_PANTHOR_BO_WB_MMAP,
					    }),
			      0);
		igt_assert_eq(
		    try_bo_create(fd,
				  (struct drm_panthor_bo_create){
				      .size = PAGE_SIZE,
				      .flags = DRM_PANTHOR_BO_NO_MMAP | DRM_PANTHOR_BO_WB_MMAP,
				  }),
		    -EINVAL);
	}
}
