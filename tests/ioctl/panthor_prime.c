// SPDX-License-Identifier: MIT
/* Sharing buffers as dma-bufs: out, in, with other files, processes and devices. */
#include <fcntl.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "gpu_mem.h"
#include "util.h"

IGT_TEST_DESCRIPTION("Sharing of buffers as dma-bufs");

/* Export with flags of one's choice. Return: 0 and the file, or -errno. */
static int export_dmabuf(int fd, uint32_t handle, uint32_t flags, int *dmabuf)
{
	struct drm_prime_handle args = {.handle = handle, .flags = flags, .fd = -1};

	if (igt_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args))
		return -errno;
	*dmabuf = args.fd;
	return 0;
}

static void *map_dmabuf(int dmabuf, int prot)
{
	void *map = mmap(NULL, PAGE_SIZE, prot, MAP_SHARED, dmabuf, 0);

	return map == MAP_FAILED ? NULL : map;
}

static int try_import(int fd, int dmabuf)
{
	struct drm_prime_handle args = {.fd = dmabuf};

	return igt_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &args) ? -errno : 0;
}

/* A page of memory that another driver exports, or -1 where there is none that does. */
static int foreign_dmabuf(void)
{
	struct dma_heap_allocation_data alloc = {.len = PAGE_SIZE, .fd_flags = O_RDWR | O_CLOEXEC};
	struct udmabuf_create create = {.size = PAGE_SIZE};
	int heap = open("/dev/dma_heap/system", O_RDWR | O_CLOEXEC), dev, memfd, dmabuf = -1;

	if (heap >= 0) {
		dmabuf = ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &alloc) ? -1 : (int)alloc.fd;
		close(heap);
		return dmabuf;
	}
	dev = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);
	if (dev < 0)
		return -1;
	memfd = memfd_create("foreign", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	if (memfd >= 0 && !ftruncate(memfd, PAGE_SIZE) &&
	    !fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK)) {
		create.memfd = memfd;
		dmabuf = ioctl(dev, UDMABUF_CREATE, &create);
	}
	close(memfd);
	close(dev);
	return dmabuf;
}

static int require_foreign_dmabuf(void)
{
	int dmabuf = foreign_dmabuf();

	errno = 0;
	igt_require_f(dmabuf >= 0, "needs /dev/dma_heap/system or /dev/udmabuf\n");
	return dmabuf;
}

/* Hand a file to another process over a socket, and take it there. */
static void send_file(int socket, int file)
{
	char control[CMSG_SPACE(sizeof(int))] = {}, byte = 0;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &file, sizeof(int));
	igt_assert_eq(sendmsg(socket, &msg, 0), 1);
}

static int receive_file(int socket)
{
	char control[CMSG_SPACE(sizeof(int))] = {}, byte;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control),
	};
	int file = -1;

	igt_assert_eq(recvmsg(socket, &msg, 0), 1);
	igt_assert(CMSG_FIRSTHDR(&msg));
	memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(int));
	return file;
}

