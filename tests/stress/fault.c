// SPDX-License-Identifier: MIT
/*
 * fault.c - one of the model's faults, STRESS_ROUNDS times, under a load that gives each a chance
 * to strike: jobs on several groups, mappings that change, groups that come and go, tiler heaps,
 * page faults, sleep.
 *
 * What the load comes to is no matter, but each fence is signalled, and when the fault is over the
 * device works. With STRESS_MAY_LOSE=1 the driver may give the device up instead; then it must be
 * bound anew. With STRESS_FAULT=none it only shows that the device works.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "model.h"
#include "stress.h"
#include "submit_fault.h"
#include "submit_gate.h"
#include "submit_power.h"

IGT_TEST_DESCRIPTION("A fault of the model under a mixed load.");

#define CLIENTS 3

struct client {
	struct submit_bench b;
	struct drm_panthor_gpu_info gpu;
	struct submit_gate gate;
	struct csb store, fault, heap;
	uint64_t word;
	uint32_t syncobjs[8];
	unsigned int count;
};

static bool lost;

static void build_heap(struct client *c)
{
	struct drm_panthor_tiler_heap_create heap = {
	    .vm_id = c->b.arena.vm,
	    .initial_chunk_count = 1,
	    .chunk_size = 256 * 1024,
	    .max_chunks = 8,
	    .target_in_flight = 8,
	};

	do_ioctl(c->b.fd, DRM_IOCTL_PANTHOR_TILER_HEAP_CREATE, &heap);
	submit_stream_begin(&c->heap, &c->b.arena, 8);
	csb_move48(&c->heap, 0, heap.tiler_heap_ctx_gpu_va);
	csb_heap_set(&c->heap, 0);
	for (unsigned int i = 0; i < 2; i++) {
		csb_heap_operation(&c->heap, CSB_HEAP_VT_STARTED, 0, 2);
		csb_wait(&c->heap, 1 << 2);
	}
}

static void client_open(struct client *c)
{
	memset(c, 0, sizeof(*c));
	submit_bench_open_beside(&c->b, 1);
	igt_panthor_query(c->b.fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &c->gpu, sizeof(c->gpu), 0);
	c->word = submit_alloc(&c->b.arena, 4);
	submit_stream_begin(&c->store, &c->b.arena, 8);
	submit_emit_store32(&c->store, c->word, 1);
	submit_stream_begin(&c->fault, &c->b.arena, 8);
	submit_emit_store32(&c->fault, 0x700000000ull, 1);
	build_heap(c);
	submit_gate_build(&c->gate, &c->b.arena);
}

/* A job whose submission may fail, as its group may be lost. */
static void try_job(struct client *c, uint32_t group, const struct csb *s)
{
	uint32_t done = syncobj_create(c->b.fd, 0);
	struct drm_panthor_sync_op out = submit_out(done);

	igt_assert(c->count < ARRAY_SIZE(c->syncobjs));
	if (__submit_job(c->b.fd, group, 0, s, &out, 1))
		syncobj_destroy(c->b.fd, done);
	else
		c->syncobjs[c->count++] = done;
}

/* A group, or 0: the device may be gone. */
static uint32_t try_group(struct client *c)
{
	struct drm_panthor_queue_create queue = {.ringbuf_size = 4096};
	struct drm_panthor_group_create create = {
	    .queues = DRM_PANTHOR_OBJ_ARRAY(1, &queue),
	    .max_compute_cores = 1,
	    .max_fragment_cores = 1,
	    .max_tiler_cores = 1,
	    .compute_core_mask = c->gpu.shader_present,
	    .fragment_core_mask = c->gpu.shader_present,
	    .tiler_core_mask = c->gpu.tiler_present,
	    .priority = PANTHOR_GROUP_PRIORITY_MEDIUM,
	    .vm_id = c->b.arena.vm,
	};

	if (igt_ioctl(c->b.fd, DRM_IOCTL_PANTHOR_GROUP_CREATE, &create))
		create.group_handle = 0;
	errno = 0;
	return create.group_handle;
}

static void try_destroy(struct client *c, uint32_t group)
{
	struct drm_panthor_group_destroy destroy = {.group_handle = group};

	igt_ioctl(c->b.fd, DRM_IOCTL_PANTHOR_GROUP_DESTROY, &destroy);
	errno = 0;
}

static void try_bind(struct client *c, uint32_t type)
{
	struct drm_panthor_vm_bind_op op = {.flags = type, .va = 0x40000000, .size = 8192};
	struct drm_panthor_vm_bind bind = {
	    .vm_id = c->b.arena.vm,
	    .ops = DRM_PANTHOR_OBJ_ARRAY(1, &op),
	};

	if (type == DRM_PANTHOR_VM_BIND_OP_TYPE_MAP)
		op.bo_handle = c->b.arena.bo.handle;
	igt_ioctl(c->b.fd, DRM_IOCTL_PANTHOR_VM_BIND, &bind);
	errno = 0;
}

