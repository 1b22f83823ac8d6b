// SPDX-License-Identifier: MIT
/* CPU mappings of buffer objects: whose, how much, with which rights, and for how long. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "util.h"

IGT_TEST_DESCRIPTION("CPU mappings of buffer objects");

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		igt_panthor_skip_on_big_endian();
		fd = drm_open_driver(DRIVER_PANTHOR);
	}

	igt_describe("Two mappings of one BO show the same memory, to the last byte");
	igt_subtest("mmap_shared") {
		volatile uint8_t *a, *b;
		struct panthor_bo bo;

		igt_panthor_bo_create_mapped(fd, &bo, 3 * PAGE_SIZE, 0, 0);
		a = bo.map;
		b = igt_panthor_mmap_bo(fd, bo.handle, bo.size, PROT_READ, bo.offset);
		igt_assert(a && b);
		for (unsigned int i = 0; i < 3; i++) {
			a[i * PAGE_SIZE] = 0x10 + i;
			a[(i + 1) * PAGE_SIZE - 1] = 0x20 + i;
			igt_assert_eq(b[i * PAGE_SIZE], 0x10 + i);
			igt_assert_eq(b[(i + 1) * PAGE_SIZE - 1], 0x20 + i);
		}
		munmap((void *)b, bo.size);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("The beginning of a BO may be mapped, its middle and more than all may not");
	igt_subtest("mmap_ranges") {
		struct panthor_bo bo;

		igt_panthor_bo_create(fd, &bo, 4 * PAGE_SIZE, 0, 0);
		bo.offset = igt_panthor_bo_mmap_offset(fd, bo.handle, 0);
		igt_assert_eq(mmap_error(fd, bo.offset, PAGE_SIZE, PROT_READ, MAP_SHARED), 0);
		igt_assert_eq(mmap_error(fd, bo.offset, 5 * PAGE_SIZE, PROT_READ, MAP_SHARED),
			      EINVAL);
		igt_assert_eq(
		    mmap_error(fd, bo.offset + PAGE_SIZE, PAGE_SIZE, PROT_READ, MAP_SHARED),
		    EINVAL);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("Offsets that belong to no BO cannot be mapped");
	igt_subtest("mmap_bad_offset") {
		struct panthor_bo bo;

		igt_assert_eq(mmap_error(fd, 0, PAGE_SIZE, PROT_READ, MAP_SHARED), EINVAL);
		igt_assert_eq(mmap_error(fd, 1ull << 55, PAGE_SIZE, PROT_READ, MAP_SHARED), EINVAL);

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		bo.offset = igt_panthor_bo_mmap_offset(fd, bo.handle, 0);
		igt_panthor_free_bo(fd, &bo);
		igt_assert_eq(mmap_error(fd, bo.offset, PAGE_SIZE, PROT_READ, MAP_SHARED), EINVAL);
	}

	igt_describe("A BO cannot be mapped through a file that has no handle to it");
	igt_subtest("mmap_foreign_file") {
		int other = drm_reopen_driver(fd);
		struct panthor_bo bo;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		bo.offset = igt_panthor_bo_mmap_offset(fd, bo.handle, 0);
		igt_assert_eq(mmap_error(other, bo.offset, PAGE_SIZE, PROT_READ, MAP_SHARED),
			      EACCES);
		igt_assert_eq(mmap_error(fd, bo.offset, PAGE_SIZE, PROT_READ, MAP_SHARED), 0);
		igt_panthor_free_bo(fd, &bo);
		drm_close_driver(other);
	}

	igt_describe("A private writable mapping, which would copy on write, is refused");
	igt_subtest("mmap_private") {
		struct panthor_bo bo;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		bo.offset = igt_panthor_bo_mmap_offset(fd, bo.handle, 0);
		igt_assert_eq(
		    mmap_error(fd, bo.offset, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE),
		    EINVAL);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("A BO that was made not to be mapped is not");
	igt_subtest("mmap_no_mmap_bo") {
		struct drm_panthor_bo_mmap_offset args = {};
		struct panthor_bo bo;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, DRM_PANTHOR_BO_NO_MMAP, 0);
		args.handle = bo.handle;
		/* Refused when the offset is asked for (1.7) or when it is used (before). */
		if (igt_ioctl(fd, DRM_IOCTL_PANTHOR_BO_MMAP_OFFSET, &args))
			igt_assert_eq(errno, EPERM);
		else
			igt_assert_eq(mmap_error(fd, args.offset, PAGE_SIZE, PROT_READ, MAP_SHARED),
				      EINVAL);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("A mapping outlives its handle, and even the file");
	igt_subtest("mmap_outlives_handle") {
		int other = drm_reopen_driver(fd);
		volatile uint32_t *word;
		struct panthor_bo bo;

		igt_panthor_bo_create_mapped(other, &bo, PAGE_SIZE, 0, 0);
		word = bo.map;
		igt_assert(word);
		*word = 0x11111111;
		gem_close(other, bo.handle);
		igt_assert_eq_u32(*word, 0x11111111);
		drm_close_driver(other);
		igt_assert_eq_u32(*word, 0x11111111);
		*word = 0x22222222;
		igt_assert_eq_u32(*word, 0x22222222);
		munmap(bo.map, bo.size);
	}

	igt_describe("A mapping cannot be made larger than it was");
	igt_subtest("mmap_no_expand") {
		struct panthor_bo bo;
		void *larger;

		igt_panthor_bo_create(fd, &bo, 2 * PAGE_SIZE, 0, 0);
		bo.offset = igt_panthor_bo_mmap_offset(fd, bo.handle, 0);
		bo.size = PAGE_SIZE;
		bo.map = igt_panthor_mmap_bo(fd, bo.handle, bo.size, PROT_READ, bo.offset);
		igt_assert(bo.map);
		larger = mremap(bo.map, PAGE_SIZE, 2 * PAGE_SIZE, MREMAP_MAYMOVE);
		igt_assert(larger == MAP_FAILED);
		igt_assert_eq(errno, EFAULT);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("A child of fork() shares the mapping with its parent");
	igt_subtest("mmap_fork") {
		volatile uint32_t *word;
		struct panthor_bo bo;

		igt_panthor_bo_create_mapped(fd, &bo, PAGE_SIZE, 0, 0);
		word = bo.map;
		igt_assert(word);
		word[0] = 0x600d;
		igt_fork(child, 1) {
			igt_assert_eq_u32(word[0], 0x600d);
			word[1] = 0xc41d;
		}
		igt_waitchildren();
		igt_assert_eq_u32(word[1], 0xc41d);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_fixture()
		drm_close_driver(fd);
}