static void export_tests(int fd)
{
	igt_describe("An exported BO has its size and shows its memory");
	igt_subtest("prime_export") {
		volatile uint32_t *word, *shared;
		struct panthor_bo bo;
		int dmabuf;

		igt_panthor_bo_create_mapped(fd, &bo, 2 * PAGE_SIZE, 0, 0);
		word = bo.map;
		igt_assert(word);
		dmabuf = prime_handle_to_fd_for_mmap(fd, bo.handle);
		igt_assert_fd(dmabuf);
		igt_assert_eq_u64(prime_get_size(dmabuf), 2 * PAGE_SIZE);
		shared = map_dmabuf(dmabuf, PROT_READ | PROT_WRITE);
		igt_assert(shared);
		word[0] = 0x1234;
		igt_assert_eq_u32(shared[0], 0x1234);
		shared[1] = 0x5678;
		igt_assert_eq_u32(word[1], 0x5678);
		munmap((void *)shared, PAGE_SIZE);
		close(dmabuf);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("Without DRM_RDWR the dma-buf cannot be mapped for writing");
	igt_subtest("prime_export_readonly") {
		struct panthor_bo bo;
		int dmabuf;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		dmabuf = prime_handle_to_fd(fd, bo.handle);
		igt_assert(!map_dmabuf(dmabuf, PROT_READ | PROT_WRITE));
		igt_assert_eq(errno, EACCES);
		close(dmabuf);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("DRM_CLOEXEC decides on the file's close-on-exec flag");
	igt_subtest("prime_export_cloexec") {
		struct panthor_bo bo;
		int dmabuf;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		igt_assert_eq(export_dmabuf(fd, bo.handle, DRM_CLOEXEC, &dmabuf), 0);
		igt_assert(fcntl(dmabuf, F_GETFD) & FD_CLOEXEC);
		close(dmabuf);
		igt_assert_eq(export_dmabuf(fd, bo.handle, 0, &dmabuf), 0);
		igt_assert(!(fcntl(dmabuf, F_GETFD) & FD_CLOEXEC));
		close(dmabuf);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("Flags and handles that do not exist are refused");
	igt_subtest("prime_export_validation") {
		struct panthor_bo bo;
		int dmabuf;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		igt_assert_eq(export_dmabuf(fd, bo.handle, 1, &dmabuf), -EINVAL);
		igt_assert_eq(export_dmabuf(fd, BAD_HANDLE, DRM_CLOEXEC, &dmabuf), -ENOENT);
		igt_assert_eq(export_dmabuf(fd, 0, DRM_CLOEXEC, &dmabuf), -ENOENT);
		igt_panthor_free_bo(fd, &bo);
		igt_assert_eq(export_dmabuf(fd, bo.handle, DRM_CLOEXEC, &dmabuf), -ENOENT);
	}

	igt_describe("A BO of one VM alone is not exported, and not mapped into another VM");
	igt_subtest("prime_exclusive_vm") {
		struct drm_panthor_bo_create args = {.size = PAGE_SIZE};
		uint32_t other_vm;
		int dmabuf;

		igt_panthor_vm_create(fd, &args.exclusive_vm_id, 0);
		igt_panthor_vm_create(fd, &other_vm, 0);
		do_ioctl(fd, DRM_IOCTL_PANTHOR_BO_CREATE, &args);
		igt_assert_eq(export_dmabuf(fd, args.handle, DRM_CLOEXEC, &dmabuf), -EINVAL);
		igt_panthor_vm_bind(fd, other_vm, args.handle, TEST_VA, PAGE_SIZE,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, EINVAL);
		igt_panthor_vm_bind(fd, args.exclusive_vm_id, args.handle, TEST_VA, PAGE_SIZE,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
		gem_close(fd, args.handle);
		igt_panthor_vm_destroy(fd, other_vm, 0);
		igt_panthor_vm_destroy(fd, args.exclusive_vm_id, 0);
	}
}

static void import_tests(int fd)
{
	igt_describe("Imported into the file it came from, a dma-buf has its old handle");
	igt_subtest("prime_import_self") {
		struct panthor_bo bo;
		int dmabuf;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		dmabuf = prime_handle_to_fd(fd, bo.handle);
		igt_assert_eq_u32(prime_fd_to_handle(fd, dmabuf), bo.handle);
		igt_assert_eq_u32(prime_fd_to_handle(fd, dmabuf), bo.handle);
		close(dmabuf);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("Imported into another file, it is the same memory, for CPU and GPU");
	igt_subtest("prime_import_other_file") {
		int other = drm_reopen_driver(fd), dmabuf;
		struct panthor_bo bo, copy = {};
		struct gpu_mem gpu;
		uint32_t vm;

		igt_panthor_bo_create_mapped(fd, &bo, PAGE_SIZE, 0, 0);
		igt_assert(bo.map);
		dmabuf = prime_handle_to_fd(fd, bo.handle);
		copy.handle = prime_fd_to_handle(other, dmabuf);
		close(dmabuf);
		copy.offset = igt_panthor_bo_mmap_offset(other, copy.handle, 0);
		copy.size = bo.size;
		copy.map = igt_panthor_mmap_bo(other, copy.handle, copy.size,
					       PROT_READ | PROT_WRITE, copy.offset);
		igt_assert(copy.map);
		*(volatile uint32_t *)bo.map = 0xabcd;
		igt_assert_eq_u32(*(volatile uint32_t *)copy.map, 0xabcd);

		igt_panthor_vm_create(other, &vm, 0);
		gpu_mem_open(&gpu, other, vm, TEST_VA);
		igt_panthor_vm_bind(other, vm, copy.handle, 2 * TEST_VA, PAGE_SIZE,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
		igt_assert_eq_u32(gpu_load32(&gpu, 2 * TEST_VA), 0xabcd);
		gpu_store32(&gpu, 2 * TEST_VA, 0xdcba);
		igt_assert_eq_u32(*(volatile uint32_t *)bo.map, 0xdcba);
		gpu_mem_close(&gpu);

		igt_panthor_free_bo(other, &copy);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(other, vm, 0);
		drm_close_driver(other);
	}

	igt_describe("A shared buffer lives as long as anyone holds it");
	igt_subtest("prime_lifetime") {
		int other = drm_reopen_driver(fd), dmabuf;
		struct panthor_bo bo, copy = {};

		igt_panthor_bo_create_mapped(other, &bo, PAGE_SIZE, 0, 0);
		igt_assert(bo.map);
		*(volatile uint32_t *)bo.map = 0x11fe;
		dmabuf = prime_handle_to_fd(other, bo.handle);
		igt_panthor_free_bo(other, &bo);
		drm_close_driver(other);

		copy.handle = prime_fd_to_handle(fd, dmabuf);
		close(dmabuf);
		copy.size = PAGE_SIZE;
		copy.offset = igt_panthor_bo_mmap_offset(fd, copy.handle, 0);
		copy.map = igt_panthor_mmap_bo(fd, copy.handle, PAGE_SIZE, PROT_READ, copy.offset);
		igt_assert(copy.map);
		igt_assert_eq_u32(*(volatile uint32_t *)copy.map, 0x11fe);
		igt_panthor_free_bo(fd, &copy);
	}

	igt_describe("A buffer goes to another process and comes back written");
	igt_subtest("prime_other_process") {
		volatile uint32_t *word;
		struct panthor_bo bo;
		int sockets[2], dmabuf;

		igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
		igt_panthor_bo_create_mapped(fd, &bo, PAGE_SIZE, 0, 0);
		word = bo.map;
		igt_assert(word);
		igt_fork(child, 1) {
			int mine = drm_reopen_driver(fd), file = receive_file(sockets[1]);
			uint32_t handle = prime_fd_to_handle(mine, file);
			uint64_t offset = igt_panthor_bo_mmap_offset(mine, handle, 0);
			volatile uint32_t *map = igt_panthor_mmap_bo(
			    mine, handle, PAGE_SIZE, PROT_READ | PROT_WRITE, offset);

			igt_assert(map);
			igt_assert_eq_u32(map[0], 0x9a1e);
			map[1] = 0xc41d;
		}
		word[0] = 0x9a1e;
		dmabuf = prime_handle_to_fd(fd, bo.handle);
		send_file(sockets[0], dmabuf);
		igt_waitchildren();
		igt_assert_eq_u32(word[1], 0xc41d);
		close(dmabuf);
		close(sockets[0]);
		close(sockets[1]);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("What is no dma-buf is not imported");
	igt_subtest("prime_import_validation") {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC), dmabuf;
		struct panthor_bo bo;

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		dmabuf = prime_handle_to_fd(fd, bo.handle);
		igt_assert_eq(try_import(fd, dmabuf), 0);
		close(dmabuf);
		igt_assert_eq(try_import(fd, dmabuf), -EBADF);
		igt_assert_eq(try_import(fd, -1), -EBADF);
		igt_assert_eq(try_import(fd, null), -EINVAL);
		igt_assert_eq(try_import(fd, fd), -EINVAL);
		close(null);
		igt_panthor_free_bo(fd, &bo);
	}
}

static void foreign_tests(int fd)
{
	igt_describe("Another driver's memory can be imported, mapped in a VM and read by the GPU");
	igt_subtest("prime_import_foreign") {
		int dmabuf = require_foreign_dmabuf(), again;
		volatile uint32_t *word = map_dmabuf(dmabuf, PROT_READ | PROT_WRITE);
		struct gpu_mem gpu;
		uint32_t vm, handle;

		igt_assert(word);
		handle = prime_fd_to_handle(fd, dmabuf);
		igt_panthor_vm_create(fd, &vm, 0);
		gpu_mem_open(&gpu, fd, vm, TEST_VA);
		igt_panthor_vm_bind(fd, vm, handle, 2 * TEST_VA, PAGE_SIZE,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
		gpu_load32(&gpu, 2 * TEST_VA);
		gpu_mem_close(&gpu);

		/* It goes back out as the dma-buf it came in as. */
		again = prime_handle_to_fd(fd, handle);
		igt_assert_eq_u32(prime_fd_to_handle(fd, again), handle);
		close(again);
		munmap((void *)word, PAGE_SIZE);
		gem_close(fd, handle);
		igt_panthor_vm_destroy(fd, vm, 0);
		close(dmabuf);
	}

	igt_describe("An imported BO says that it is one, and its caches are the exporter's");
	igt_subtest("prime_import_foreign_info") {
		struct drm_panthor_bo_query_info info = {.create_flags = BAD_HANDLE};
		struct drm_panthor_bo_sync_op op = {.size = PAGE_SIZE};
		struct drm_panthor_bo_sync sync = {.ops = DRM_PANTHOR_OBJ_ARRAY(1, &op)};
		int dmabuf;

		igt_panthor_require_uapi_minor(fd, 7);
		dmabuf = require_foreign_dmabuf();
		op.handle = info.handle = prime_fd_to_handle(fd, dmabuf);
		do_ioctl(fd, DRM_IOCTL_PANTHOR_BO_QUERY_INFO, &info);
		igt_assert_eq_u32(info.extra_flags, DRM_PANTHOR_BO_IS_IMPORTED);
		igt_assert_eq_u32(info.create_flags, 0);
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_BO_SYNC, &sync, EINVAL);
		gem_close(fd, info.handle);
		close(dmabuf);
	}
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		igt_panthor_skip_on_big_endian();
		fd = drm_open_driver(DRIVER_PANTHOR);
	}

	export_tests(fd);
	import_tests(fd);
	foreign_tests(fd);

	igt_fixture()
		drm_close_driver(fd);
}
