// SPDX-License-Identifier: MIT
/* DEV_QUERY: what each query reports, and how its buffer's size is negotiated. */
#include <sys/mman.h>

#include "util.h"

IGT_TEST_DESCRIPTION("Device queries");

/* Bytes beyond a structure, to see that they are zeroed (or not touched). */
#define TAIL 16

/* The queries, the minor that added them and the size of the structure's first version. */
static const struct query {
	uint32_t type;
	int minor;
	uint32_t min_size;
	bool reads_buffer; /* the buffer is an argument as well */
} queries[] = {
    {DRM_PANTHOR_DEV_QUERY_GPU_INFO, 0, offsetof(struct drm_panthor_gpu_info, tiler_present) + 8,
     false},
    {DRM_PANTHOR_DEV_QUERY_CSIF_INFO, 0, sizeof(struct drm_panthor_csif_info), false},
    {DRM_PANTHOR_DEV_QUERY_TIMESTAMP_INFO, 1,
     offsetof(struct drm_panthor_timestamp_info, current_timestamp) + 8, true},
    {DRM_PANTHOR_DEV_QUERY_GROUP_PRIORITIES_INFO, 2,
     sizeof(struct drm_panthor_group_priorities_info), false},
    {DRM_PANTHOR_DEV_QUERY_MMU_INFO, 9, sizeof(struct drm_panthor_mmu_info), false},
};

#define for_each_query(q, fd)                                                         \
	for (const struct query *q = queries; q < queries + ARRAY_SIZE(queries); q++) \
		if (uapi_minor(fd) >= q->minor)

/* The size that the driver reports for a query without a buffer. */
static uint32_t query_size(int fd, uint32_t type)
{
	struct drm_panthor_dev_query args = {.type = type};

	do_ioctl(fd, DRM_IOCTL_PANTHOR_DEV_QUERY, &args);
	return args.size;
}

static struct drm_panthor_timestamp_info timestamps(int fd, uint32_t flags, int err)
{
	struct drm_panthor_timestamp_info info = {.flags = flags};

	igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_TIMESTAMP_INFO, &info, sizeof(info), err);
	return info;
}

static int set_mmio_offset(int fd, uint64_t offset)
{
	struct drm_panthor_set_user_mmio_offset args = {.offset = offset};

	return igt_ioctl(fd, DRM_IOCTL_PANTHOR_SET_USER_MMIO_OFFSET, &args) ? -errno : 0;
}

