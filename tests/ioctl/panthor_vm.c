// SPDX-License-Identifier: MIT
/* Virtual address spaces: the program of the vm_ files. */
#include "vm.h"

IGT_TEST_DESCRIPTION("VMs and VM_BIND");

int try_bind(int fd, uint32_t vm, uint32_t flags, struct drm_panthor_obj_array ops)
{
	struct drm_panthor_vm_bind args = {.vm_id = vm, .flags = flags, .ops = ops};

	return igt_ioctl(fd, DRM_IOCTL_PANTHOR_VM_BIND, &args) ? -errno : 0;
}

int try_bind_op(int fd, uint32_t vm, struct drm_panthor_vm_bind_op op)
{
	return try_bind(fd, vm, 0, OBJ_ARRAY(1, sizeof(op), &op));
}

struct drm_panthor_vm_bind_op map_op(uint32_t handle, uint64_t va, uint64_t size)
{
	return (struct drm_panthor_vm_bind_op){
	    .flags = DRM_PANTHOR_VM_BIND_OP_TYPE_MAP,
	    .bo_handle = handle,
	    .va = va,
	    .size = size,
	};
}

struct drm_panthor_vm_bind_op unmap_op(uint64_t va, uint64_t size)
{
	return (struct drm_panthor_vm_bind_op){
	    .flags = DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP,
	    .va = va,
	    .size = size,
	};
}

uint32_t vm_state(int fd, uint32_t vm)
{
	struct drm_panthor_vm_get_state args = {.vm_id = vm, .state = BAD_HANDLE};

	do_ioctl(fd, DRM_IOCTL_PANTHOR_VM_GET_STATE, &args);
	return args.state;
}

void marked_bo_create(int fd, struct panthor_bo *bo, uint64_t size, uint32_t seed)
{
	igt_panthor_bo_create_mapped(fd, bo, size, 0, 0);
	igt_assert(bo->map);
	for (uint64_t page = 0; page < size / PAGE_SIZE; page++)
		*(volatile uint32_t *)((char *)bo->map + page * PAGE_SIZE) = seed + page;
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		igt_panthor_skip_on_big_endian();
		fd = drm_open_driver(DRIVER_PANTHOR);
	}

	vm_create_tests(fd);
	vm_bind_tests(fd);
	vm_overlap_tests(fd);
	vm_unbind_tests(fd);
	vm_array_tests(fd);
	vm_async_tests(fd);
	vm_sync_op_tests(fd);

	igt_fixture()
		drm_close_driver(fd);
}
