// SPDX-License-Identifier: MIT
/*
 * Who may have which group priority: high and realtime take CAP_SYS_NICE or the DRM master. The
 * unprivileged side is a child that has become nobody.
 */
#include "group.h"

IGT_TEST_DESCRIPTION("Rights to group priorities");

/* 0 or -errno of making a group of a priority on @fd. */
static int try_priority(int fd, enum drm_panthor_group_priority priority)
{
	struct drm_panthor_queue_create queue = {.ringbuf_size = SZ_4K};
	struct drm_panthor_group_create args = {
	    .queues = DRM_PANTHOR_OBJ_ARRAY(1, &queue),
	    .priority = priority,
	};
	int err;

	igt_panthor_vm_create(fd, &args.vm_id, 0);
	err = igt_ioctl(fd, DRM_IOCTL_PANTHOR_GROUP_CREATE, &args) ? -errno : 0;
	if (!err && args.group_handle)
		igt_panthor_group_destroy(fd, args.group_handle, 0);
	igt_panthor_vm_destroy(fd, args.vm_id, 0);
	return err;
}

static uint8_t allowed(int fd)
{
	struct drm_panthor_group_priorities_info info = {};

	igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GROUP_PRIORITIES_INFO, &info, sizeof(info), 0);
	return info.allowed_mask;
}

static void require_root(void)
{
	errno = 0;
	igt_require_f(geteuid() == 0, "needs root, to have privileges and drop them\n");
}

int igt_main()
{
	int render = -1, realtime_since = 2;

	igt_fixture() {
		igt_panthor_skip_on_big_endian();
		/* The render node has no DRM master, so that only capabilities count. */
		render = drm_open_driver_render(DRIVER_PANTHOR);
	}

	igt_describe("Low and medium priority are for everyone");
	igt_subtest("priority_unprivileged") {
		require_root();
		igt_fork(child, 1) {
			drop_privileges();
			igt_assert_eq(try_priority(render, PANTHOR_GROUP_PRIORITY_LOW), 0);
			igt_assert_eq(try_priority(render, PANTHOR_GROUP_PRIORITY_MEDIUM), 0);
		}
		igt_waitchildren();
	}

	igt_describe("High priority is refused without privileges");
	igt_subtest("priority_high_denied") {
		require_root();
		igt_fork(child, 1) {
			drop_privileges();
			igt_assert_eq(try_priority(render, PANTHOR_GROUP_PRIORITY_HIGH), -EACCES);
		}
		igt_waitchildren();
	}

	igt_describe("Realtime priority is refused without privileges");
	igt_subtest("priority_realtime_denied") {
		igt_panthor_require_uapi_minor(render, realtime_since);
		require_root();
		igt_fork(child, 1) {
			drop_privileges();
			igt_assert_eq(try_priority(render, PANTHOR_GROUP_PRIORITY_REALTIME),
				      -EACCES);
		}
		igt_waitchildren();
	}

	igt_describe("High priority is had with CAP_SYS_NICE");
	igt_subtest("priority_high_privileged") {
		require_root();
		igt_assert_eq(try_priority(render, PANTHOR_GROUP_PRIORITY_HIGH), 0);
	}

	igt_describe("Realtime priority is had with CAP_SYS_NICE, where it exists");
	igt_subtest("priority_realtime_privileged") {
		bool exists = uapi_minor(render) >= realtime_since;

		require_root();
		igt_assert_eq(try_priority(render, PANTHOR_GROUP_PRIORITY_REALTIME),
			      exists ? 0 : -EINVAL);
	}

	igt_describe("The DRM master may have high priority without a capability");
	igt_subtest("priority_master") {
		int fd;

		require_root();
		fd = drm_open_driver_master(DRIVER_PANTHOR);
		igt_fork(child, 1) {
			drop_privileges();
			igt_assert_eq(try_priority(fd, PANTHOR_GROUP_PRIORITY_HIGH), 0);
		}
		igt_waitchildren();
		drm_close_driver(fd);
	}

	igt_describe("The query tells each caller what it may have, and GROUP_CREATE agrees");
	igt_subtest("priority_query_agrees") {
		igt_panthor_require_uapi_minor(render, 2);
		require_root();
		for (int drop = 0; drop < 2; drop++) {
			igt_fork(child, 1) {
				uint8_t mask;

				if (drop)
					drop_privileges();
				mask = allowed(render);
				igt_assert_eq_u32(mask, drop ? 0x3 : 0xf);
				for (int p = 0; p <= PANTHOR_GROUP_PRIORITY_REALTIME; p++)
					igt_assert_eq(try_priority(render, p),
						      mask & (1 << p) ? 0 : -EACCES);
			}
			igt_waitchildren();
		}
	}

	igt_fixture()
		drm_close_driver(render);
}
