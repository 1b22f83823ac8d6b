// SPDX-License-Identifier: MIT
/*
 * micro_bo.c - the life of a buffer.
 */
#include "igt.h"
#include "bench.h"

IGT_TEST_DESCRIPTION("Buffers: create and destroy, with and without their memory.");

#define BO_VA 0x40000000ull

struct bo_state {
	struct submit_bench b;
	uint64_t size;
};

static double empty_round(void *state)
{
	struct bo_state *s = state;
	struct panthor_bo bo;
	uint64_t start;

	bench_settle();
	start = bench_now();
	igt_panthor_bo_create(s->b.fd, &bo, s->size, 0, 0);
	igt_panthor_free_bo(s->b.fd, &bo);
	return bench_now() - start;
}

/* With a mapping, which is what gives a buffer its memory. */
static double bound_round(void *state)
{
	struct bo_state *s = state;
	uint32_t vm = s->b.arena.vm;
	struct panthor_bo bo;
	uint64_t start;

	bench_settle();
	start = bench_now();
	igt_panthor_bo_create(s->b.fd, &bo, s->size, 0, 0);
	igt_panthor_vm_bind(s->b.fd, vm, bo.handle, BO_VA, bo.size, DRM_PANTHOR_VM_BIND_OP_TYPE_MAP,
			    0);
	igt_panthor_vm_bind(s->b.fd, vm, 0, BO_VA, bo.size, DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP, 0);
	igt_panthor_free_bo(s->b.fd, &bo);
	return bench_now() - start;
}

static void run_rounds(const struct benchmark *b, double (*round)(void *state))
{
	struct bo_state s = {.size = b->size};

	submit_bench_open(&s.b, 1);
	bench_measure(b, round, &s);
	submit_bench_close(&s.b);
}

static void bo_empty(const struct benchmark *b)
{
	run_rounds(b, empty_round);
}

static void bo_bound(const struct benchmark *b)
{
	run_rounds(b, bound_round);
}

static const struct benchmark benchmarks[] = {
    {.name = "bo-4k", .what = "BO_CREATE and close of 4 KiB", .run = bo_empty, .size = 4096},
    {.name = "bo-1m", .what = "BO_CREATE and close of 1 MiB", .run = bo_empty, .size = 1 << 20},
    {.name = "bo-bound-4k",
     .what = "BO_CREATE, map, unmap and close of 4 KiB",
     .run = bo_bound,
     .size = 4096},
    {.name = "bo-bound-1m",
     .what = "BO_CREATE, map, unmap and close of 1 MiB",
     .run = bo_bound,
     .size = 1 << 20},
};

int igt_main()
{
	bench_all(benchmarks, BENCH_COUNT(benchmarks));
}
