// SPDX-License-Identifier: MIT
/* Buffer objects: creation, handles, labels, cache maintenance and what can be asked about them. */
#include "gpu_mem.h"
#include "util.h"

IGT_TEST_DESCRIPTION("Buffer objects");

/* The longest label, its NUL included (uAPI header, drm_panthor_bo_set_label). */
#define LABEL_MAX 4096

/* Create a BO and return 0 or -errno. */
static int try_create(int fd, struct drm_panthor_bo_create args)
{
	if (igt_ioctl(fd, DRM_IOCTL_PANTHOR_BO_CREATE, &args))
		return -errno;
	if (args.handle)
		gem_close(fd, args.handle);
	return 0;
}

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

static int try_label(int fd, uint32_t handle, const void *label)
{
	struct drm_panthor_bo_set_label args = {
	    .handle = handle,
	    .label = to_user_pointer(label),
	};

	return igt_ioctl(fd, DRM_IOCTL_PANTHOR_BO_SET_LABEL, &args) ? -errno : 0;
}

/* What the driver says about a BO; fields it would leave alone start as garbage. */
static struct drm_panthor_bo_query_info query_info(int fd, uint32_t handle)
{
	struct drm_panthor_bo_query_info info = {
	    .handle = handle,
	    .extra_flags = BAD_HANDLE,
	    .create_flags = BAD_HANDLE,
	    .pad = BAD_HANDLE,
	};

	do_ioctl(fd, DRM_IOCTL_PANTHOR_BO_QUERY_INFO, &info);
	return info;
}

static uint32_t create_exclusive(int fd, uint32_t vm)
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
		uint32_t vm;

		igt_assert_eq(try_create(fd, (struct drm_panthor_bo_create){}), -EINVAL);
		for (int bit = 2; bit < 32; bit++)
			igt_assert_eq(try_create(fd,
						 (struct drm_panthor_bo_create){
						     .size = PAGE_SIZE,
						     .flags = 1u << bit,
						 }),
				      -EINVAL);
		igt_assert_eq(try_create(fd,
					 (struct drm_panthor_bo_create){
					     .size = PAGE_SIZE,
					     .pad = 1,
					 }),
			      -EINVAL);
		igt_assert_eq(try_create(fd,
					 (struct drm_panthor_bo_create){
					     .size = PAGE_SIZE,
					     .exclusive_vm_id = BAD_HANDLE,
					 }),
			      -EINVAL);

		igt_panthor_vm_create(fd, &vm, 0);
		gem_close(fd, create_exclusive(fd, vm));
		igt_panthor_vm_destroy(fd, vm, 0);

		/* Sizes past the end: rounding up overflows, or no file is that long. */
		igt_assert_lt(try_create(fd, (struct drm_panthor_bo_create){.size = UINT64_MAX}),
			      0);
		igt_assert_lt(try_create(fd, (struct drm_panthor_bo_create){.size = 1ull << 63}),
			      0);
	}

	igt_describe("The VM of an exclusive BO must be of the same file, and alive");
	igt_subtest("bo_create_exclusive_foreign_vm") {
		int other = drm_reopen_driver(fd);
		struct drm_panthor_bo_create args = {.size = PAGE_SIZE};

		igt_panthor_vm_create(fd, &args.exclusive_vm_id, 0);
		igt_assert_eq(try_create(other, args), -EINVAL);
		igt_panthor_vm_destroy(fd, args.exclusive_vm_id, 0);
		igt_assert_eq(try_create(fd, args), -EINVAL);
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

static void sync_tests(int fd)
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
		igt_assert_eq(try_create(fd,
					 (struct drm_panthor_bo_create){
					     .size = PAGE_SIZE,
					     .flags = DRM_PANTHOR_BO_WB_MMAP,
					 }),
			      0);
		igt_assert_eq(
		    try_create(fd,
			       (struct drm_panthor_bo_create){
				   .size = PAGE_SIZE,
				   .flags = DRM_PANTHOR_BO_NO_MMAP | DRM_PANTHOR_BO_WB_MMAP,
			       }),
		    -EINVAL);
	}
}