/* All that was submitted ends. A device that is gone says so; its fences were signalled when it
 * went. */
static void reap(struct client *c)
{
	for (unsigned int i = 0; i < c->count; i++) {
		struct timespec start = {};

		igt_nsec_elapsed(&start);
		while (!stress_device_is_gone(c->b.fd) &&
		       !submit_wait(c->b.fd, c->syncobjs[i], 0)) {
			igt_assert_f(igt_seconds_elapsed(&start) < 60, "a job does not end\n");
			usleep(1000);
		}
	}
	c->count = 0;
}

/* Jobs that are destroyed in flight, end well, and end badly. */
static void client_work(struct client *c)
{
	uint32_t group = try_group(c);
	uint32_t faulty = try_group(c);

	try_job(c, c->b.group, &c->store);
	try_job(c, group, &c->gate.stream);
	try_bind(c, DRM_PANTHOR_VM_BIND_OP_TYPE_MAP);
	try_job(c, c->b.group, &c->heap);
	try_bind(c, DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP);
	submit_poll32(&c->b.arena, c->gate.beats, 1, 50);
	try_destroy(c, group);
	try_job(c, c->b.group, &c->store);
	try_job(c, faulty, &c->fault);
	reap(c);
	try_destroy(c, faulty);
}

static bool is(const char *fault, const char *name)
{
	return !strcmp(fault, name);
}

static void arm(const char *fault, unsigned int round, struct client *c)
{
	static const char *const lines[] = {"job", "mmu", "gpu"};

	if (is(fault, "irq-lost"))
		model_inject("irq-lost line=%s count=%u", lines[round % 3], 1 + round % 2);
	else if (is(fault, "bus-fault"))
		model_inject("bus-fault va=0x%llx", (unsigned long long)c->word);
	else if (is(fault, "slow"))
		model_inject("slow factor=20 count=0");
	else if (is(fault, "mcu-slow-boot"))
		model_inject("mcu-slow-boot delay=300000000");
	else
		model_inject("%s", fault);
	/* A reset that hangs needs a reset. */
	if (is(fault, "reset-stuck"))
		model_inject("csg-req-lost");
}

/* The next ping is at most 12 s away, if the device is awake all the time. Page faults have killed
 * other groups. */
static void wait_for_ping(struct client *c)
{
	uint32_t group = try_group(c);

	for (unsigned int i = 0; i < 14; i++) {
		submit_write32(&c->b.arena, c->gate.word, 0);
		try_job(c, group, &c->gate.stream);
		sleep(1);
		submit_gate_open(&c->gate);
		reap(c);
	}
}

static void try_sleep(int fd)
{
	if (!lost)
		submit_wait_suspended(fd, 2000);
}

static void round_of(const char *fault, unsigned int round)
{
	struct client clients[CLIENTS];

	submit_close_all();
	for (unsigned int i = 0; i < CLIENTS; i++)
		client_open(&clients[i]);
	arm(fault, round, &clients[0]);
	for (unsigned int i = 0; i < CLIENTS && !lost; i++) {
		lost = stress_device_is_gone(clients[i].b.fd);
		if (!lost)
			client_work(&clients[i]);
	}
	if (is(fault, "ping-lost"))
		wait_for_ping(&clients[0]);
	/* What strikes on the way to sleep or back. */
	try_sleep(clients[0].b.fd);
	try_job(&clients[0], try_group(&clients[0]), &clients[0].store);
	reap(&clients[0]);
	try_sleep(clients[0].b.fd);
	model_request(NULL, 0, "clear all");
	lost |= stress_device_is_gone(clients[0].b.fd);
	submit_close_all();
}

int igt_simple_main()
{
	const char *fault = stress_text("STRESS_FAULT", "none");
	unsigned int rounds = stress_number("STRESS_ROUNDS", 1), round;
	uint64_t struck;

	if (is(fault, "none")) {
		submit_assert_device_works();
		return;
	}
	model_require();
	model_request(NULL, 0, "expect all");
	struck = model_stat("struck");
	for (round = 0; round < rounds && !lost; round++) {
		round_of(fault, round);
		if (!lost)
			submit_assert_device_works();
	}
	struck = model_stat("struck") - struck;
	igt_info("%u rounds, struck %llu times%s\n", round, (unsigned long long)struck,
		 lost ? ", the device is lost" : "");
	igt_assert_f(struck || stress_number("STRESS_MAY_MISS", 0), "%s never struck\n", fault);
	igt_assert_f(!lost || stress_number("STRESS_MAY_LOSE", 0), "the device is lost\n");
	/* The core would ask whether each one struck. */
	model_clear("all");
}
