// SPDX-License-Identifier: MIT
/* What the driver says it is, and that it is what it says: DRM version, capabilities, nodes. */
#include <fcntl.h>

#include "util.h"

IGT_TEST_DESCRIPTION("The driver's name, uAPI version and DRM capabilities");

/* The first uAPI minor of each query that is not in 1.0; from the header's version list. */
static const struct {
	uint32_t type;
	int minor;
} versioned_queries[] = {
    {DRM_PANTHOR_DEV_QUERY_TIMESTAMP_INFO, 1},
    {DRM_PANTHOR_DEV_QUERY_GROUP_PRIORITIES_INFO, 2},
    {DRM_PANTHOR_DEV_QUERY_MMU_INFO, 9},
};

static uint64_t capability(int fd, uint64_t cap)
{
	uint64_t value = 0;

	igt_assert_eq(drmGetCap(fd, cap, &value), 0);
	return value;
}

/* The driver's own ioctls work on the file. */
static void check_usable(int fd)
{
	struct drm_panthor_gpu_info gpu = {};

	igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &gpu, sizeof(gpu), 0);
	igt_assert_neq_u32(gpu.gpu_id, 0);
}

static int group_state(int fd, uint32_t group)
{
	struct drm_panthor_group_get_state args = {.group_handle = group};

	return igt_ioctl(fd, DRM_IOCTL_PANTHOR_GROUP_GET_STATE, &args) ? -errno : 0;
}

