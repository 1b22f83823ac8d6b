// SPDX-License-Identifier: MIT
/* What is said and asked about buffer objects: labels and BO_QUERY_INFO. */
#include "gem.h"

/* The longest label, its NUL included (uAPI header, drm_panthor_bo_set_label). */
#define LABEL_MAX 4096

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

void gem_info_tests(int fd)
{
	label_tests(fd);
	info_tests(fd);
}
