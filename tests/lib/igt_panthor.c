// SPDX-License-Identifier: MIT
/* The helpers of igt_panthor.h. */
#include <sys/mman.h>

#include "drmtest.h"
#include "igt_aux.h"
#include "igt_panthor.h"
#include "ioctl_wrappers.h"

static void call(int fd, unsigned long request, void *args, int err)
{
	if (err)
		do_ioctl_err(fd, request, args, err);
	else
		do_ioctl(fd, request, args);
}

/* Panthor's structures are written for little-endian machines. */
void igt_panthor_skip_on_big_endian(void)
{
	igt_skip_on_f(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
		      "Panthor is unsupported on big-endian arch\n");
}

/* Skip unless the driver says that it has uAPI 1.@minor: a feature's version is in the header. */
void igt_panthor_require_uapi_minor(int fd, int minor)
{
	struct drm_version v = {};

	do_ioctl(fd, DRM_IOCTL_VERSION, &v);
	igt_require_f(v.version_major == 1 && v.version_minor >= minor,
		      "needs uAPI 1.%d, the driver has %d.%d\n", minor, v.version_major,
		      v.version_minor);
}

void igt_panthor_query(int fd, int32_t type, void *data, size_t size, int err)
{
	struct drm_panthor_dev_query args = {
	    .type = type,
	    .pointer = to_user_pointer(data),
	    .size = size,
	};

	call(fd, DRM_IOCTL_PANTHOR_DEV_QUERY, &args, err);
}

/* @uva_range (may be NULL): the size of the user's half, as the driver chose it. */
void igt_panthor_vm_create_userva_range(int fd, uint32_t *vm_id, int err, uint64_t *uva_range)
{
	struct drm_panthor_vm_create args = {};

	call(fd, DRM_IOCTL_PANTHOR_VM_CREATE, &args, err);
	if (err)
		return;
	*vm_id = args.id;
	if (uva_range)
		*uva_range = args.user_va_range;
}

void igt_panthor_vm_destroy(int fd, uint32_t vm_id, int err)
{
	struct drm_panthor_vm_destroy args = {.id = vm_id};

	call(fd, DRM_IOCTL_PANTHOR_VM_DESTROY, &args, err);
}

/* One synchronous operation. */
void igt_panthor_vm_bind_offset(int fd, uint32_t vm_id, uint32_t bo_handle, uint64_t va,
				uint64_t size, uint64_t offset, uint32_t flags, int err)
{
	struct drm_panthor_vm_bind_op op = {
	    .flags = flags,
	    .bo_handle = bo_handle,
	    .bo_offset = offset,
	    .va = va,
	    .size = size,
	};
	struct drm_panthor_vm_bind args = {
	    .vm_id = vm_id,
	    .ops = DRM_PANTHOR_OBJ_ARRAY(1, &op),
	};

	call(fd, DRM_IOCTL_PANTHOR_VM_BIND, &args, err);
}

void igt_panthor_bo_create(int fd, struct panthor_bo *bo, uint64_t size, uint32_t flags, int err)
{
	struct drm_panthor_bo_create args = {.size = size, .flags = flags};

	call(fd, DRM_IOCTL_PANTHOR_BO_CREATE, &args, err);
	*bo = (struct panthor_bo){.handle = args.handle, .size = args.size};
}

uint64_t igt_panthor_bo_mmap_offset(int fd, uint32_t handle, int err)
{
	struct drm_panthor_bo_mmap_offset args = {.handle = handle};

	call(fd, DRM_IOCTL_PANTHOR_BO_MMAP_OFFSET, &args, err);
	return args.offset;
}

/* Returns NULL, with errno set, if the kernel does not map it. */
void *igt_panthor_mmap_bo(int fd, uint32_t handle, uint64_t size, unsigned int prot,
			  uint64_t offset)
{
	void *map = mmap(NULL, size, prot, MAP_SHARED, fd, offset);

	return map == MAP_FAILED ? NULL : map;
}

void igt_panthor_bo_create_mapped(int fd, struct panthor_bo *bo, uint64_t size, uint32_t flags,
				  int err)
{
	igt_panthor_bo_create(fd, bo, size, flags, err);
	bo->offset = igt_panthor_bo_mmap_offset(fd, bo->handle, err);
	bo->map = igt_panthor_mmap_bo(fd, bo->handle, bo->size, PROT_READ | PROT_WRITE, bo->offset);
}

/* Unmap and close; a NULL @bo is nothing to do. */
void igt_panthor_free_bo(int fd, struct panthor_bo *bo)
{
	if (!bo)
		return;
	if (bo->map)
		munmap(bo->map, bo->size);
	bo->map = NULL;
	gem_close(fd, bo->handle);
}

void igt_panthor_group_create(int fd, struct drm_panthor_group_create *group_create, int err)
{
	call(fd, DRM_IOCTL_PANTHOR_GROUP_CREATE, group_create, err);
}

void igt_panthor_group_destroy(int fd, uint32_t group_handle, int err)
{
	struct drm_panthor_group_destroy args = {.group_handle = group_handle};

	call(fd, DRM_IOCTL_PANTHOR_GROUP_DESTROY, &args, err);
}

void igt_panthor_group_submit(int fd, struct drm_panthor_group_submit *group_submit, int err)
{
	call(fd, DRM_IOCTL_PANTHOR_GROUP_SUBMIT, group_submit, err);
}

/* The lowest of the cores in a mask, as a mask; 0 without any. */
uint64_t igt_panthor_get_first_core(uint64_t cores_present)
{
	return cores_present & -cores_present;
}

/* A medium-priority group with one queue of 4 KiB and one core of each kind. */
uint32_t igt_panthor_group_create_simple(int fd, uint32_t vm_id, int err)
{
	struct drm_panthor_queue_create queue = {.ringbuf_size = 4096};
	struct drm_panthor_group_create args = {
	    .queues = DRM_PANTHOR_OBJ_ARRAY(1, &queue),
	    .max_compute_cores = 1,
	    .max_fragment_cores = 1,
	    .max_tiler_cores = 1,
	    .priority = PANTHOR_GROUP_PRIORITY_MEDIUM,
	    .vm_id = vm_id,
	};
	struct drm_panthor_gpu_info gpu = {};

	igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &gpu, sizeof(gpu), 0);
	args.compute_core_mask = igt_panthor_get_first_core(gpu.shader_present);
	args.fragment_core_mask = igt_panthor_get_first_core(gpu.shader_present);
	args.tiler_core_mask = igt_panthor_get_first_core(gpu.tiler_present);
	igt_panthor_group_create(fd, &args, err);
	return args.group_handle;
}

/* One job on one queue that signals a binary sync object; latest_flush 0 always flushes. */
void igt_panthor_group_submit_simple(int fd, uint32_t group_handle, uint32_t queue_index,
				     uint64_t stream_addr, uint32_t stream_size,
				     uint32_t syncobj_handle, int err)
{
	struct drm_panthor_sync_op sync = {
	    .flags = DRM_PANTHOR_SYNC_OP_SIGNAL,
	    .handle = syncobj_handle,
	};
	struct drm_panthor_queue_submit submit = {
	    .queue_index = queue_index,
	    .stream_size = stream_size,
	    .stream_addr = stream_addr,
	    .syncs = DRM_PANTHOR_OBJ_ARRAY(1, &sync),
	};
	struct drm_panthor_group_submit args = {
	    .group_handle = group_handle,
	    .queue_submits = DRM_PANTHOR_OBJ_ARRAY(1, &submit),
	};

	igt_panthor_group_submit(fd, &args, err);
}