/* A group of @fd cannot be asked, given work or destroyed through @other, and survives that. */
static void group_is_separate(int fd, int other, uint32_t vm)
{
	uint32_t group = igt_panthor_group_create_simple(fd, vm, 0);
	struct drm_panthor_queue_submit submit = {};
	struct drm_panthor_group_submit args = {
	    .group_handle = group,
	    .queue_submits = DRM_PANTHOR_OBJ_ARRAY(1, &submit),
	};

	igt_assert_eq(group_state(fd, group), 0);
	igt_assert_eq(group_state(other, group), -EINVAL);
	igt_panthor_group_submit(other, &args, EINVAL);
	igt_panthor_group_destroy(other, group, EINVAL);
	igt_assert_eq(group_state(fd, group), 0);
	igt_panthor_group_destroy(fd, group, 0);
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		igt_panthor_skip_on_big_endian();
		fd = drm_open_driver(DRIVER_PANTHOR);
	}

	igt_describe("The driver is called panthor, which Mesa goes by, and has uAPI major 1");
	igt_subtest("version_name") {
		drmVersionPtr v = drmGetVersion(fd);

		igt_assert(v);
		igt_assert_f(!strcmp(v->name, "panthor"), "the name is %s\n", v->name);
		igt_assert_eq(v->version_major, 1);
		igt_assert(v->version_minor >= 0);
		igt_assert(v->desc_len > 0);
		drmFreeVersion(v);
		check_usable(fd);
	}

	igt_describe("A name buffer too small is filled as far as it goes, no further");
	igt_subtest("version_short_buffer") {
		char name[8] = "xxxxxxx";
		struct drm_version v = {.name = name, .name_len = 3};

		check_usable(fd);
		do_ioctl(fd, DRM_IOCTL_VERSION, &v);
		igt_assert_eq(memcmp(name, "panxxxx", sizeof(name)), 0);
		igt_assert_eq(v.name_len, strlen("panthor"));
	}

	igt_describe("Each query exists from the uAPI version on that added it, not before");
	igt_subtest("version_matches_queries") {
		int minor = uapi_minor(fd);

		check_usable(fd);
		for (unsigned int i = 0; i < ARRAY_SIZE(versioned_queries); i++) {
			struct drm_panthor_dev_query q = {.type = versioned_queries[i].type};
			bool there = igt_ioctl(fd, DRM_IOCTL_PANTHOR_DEV_QUERY, &q) == 0;

			igt_assert_f(there == (minor >= versioned_queries[i].minor),
				     "query %u with uAPI 1.%d\n", q.type, minor);
		}
	}

	igt_describe("Buffers can be shared both ways and sync objects exist in both kinds");
	igt_subtest("capabilities") {
		check_usable(fd);
		igt_assert_eq_u64(capability(fd, DRM_CAP_PRIME),
				  DRM_PRIME_CAP_IMPORT | DRM_PRIME_CAP_EXPORT);
		igt_assert_eq_u64(capability(fd, DRM_CAP_SYNCOBJ), 1);
		igt_assert_eq_u64(capability(fd, DRM_CAP_SYNCOBJ_TIMELINE), 1);
	}

	igt_describe("The render node is enough for everything the driver offers");
	igt_subtest("render_node") {
		int render = drm_open_driver_render(DRIVER_PANTHOR);
		struct panthor_bo bo;
		uint32_t vm, group;

		igt_assert_eq(drmGetNodeTypeFromFd(render), DRM_NODE_RENDER);
		check_usable(render);
		igt_panthor_vm_create(render, &vm, 0);
		igt_panthor_bo_create_mapped(render, &bo, PAGE_SIZE, 0, 0);
		igt_assert(bo.map);
		igt_panthor_vm_bind(render, vm, bo.handle, TEST_VA, PAGE_SIZE,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
		group = igt_panthor_group_create_simple(render, vm, 0);
		igt_panthor_group_destroy(render, group, 0);
		igt_panthor_free_bo(render, &bo);
		igt_panthor_vm_destroy(render, vm, 0);
		drm_close_driver(render);
	}

	igt_describe("The render node refuses what belongs to the primary node");
	igt_subtest("render_node_refuses_primary_ioctls") {
		int render = drm_open_driver_render(DRIVER_PANTHOR);
		struct drm_mode_card_res res = {};
		struct drm_gem_flink flink = {};
		struct panthor_bo bo;

		igt_panthor_bo_create(render, &bo, PAGE_SIZE, 0, 0);
		flink.handle = bo.handle;
		do_ioctl_err(render, DRM_IOCTL_GEM_FLINK, &flink, EACCES);
		do_ioctl_err(render, DRM_IOCTL_SET_MASTER, NULL, EACCES);
		do_ioctl_err(render, DRM_IOCTL_MODE_GETRESOURCES, &res, EACCES);
		igt_panthor_free_bo(render, &bo);
		drm_close_driver(render);
	}

	igt_describe("The primary node works too, and has no display behind it");
	igt_subtest("primary_node") {
		struct drm_mode_card_res res = {};

		igt_require_f(drmGetNodeTypeFromFd(fd) == DRM_NODE_PRIMARY,
			      "this user may not open the primary node\n");
		check_usable(fd);
		do_ioctl_err(fd, DRM_IOCTL_MODE_GETRESOURCES, &res, EOPNOTSUPP);
	}

	igt_describe("The objects of one file do not exist in another");
	igt_subtest("files_are_separate") {
		int other = drm_reopen_driver(fd);
		struct drm_panthor_vm_get_state state = {};
		struct panthor_bo bo;

		igt_panthor_vm_create(fd, &state.vm_id, 0);
		do_ioctl(fd, DRM_IOCTL_PANTHOR_VM_GET_STATE, &state);
		do_ioctl_err(other, DRM_IOCTL_PANTHOR_VM_GET_STATE, &state, EINVAL);
		igt_panthor_vm_destroy(other, state.vm_id, EINVAL);
		group_is_separate(fd, other, state.vm_id);

		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		igt_panthor_bo_mmap_offset(other, bo.handle, ENOENT);

		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, state.vm_id, 0);
		drm_close_driver(other);
	}

	igt_describe("A file closed with everything still in it takes it all along");
	igt_subtest("close_with_objects") {
		for (int i = 0; i < 8; i++) {
			int other = drm_reopen_driver(fd);
			struct panthor_bo bo;
			uint32_t vm;

			igt_panthor_vm_create(other, &vm, 0);
			igt_panthor_bo_create(other, &bo, PAGE_SIZE, 0, 0);
			igt_panthor_vm_bind(other, vm, bo.handle, TEST_VA, PAGE_SIZE,
					    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
			igt_panthor_group_create_simple(other, vm, 0);
			igt_assert_eq(drm_close_driver(other), 0);
		}
		check_usable(fd);
	}

	igt_fixture()
		drm_close_driver(fd);
}
