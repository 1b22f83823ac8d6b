/* SPDX-License-Identifier: MIT */
/* The parts of panthor_vm, one a file; each declares its subtests when called from igt_main. */
#ifndef TYR_IOCTL_VM_H
#define TYR_IOCTL_VM_H

#include "gpu_mem.h"
#include "util.h"

/* Where the GPU's own page goes when a test looks at mappings with it. */
#define GPU_VA 0x10000ull

void vm_create_tests(int fd);
void vm_bind_tests(int fd);
void vm_overlap_tests(int fd);
void vm_unbind_tests(int fd);
void vm_array_tests(int fd);
void vm_async_tests(int fd);
void vm_sync_op_tests(int fd);

/* One synchronous operation, raw; 0 or -errno. */
int try_bind_op(int fd, uint32_t vm, struct drm_panthor_vm_bind_op op);
/* @ops as one VM_BIND with @flags; 0 or -errno. */
int try_bind(int fd, uint32_t vm, uint32_t flags, struct drm_panthor_obj_array ops);
struct drm_panthor_vm_bind_op map_op(uint32_t handle, uint64_t va, uint64_t size);
struct drm_panthor_vm_bind_op unmap_op(uint64_t va, uint64_t size);
uint32_t vm_state(int fd, uint32_t vm);

/* A BO in which every page starts with @seed plus its number. */
void marked_bo_create(int fd, struct panthor_bo *bo, uint64_t size, uint32_t seed);

#endif
