/* SPDX-License-Identifier: MIT */
/*
 * The GPU's view of memory: words loaded and stored by jobs, so that a test of mappings checks
 * what they map and not only what an ioctl answered.
 */
#ifndef TYR_GPU_MEM_H
#define TYR_GPU_MEM_H

#include <stdbool.h>
#include <stdint.h>

#include "igt_panthor.h"

/* A group with one queue on a VM, and a page of its own there for the stream and the result. */
struct gpu_mem {
	int fd;
	uint32_t vm, group, syncobj;
	uint64_t va;
	struct panthor_bo bo;
};

/* @va: a free page of the VM. */
void gpu_mem_open(struct gpu_mem *gpu, int fd, uint32_t vm, uint64_t va);
void gpu_mem_close(struct gpu_mem *gpu);

/* The word at @va as the GPU loads it, or stored there by it; a job that fails fails the test. */
uint32_t gpu_load32(struct gpu_mem *gpu, uint64_t va);
void gpu_store32(struct gpu_mem *gpu, uint64_t va, uint32_t value);

#endif
