// SPDX-License-Identifier: MIT
/*
 * The ioctl interface itself: argument structures of other sizes than the kernel's, at odd or
 * forbidden addresses, and numbers that are no ioctl. The DRM core copies the arguments: what a
 * shorter structure lacks is zero, and no byte beyond its size is written back.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "util.h"

IGT_TEST_DESCRIPTION("Sizes, addresses and numbers of the driver's ioctls");

/* The uAPI minor of the panthor_drm.h that these tests are written for. */
#define HEADER_MINOR 9

/* Every ioctl, the uAPI minor that added it, and the errno of arguments that are all zero. */
static const struct call {
	unsigned long request;
	const char *name;
	int minor;
	int zeroes;
} ioctls[] = {
    {DRM_IOCTL_PANTHOR_DEV_QUERY, "DEV_QUERY", 0, 0},
    {DRM_IOCTL_PANTHOR_VM_CREATE, "VM_CREATE", 0, 0},
    {DRM_IOCTL_PANTHOR_VM_DESTROY, "VM_DESTROY", 0, EINVAL},
    {DRM_IOCTL_PANTHOR_VM_BIND, "VM_BIND", 0, EINVAL},
    {DRM_IOCTL_PANTHOR_VM_GET_STATE, "VM_GET_STATE", 0, EINVAL},
    {DRM_IOCTL_PANTHOR_BO_CREATE, "BO_CREATE", 0, EINVAL},
    {DRM_IOCTL_PANTHOR_BO_MMAP_OFFSET, "BO_MMAP_OFFSET", 0, ENOENT},
    {DRM_IOCTL_PANTHOR_GROUP_CREATE, "GROUP_CREATE", 0, EINVAL},
    {DRM_IOCTL_PANTHOR_GROUP_DESTROY, "GROUP_DESTROY", 0, EINVAL},
    {DRM_IOCTL_PANTHOR_GROUP_SUBMIT, "GROUP_SUBMIT", 0, 0},
    {DRM_IOCTL_PANTHOR_GROUP_GET_STATE, "GROUP_GET_STATE", 0, EINVAL},
    {DRM_IOCTL_PANTHOR_TILER_HEAP_CREATE, "TILER_HEAP_CREATE", 0, EINVAL},
    {DRM_IOCTL_PANTHOR_TILER_HEAP_DESTROY, "TILER_HEAP_DESTROY", 0, EINVAL},
    {DRM_IOCTL_PANTHOR_BO_SET_LABEL, "BO_SET_LABEL", 4, ENOENT},
    {DRM_IOCTL_PANTHOR_SET_USER_MMIO_OFFSET, "SET_USER_MMIO_OFFSET", 5, EINVAL},
    {DRM_IOCTL_PANTHOR_BO_SYNC, "BO_SYNC", 7, 0},
    {DRM_IOCTL_PANTHOR_BO_QUERY_INFO, "BO_QUERY_INFO", 7, ENOENT},
};

/* The request's number with another argument size, or another direction. */
static unsigned long resized(unsigned long request, unsigned int size)
{
	return _IOC(_IOC_DIR(request), _IOC_TYPE(request), _IOC_NR(request), size);
}

static unsigned long redirected(unsigned long request, unsigned int dir)
{
	return _IOC(dir, _IOC_TYPE(request), _IOC_NR(request), _IOC_SIZE(request));
}

/* Files of one's own, so that leaked objects do not meet other subtests. */
static int fresh_file(int fd)
{
	return drm_reopen_driver(fd);
}

#define for_each_ioctl(c, fd)                                                     \
	for (const struct call *c = ioctls; c < ioctls + ARRAY_SIZE(ioctls); c++) \
		if (uapi_minor(fd) >= c->minor)

/*
 * Call with a structure of @size bytes, @shift bytes behind an aligned address: zeroes as far as
 * the kernel knows it, and ones all around, which must neither be read nor written.
 */