static void label_tests(int fd)
{
	igt_describe("A label is set, replaced, cleared, and may be as long as the limit");
	igt_subtest("bo_set_label") {
		char longest[LABEL_MAX] = {};
		struct panthor_bo bo;

		igt_panthor_require_uapi_minor(fd, 4);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		igt_assert_eq(try_label(fd, bo.handle, "first"), 0);
		igt_assert_eq(try_label(fd, bo.handle, "second"), 0);
		igt_assert_eq(try_label(fd, bo.handle, NULL), 0);
		igt_assert_eq(try_label(fd, bo.handle, NULL), 0);
		igt_assert_eq(try_label(fd, bo.handle, ""), 0);
		memset(longest, 'a', sizeof(longest) - 1);
		igt_assert_eq(try_label(fd, bo.handle, longest), 0);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("Labels too long or at addresses that fault, bad handles, padding");
	igt_subtest("bo_set_label_validation") {
		struct drm_panthor_bo_set_label args = {.pad = 1};
		char longer[2 * LABEL_MAX + 1] = {};
		struct panthor_bo bo;
		char *page;

		igt_panthor_require_uapi_minor(fd, 4);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		memset(longer, 'a', sizeof(longer) - 1);
		igt_assert_eq(try_label(fd, bo.handle, longer), -E2BIG);
		longer[LABEL_MAX] = '\0';
		igt_assert_eq(try_label(fd, bo.handle, longer), -E2BIG);
		longer[LABEL_MAX - 1] = '\0';
		igt_assert_eq(try_label(fd, bo.handle, longer), 0);
		igt_assert_eq(try_label(fd, BAD_HANDLE, "label"), -ENOENT);
		igt_assert_eq(try_label(fd, 0, "label"), -ENOENT);

		args.handle = bo.handle;
		args.label = to_user_pointer("label");
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_BO_SET_LABEL, &args, EINVAL);

		page = fault_page();
		igt_assert_eq(try_label(fd, bo.handle, page), -EFAULT);
		memset(page - 16, 'a', 16);
		igt_assert_eq(try_label(fd, bo.handle, page - 16), -EFAULT);
		free_fault_page(page);

		igt_assert_eq(try_label(fd, bo.handle, "label"), 0);
		igt_panthor_free_bo(fd, &bo);
	}
}

static void info_tests(int fd)
{
	igt_describe("The flags of creation come back, and a BO made here is not an imported one");
	igt_subtest("bo_query_info") {
		static const uint32_t flags[] = {0, DRM_PANTHOR_BO_NO_MMAP, DRM_PANTHOR_BO_WB_MMAP};
		struct drm_panthor_bo_query_info info;
		uint32_t vm, handle;

		igt_panthor_require_uapi_minor(fd, 7);
		for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++) {
			struct panthor_bo bo;

			igt_panthor_bo_create(fd, &bo, PAGE_SIZE, flags[i], 0);
			info = query_info(fd, bo.handle);
			igt_assert_eq_u32(info.handle, bo.handle);
			igt_assert_eq_u32(info.create_flags, flags[i]);
			igt_assert_eq_u32(info.extra_flags, 0);
			igt_assert_eq_u32(info.pad, 0);
			igt_panthor_free_bo(fd, &bo);
		}

		igt_panthor_vm_create(fd, &vm, 0);
		handle = create_exclusive(fd, vm);
		info = query_info(fd, handle);
		igt_assert_eq_u32(info.create_flags | info.extra_flags | info.pad, 0);
		gem_close(fd, handle);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("A BO of the same device that came as a dma-buf is not an imported one");
	igt_subtest("bo_query_info_prime") {
		struct drm_panthor_bo_query_info info;
		struct panthor_bo bo;
		uint32_t handle;
		int other, dmabuf;

		igt_panthor_require_uapi_minor(fd, 7);
		other = drm_reopen_driver(fd);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, DRM_PANTHOR_BO_WB_MMAP, 0);
		dmabuf = prime_handle_to_fd(fd, bo.handle);
		handle = prime_fd_to_handle(other, dmabuf);
		close(dmabuf);

		info = query_info(other, handle);
		igt_assert_eq_u32(info.create_flags, DRM_PANTHOR_BO_WB_MMAP);
		igt_assert_eq_u32(info.extra_flags | info.pad, 0);
		info = query_info(fd, bo.handle);
		igt_assert_eq_u32(info.create_flags, DRM_PANTHOR_BO_WB_MMAP);
		igt_assert_eq_u32(info.extra_flags | info.pad, 0);

		gem_close(other, handle);
		igt_panthor_free_bo(fd, &bo);
		drm_close_driver(other);
	}

	igt_describe("Nothing is known about a handle that is none");
	igt_subtest("bo_query_info_invalid_handle") {
		struct drm_panthor_bo_query_info info = {.handle = BAD_HANDLE};

		igt_panthor_require_uapi_minor(fd, 7);
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_BO_QUERY_INFO, &info, ENOENT);
		info.handle = 0;
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_BO_QUERY_INFO, &info, ENOENT);
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
	sync_tests(fd);
	label_tests(fd);
	info_tests(fd);

	igt_fixture()
		drm_close_driver(fd);
}
