// SPDX-License-Identifier: MIT
/* Synchronous VM_BIND: what a mapping shows the GPU, and each operation's arguments. */
#include "vm.h"

/* Every flag a mapping may have in uAPI 1.0. */
#define MAP_FLAGS                                                                  \
	(DRM_PANTHOR_VM_BIND_OP_MAP_READONLY | DRM_PANTHOR_VM_BIND_OP_MAP_NOEXEC | \
	 DRM_PANTHOR_VM_BIND_OP_MAP_UNCACHED)

/* The last bit of an operation's flags below the type; none but the map flags mean something. */
#define LAST_FLAG_BIT 27

static void effect_tests(int fd)
{
	igt_describe("A mapping shows the GPU the BO's pages, in order");
	igt_subtest("vm_bind") {
		struct panthor_bo bo;
		struct gpu_mem gpu;
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		gpu_mem_open(&gpu, fd, vm, GPU_VA);
		marked_bo_create(fd, &bo, 4 * PAGE_SIZE, 0x700);
		igt_panthor_vm_bind(fd, vm, bo.handle, TEST_VA, bo.size,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
		for (unsigned int i = 0; i < 4; i++)
			igt_assert_eq_u32(gpu_load32(&gpu, TEST_VA + i * PAGE_SIZE), 0x700 + i);
		gpu_store32(&gpu, TEST_VA + 3 * PAGE_SIZE + 4, 0x5704e);
		igt_assert_eq_u32(((volatile uint32_t *)bo.map)[3 * 1024 + 1], 0x5704e);
		gpu_mem_close(&gpu);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("A mapping may begin anywhere in a BO, and be a part of it");
	igt_subtest("vm_bind_bo_offset") {
		struct panthor_bo bo;
		struct gpu_mem gpu;
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		gpu_mem_open(&gpu, fd, vm, GPU_VA);
		marked_bo_create(fd, &bo, 8 * PAGE_SIZE, 0x800);
		igt_panthor_vm_bind_offset(fd, vm, bo.handle, TEST_VA, 2 * PAGE_SIZE, 5 * PAGE_SIZE,
					   DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
		igt_assert_eq_u32(gpu_load32(&gpu, TEST_VA), 0x805);
		igt_assert_eq_u32(gpu_load32(&gpu, TEST_VA + PAGE_SIZE), 0x806);
		gpu_mem_close(&gpu);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("One BO at several addresses and in several VMs is one memory");
	igt_subtest("vm_bind_alias") {
		struct gpu_mem gpu[2];
		struct panthor_bo bo;
		uint32_t vm[2];

		marked_bo_create(fd, &bo, PAGE_SIZE, 0x900);
		for (int i = 0; i < 2; i++) {
			igt_panthor_vm_create(fd, &vm[i], 0);
			gpu_mem_open(&gpu[i], fd, vm[i], GPU_VA);
			for (int j = 1; j <= 2; j++)
				igt_panthor_vm_bind(fd, vm[i], bo.handle, j * TEST_VA, PAGE_SIZE,
						    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
		}
		gpu_store32(&gpu[0], TEST_VA, 0xa11a5);
		igt_assert_eq_u32(gpu_load32(&gpu[0], 2 * TEST_VA), 0xa11a5);
		igt_assert_eq_u32(gpu_load32(&gpu[1], TEST_VA), 0xa11a5);
		igt_assert_eq_u32(gpu_load32(&gpu[1], 2 * TEST_VA), 0xa11a5);
		for (int i = 0; i < 2; i++) {
			gpu_mem_close(&gpu[i]);
			igt_panthor_vm_destroy(fd, vm[i], 0);
		}
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("Another BO mapped at an address that the GPU has used is what it sees then");
	igt_subtest("vm_bind_replace_in_use") {
		struct gpu_mem gpu;
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		gpu_mem_open(&gpu, fd, vm, GPU_VA);
		for (uint32_t i = 0; i < 8; i++) {
			struct panthor_bo bo;

			marked_bo_create(fd, &bo, PAGE_SIZE, 0xa00 + i);
			igt_panthor_vm_bind(fd, vm, bo.handle, TEST_VA, PAGE_SIZE,
					    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
			igt_assert_eq_u32(gpu_load32(&gpu, TEST_VA), 0xa00 + i);
			igt_panthor_free_bo(fd, &bo);
		}
		gpu_mem_close(&gpu);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("Each combination of the mapping flags is accepted and readable");
	igt_subtest("vm_bind_map_flags") {
		struct panthor_bo bo;
		struct gpu_mem gpu;
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		gpu_mem_open(&gpu, fd, vm, GPU_VA);
		marked_bo_create(fd, &bo, PAGE_SIZE, 0xb00);
		for (uint32_t flags = 0; flags <= MAP_FLAGS; flags++) {
			igt_panthor_vm_bind(fd, vm, bo.handle, TEST_VA + flags * PAGE_SIZE,
					    PAGE_SIZE, DRM_PANTHOR_VM_BIND_OP_TYPE_MAP | flags, 0);
			igt_assert_eq_u32(gpu_load32(&gpu, TEST_VA + flags * PAGE_SIZE), 0xb00);
		}
		gpu_mem_close(&gpu);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}
}

/* Operations on a VM and a one-page BO that must be refused, by the field that is wrong. */
static void refused(int fd, uint32_t vm, struct drm_panthor_vm_bind_op op)
{
	igt_assert_f(try_bind_op(fd, vm, op) == -EINVAL,
		     "flags %#x handle %u offset %#llx va %#llx size %#llx: errno %d\n", op.flags,
		     op.bo_handle, (unsigned long long)op.bo_offset, (unsigned long long)op.va,
		     (unsigned long long)op.size, errno);
	errno = 0;
}

static void argument_tests(int fd)
{
	struct panthor_bo bo = {};
	uint32_t vm = 0;

	igt_fixture() {
		igt_panthor_vm_create(fd, &vm, 0);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
	}

	igt_describe("Unaligned, overflowing or too long ranges and bad ids are refused");
	igt_subtest("vm_bind_validation") {
		struct drm_panthor_vm_bind_op op;

		for (uint64_t low = 1; low < PAGE_SIZE; low <<= 1) {
			refused(fd, vm, map_op(bo.handle, TEST_VA + low, PAGE_SIZE));
			refused(fd, vm, map_op(bo.handle, TEST_VA, low));
			op = map_op(bo.handle, TEST_VA, PAGE_SIZE);
			op.bo_offset = low;
			refused(fd, vm, op);
		}
		refused(fd, vm, map_op(bo.handle, -PAGE_SIZE, PAGE_SIZE));
		refused(fd, vm, map_op(bo.handle, TEST_VA, 2 * PAGE_SIZE));
		refused(fd, vm, map_op(bo.handle, TEST_VA, -PAGE_SIZE));
		refused(fd, vm, map_op(bo.handle, TEST_VA, 1ull << 63));
		op = map_op(bo.handle, TEST_VA, PAGE_SIZE);
		op.bo_offset = PAGE_SIZE;
		refused(fd, vm, op);
		op.bo_offset = -PAGE_SIZE;
		refused(fd, vm, op);
		refused(fd, BAD_HANDLE, map_op(bo.handle, TEST_VA, PAGE_SIZE));
		refused(fd, 0, map_op(bo.handle, TEST_VA, PAGE_SIZE));
		refused(fd, vm, map_op(BAD_HANDLE, TEST_VA, PAGE_SIZE));
		refused(fd, vm, map_op(0, TEST_VA, PAGE_SIZE));
	}

	igt_describe("Mappings end where the GPU's addresses do");
	igt_subtest("vm_bind_va_limits") {
		struct drm_panthor_gpu_info gpu = {};
		uint64_t range = user_va_range(fd), full;

		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &gpu, sizeof(gpu), 0);
		full = 1ull << DRM_PANTHOR_MMU_VA_BITS(gpu.mmu_features);
		igt_assert_eq(try_bind_op(fd, vm, map_op(bo.handle, 0, PAGE_SIZE)), 0);
		igt_assert_eq(try_bind_op(fd, vm, unmap_op(0, PAGE_SIZE)), 0);
		igt_assert_eq(try_bind_op(fd, vm, map_op(bo.handle, range - PAGE_SIZE, PAGE_SIZE)),
			      0);
		igt_assert_eq(try_bind_op(fd, vm, unmap_op(range - PAGE_SIZE, PAGE_SIZE)), 0);
		for (uint64_t va = full; va; va <<= 1)
			refused(fd, vm, map_op(bo.handle, va, PAGE_SIZE));
	}

	igt_describe("The kernel's part of a VM is not the user's to map or unmap");
	igt_subtest("vm_bind_kernel_range") {
		uint64_t range = user_va_range(fd);

		igt_panthor_require_uapi_minor(fd, 9);
		refused(fd, vm, map_op(bo.handle, range, PAGE_SIZE));
		refused(fd, vm, unmap_op(range, PAGE_SIZE));
		refused(fd, vm, unmap_op(range - PAGE_SIZE, 2 * PAGE_SIZE));
	}

	igt_describe("Operation types that do not exist are refused");
	igt_subtest("vm_bind_unknown_type") {
		for (uint32_t type = 3; type < 16; type++) {
			struct drm_panthor_vm_bind_op op = map_op(bo.handle, TEST_VA, PAGE_SIZE);

			op.flags = type << 28;
			refused(fd, vm, op);
		}
	}

	igt_describe("Flags that do not exist are refused, in every type of operation");
	igt_subtest("vm_bind_unknown_flags") {
		/* SPARSE, the fourth flag, is of uAPI 1.9: before that it does not exist. */
		int first = uapi_minor(fd) >= 9 ? 4 : 3;

		for (int bit = first; bit <= LAST_FLAG_BIT; bit++) {
			struct drm_panthor_vm_bind_op op = map_op(bo.handle, TEST_VA, PAGE_SIZE);

			op.flags |= 1u << bit;
			refused(fd, vm, op);
			op = unmap_op(TEST_VA, PAGE_SIZE);
			op.flags |= 1u << bit;
			refused(fd, vm, op);
		}
	}

	igt_describe("An unmapping has no BO, no offset and no mapping flags");
	igt_subtest("vm_unbind_validation") {
		struct drm_panthor_vm_bind_op op = unmap_op(TEST_VA, PAGE_SIZE);

		op.bo_handle = bo.handle;
		refused(fd, vm, op);
		op = unmap_op(TEST_VA, PAGE_SIZE);
		op.bo_offset = PAGE_SIZE;
		refused(fd, vm, op);
		for (uint32_t flag = 1; flag <= DRM_PANTHOR_VM_BIND_OP_MAP_SPARSE; flag <<= 1) {
			op = unmap_op(TEST_VA, PAGE_SIZE);
			op.flags |= flag;
			refused(fd, vm, op);
		}
		refused(fd, vm, unmap_op(TEST_VA + 1, PAGE_SIZE));
		refused(fd, vm, unmap_op(TEST_VA, PAGE_SIZE + 1));
		refused(fd, vm, unmap_op(-PAGE_SIZE, PAGE_SIZE));
		refused(fd, BAD_HANDLE, unmap_op(TEST_VA, PAGE_SIZE));
	}

	igt_describe("An operation of no bytes does nothing and succeeds");
	igt_subtest("vm_bind_zero_size") {
		igt_assert_eq(try_bind_op(fd, vm, map_op(bo.handle, TEST_VA, 0)), 0);
		igt_assert_eq(try_bind_op(fd, vm, unmap_op(TEST_VA, 0)), 0);
	}

	igt_describe("BOs and VMs of other files, and closed ones, are unknown");
	igt_subtest("vm_bind_foreign_handles") {
		int other = drm_reopen_driver(fd);
		struct panthor_bo closed;
		uint32_t other_vm;

		igt_panthor_vm_create(other, &other_vm, 0);
		refused(other, other_vm, map_op(bo.handle, TEST_VA, PAGE_SIZE));
		igt_panthor_vm_destroy(other, other_vm, 0);
		refused(other, vm, unmap_op(TEST_VA, PAGE_SIZE));
		igt_panthor_bo_create(fd, &closed, PAGE_SIZE, 0, 0);
		igt_panthor_free_bo(fd, &closed);
		refused(fd, vm, map_op(closed.handle, TEST_VA, PAGE_SIZE));
		drm_close_driver(other);
	}

	igt_describe("Sparse mappings of any length, unmapped whole and in part");
	igt_subtest("vm_bind_sparse") {
		igt_panthor_require_uapi_minor(fd, 9);
		igt_panthor_vm_bind_sparse(fd, vm, TEST_VA, PAGE_SIZE, 0);
		igt_panthor_vm_bind_sparse(fd, vm, SZ_4M, SZ_8M, 0);
		igt_assert_eq(try_bind_op(fd, vm, unmap_op(SZ_4M + SZ_1M, SZ_64K)), 0);
		igt_assert_eq(try_bind_op(fd, vm, map_op(bo.handle, SZ_8M, PAGE_SIZE)), 0);
		igt_assert_eq(try_bind_op(fd, vm, unmap_op(SZ_4M, SZ_8M)), 0);
		igt_assert_eq(try_bind_op(fd, vm, unmap_op(TEST_VA, PAGE_SIZE)), 0);
		igt_assert_eq_u32(vm_state(fd, vm), DRM_PANTHOR_VM_STATE_USABLE);
	}

	igt_describe("A sparse mapping can be read by the GPU");
	igt_subtest("vm_bind_sparse_read") {
		struct gpu_mem gpu;

		igt_panthor_require_uapi_minor(fd, 9);
		gpu_mem_open(&gpu, fd, vm, GPU_VA);
		igt_panthor_vm_bind_sparse(fd, vm, SZ_2M, SZ_4M, 0);
		gpu_load32(&gpu, SZ_2M);
		gpu_load32(&gpu, SZ_2M + SZ_4M - 4);
		igt_assert_eq(try_bind_op(fd, vm, unmap_op(SZ_2M, SZ_4M)), 0);
		gpu_mem_close(&gpu);
	}

	igt_describe("A sparse mapping is not executable, and has no BO");
	igt_subtest("vm_bind_sparse_validation") {
		struct drm_panthor_vm_bind_op op = map_op(0, TEST_VA, PAGE_SIZE);

		op.flags |= DRM_PANTHOR_VM_BIND_OP_MAP_SPARSE;
		refused(fd, vm, op);
		op.flags |= DRM_PANTHOR_VM_BIND_OP_MAP_NOEXEC;
		op.bo_handle = bo.handle;
		refused(fd, vm, op);
		op.bo_handle = 0;
		op.bo_offset = PAGE_SIZE;
		refused(fd, vm, op);
	}

	igt_fixture() {
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}
}

void vm_bind_tests(int fd)
{
	igt_subtest_group()
		effect_tests(fd);
	igt_subtest_group()
		argument_tests(fd);
}
