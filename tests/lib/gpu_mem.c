// SPDX-License-Identifier: MIT
/* Words loaded and stored by jobs of a few instructions. */
#include "cs.h"
#include "gpu_mem.h"
#include "igt.h"
#include "igt_syncobj.h"
#include "sw_sync.h"

#define PAGE      4096u
#define RESULT    2048u /* offset of the result in the page */
#define WAIT_NS   (10ll * NSEC_PER_SEC)
#define ALL_SLOTS 0xff

/* Registers of the streams; the kernel's own are the topmost ones. */
enum {
	REG_ADDR = 64,
	REG_VALUE = 66,
	REG_RESULT = 68,
	REG_FLUSH_ID = 70,
};

void gpu_mem_open(struct gpu_mem *gpu, int fd, uint32_t vm, uint64_t va)
{
	*gpu = (struct gpu_mem){.fd = fd, .vm = vm, .va = va};
	igt_panthor_bo_create_mapped(fd, &gpu->bo, PAGE, 0, 0);
	igt_assert(gpu->bo.map);
	igt_panthor_vm_bind(fd, vm, gpu->bo.handle, va, PAGE, DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
	gpu->group = igt_panthor_group_create_simple(fd, vm, 0);
	gpu->syncobj = syncobj_create(fd, 0);
}

void gpu_mem_close(struct gpu_mem *gpu)
{
	syncobj_destroy(gpu->fd, gpu->syncobj);
	igt_panthor_group_destroy(gpu->fd, gpu->group, 0);
	igt_panthor_vm_bind(gpu->fd, gpu->vm, 0, gpu->va, PAGE, DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP,
			    0);
	igt_panthor_free_bo(gpu->fd, &gpu->bo);
}

/* Make what the GPU wrote visible to the CPU; CS loads and stores go through the L2 cache. */
static void end_stream(struct csb *b)
{
	csb_wait(b, ALL_SLOTS);
	csb_move32(b, REG_FLUSH_ID, 0);
	csb_flush_caches(b, CSB_FLUSH_CLEAN_INVALIDATE, CSB_FLUSH_CLEAN_INVALIDATE,
			 CSB_FLUSH_INVALIDATE, REG_FLUSH_ID, 0, 1);
	csb_wait(b, ALL_SLOTS);
}

static void run(struct gpu_mem *gpu, struct csb *b)
{
	struct timespec now;
	int fence, status;

	end_stream(b);
	igt_panthor_group_submit_simple(gpu->fd, gpu->group, 0, b->va, csb_size(b), gpu->syncobj,
					0);
	igt_gettime(&now);
	igt_assert_f(syncobj_wait(gpu->fd, &gpu->syncobj, 1,
				  now.tv_sec * NSEC_PER_SEC + now.tv_nsec + WAIT_NS, 0, NULL),
		     "the GPU's access did not finish\n");

	fence = syncobj_handle_to_fd(gpu->fd, gpu->syncobj,
				     DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE);
	status = sync_fence_status(fence);
	close(fence);
	igt_assert_f(status == 1, "the GPU's access failed (fence status %d)\n", status);
}

uint32_t gpu_load32(struct gpu_mem *gpu, uint64_t va)
{
	volatile uint32_t *result = (void *)((char *)gpu->bo.map + RESULT);
	struct csb b = csb_begin(gpu->bo.map, gpu->va, RESULT);

	*result = 0xbadc0de;
	csb_move48(&b, REG_ADDR, va);
	csb_load32(&b, REG_VALUE, REG_ADDR, 0);
	csb_wait(&b, ALL_SLOTS);
	csb_move48(&b, REG_RESULT, gpu->va + RESULT);
	csb_store32(&b, REG_VALUE, REG_RESULT, 0);
	run(gpu, &b);
	return *result;
}

void gpu_store32(struct gpu_mem *gpu, uint64_t va, uint32_t value)
{
	struct csb b = csb_begin(gpu->bo.map, gpu->va, RESULT);

	csb_move48(&b, REG_ADDR, va);
	csb_move32(&b, REG_VALUE, value);
	csb_store32(&b, REG_VALUE, REG_ADDR, 0);
	run(gpu, &b);
}
