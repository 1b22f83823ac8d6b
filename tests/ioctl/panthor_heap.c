// SPDX-License-Identifier: MIT
/* Tiler heaps: their sizes, limits, addresses and lives. Nothing here makes the tiler use one. */
#include "util.h"

IGT_TEST_DESCRIPTION("Tiler heaps");

#define CHUNK_MIN SZ_128K
#define CHUNK_MAX SZ_8M

/* Panthor's limit for a VM (MAX_HEAPS_PER_POOL in both kernels). */
#define MAX_HEAPS 128

/* A heap of one chunk of the smallest size. */
static struct drm_panthor_tiler_heap_create heap_args(uint32_t vm)
{
	return (struct drm_panthor_tiler_heap_create){
	    .vm_id = vm,
	    .initial_chunk_count = 1,
	    .chunk_size = CHUNK_MIN,
	    .max_chunks = 1,
	    .target_in_flight = 1,
	};
}

static struct drm_panthor_tiler_heap_create create(int fd, uint32_t vm)
{
	struct drm_panthor_tiler_heap_create args = heap_args(vm);

	do_ioctl(fd, DRM_IOCTL_PANTHOR_TILER_HEAP_CREATE, &args);
	return args;
}

static int try_destroy(int fd, uint32_t handle)
{
	struct drm_panthor_tiler_heap_destroy args = {.handle = handle};

	return igt_ioctl(fd, DRM_IOCTL_PANTHOR_TILER_HEAP_DESTROY, &args) ? -errno : 0;
}

/* Create and destroy; 0 or -errno. */
static int try_create(int fd, struct drm_panthor_tiler_heap_create args)
{
	if (igt_ioctl(fd, DRM_IOCTL_PANTHOR_TILER_HEAP_CREATE, &args))
		return -errno;
	try_destroy(fd, args.handle);
	return 0;
}

static void argument_tests(int fd, const uint32_t *vm)
{
	igt_describe("Chunk sizes and counts at both ends of their ranges, and behind them");
	igt_subtest("heap_create_validation") {
		static const uint32_t good[] = {CHUNK_MIN, CHUNK_MIN + SZ_4K, SZ_2M, CHUNK_MAX};
		static const uint32_t bad[] = {0,
					       SZ_4K,
					       CHUNK_MIN - SZ_4K,
					       CHUNK_MIN + 1,
					       CHUNK_MIN + 2048,
					       CHUNK_MAX + SZ_4K,
					       2 * CHUNK_MAX,
					       1u << 31,
					       UINT32_MAX,
					       -SZ_4K};
		struct drm_panthor_tiler_heap_create args = heap_args(*vm);

		for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
			args.chunk_size = good[i];
			igt_assert_eq(try_create(fd, args), 0);
		}
		for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
			args.chunk_size = bad[i];
			igt_assert_eq(try_create(fd, args), -EINVAL);
		}

		args = heap_args(*vm);
		args.initial_chunk_count = 0;
		igt_assert_eq(try_create(fd, args), -EINVAL);
		args.initial_chunk_count = 2;
		igt_assert_eq(try_create(fd, args), -EINVAL);
		args.initial_chunk_count = UINT32_MAX;
		igt_assert_eq(try_create(fd, args), -EINVAL);
		args = heap_args(*vm);
		args.max_chunks = 0;
		igt_assert_eq(try_create(fd, args), -EINVAL);
		args.max_chunks = UINT32_MAX;
		igt_assert_eq(try_create(fd, args), 0);
		args = heap_args(*vm);
		args.initial_chunk_count = args.max_chunks = 4;
		igt_assert_eq(try_create(fd, args), 0);
		args.target_in_flight = 0;
		igt_assert_eq(try_create(fd, args), 0);
		args.target_in_flight = 65535;
		igt_assert_eq(try_create(fd, args), 0);
	}

	igt_describe("A heap is made in a VM of its file that exists");
	igt_subtest("heap_create_vm") {
		int other = drm_reopen_driver(fd);
		uint32_t gone;

		igt_assert_eq(try_create(fd, heap_args(*vm)), 0);
		igt_assert_eq(try_create(fd, heap_args(0)), -EINVAL);
		igt_assert_eq(try_create(fd, heap_args(BAD_HANDLE)), -EINVAL);
		igt_assert_eq(try_create(other, heap_args(*vm)), -EINVAL);
		igt_panthor_vm_create(fd, &gone, 0);
		igt_panthor_vm_destroy(fd, gone, 0);
		igt_assert_eq(try_create(fd, heap_args(gone)), -EINVAL);
		drm_close_driver(other);
	}

	igt_describe("The context and the chunks are in the kernel's part of the VM, apart");
	igt_subtest("heap_addresses") {
		struct drm_panthor_tiler_heap_create heaps[4];
		uint64_t range = user_va_range(fd);

		for (int i = 0; i < 4; i++) {
			heaps[i] = create(fd, *vm);
			igt_assert_eq_u32(heaps[i].handle >> 16, *vm);
			igt_assert_lte_u64(range, heaps[i].tiler_heap_ctx_gpu_va);
			igt_assert_lte_u64(range, heaps[i].first_heap_chunk_gpu_va);
			igt_assert_eq_u64(heaps[i].first_heap_chunk_gpu_va % SZ_4K, 0);
			for (int j = 0; j < i; j++) {
				igt_assert_neq_u32(heaps[i].handle, heaps[j].handle);
				igt_assert_neq_u64(heaps[i].tiler_heap_ctx_gpu_va,
						   heaps[j].tiler_heap_ctx_gpu_va);
				igt_assert_neq_u64(heaps[i].first_heap_chunk_gpu_va,
						   heaps[j].first_heap_chunk_gpu_va);
			}
		}
		for (int i = 0; i < 4; i++)
			igt_assert_eq(try_destroy(fd, heaps[i].handle), 0);
	}
}