static void call_zeroes(int fd, const struct call *call, size_t size, size_t shift)
{
	const size_t full = _IOC_SIZE(call->request), known = size < full ? size : full;
	uint8_t buffer[1024] __attribute__((aligned(8)));
	uint8_t *args = buffer + 8 + shift;
	int err;

	igt_assert(8 + shift + size < sizeof(buffer));
	memset(buffer, 0xff, sizeof(buffer));
	memset(args, 0, known);
	err = igt_ioctl(fd, resized(call->request, size), args) ? errno : 0;
	errno = 0;
	igt_assert_f(err == call->zeroes, "%zu of %zu bytes at %zu: errno %d, not %d\n", size, full,
		     shift, err, call->zeroes);
	for (uint8_t *byte = buffer; byte < buffer + sizeof(buffer); byte++)
		igt_assert_f(*byte == 0xff || (byte >= args && byte < args + known),
			     "%zu of %zu bytes at %zu: byte %td is written\n", size, full, shift,
			     byte - args);
}

static void size_tests(int fd)
{
	/* The last is more than the DRM core's buffer on the stack holds (drm_ioctl()). */
	static const size_t tails[] = {1, 8, 512};

	igt_describe("A shorter structure, of every size: the rest is zero, not what is there");
	igt_subtest_with_dynamic("ioctl_short") {
		for_each_ioctl(call, fd) igt_dynamic_f("%s", call->name)
		{
			int file = fresh_file(fd);

			for (size_t size = 0; size < _IOC_SIZE(call->request); size++)
				call_zeroes(file, call, size, 0);
			drm_close_driver(file);
		}
	}

	igt_describe("A longer structure: what is behind the known part is ignored, also if set");
	igt_subtest_with_dynamic("ioctl_long") {
		igt_require_f(uapi_minor(fd) <= HEADER_MINOR,
			      "the driver may know longer structures than these tests do\n");
		for_each_ioctl(call, fd) igt_dynamic_f("%s", call->name)
		{
			int file = fresh_file(fd);

			for (unsigned int i = 0; i < ARRAY_SIZE(tails); i++)
				call_zeroes(file, call, _IOC_SIZE(call->request) + tails[i], 0);
			drm_close_driver(file);
		}
	}

	igt_describe("A structure at an address that is not aligned is read and written there");
	igt_subtest_with_dynamic("ioctl_odd_address") {
		for_each_ioctl(call, fd) igt_dynamic_f("%s", call->name)
		{
			int file = fresh_file(fd);

			for (size_t shift = 1; shift < 8; shift++)
				call_zeroes(file, call, _IOC_SIZE(call->request), shift);
			drm_close_driver(file);
		}
	}
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		igt_panthor_skip_on_big_endian();
		fd = drm_open_driver(DRIVER_PANTHOR);
	}

	igt_describe("Arguments at an address that faults: EFAULT from every ioctl");
	igt_subtest_with_dynamic("ioctl_fault") {
		int minor = uapi_minor(fd);

		for (unsigned int i = 0; i < ARRAY_SIZE(ioctls); i++) {
			if (minor < ioctls[i].minor)
				continue;
			igt_dynamic_f("%s", ioctls[i].name) {
				void *page = fault_page();

				do_ioctl_err(fd, ioctls[i].request, page, EFAULT);
				do_ioctl_err(fd, ioctls[i].request, NULL, EFAULT);
				free_fault_page(page);
			}
		}
	}

	igt_describe("Arguments whose second half faults: EFAULT too");
	igt_subtest("ioctl_fault_half") {
		char *page = fault_page();

		for (unsigned int i = 0; i < ARRAY_SIZE(ioctls); i++) {
			if (uapi_minor(fd) < ioctls[i].minor)
				continue;
			do_ioctl_err(fd, ioctls[i].request, page - _IOC_SIZE(ioctls[i].request) / 2,
				     EFAULT);
		}
		free_fault_page(page);
	}

	igt_describe(
	    "Ioctls newer than the driver's version are refused, and those that no version has");
	igt_subtest("ioctl_newer_than_driver") {
		int minor = uapi_minor(fd);

		for (unsigned int i = 0; i < ARRAY_SIZE(ioctls); i++) {
			char args[256] = {};

			if (minor < ioctls[i].minor)
				do_ioctl_err(fd, ioctls[i].request, args, EINVAL);
		}
		for (unsigned int nr = DRM_COMMAND_BASE + ARRAY_SIZE(ioctls);
		     nr < DRM_COMMAND_END && minor <= HEADER_MINOR; nr++) {
			char args[8] = {};

			do_ioctl_err(fd, DRM_IOWR(nr, args), args, EINVAL);
		}
	}

	igt_describe("Results that cannot be written back are EFAULT");
	igt_subtest("ioctl_readonly_args") {
		int file = fresh_file(fd);
		void *page = mmap(NULL, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		igt_assert(page != MAP_FAILED);
		do_ioctl_err(file, DRM_IOCTL_PANTHOR_VM_CREATE, page, EFAULT);
		munmap(page, PAGE_SIZE);
		drm_close_driver(file);
	}

	igt_describe("A shorter structure: the rest counts as zero and is not written");
	igt_subtest("ioctl_short_struct") {
		struct drm_panthor_vm_create args = {.user_va_range = UINT64_MAX};
		int file = fresh_file(fd);

		/* All ones in the last field is refused, so it must not be read. */
		do_ioctl_err(file, DRM_IOCTL_PANTHOR_VM_CREATE, &args, EINVAL);
		do_ioctl(file,
			 resized(DRM_IOCTL_PANTHOR_VM_CREATE,
				 offsetof(struct drm_panthor_vm_create, user_va_range)),
			 &args);
		igt_assert_neq_u32(args.id, 0);
		igt_assert_eq_u64(args.user_va_range, UINT64_MAX);
		igt_panthor_vm_destroy(file, args.id, 0);
		drm_close_driver(file);
	}

	igt_describe("A longer structure with zeroes in what the kernel does not know works");
	igt_subtest("ioctl_long_struct") {
		struct {
			struct drm_panthor_vm_create args;
			uint8_t tail[64];
		} longer = {};
		int file = fresh_file(fd);

		do_ioctl(file, resized(DRM_IOCTL_PANTHOR_VM_CREATE, sizeof(longer)), &longer);
		igt_assert_neq_u32(longer.args.id, 0);
		for (unsigned int i = 0; i < sizeof(longer.tail); i++)
			igt_assert_eq(longer.tail[i], 0);
		igt_panthor_vm_destroy(file, longer.args.id, 0);
		drm_close_driver(file);
	}

	igt_describe("A structure of no size at all is one of zeroes");
	igt_subtest("ioctl_empty_struct") {
		struct drm_panthor_vm_destroy args = {};
		int file = fresh_file(fd);

		igt_panthor_vm_create(file, &args.id, 0);
		/* VM 0 never exists. */
		do_ioctl_err(file, resized(DRM_IOCTL_PANTHOR_VM_DESTROY, 0), &args, EINVAL);
		do_ioctl(file, DRM_IOCTL_PANTHOR_VM_DESTROY, &args);
		drm_close_driver(file);
	}

	igt_describe("A request that says it writes nothing to the kernel passes zeroes");
	igt_subtest("ioctl_wrong_direction") {
		struct drm_panthor_vm_destroy args = {};
		int file = fresh_file(fd);
		uint32_t vm;

		igt_panthor_vm_create(file, &vm, 0);
		args.id = vm;
		do_ioctl_err(file, redirected(DRM_IOCTL_PANTHOR_VM_DESTROY, _IOC_READ), &args,
			     EINVAL);
		igt_panthor_vm_destroy(file, vm, 0);
		drm_close_driver(file);
	}

	igt_describe("Arguments at an odd address work like any others");
	igt_subtest("ioctl_unaligned_args") {
		struct drm_panthor_vm_create args = {};
		char buffer[sizeof(args) + 1] = {};
		int file = fresh_file(fd);

		do_ioctl(file, DRM_IOCTL_PANTHOR_VM_CREATE, buffer + 1);
		memcpy(&args, buffer + 1, sizeof(args));
		igt_assert_neq_u32(args.id, 0);
		igt_assert_neq_u64(args.user_va_range, 0);
		igt_panthor_vm_destroy(file, args.id, 0);
		drm_close_driver(file);
	}

	igt_describe("Numbers behind the last ioctl are refused, as are other types of ioctl");
	igt_subtest("ioctl_unknown") {
		char args[256] = {};

		for (unsigned int nr = ARRAY_SIZE(ioctls) + DRM_COMMAND_BASE + 16;
		     nr < DRM_COMMAND_END; nr++)
			do_ioctl_err(fd, _IOC(_IOC_READ | _IOC_WRITE, DRM_IOCTL_BASE, nr, 16), args,
				     EINVAL);
		do_ioctl_err(fd, _IOC(_IOC_READ | _IOC_WRITE, 'e', DRM_COMMAND_BASE, 16), args,
			     ENOTTY);
	}

	size_tests(fd);

	igt_fixture()
		drm_close_driver(fd);
}
