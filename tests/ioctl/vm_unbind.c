// SPDX-License-Identifier: MIT
/*
 * Unmapping: all, a part, more than there is, of mappings large enough for 2 MiB blocks, which a
 * driver has to break up. The GPU then reads the pages around every hole.
 */
#include "vm.h"

#define MAP_VA  0x200000ull
#define MAX_OPS 8

/* A range that is unmapped, by address. */
struct hole {
	uint64_t va, size;
};

/* A mapping of a part of a BO at MAP_VA and what is taken out of it again. */
static const struct unbind {
	const char *name, *what;
	uint64_t bo_size, bo_offset, size;
	struct hole holes[MAX_OPS];
} unbinds[] = {
    {"vm_unbind_identical_hugepage_single", "all of 2 MiB", SZ_2M, 0, SZ_2M, {{MAP_VA, SZ_2M}}},
    {"vm_unbind_identical_hugepage_single_partial",
     "all of 4 MiB",
     SZ_4M,
     0,
     SZ_4M,
     {{MAP_VA, SZ_4M}}},
    {"vm_unbind_identical_hugepage_multiple",
     "all of 6 MiB",
     6 * SZ_1M,
     0,
     6 * SZ_1M,
     {{MAP_VA, 6 * SZ_1M}}},
    {"vm_unbind_identical_hugepage_offset",
     "more than the mapped part of a BO",
     6 * SZ_1M,
     SZ_2M,
     SZ_4M,
     {{MAP_VA, 6 * SZ_1M}}},
    {"vm_unbind_hugepage_leftaligned",
     "two pages at the beginning",
     SZ_4M,
     0,
     SZ_4M,
     {{MAP_VA, SZ_8K}}},
    {"vm_unbind_hugepage_rightaligned",
     "two pages at the end",
     SZ_4M,
     0,
     SZ_4M,
     {{MAP_VA + SZ_4M - SZ_8K, SZ_8K}}},
    {"vm_unbind_hugepage_superset",
     "what is mapped and what is around it",
     SZ_2M,
     0,
     SZ_2M,
     {{0x100000, 5 * SZ_1M}}},
    {"vm_unbind_hugepage_subset",
     "two pages within, twice",
     SZ_4M,
     0,
     SZ_4M,
     {{MAP_VA + SZ_1M, SZ_8K}, {MAP_VA + SZ_2M + SZ_4K, SZ_8K}}},
    {"vm_unbind_hugepage_successive",
     "piece after piece, some of it twice",
     6 * SZ_1M,
     0,
     6 * SZ_1M,
     {{0x3fc000, 0x208000},
      {0x3fc000, 0x208000},
      {0x200000, 0x4000},
      {0x401000, 0x4000},
      {0x4fb000, 0xa000},
      {0x3fb000, 0xa000},
      {0x3fc000, 0x4000},
      {0x200000, 0x1000}}},
    {"vm_unbind_hugepage_inner",
     "1 MiB across the border of two blocks",
     SZ_4M,
     0,
     SZ_4M,
     {{MAP_VA + SZ_1M + SZ_512K, SZ_1M}}},
    {"vm_unbind_pages",
     "every other page of eight",
     8 * SZ_4K,
     0,
     8 * SZ_4K,
     {{MAP_VA, SZ_4K},
      {MAP_VA + 2 * SZ_4K, SZ_4K},
      {MAP_VA + 4 * SZ_4K, SZ_4K},
      {MAP_VA + 6 * SZ_4K, SZ_4K}}},
};

static bool in_hole(const struct unbind *u, uint64_t va)
{
	for (unsigned int i = 0; i < MAX_OPS; i++)
		if (va >= u->holes[i].va && va < u->holes[i].va + u->holes[i].size)
			return true;
	return false;
}

/* If @va is still mapped, the GPU must see there the page of the BO that was mapped there. */
static void check_page(struct gpu_mem *gpu, const struct unbind *u, uint64_t va)
{
	uint32_t page = (va - MAP_VA + u->bo_offset) / PAGE_SIZE;

	if (va < MAP_VA || va >= MAP_VA + u->size || in_hole(u, va))
		return;
	igt_assert_f(gpu_load32(gpu, va) == 0x4000 + page, "address %#" PRIx64 " is not page %u\n",
		     va, page);
}

static void run_unbind(int fd, const struct unbind *u)
{
	struct panthor_bo bo;
	struct gpu_mem gpu;
	uint32_t vm;

	igt_panthor_vm_create(fd, &vm, 0);
	gpu_mem_open(&gpu, fd, vm, GPU_VA);
	marked_bo_create(fd, &bo, u->bo_size, 0x4000);
	igt_panthor_vm_bind_offset(fd, vm, bo.handle, MAP_VA, u->size, u->bo_offset,
				   DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
	igt_assert_eq_u32(gpu_load32(&gpu, MAP_VA), 0x4000 + u->bo_offset / PAGE_SIZE);

	for (unsigned int i = 0; i < MAX_OPS && u->holes[i].size; i++)
		igt_panthor_vm_bind(fd, vm, 0, u->holes[i].va, u->holes[i].size,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP, 0);

	check_page(&gpu, u, MAP_VA);
	check_page(&gpu, u, MAP_VA + u->size - PAGE_SIZE);
	for (unsigned int i = 0; i < MAX_OPS && u->holes[i].size; i++) {
		check_page(&gpu, u, u->holes[i].va - PAGE_SIZE);
		check_page(&gpu, u, u->holes[i].va + u->holes[i].size);
	}

	/* The holes can be filled again. */
	igt_panthor_vm_bind_offset(fd, vm, bo.handle, MAP_VA, u->size, u->bo_offset,
				   DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
	igt_assert_eq_u32(gpu_load32(&gpu, MAP_VA), 0x4000 + u->bo_offset / PAGE_SIZE);

	gpu_mem_close(&gpu);
	igt_panthor_free_bo(fd, &bo);
	igt_panthor_vm_destroy(fd, vm, 0);
}

void vm_unbind_tests(int fd)
{
	igt_describe("What was mapped is unmapped, and may be mapped again");
	igt_subtest("vm_unbind") {
		struct panthor_bo bo;
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		for (int i = 0; i < 3; i++) {
			igt_assert_eq(try_bind_op(fd, vm, map_op(bo.handle, PAGE_SIZE, PAGE_SIZE)),
				      0);
			igt_assert_eq(try_bind_op(fd, vm, unmap_op(PAGE_SIZE, PAGE_SIZE)), 0);
		}
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("Unmapping where nothing is mapped is no error, with a BO's handle it is");
	igt_subtest("vm_unbind_invalid_address") {
		struct panthor_bo bo;
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		igt_panthor_vm_bind(fd, vm, bo.handle, PAGE_SIZE, PAGE_SIZE,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP, EINVAL);
		igt_panthor_vm_bind(fd, vm, 0, PAGE_SIZE, PAGE_SIZE,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP, 0);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	for (unsigned int i = 0; i < ARRAY_SIZE(unbinds); i++) {
		igt_describe_f("Unmap %s", unbinds[i].what);
		igt_subtest(unbinds[i].name)
			run_unbind(fd, &unbinds[i]);
	}
}