static void lifetime_tests(int fd, const uint32_t *vm)
{
	igt_describe("Heaps come and go; handles of none, or of a VM without any, are refused");
	igt_subtest("heap_create_destroy") {
		struct drm_panthor_tiler_heap_destroy padded = {.pad = 1};
		uint32_t handles[4], empty_vm;

		for (int i = 0; i < 8; i++)
			igt_assert_eq(try_destroy(fd, create(fd, *vm).handle), 0);
		for (int i = 0; i < 4; i++)
			handles[i] = create(fd, *vm).handle;
		padded.handle = handles[0];
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_TILER_HEAP_DESTROY, &padded, EINVAL);
		for (int i = 0; i < 4; i++)
			igt_assert_eq(try_destroy(fd, handles[i]), 0);

		igt_assert_eq(try_destroy(fd, handles[0]), -EINVAL);
		igt_assert_eq(try_destroy(fd, *vm << 16 | 0x7fff), -EINVAL);
		igt_assert_eq(try_destroy(fd, *vm << 16 | 0xffff), -EINVAL);
		igt_assert_eq(try_destroy(fd, 0xdeadu << 16), -EINVAL);
		igt_assert_eq(try_destroy(fd, 0), -EINVAL);
		igt_assert_eq(try_destroy(fd, UINT32_MAX), -EINVAL);

		igt_panthor_vm_create(fd, &empty_vm, 0);
		igt_assert_eq(try_destroy(fd, empty_vm << 16), -ENOENT);
		igt_panthor_vm_destroy(fd, empty_vm, 0);
	}

	igt_describe("A heap of another file cannot be destroyed");
	igt_subtest("heap_foreign_file") {
		int other = drm_reopen_driver(fd);
		uint32_t handle = create(fd, *vm).handle;

		igt_assert_eq(try_destroy(other, handle), -EINVAL);
		igt_assert_eq(try_destroy(fd, handle), 0);
		drm_close_driver(other);
	}

	igt_describe("Heaps go with their VM");
	igt_subtest("heap_vm_destroyed") {
		uint32_t doomed, handle;

		igt_panthor_vm_create(fd, &doomed, 0);
		create(fd, doomed);
		handle = create(fd, doomed).handle;
		igt_panthor_vm_destroy(fd, doomed, 0);
		igt_assert_eq(try_destroy(fd, handle), -EINVAL);
	}

	igt_describe("A VM has up to 128 heaps; a destroyed one makes room");
	igt_subtest("heap_limit") {
		uint32_t full_vm, handles[MAX_HEAPS];

		igt_panthor_vm_create(fd, &full_vm, 0);
		for (int i = 0; i < MAX_HEAPS; i++)
			handles[i] = create(fd, full_vm).handle;
		igt_assert_eq(try_create(fd, heap_args(full_vm)), -EBUSY);
		igt_assert_eq(try_destroy(fd, handles[3]), 0);
		igt_assert_eq(try_create(fd, heap_args(full_vm)), 0);
		igt_panthor_vm_destroy(fd, full_vm, 0);
	}
}

int igt_main()
{
	static uint32_t vm;
	int fd = -1;

	igt_fixture() {
		igt_panthor_skip_on_big_endian();
		fd = drm_open_driver(DRIVER_PANTHOR);
		igt_panthor_vm_create(fd, &vm, 0);
	}

	argument_tests(fd, &vm);
	lifetime_tests(fd, &vm);

	igt_fixture() {
		igt_panthor_vm_destroy(fd, vm, 0);
		drm_close_driver(fd);
	}
}
