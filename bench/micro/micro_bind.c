// SPDX-License-Identifier: MIT
/*
 * micro_bind.c - VM_BIND: mapping and unmapping a buffer that has its memory already.
 *
 * A VM that no group has run in has no address space of the GPU, so there is nothing to flush; a VM
 * whose group runs has one.
 */
#include "igt.h"
#include "igt_syncobj.h"
#include "bench.h"
#include "submit_gate.h"

IGT_TEST_DESCRIPTION("VM_BIND: map and unmap, of several sizes, with the VM in use or not.");

/* Where it is mapped: clear of the arena, 2 MiB aligned. */
#define BIND_VA 0x40000000ull

struct bind_state {
	struct submit_bench b;
	struct submit_gate gate;
	struct panthor_bo bo;
};

static void open_state(struct bind_state *s, const struct benchmark *b)
{
	submit_bench_open(&s->b, 1);
	if (b->busy)
		submit_gate_hold(&s->gate, &s->b.arena, s->b.group, 0);
	igt_panthor_bo_create(s->b.fd, &s->bo, b->size, 0, 0);
}

static void close_state(struct bind_state *s, const struct benchmark *b)
{
	if (b->busy) {
		submit_gate_open(&s->gate);
		submit_assert_done(s->b.fd, s->gate.opened);
	}
	igt_panthor_free_bo(s->b.fd, &s->bo);
	submit_bench_close(&s->b);
}

static double sync_round(void *state)
{
	struct bind_state *s = state;
	uint64_t start;

	bench_settle();
	start = bench_now();
	igt_panthor_vm_bind(s->b.fd, s->b.arena.vm, s->bo.handle, BIND_VA, s->bo.size,
			    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
	igt_panthor_vm_bind(s->b.fd, s->b.arena.vm, 0, BIND_VA, s->bo.size,
			    DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP, 0);
	return bench_now() - start;
}

/* Map and unmap as two operations of one asynchronous VM_BIND, to its out-sync. */
static double async_round(void *state)
{
	struct bind_state *s = state;
	struct drm_panthor_sync_op out = submit_out(s->b.done);
	struct drm_panthor_vm_bind_op ops[2] = {
	    {
		.flags = DRM_PANTHOR_VM_BIND_OP_TYPE_MAP,
		.bo_handle = s->bo.handle,
		.va = BIND_VA,
		.size = s->bo.size,
	    },
	    {
		.flags = DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP,
		.va = BIND_VA,
		.size = s->bo.size,
		.syncs = (struct drm_panthor_obj_array)DRM_PANTHOR_OBJ_ARRAY(1, &out),
	    },
	};
	struct drm_panthor_vm_bind bind = {
	    .vm_id = s->b.arena.vm,
	    .flags = DRM_PANTHOR_VM_BIND_ASYNC,
	    .ops = (struct drm_panthor_obj_array)DRM_PANTHOR_OBJ_ARRAY(2, ops),
	};
	uint64_t start;

	bench_settle();
	start = bench_now();
	do_ioctl(s->b.fd, DRM_IOCTL_PANTHOR_VM_BIND, &bind);
	bench_wait(s->b.fd, s->b.done);
	return bench_now() - start;
}

static void run_rounds(const struct benchmark *b, double (*round)(void *state))
{
	struct bind_state s = {};

	open_state(&s, b);
	bench_measure(b, round, &s);
	close_state(&s, b);
}

static void bind_sync(const struct benchmark *b)
{
	run_rounds(b, sync_round);
}

static void bind_async(const struct benchmark *b)
{
	run_rounds(b, async_round);
}

#define KIB4  (4ull << 10)
#define MIB2  (2ull << 20)
#define MIB64 (64ull << 20)

static const struct benchmark benchmarks[] = {
    {.name = "bind-4k-idle",
     .what = "VM_BIND map and unmap of 4 KiB, VM without address space",
     .run = bind_sync,
     .size = KIB4},
    {.name = "bind-2m-idle",
     .what = "VM_BIND map and unmap of 2 MiB, VM without address space",
     .run = bind_sync,
     .size = MIB2},
    {.name = "bind-64m-idle",
     .what = "VM_BIND map and unmap of 64 MiB, VM without address space",
     .run = bind_sync,
     .size = MIB64},
    {.name = "bind-4k-busy",
     .what = "VM_BIND map and unmap of 4 KiB while a job of the VM runs",
     .run = bind_sync,
     .size = KIB4,
     .busy = true},
    {.name = "bind-2m-busy",
     .what = "VM_BIND map and unmap of 2 MiB while a job of the VM runs",
     .run = bind_sync,
     .size = MIB2,
     .busy = true},
    {.name = "bind-64m-busy",
     .what = "VM_BIND map and unmap of 64 MiB while a job of the VM runs",
     .run = bind_sync,
     .size = MIB64,
     .busy = true},
    {.name = "bind-4k-async",
     .what = "asynchronous VM_BIND, map and unmap of 4 KiB, to its out-sync",
     .run = bind_async,
     .size = KIB4},
    {.name = "bind-4k-async-busy",
     .what = "the same while a job of the VM runs",
     .run = bind_async,
     .size = KIB4,
     .busy = true},
};

int igt_main()
{
	bench_all(benchmarks, BENCH_COUNT(benchmarks));
}
