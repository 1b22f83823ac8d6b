// SPDX-License-Identifier: MIT
/*
 * The page with the LATEST_FLUSH register, which user space maps to skip needless cache flushes.
 * It is read-only, shared, a page long, and there whether or not the GPU is powered.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "gpu_mem.h"
#include "util.h"

IGT_TEST_DESCRIPTION("The flush-id page");

#define FLUSH_ID DRM_PANTHOR_USER_FLUSH_ID_MMIO_OFFSET

/* Bits of the id that GROUP_SUBMIT refuses in latest_flush; the register never has them set. */
#define RESERVED_BITS 0x7f000000u

static volatile uint32_t *map_page(int fd)
{
	volatile uint32_t *id = mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, FLUSH_ID);

	igt_assert_f(id != MAP_FAILED, "the flush-id page cannot be mapped\n");
	return id;
}

static void unmap_page(volatile uint32_t *id)
{
	munmap((void *)id, PAGE_SIZE);
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		struct drm_panthor_gpu_info gpu = {};

		igt_panthor_skip_on_big_endian();
		fd = drm_open_driver(DRIVER_PANTHOR);
		igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &gpu, sizeof(gpu), 0);
	}

	igt_describe("The page can be read, and its value used in a submission");
	igt_subtest("flush_id_read") {
		struct drm_panthor_queue_submit submit = {};
		volatile uint32_t *id = map_page(fd);
		uint32_t vm, group;

		igt_panthor_vm_create(fd, &vm, 0);
		group = igt_panthor_group_create_simple(fd, vm, 0);
		for (int i = 0; i < 100; i++) {
			struct drm_panthor_group_submit args = {
			    .group_handle = group,
			    .queue_submits = DRM_PANTHOR_OBJ_ARRAY(1, &submit),
			};

			submit.latest_flush = *id;
			igt_assert_eq_u32(submit.latest_flush & RESERVED_BITS, 0);
			do_ioctl(fd, DRM_IOCTL_PANTHOR_GROUP_SUBMIT, &args);
		}
		igt_panthor_group_destroy(fd, group, 0);
		igt_panthor_vm_destroy(fd, vm, 0);
		unmap_page(id);
	}

	igt_describe("Nothing may write it: not from the start, not later");
	igt_subtest("flush_id_readonly") {
		volatile uint32_t *id = map_page(fd);

		igt_assert_eq(mmap_error(fd, FLUSH_ID, PAGE_SIZE, PROT_WRITE, MAP_SHARED), EINVAL);
		igt_assert_eq(
		    mmap_error(fd, FLUSH_ID, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED),
		    EINVAL);
		igt_assert_eq(mprotect((void *)id, PAGE_SIZE, PROT_READ | PROT_WRITE), -1);
		igt_assert_eq(errno, EACCES);
		unmap_page(id);
	}

	igt_describe("Nothing may execute it");
	igt_subtest("flush_id_noexec") {
		int err;

		unmap_page(map_page(fd));
		err = mmap_error(fd, FLUSH_ID, PAGE_SIZE, PROT_READ | PROT_EXEC, MAP_SHARED);
		/* The kernel itself says EPERM where /dev is mounted noexec. */
		igt_assert(err == EINVAL || err == EPERM);
	}

	igt_describe("A private mapping is refused");
	igt_subtest("flush_id_private") {
		unmap_page(map_page(fd));
		igt_assert_eq(mmap_error(fd, FLUSH_ID, PAGE_SIZE, PROT_READ, MAP_PRIVATE), EINVAL);
	}

	igt_describe("The page is one page: two, or the ones behind it, do not exist");
	igt_subtest("flush_id_size") {
		unmap_page(map_page(fd));
		igt_assert_eq(mmap_error(fd, FLUSH_ID, 2 * PAGE_SIZE, PROT_READ, MAP_SHARED),
			      EINVAL);
		for (uint64_t offset = PAGE_SIZE; offset <= SZ_2M; offset *= 2)
			igt_assert_eq(
			    mmap_error(fd, FLUSH_ID + offset, PAGE_SIZE, PROT_READ, MAP_SHARED),
			    EINVAL);
	}

	igt_describe("The mapping cannot be grown over what is behind it");
	igt_subtest("flush_id_no_expand") {
		volatile uint32_t *id = map_page(fd);

		igt_assert(mremap((void *)id, PAGE_SIZE, 2 * PAGE_SIZE, MREMAP_MAYMOVE) ==
			   MAP_FAILED);
		igt_assert_eq(errno, EFAULT);
		unmap_page(id);
	}

	igt_describe("A child of fork() does not inherit the mapping");
	igt_subtest("flush_id_not_inherited") {
		volatile uint32_t *id = map_page(fd);
		int status;
		pid_t pid;

		(void)*id;
		fflush(NULL);
		pid = fork();
		igt_assert(pid >= 0);
		if (pid == 0) {
			signal(SIGSEGV, SIG_DFL);
			signal(SIGBUS, SIG_DFL);
			(void)*id;
			_exit(0);
		}
		igt_assert_eq(waitpid(pid, &status, 0), pid);
		igt_assert(WIFSIGNALED(status));
		igt_assert_eq(WTERMSIG(status), SIGSEGV);
		unmap_page(id);
	}

	igt_describe("The id changes when a job has flushed the GPU's caches");
	igt_subtest("flush_id_moves") {
		volatile uint32_t *id = map_page(fd);
		struct gpu_mem gpu;
		bool moved = false;
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		gpu_mem_open(&gpu, fd, vm, TEST_VA);
		/* A GPU that was off in between shows a stand-in, so look more than once. */
		for (int i = 0; i < 10 && !moved; i++) {
			uint32_t before;

			gpu_load32(&gpu, TEST_VA);
			before = *id;
			gpu_load32(&gpu, TEST_VA);
			moved = *id != before;
		}
		igt_assert(moved);
		gpu_mem_close(&gpu);
		igt_panthor_vm_destroy(fd, vm, 0);
		unmap_page(id);
	}

	igt_describe("The page is readable however long the GPU has been idle");
	igt_subtest("flush_id_idle") {
		volatile uint32_t *id = map_page(fd);

		for (int i = 0; i < 10; i++) {
			igt_assert_eq_u32(*id & RESERVED_BITS, 0);
			usleep(50000);
		}
		unmap_page(id);
	}

	igt_describe("The mapping outlives the file");
	igt_subtest("flush_id_outlives_file") {
		int other = drm_reopen_driver(fd);
		volatile uint32_t *id = map_page(other);

		drm_close_driver(other);
		igt_assert_eq_u32(*id & RESERVED_BITS, 0);
		unmap_page(id);
	}

	igt_fixture()
		drm_close_driver(fd);
}
