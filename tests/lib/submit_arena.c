// SPDX-License-Identifier: MIT
/*
 * submit_arena.c - see submit_arena.h.
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "igt.h"
#include "submit_arena.h"

void submit_arena_init(struct submit_arena *a, int fd, uint64_t size)
{
	memset(a, 0, sizeof(*a));
	a->fd = fd;
	a->va = SUBMIT_ARENA_VA;
	igt_panthor_vm_create(fd, &a->vm, 0);
	igt_panthor_bo_create_mapped(fd, &a->bo, size, 0, 0);
	igt_assert(a->bo.map);
	igt_panthor_vm_bind(fd, a->vm, a->bo.handle, a->va, a->bo.size,
			    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP | DRM_PANTHOR_VM_BIND_OP_MAP_UNCACHED,
			    0);
}

void submit_arena_fini(struct submit_arena *a)
{
	igt_panthor_vm_destroy(a->fd, a->vm, 0);
	igt_panthor_free_bo(a->fd, &a->bo);
}

uint64_t submit_alloc(struct submit_arena *a, uint64_t size)
{
	uint64_t va = a->va + a->used;

	a->used += (size + 63) & ~63ull;
	igt_assert_f(a->used <= a->bo.size, "the test's arena of %llu bytes is too small\n",
		     (unsigned long long)a->bo.size);
	return va;
}

void *submit_cpu(const struct submit_arena *a, uint64_t va)
{
	return (char *)a->bo.map + (va - a->va);
}

uint32_t submit_read32(const struct submit_arena *a, uint64_t va)
{
	return *(volatile uint32_t *)submit_cpu(a, va);
}

uint64_t submit_read64(const struct submit_arena *a, uint64_t va)
{
	return *(volatile uint64_t *)submit_cpu(a, va);
}

void submit_write32(const struct submit_arena *a, uint64_t va, uint32_t value)
{
	*(volatile uint32_t *)submit_cpu(a, va) = value;
	__sync_synchronize();
}

void submit_write64(const struct submit_arena *a, uint64_t va, uint64_t value)
{
	*(volatile uint64_t *)submit_cpu(a, va) = value;
	__sync_synchronize();
}

bool submit_poll32(const struct submit_arena *a, uint64_t va, uint32_t least, unsigned int ms)
{
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		if (submit_read32(a, va) >= least)
			return true;
		usleep(500);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < ms);
	return submit_read32(a, va) >= least;
}