/* Map the flush-id page at @offset and read it; false if the driver refuses the offset. */
static bool map_flush_id(int fd, uint64_t offset)
{
	volatile uint32_t *id = mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, (off_t)offset);

	if (id == MAP_FAILED)
		return false;
	(void)*id;
	munmap((void *)id, PAGE_SIZE);
	return true;
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* A CPU time that was taken between two readings of the same clock. */
static void check_cpu_clock(int fd, uint32_t flag, clockid_t clock)
{
	int64_t before = clock_ns(clock), after, time;
	struct drm_panthor_timestamp_info info;

	info = timestamps(fd, DRM_PANTHOR_TIMESTAMP_GPU | flag, 0);
	after = clock_ns(clock);
	time = info.cpu_timestamp_sec * NSEC_PER_SEC + info.cpu_timestamp_nsec;
	igt_assert_lt_u64(info.cpu_timestamp_nsec, NSEC_PER_SEC);
	igt_assert_f(time >= before && time <= after,
		     "%" PRId64 " is not within %" PRId64 " and %" PRId64 "\n", time, before,
		     after);
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		igt_panthor_skip_on_big_endian();
		fd = drm_open_driver(DRIVER_PANTHOR);
	}

	igt_describe("The GPU's identity, features and units are plausible and stay the same");
	igt_subtest("query") {
		struct drm_panthor_gpu_info gpu = {}, again = {};
		uint32_t va_bits;

		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &gpu, sizeof(gpu), 0);
		igt_assert_neq_u32(gpu.gpu_id, 0);
		igt_assert(DRM_PANTHOR_ARCH_MAJOR(gpu.gpu_id) >= 10); /* the first with a CSF */
		igt_assert_neq_u64(gpu.shader_present, 0);
		igt_assert_neq_u64(gpu.tiler_present, 0);
		igt_assert_neq_u64(gpu.l2_present, 0);
		igt_assert_neq_u32(gpu.as_present, 0);
		igt_assert_eq_u32(gpu.pad, 0);
		va_bits = DRM_PANTHOR_MMU_VA_BITS(gpu.mmu_features);
		igt_assert_f(va_bits >= 32 && va_bits <= 57, "%u address bits\n", va_bits);

		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &again, sizeof(again), 0);
		igt_assert_eq(memcmp(&gpu, &again, sizeof(gpu)), 0);
	}

	igt_describe("The firmware's interface: slots, registers, scoreboard");
	igt_subtest("query_csif") {
		struct drm_panthor_csif_info csif = {};

		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_CSIF_INFO, &csif, sizeof(csif), 0);
		igt_assert_neq_u32(csif.csg_slot_count, 0);
		igt_assert_neq_u32(csif.cs_slot_count, 0);
		igt_assert_neq_u32(csif.cs_reg_count, 0);
		igt_assert_neq_u32(csif.scoreboard_slot_count, 0);
		igt_assert_lt_u32(csif.csg_slot_count, 32);
		igt_assert_lt_u32(csif.cs_slot_count, 33);
		igt_assert_lt_u32(csif.unpreserved_cs_reg_count, csif.cs_reg_count);
		igt_assert_eq_u32(csif.pad, 0);
	}

	igt_describe("The GPU's time goes forward, at the frequency that goes with it");
	igt_subtest("query_timestamp") {
		struct drm_panthor_timestamp_info first, second;

		igt_panthor_require_uapi_minor(fd, 1);
		first = timestamps(fd, 0, 0);
		usleep(10000);
		second = timestamps(fd, 0, 0);
		igt_assert_neq_u64(first.timestamp_frequency, 0);
		igt_assert_lte_u64(first.current_timestamp + first.timestamp_frequency / 200,
				   second.current_timestamp);
		igt_assert_eq_u64(first.timestamp_frequency, second.timestamp_frequency);
	}

	igt_describe("The flags choose what is reported; the rest is zero, unknown ones refused");
	igt_subtest("query_timestamp_flags") {
		struct drm_panthor_timestamp_info info;

		igt_panthor_require_uapi_minor(fd, 8);

		info = timestamps(
		    fd, DRM_PANTHOR_TIMESTAMP_GPU | DRM_PANTHOR_TIMESTAMP_CPU_MONOTONIC, 0);
		igt_assert_neq_u64(info.current_timestamp, 0);
		igt_assert(info.cpu_timestamp_sec || info.cpu_timestamp_nsec);

		info = timestamps(fd, DRM_PANTHOR_TIMESTAMP_GPU, 0);
		igt_assert_eq_u64(info.cpu_timestamp_sec, 0);
		igt_assert_eq_u64(info.cpu_timestamp_nsec, 0);
		igt_assert_eq_u64(info.timestamp_offset, 0);
		igt_assert_eq_u64(info.timestamp_frequency, 0);
		igt_assert_eq_u64(info.cycle_count, 0);
		igt_assert_eq_u32(info.duration_nsec, 0);

		info = timestamps(fd, DRM_PANTHOR_TIMESTAMP_FREQ, 0);
		igt_assert_eq_u64(info.current_timestamp, 0);
		igt_assert_neq_u64(info.timestamp_frequency, 0);

		timestamps(fd,
			   DRM_PANTHOR_TIMESTAMP_CPU_MONOTONIC |
			       DRM_PANTHOR_TIMESTAMP_CPU_MONOTONIC_RAW,
			   EINVAL);
		for (int bit = 8; bit < 32; bit++)
			timestamps(fd, 1u << bit, EINVAL);
	}

	igt_describe("The CPU's clocks are read between the caller's own readings of them");
	igt_subtest("query_timestamp_cpu") {
		igt_panthor_require_uapi_minor(fd, 8);
		check_cpu_clock(fd, DRM_PANTHOR_TIMESTAMP_CPU_MONOTONIC, CLOCK_MONOTONIC);
		check_cpu_clock(fd, DRM_PANTHOR_TIMESTAMP_CPU_MONOTONIC_RAW, CLOCK_MONOTONIC_RAW);
	}

	igt_describe("A tail that the kernel does not know must be zero in a query that reads it");
	igt_subtest("query_timestamp_tail") {
		struct {
			struct drm_panthor_timestamp_info info;
			uint8_t tail[TAIL];
		} longer = {};

		igt_panthor_require_uapi_minor(fd, 1);
		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_TIMESTAMP_INFO, &longer, sizeof(longer),
				  0);
		longer.tail[TAIL - 1] = 1;
		longer.info = (struct drm_panthor_timestamp_info){};
		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_TIMESTAMP_INFO, &longer, sizeof(longer),
				  E2BIG);
	}

	igt_describe("The priorities that everyone may use are always there, unknown ones never");
	igt_subtest("query_group_priorities") {
		struct drm_panthor_group_priorities_info info = {};
		const uint8_t all = (1u << (PANTHOR_GROUP_PRIORITY_REALTIME + 1)) - 1;

		igt_panthor_require_uapi_minor(fd, 2);
		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GROUP_PRIORITIES_INFO, &info,
				  sizeof(info), 0);
		igt_assert(info.allowed_mask & (1u << PANTHOR_GROUP_PRIORITY_LOW));
		igt_assert(info.allowed_mask & (1u << PANTHOR_GROUP_PRIORITY_MEDIUM));
		igt_assert_eq_u32(info.allowed_mask & ~all, 0);
		igt_assert_eq_u32(info.pad[0] | info.pad[1] | info.pad[2], 0);
	}

	igt_describe("The MMU maps pages of 4 KiB, and no page is smaller");
	igt_subtest("query_mmu") {
		struct drm_panthor_mmu_info info = {};

		igt_panthor_require_uapi_minor(fd, 9);
		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_MMU_INFO, &info, sizeof(info), 0);
		igt_assert_eq_u64(info.page_size_bitmap & (2 * SZ_4K - 1), SZ_4K);
	}

	igt_describe("Size without a buffer; too small is refused; the tail of a larger is zeroed");
	igt_subtest("query_size_negotiation") {
		for_each_query(q, fd)
		{
			uint32_t size = query_size(fd, q->type);
			uint8_t buffer[256];

			igt_assert(size >= q->min_size && size + TAIL <= sizeof(buffer));
			memset(buffer, 0, sizeof(buffer));
			igt_panthor_query(fd, q->type, buffer, 0, EINVAL);
			igt_panthor_query(fd, q->type, buffer, q->min_size - 1, EINVAL);
			igt_panthor_query(fd, q->type, buffer, q->min_size, 0);
			if (q->reads_buffer)
				continue;
			memset(buffer, 0xff, sizeof(buffer));
			igt_panthor_query(fd, q->type, buffer, size + TAIL, 0);
			for (uint32_t i = size; i < size + TAIL; i++)
				igt_assert_eq(buffer[i], 0);
			igt_assert_eq(buffer[size + TAIL], 0xff);
		}
		igt_panthor_query(fd, BAD_HANDLE, NULL, 0, EINVAL);
	}

	igt_describe("A short buffer gets the structure's beginning and no byte more");
	igt_subtest("query_short_buffer") {
		for_each_query(q, fd)
		{
			uint8_t whole[256] = {}, part[256] = {};

			if (q->reads_buffer)
				continue;
			igt_panthor_query(fd, q->type, whole, query_size(fd, q->type), 0);
			memset(part, 0xa5, sizeof(part));
			igt_panthor_query(fd, q->type, part, q->min_size, 0);
			igt_assert_eq(memcmp(part, whole, q->min_size), 0);
			for (unsigned int i = q->min_size; i < sizeof(part); i++)
				igt_assert_eq(part[i], 0xa5);
		}
	}

	igt_describe("A buffer at an odd address is filled like any other, and nothing around it");
	igt_subtest("query_unaligned_buffer") {
		for_each_query(q, fd)
		{
			uint32_t size = query_size(fd, q->type);
			uint8_t whole[256] = {}, odd[256 + 2];

			igt_assert(size <= sizeof(whole));
			memset(odd, 0xa5, sizeof(odd));
			memset(odd + 1, 0, size);
			igt_panthor_query(fd, q->type, whole, size, 0);
			igt_panthor_query(fd, q->type, odd + 1, size, 0);
			if (!q->reads_buffer) /* the others tell the time */
				igt_assert_eq(memcmp(odd + 1, whole, size), 0);
			igt_assert_eq(odd[0], 0xa5);
			igt_assert_eq(odd[size + 1], 0xa5);
		}
	}

	igt_describe("A buffer that faults, or ends in one that does, is EFAULT");
	igt_subtest("query_fault") {
		uint8_t *page = fault_page();

		for_each_query(q, fd)
		{
			uint32_t size = query_size(fd, q->type);

			igt_panthor_query(fd, q->type, page, size, EFAULT);
			memset(page - size, 0, size);
			igt_panthor_query(fd, q->type, page - size + 1, size, EFAULT);
			memset(page - size, 0, size);
			igt_panthor_query(fd, q->type, page - size, UINT32_MAX, EFAULT);
		}
		free_fault_page(page);
	}

	igt_describe("Types that are no query are refused, with and without a buffer");
	igt_subtest("query_unknown_type") {
		uint8_t buffer[256] = {};

		query_size(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO);
		for (uint32_t type = 32; type; type <<= 1) {
			igt_panthor_query(fd, type, NULL, 0, EINVAL);
			igt_panthor_query(fd, type, buffer, sizeof(buffer), EINVAL);
		}
		igt_panthor_query(fd, -1, buffer, sizeof(buffer), EINVAL);
	}

	igt_describe("SET_USER_MMIO_OFFSET moves the window of one file, not of others or of BOs");
	igt_subtest("set_user_mmio_offset") {
		struct panthor_bo bo = {};
		int file;

		igt_panthor_require_uapi_minor(fd, 5);
		igt_require(DRM_PANTHOR_USER_MMIO_OFFSET == DRM_PANTHOR_USER_MMIO_OFFSET_64BIT);
		file = drm_reopen_driver(fd);

		igt_assert_eq(set_mmio_offset(file, 0), -EINVAL);
		igt_assert_eq(set_mmio_offset(file, PAGE_SIZE), -EINVAL);
		igt_assert_eq(set_mmio_offset(file, DRM_PANTHOR_USER_MMIO_OFFSET_32BIT + PAGE_SIZE),
			      -EINVAL);
		igt_assert_eq(set_mmio_offset(file, DRM_PANTHOR_USER_MMIO_OFFSET_64BIT - 1),
			      -EINVAL);
		igt_assert(map_flush_id(file, DRM_PANTHOR_USER_MMIO_OFFSET_64BIT));
		igt_assert(!map_flush_id(file, DRM_PANTHOR_USER_MMIO_OFFSET_32BIT));

		igt_assert_eq(set_mmio_offset(file, DRM_PANTHOR_USER_MMIO_OFFSET_32BIT), 0);
		igt_assert(map_flush_id(file, DRM_PANTHOR_USER_MMIO_OFFSET_32BIT));
		igt_assert(!map_flush_id(file, DRM_PANTHOR_USER_MMIO_OFFSET_64BIT));
		igt_assert(map_flush_id(fd, DRM_PANTHOR_USER_MMIO_OFFSET_64BIT));

		igt_panthor_bo_create_mapped(file, &bo, PAGE_SIZE, 0, 0);
		igt_assert(bo.map);
		igt_panthor_free_bo(file, &bo);
		drm_close_driver(file);
	}

	igt_fixture()
		drm_close_driver(fd);
}
