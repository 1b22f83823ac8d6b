// SPDX-License-Identifier: MIT
/*
 * hold.c - a client that keeps what it has while its device goes away: open files, mappings, and
 * with STRESS_BUSY=1 a job that does not end, others that wait for it in several ways, and a
 * process that waits in the kernel.
 *
 * Makes STRESS_READY, then waits for the device to go. Each fence must be signalled, the busy ones
 * with an error; ioctls must say ENODEV; the mappings must be there or give a bus error. With
 * STRESS_LINGER=1 it then keeps all of it, also over the next bind, until it is killed.
 */
#include <errno.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "ioctl_wrappers.h"
#include "stress.h"
#include "submit_gate.h"
#include "sw_sync.h"

IGT_TEST_DESCRIPTION("Keeps files, mappings and jobs while the device goes away.");

/* Groups that wait for the one before; jobs that do not fit into a ring of 4 KiB. */
#define CHAIN 5
#define CROWD 60

/* A device is gone when this much time is over. */
#define PATIENCE_MS 60000

struct holder {
	struct submit_bench b;
	struct submit_gate gate;
	const volatile uint32_t *flush_id;
	int fences[CHAIN + 3];
	bool may_pass[CHAIN + 3];
	unsigned int count;
};

static void keep(struct holder *h, uint32_t syncobj, bool may_pass)
{
	igt_assert(h->count < CHAIN + 3);
	h->may_pass[h->count] = may_pass;
	h->fences[h->count++] = submit_export(h->b.fd, syncobj);
}

/* A group that waits for @after. Return: the syncobj of its job. */
static uint32_t link_group(struct holder *h, uint32_t after, const struct csb *s)
{
	uint32_t group = submit_group_create(h->b.fd, h->b.arena.vm, 1);
	uint32_t done = syncobj_create(h->b.fd, 0);
	struct drm_panthor_sync_op ops[] = {submit_in(after), submit_out(done)};

	submit_job(h->b.fd, group, 0, s, ops, 2);
	keep(h, done, false);
	return done;
}

/* An asynchronous VM_BIND that waits for @after. What changes tables only needs no device. */
static void link_bind(struct holder *h, uint32_t after)
{
	uint32_t done = syncobj_create(h->b.fd, 0);
	struct drm_panthor_sync_op syncs[] = {submit_in(after), submit_out(done)};
	struct drm_panthor_vm_bind_op op = {
	    .flags = DRM_PANTHOR_VM_BIND_OP_TYPE_MAP,
	    .bo_handle = h->b.arena.bo.handle,
	    .va = 0x40000000,
	    .size = 4096,
	    .syncs = DRM_PANTHOR_OBJ_ARRAY(2, syncs),
	};
	struct drm_panthor_vm_bind bind = {
	    .vm_id = h->b.arena.vm,
	    .flags = DRM_PANTHOR_VM_BIND_ASYNC,
	    .ops = DRM_PANTHOR_OBJ_ARRAY(1, &op),
	};

	do_ioctl(h->b.fd, DRM_IOCTL_PANTHOR_VM_BIND, &bind);
	keep(h, done, true);
}

static void get_busy(struct holder *h)
{
	struct submit_bench *b = &h->b;
	struct drm_panthor_sync_op out = submit_out(b->done);
	uint32_t after;
	struct csb s;

	submit_gate_hold(&h->gate, &b->arena, b->group, 0);
	keep(h, h->gate.opened, false);
	submit_stream_begin(&s, &b->arena, 8);
	submit_emit_store32(&s, submit_alloc(&b->arena, 4), 1);
	after = h->gate.opened;
	for (unsigned int i = 0; i < CHAIN; i++)
		after = link_group(h, after, &s);
	link_bind(h, after);
	for (unsigned int i = 0; i < CROWD; i++)
		submit_job(b->fd, b->group, 0, &s, &out, 1);
	keep(h, b->done, false);
}

/* Somebody who waits in the kernel; the wait must end, whatever it says. */
static void wait_in_kernel(struct holder *h)
{
	igt_fork(child, 1) {
		syncobj_wait_err(h->b.fd, &h->gate.opened, 1, INT64_MAX, 0);
	}
}

static void wait_until_gone(int fd)
{
	for (unsigned int ms = 0; ms < PATIENCE_MS; ms += 2) {
		if (stress_device_is_gone(fd))
			return;
		usleep(2000);
	}
	igt_assert_f(false, "the device does not go\n");
}

int igt_simple_main()
{
	bool busy = stress_number("STRESS_BUSY", 0);
	struct holder h = {};

	submit_bench_open(&h.b, 1);
	h.flush_id = stress_map_flush_id(h.b.fd);
	igt_assert(stress_touch(h.flush_id));
	submit_bench_start(&h.b, 0, NULL);
	submit_assert_done(h.b.fd, h.b.done);
	if (busy) {
		get_busy(&h);
		wait_in_kernel(&h);
	}
	stress_ready();

	wait_until_gone(h.b.fd);
	for (unsigned int i = 0; i < h.count; i++) {
		igt_assert_f(!sync_fence_wait(h.fences[i], PATIENCE_MS),
			     "fence %u is never signalled\n", i);
		igt_assert_f(h.may_pass[i] || sync_fence_status(h.fences[i]) < 0,
			     "fence %u says that its job is done\n", i);
	}
	if (busy)
		igt_waitchildren_timeout(PATIENCE_MS / 1000, "a wait does not end");
	stress_touch(h.flush_id);
	stress_touch(h.b.arena.bo.map);
	stress_touch((char *)h.b.arena.bo.map + h.b.arena.bo.size - 4);
	while (stress_number("STRESS_LINGER", 0))
		pause();
}
