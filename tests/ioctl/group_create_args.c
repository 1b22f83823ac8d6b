// SPDX-License-Identifier: MIT
/* The arguments of GROUP_CREATE. */
#include "group.h"

void group_create_arg_tests(int fd)
{
	struct drm_panthor_queue_create queue = {.ringbuf_size = SZ_4K};
	struct drm_panthor_group_create good = {};
	struct drm_panthor_gpu_info gpu = {};
	struct drm_panthor_csif_info csif = {};
	uint32_t vm = 0;

	igt_fixture() {
		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &gpu, sizeof(gpu), 0);
		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_CSIF_INFO, &csif, sizeof(csif), 0);
		igt_panthor_vm_create(fd, &vm, 0);
		good = group_args(fd, vm, 1, &queue);
	}

	igt_describe("Groups with one queue up to as many as the firmware has streams");
	igt_subtest("group_create_queues") {
		struct drm_panthor_queue_create queues[32];
		uint32_t counts[] = {1, 2, csif.cs_slot_count};

		for (unsigned int i = 0; i < ARRAY_SIZE(queues); i++)
			queues[i] = (struct drm_panthor_queue_create){
			    .priority = i % 16,
			    .ringbuf_size = SZ_4K << i % 5,
			};
		for (unsigned int i = 0; i < ARRAY_SIZE(counts); i++)
			igt_assert_eq(try_group(fd, group_args(fd, vm, counts[i], queues)), 0);
	}

	igt_describe("No queues, or more than a group can ever have, are refused");
	igt_subtest("group_create_queue_count") {
		struct drm_panthor_queue_create queues[33] = {};

		for (unsigned int i = 0; i < ARRAY_SIZE(queues); i++)
			queues[i] = queue;
		igt_assert_eq(try_group(fd, good), 0);
		igt_assert_eq(try_group(fd, group_args(fd, vm, 0, queues)), -EINVAL);
		igt_assert_eq(try_group(fd, group_args(fd, vm, 33, queues)), -EINVAL);
		igt_assert_eq(try_group(fd, group_args(fd, vm, UINT32_MAX, queues)), -EINVAL);
	}

	igt_describe("More queues than the firmware has streams are refused");
	igt_subtest("group_create_too_many_queues") {
		struct drm_panthor_queue_create queues[32] = {};

		igt_panthor_require_uapi_minor(fd, 9);
		igt_require_f(csif.cs_slot_count < 32, "the firmware has 32 streams a group\n");
		for (unsigned int i = 0; i < ARRAY_SIZE(queues); i++)
			queues[i] = queue;
		igt_assert_eq(try_group(fd, group_args(fd, vm, csif.cs_slot_count + 1, queues)),
			      -EINVAL);
	}

	igt_describe("The array of queues: stride, unknown tail, address that faults");
	igt_subtest("group_create_queue_array") {
		struct {
			struct drm_panthor_queue_create queue;
			uint64_t tail;
		} longer = {.queue = queue};
		struct drm_panthor_group_create args = good;
		const size_t size = sizeof(queue);
		void *page = fault_page();

		args.queues = OBJ_ARRAY(1, sizeof(longer), &longer);
		igt_assert_eq(try_group(fd, args), 0);
		longer.tail = 1;
		igt_assert_eq(try_group(fd, args), -E2BIG);
		args.queues = OBJ_ARRAY(1, size - 1, &queue);
		igt_assert_eq(try_group(fd, args), -EINVAL);
		args.queues = OBJ_ARRAY(1, size, page);
		igt_assert_eq(try_group(fd, args), -EFAULT);
		memcpy((char *)page - size, &queue, size);
		args.queues = OBJ_ARRAY(2, size, (char *)page - size);
		igt_assert_eq(try_group(fd, args), -EFAULT);
		free_fault_page(page);
	}

	igt_describe("Queues at an odd address are read from there");
	igt_subtest("group_create_queue_array_unaligned") {
		struct drm_panthor_group_create args = good;
		struct drm_panthor_queue_create q = queue;
		char queues[sizeof(q) + 1];

		args.queues = OBJ_ARRAY(1, sizeof(q), queues + 1);
		memset(queues, 0xff, sizeof(queues));
		memcpy(queues + 1, &q, sizeof(q));
		igt_assert_eq(try_group(fd, args), 0);
		q.ringbuf_size = SZ_4K + 1;
		memcpy(queues + 1, &q, sizeof(q));
		igt_assert_eq(try_group(fd, args), -EINVAL);
	}

	igt_describe("Ring buffers are powers of two from 4 to 64 KiB");
	igt_subtest("group_create_ringbuf_size") {
		static const uint32_t bad[] = {
		    0,          1,          SZ_4K - 1, SZ_4K / 2, SZ_4K + 1, SZ_4K + SZ_8K,
		    SZ_64K - 1, SZ_64K + 1, SZ_128K,   1u << 31,  UINT32_MAX};
		struct drm_panthor_queue_create q = queue;

		for (uint32_t size = SZ_4K; size <= SZ_64K; size *= 2) {
			q.ringbuf_size = size;
			igt_assert_eq(try_group(fd, group_args(fd, vm, 1, &q)), 0);
		}
		for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
			q.ringbuf_size = bad[i];
			igt_assert_eq(try_group(fd, group_args(fd, vm, 1, &q)), -EINVAL);
		}
	}

	igt_describe("Queue priorities are 0 to 15");
	igt_subtest("group_create_queue_priority") {
		struct drm_panthor_queue_create q = queue;

		for (unsigned int priority = 0; priority < 16; priority += 5) {
			q.priority = priority;
			igt_assert_eq(try_group(fd, group_args(fd, vm, 1, &q)), 0);
		}
		for (unsigned int priority = 16; priority < 256; priority += 48) {
			q.priority = priority;
			igt_assert_eq(try_group(fd, group_args(fd, vm, 1, &q)), -EINVAL);
		}
		q.priority = 255;
		igt_assert_eq(try_group(fd, group_args(fd, vm, 1, &q)), -EINVAL);
	}

	igt_describe("A queue's padding must be zero, in the last queue too");
	igt_subtest("group_create_queue_pad") {
		for (int byte = 0; byte < 3; byte++) {
			struct drm_panthor_queue_create queues[2] = {queue, queue};

			igt_assert_eq(try_group(fd, group_args(fd, vm, 2, queues)), 0);
			queues[1].pad[byte] = 1;
			igt_assert_eq(try_group(fd, group_args(fd, vm, 2, queues)), -EINVAL);
		}
	}

	igt_describe("A group's padding must be zero");
	igt_subtest("group_create_pad") {
		struct drm_panthor_group_create args = good;

		args.pad = 1;
		igt_assert_eq(try_group(fd, args), -EINVAL);
		args.pad = 1u << 31;
		igt_assert_eq(try_group(fd, args), -EINVAL);
	}

	igt_describe("Priorities that do not exist are refused");
	igt_subtest("group_create_unknown_priority") {
		struct drm_panthor_group_create args = good;
		/* Realtime, the highest, is of uAPI 1.2: before that it does not exist. */
		unsigned int first = PANTHOR_GROUP_PRIORITY_REALTIME + (uapi_minor(fd) >= 2);

		for (unsigned int priority = first; priority < 256; priority++) {
			args.priority = priority;
			igt_assert_eq(try_group(fd, args), -EINVAL);
		}
	}

	igt_describe("Cores that the GPU does not have cannot be asked for");
	igt_subtest("group_create_absent_cores") {
		for (int bit = 0; bit < 64; bit++) {
			struct drm_panthor_group_create args = good;
			uint64_t core = 1ull << bit;

			args.compute_core_mask |= core;
			igt_assert_eq(try_group(fd, args), gpu.shader_present & core ? 0 : -EINVAL);
			args = good;
			args.fragment_core_mask |= core;
			igt_assert_eq(try_group(fd, args), gpu.shader_present & core ? 0 : -EINVAL);
			args = good;
			args.tiler_core_mask |= core;
			igt_assert_eq(try_group(fd, args), gpu.tiler_present & core ? 0 : -EINVAL);
		}
	}

	igt_describe("No more cores can be used than the masks have");
	igt_subtest("group_create_max_cores") {
		struct drm_panthor_group_create args = good;
		int shaders = __builtin_popcountll(gpu.shader_present);

		args.compute_core_mask = args.fragment_core_mask = gpu.shader_present;
		args.max_compute_cores = args.max_fragment_cores = shaders;
		igt_assert_eq(try_group(fd, args), 0);
		args.max_compute_cores = shaders + 1;
		igt_assert_eq(try_group(fd, args), -EINVAL);
		args.max_compute_cores = shaders;
		args.max_fragment_cores = shaders + 1;
		igt_assert_eq(try_group(fd, args), -EINVAL);
		args.max_fragment_cores = 255;
		igt_assert_eq(try_group(fd, args), -EINVAL);
		args = good;
		args.max_tiler_cores = __builtin_popcountll(good.tiler_core_mask) + 1;
		igt_assert_eq(try_group(fd, args), -EINVAL);
		args = good;
		args.compute_core_mask = 0;
		igt_assert_eq(try_group(fd, args), -EINVAL);
		args.max_compute_cores = 0;
		igt_assert_eq(try_group(fd, args), 0);
	}

	igt_describe("A group is bound to a VM of its file that exists");
	igt_subtest("group_create_vm") {
		int other = drm_reopen_driver(fd);
		struct drm_panthor_group_create args = good;

		igt_assert_eq(try_group(fd, args), 0);
		igt_assert_eq(try_group(other, args), -EINVAL);
		args.vm_id = 0;
		igt_assert_eq(try_group(fd, args), -EINVAL);
		args.vm_id = BAD_HANDLE;
		igt_assert_eq(try_group(fd, args), -EINVAL);
		igt_panthor_vm_create(fd, &args.vm_id, 0);
		igt_panthor_vm_destroy(fd, args.vm_id, 0);
		igt_assert_eq(try_group(fd, args), -EINVAL);
		drm_close_driver(other);
	}

	igt_fixture()
		igt_panthor_vm_destroy(fd, vm, 0);
}
