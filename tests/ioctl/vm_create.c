// SPDX-License-Identifier: MIT
/* VMs as objects: created, destroyed, counted, and split between user and kernel. */
#include "vm.h"

/* Panthor's limit for a file (PANTHOR_MAX_VMS_PER_FILE in both kernels). */
#define MAX_VMS 32

/* What the kernel keeps for itself at least (PANTHOR_VM_MIN_KERNEL_VA_SIZE). */
#define MIN_KERNEL_RANGE (256ull << 20)

static int try_create(int fd, struct drm_panthor_vm_create args)
{
	return igt_ioctl(fd, DRM_IOCTL_PANTHOR_VM_CREATE, &args) ? -errno : 0;
}

/* The whole of the GPU's addresses, in bytes. */
static uint64_t full_range(int fd)
{
	struct drm_panthor_gpu_info gpu = {};

	igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &gpu, sizeof(gpu), 0);
	return 1ull << DRM_PANTHOR_MMU_VA_BITS(gpu.mmu_features);
}

static void lifetime_tests(int fd)
{
	igt_describe("A VM has an id that is not zero");
	igt_subtest("vm_create_destroy") {
		uint32_t vm = 0;

		igt_panthor_vm_create(fd, &vm, 0);
		igt_assert_neq_u32(vm, 0);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("Only a VM can be destroyed");
	igt_subtest("vm_destroy_invalid") {
		igt_panthor_vm_destroy(fd, BAD_HANDLE, EINVAL);
		igt_panthor_vm_destroy(fd, 0, EINVAL);
		igt_panthor_vm_destroy(fd, UINT32_MAX, EINVAL);
	}

	igt_describe("A VM can be destroyed once");
	igt_subtest("vm_destroy_twice") {
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		igt_panthor_vm_destroy(fd, vm, 0);
		igt_panthor_vm_destroy(fd, vm, EINVAL);
	}

	igt_describe("The padding of VM_DESTROY must be zero, and such a call destroys nothing");
	igt_subtest("vm_destroy_pad") {
		struct drm_panthor_vm_destroy args = {.pad = 1};

		igt_panthor_vm_create(fd, &args.id, 0);
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_VM_DESTROY, &args, EINVAL);
		args.pad = 0;
		do_ioctl(fd, DRM_IOCTL_PANTHOR_VM_DESTROY, &args);
	}

	igt_describe("A VM with mappings can be destroyed; the BOs stay");
	igt_subtest("vm_destroy_with_mappings") {
		struct panthor_bo bo;
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		marked_bo_create(fd, &bo, 4 * PAGE_SIZE, 0x100);
		for (int i = 0; i < 8; i++)
			igt_assert_eq(try_bind_op(fd, vm, map_op(bo.handle, TEST_VA << i, bo.size)),
				      0);
		igt_panthor_vm_destroy(fd, vm, 0);
		igt_assert_eq_u32(*(volatile uint32_t *)bo.map, 0x100);
		igt_panthor_free_bo(fd, &bo);
	}

	igt_describe("A new VM is usable; what is no VM has no state");
	igt_subtest("vm_get_state") {
		struct drm_panthor_vm_get_state args = {.vm_id = BAD_HANDLE};
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		igt_assert_eq_u32(vm_state(fd, vm), DRM_PANTHOR_VM_STATE_USABLE);
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_VM_GET_STATE, &args, EINVAL);
		args.vm_id = 0;
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_VM_GET_STATE, &args, EINVAL);
		igt_panthor_vm_destroy(fd, vm, 0);
		args.vm_id = vm;
		do_ioctl_err(fd, DRM_IOCTL_PANTHOR_VM_GET_STATE, &args, EINVAL);
	}

	igt_describe("A failed synchronous operation leaves a VM usable");
	igt_subtest("vm_state_after_failure") {
		struct panthor_bo bo;
		uint32_t vm;

		igt_panthor_vm_create(fd, &vm, 0);
		igt_panthor_bo_create(fd, &bo, PAGE_SIZE, 0, 0);
		igt_assert_eq(try_bind_op(fd, vm, map_op(bo.handle, TEST_VA, 2 * PAGE_SIZE)),
			      -EINVAL);
		igt_assert_eq_u32(vm_state(fd, vm), DRM_PANTHOR_VM_STATE_USABLE);
		igt_assert_eq(try_bind_op(fd, vm, map_op(bo.handle, TEST_VA, PAGE_SIZE)), 0);
		igt_panthor_free_bo(fd, &bo);
		igt_panthor_vm_destroy(fd, vm, 0);
	}

	igt_describe("A file has up to 32 VMs, all different; a destroyed one makes room");
	igt_subtest("vm_limit") {
		int file = drm_reopen_driver(fd);
		uint32_t vms[MAX_VMS];

		for (int i = 0; i < MAX_VMS; i++) {
			igt_panthor_vm_create(file, &vms[i], 0);
			for (int j = 0; j < i; j++)
				igt_assert_neq_u32(vms[i], vms[j]);
		}
		igt_assert_eq(try_create(file, (struct drm_panthor_vm_create){}), -EBUSY);
		igt_panthor_vm_destroy(file, vms[7], 0);
		igt_panthor_vm_create(file, &vms[7], 0);
		igt_assert_eq(try_create(file, (struct drm_panthor_vm_create){}), -EBUSY);

		/* The limit is a file's own. */
		igt_panthor_vm_create(fd, &vms[0], 0);
		igt_panthor_vm_destroy(fd, vms[0], 0);
		drm_close_driver(file);
	}
}

static void argument_tests(int fd)
{
	igt_describe("VMs have no flags");
	igt_subtest("vm_create_flags") {
		igt_assert_eq(try_create(fd, (struct drm_panthor_vm_create){.flags = UINT32_MAX}),
			      -EINVAL);
		for (int bit = 0; bit < 32; bit++)
			igt_assert_eq(
			    try_create(fd, (struct drm_panthor_vm_create){.flags = 1u << bit}),
			    -EINVAL);
	}

	igt_describe(
	    "The user's part is as large as asked for, or more, and leaves the kernel some");
	igt_subtest("vm_create_user_va_range") {
		uint64_t full = full_range(fd);
		const uint64_t asked[] = {0, PAGE_SIZE, 1ull << 32, full / 2,
					  full - MIN_KERNEL_RANGE};

		for (unsigned int i = 0; i < ARRAY_SIZE(asked); i++) {
			struct drm_panthor_vm_create args = {.user_va_range = asked[i]};

			do_ioctl(fd, DRM_IOCTL_PANTHOR_VM_CREATE, &args);
			igt_assert_lte_u64(asked[i], args.user_va_range);
			igt_assert_neq_u64(args.user_va_range, 0);
			igt_assert_lte_u64(args.user_va_range, full - MIN_KERNEL_RANGE);
			igt_panthor_vm_destroy(fd, args.id, 0);
		}
	}

	igt_describe("A user's part that leaves the kernel too little is refused");
	igt_subtest("vm_create_user_va_range_too_large") {
		uint64_t full = full_range(fd);
		const uint64_t asked[] = {full - MIN_KERNEL_RANGE + PAGE_SIZE,
					  full - PAGE_SIZE,
					  full,
					  full + PAGE_SIZE,
					  1ull << 63,
					  UINT64_MAX};

		for (unsigned int i = 0; i < ARRAY_SIZE(asked); i++)
			igt_assert_eq(try_create(fd,
						 (struct drm_panthor_vm_create){
						     .user_va_range = asked[i],
						 }),
				      -EINVAL);
	}
}

void vm_create_tests(int fd)
{
	lifetime_tests(fd);
	argument_tests(fd);
}
