// SPDX-License-Identifier: MIT
/* Buffer objects: creation and handles, and the program of the gem_ files. */
#include "gem.h"
#include "gpu_mem.h"

IGT_TEST_DESCRIPTION("Buffer objects");

int try_bo_create(int fd, struct drm_panthor_bo_create args)
{
	if (igt_ioctl(fd, DRM_IOCTL_PANTHOR_BO_CREATE, &args))
		return -errno;
	if (args.handle)
		gem_close(fd, args.handle);
	return 0;
}

uint32_t create_exclusive(int fd, uint32_t vm)
{
	struct drm_panthor_bo_create args = {.size = PAGE_SIZE, .exclusive_vm_id = vm};

	do_ioctl(fd, DRM_IOCTL_PANTHOR_BO_CREATE, &args);
	igt_assert_neq_u32(args.handle, 0);
	return args.handle;
}

static void creation_tests(int fd)
{
	igt_describe("A BO has a handle that is not zero");
	igt_subtest("bo_create") {
		struct panthor_bo bo;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		igt_assert_neq(bo.handle, 0);
		igt_assert_eq_u64(bo.size, PAGE_SIZE);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("A size that is not a multiple of the page's is rounded up, from 1 byte on");
	igt_subtest("bo_create_round_size") {
		static const uint64_t sizes[][2] = {
		    {1, PAGE_SIZE},
		    {PAGE_SIZE - 1, PAGE_SIZE},
		    {PAGE_SIZE + 904, 2 * PAGE_SIZE},
		    {SZ_2M - 1, SZ_2M},
		};

		for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
			struct panthor_bo bo;

			igt_panthor_bo_create(fd, &bo, sizes[i][0], 0, 0);
			igt_assert_eq_u64(bo.size, sizes[i][1]);
			igt_panthor_free_bo(fd, &bo);
		}
	}

	igt_describe("New memory is zeroed, all of it, also where old memory is used again");
	igt_subtest("bo_zeroed") {
		for (int round = 0; round < 2; round++) {
			struct panthor_bo bo;
			uint64_t *words;

			igt_panthor_bo_create_mapped(fd, &bo, SZ_256K, 0, 0);
			igt_assert(bo.map);
			words = bo.map;
			for (unsigned int i = 0; i < SZ_256K / 8; i++)
				igt_assert_eq_u64(words[i], 0);
			memset(bo.map, 0xa5, SZ_256K);
			igt_panthor_free_bo(fd, &bo);
		}
	}

	igt_describe("Sizes, flags, padding and VMs that do not exist are refused");
	igt_subtest("bo_create_validation") {
		/* WB_MMAP, the second flag, is of uAPI 1.7: before that it does not exist. */
		int first_unknown = uapi_minor(fd) >= 7 ? 2 : 1;
		uint32_t vm;

		igt_assert_eq(try_bo_create(fd, (struct drm_panthor_bo_create){}), -EINVAL);
		for (int bit = first_unknown; bit < 32; bit++)
			igt_assert_eq(try_bo_create(fd,
						    (struct drm_panthor_bo_create){
							.size = PAGE_SIZE,
							.flags = 1u << bit,
						    }),
				      -EINVAL);
		igt_assert_eq(try_bo_create(fd,
					    (struct drm_panthor_bo_create){
						.size = PAGE_SIZE,
						.pad = 1,
					    }),
			      -EINVAL);
		igt_assert_eq(try_bo_create(fd,
					    (struct drm_panthor_bo_create){
						.size = PAGE_SIZE,
						.exclusive_vm_id = BAD_HANDLE,
					    }),
			      -EINVAL);

		igt_panthor_vm_create(fd, &vm, 0);
		gem_close(fd, create_exclusive(fd, vm));
		igt_panthor_vm_destroy(fd, vm, 0);

		/* Sizes past the end: rounding up overflows, or no file is that long. */
		igt_assert_lt(try_bo_create(fd, (struct drm_panthor_bo_create){.size = UINT64_MAX}),
			      0);
		igt_assert_lt(try_bo_create(fd, (struct drm_panthor_bo_create){.size = 1ull << 63}),
			      0);
	}

	igt_describe("The VM of an exclusive BO must be of the same file, and alive");
	igt_subtest("bo_create_exclusive_foreign_vm") {
		int other = drm_reopen_driver(fd);
		struct drm_panthor_bo_create args = {.size = PAGE_SIZE};

		igt_panthor_vm_create(fd, &args.exclusive_vm_id, 0);
		igt_assert_eq(try_bo_create(other, args), -EINVAL);
		igt_panthor_vm_destroy(fd, args.exclusive_vm_id, 0);
		igt_assert_eq(try_bo_create(fd, args), -EINVAL);
		drm_close_driver(other);
	}

	igt_describe("Objects of a hundred sizes exist side by side with different handles");
	igt_subtest("bo_create_many") {
		struct panthor_bo bos[100];

		for (unsigned int i = 0; i < ARRAY_SIZE(bos); i++) {
			igt_panthor_bo_create(fd, &bos[i], (i + 1) * PAGE_SIZE, 0, 0);
			for (unsigned int j = 0; j < i; j++)
				igt_assert_neq(bos[i].handle, bos[j].handle);
		}
		for (unsigned int i = 0; i < ARRAY_SIZE(bos); i++)
			igt_panthor_free_bo(fd, &bos[i]);
	}
}

static void handle_tests(int fd)
{
	igt_describe("A BO has an offset for mmap, the same every time, unlike any other BO's");
	igt_subtest("bo_mmap_offset") {
		struct panthor_bo a, b;
		uint64_t offset;

		igt_panthor_bo_create(fd, &a, PAGE_SIZE, 0, 0);
		igt_panthor_bo_create(fd, &b, PAGE_SIZE, 0, 0);
		offset = igt_panthor_bo_mmap_offset(fd, a.handle, 0);
		igt_assert_neq_u64(offset, 0);
		igt_assert_eq_u64(offset % PAGE_SIZE, 0);
		igt_assert_eq_u64(igt_panthor_bo_mmap_offset(fd, a.handle, 0), offset);
		igt_assert_neq_u64(igt_panthor_bo_mmap_offset(fd, b.handle, 0), offset);
		igt_panthor_free_bo(fd, &a);
		igt_panthor_free_bo(fd, &b);
	}

	igt_describe("No offset for a handle that is none");
	igt_subtest("bo_mmap_offset_invalid_handle") {
		struct panthor_bo bo;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		igt_assert_eq_u64(igt_panthor_bo_mmap_offset(fd, BAD_HANDLE, ENOENT), 0);
		igt_panthor_bo_mmap_offset(fd, 0, ENOENT);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_bo_mmap_offset(fd, bo.handle, ENOENT);
	}

	igt_describe("The padding of BO_MMAP_OFFSET must be zero");
	igt_subtest("bo_mmap_offset_pad") {
		struct drm_panthor_bo_mmap_offset args = {.pad = 1};
		struct panthor_bo bo;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		args.handle = bo.handle;
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_BO_MMAP_OFFSET, &args, EINVAL);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("A handle is closed once, and only if it is one");
	igt_subtest("bo_close_twice") {
		struct drm_gem_close args = {};
		struct panthor_bo bo;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		args.handle = bo.handle;
		do_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &args);
		do_ioctl_err(fd, DRM_IOCTL_GEM_CLOSE, &args, EINVAL);
		args.handle = BAD_HANDLE;
		do_ioctl_err(fd, DRM_IOCTL_GEM_CLOSE, &args, EINVAL);
		args.handle = 0;
		do_ioctl_err(fd, DRM_IOCTL_GEM_CLOSE, &args, EINVAL);
	}

	igt_describe("The GPU keeps a BO that is mapped in a VM when its handle is closed");
	igt_subtest("bo_close_while_bound") {
		struct gpu_mem gpu;
		struct panthor_bo bo;
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		gpu_mem_open(&gpu, fd, vm, TEST_VA);
		igt_panthor_bo_create_mapped(fd, &bo, PAGE_SIZE, 0, 0);
		igt_assert(bo.map);
		*(volatile uint32_t *)bo.map = 0x600df00d;
		igt_panthor_vm_bind(fd, vm, bo.handle, 2 * TEST_VA, PAGE_SIZE,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
		igt_panthor_free_bo(fd, &bo);
		igt_assert_eq_u32(gpu_load32(&gpu, 2 * TEST_VA), 0x600df00d);
		gpu_mem_close(&gpu);
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

	creation_tests(fd);
	handle_tests(fd);
	gem_sync_tests(fd);
	gem_info_tests(fd);

	igt_fixture()
		drm_close_driver(fd);
}
