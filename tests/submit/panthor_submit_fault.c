// SPDX-License-Identifier: MIT
/*
 * panthor_submit_fault.c - jobs that are wrong or never end: the right group dies with the right
 * error, the others finish, and the device works afterwards.
 */
#include <errno.h>
#include <time.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"
#include "submit_fault.h"
#include "submit_gate.h"

IGT_TEST_DESCRIPTION("Faults: bad instructions, page faults, jobs that never end.");

static void build_invalid(struct csb *s, struct submit_arena *a)
{
	submit_stream_begin(s, a, 2);
	submit_emit_invalid(s);
	csb_nop(s);
}

/* Two queues of one group: the guilty one and one with a job that stands. */
static void bad_instruction(void)
{
	struct submit_gate g;
	struct submit_bench b;
	struct csb s;

	submit_expect_fatal();
	submit_bench_open(&b, 2);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	build_invalid(&s, &b.arena);
	submit_bench_start(&b, 1, &s);
	submit_assert_error(b.fd, b.done, EINVAL);
	igt_assert_eq_u32(submit_assert_dead(b.fd, b.group, 1), 1u << 1);
	/* The innocent queue goes down with its group, but is not called guilty. */
	submit_assert_error(b.fd, g.opened, ECANCELED);
	submit_assert_device_works();
	submit_bench_close(&b);
}

/* What comes before the bad instruction is executed, what comes behind it is not. */
static void stops_there(void)
{
	struct submit_bench b;
	uint64_t before, behind;
	struct csb s;

	submit_expect_fatal();
	submit_bench_open(&b, 1);
	before = submit_alloc(&b.arena, 4);
	behind = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 16);
	submit_emit_store32(&s, before, 1);
	submit_emit_invalid(&s);
	submit_emit_store32(&s, behind, 1);
	submit_assert_faults(&b.arena, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, before), 1);
	igt_assert_eq_u32(submit_read32(&b.arena, behind), 0);
	submit_bench_close(&b);
}

/* Jobs queued behind a faulty one never run, and their fences say so. */
static void queued_behind(void)
{
	enum { BEHIND = 40 };
	uint32_t done[BEHIND];
	struct submit_gate g;
	struct submit_bench b;
	struct csb bad, s;
	uint64_t word;

	submit_expect_fatal();
	submit_bench_open(&b, 1);
	word = submit_alloc(&b.arena, 4);
	build_invalid(&bad, &b.arena);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_store32(&s, word, 1);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	submit_job(b.fd, b.group, 0, &bad, NULL, 0);
	/* More than the ring holds: some are in it, some wait in the kernel. */
	for (unsigned int i = 0; i < BEHIND; i++) {
		struct drm_panthor_sync_op out;

		done[i] = syncobj_create(b.fd, 0);
		out = submit_out(done[i]);
		submit_job(b.fd, b.group, 0, &s, &out, 1);
	}
	submit_gate_open(&g);
	submit_assert_done_or_error(b.fd, g.opened, EINVAL);
	submit_assert_error(b.fd, done[0], EINVAL);
	submit_assert_error(b.fd, done[BEHIND - 1], ECANCELED);
	for (unsigned int i = 0; i < BEHIND; i++) {
		igt_assert(submit_wait(b.fd, done[i], SUBMIT_PATIENCE_MS));
		igt_assert_lt(submit_fence_status(b.fd, done[i]), 0);
	}
	igt_assert_eq_u32(submit_read32(&b.arena, word), 0);
	submit_bench_close(&b);
}

/* Seven other groups of the same VM have jobs in flight while one faults; all of them finish. */
static void others_finish(void)
{
	struct submit_gate gates[7];
	struct submit_bench b;
	uint32_t groups[7];
	struct csb s;

	submit_expect_fatal();
	submit_bench_open(&b, 1);
	for (unsigned int i = 0; i < 7; i++) {
		groups[i] = submit_group_create(b.fd, b.arena.vm, 1);
		submit_gate_hold(&gates[i], &b.arena, groups[i], 0);
	}
	build_invalid(&s, &b.arena);
	submit_assert_faults(&b.arena, &s);
	for (unsigned int i = 0; i < 7; i++) {
		submit_assert_held(b.fd, gates[i].opened, 0);
		submit_gate_open(&gates[i]);
		submit_assert_done(b.fd, gates[i].opened);
		submit_assert_alive(b.fd, groups[i]);
		igt_panthor_group_destroy(b.fd, groups[i], 0);
	}
	submit_bench_close(&b);
}

/* A job of another group that waits for the faulty one's fence runs: the fence did signal. */
static void dependents_run(void)
{
	struct drm_panthor_sync_op syncs[2];
	uint32_t other, bad_done;
	struct submit_bench b;
	struct csb bad, s;
	uint64_t word;

	submit_expect_fatal();
	submit_bench_open(&b, 1);
	other = submit_group_create(b.fd, b.arena.vm, 1);
	bad_done = syncobj_create(b.fd, 0);
	word = submit_alloc(&b.arena, 4);
	build_invalid(&bad, &b.arena);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_store32(&s, word, 1);
	syncs[0] = submit_out(bad_done);
	submit_job(b.fd, other, 0, &bad, syncs, 1);
	syncs[0] = submit_in(bad_done);
	syncs[1] = submit_out(b.done);
	submit_job(b.fd, b.group, 0, &s, syncs, 2);
	submit_assert_error(b.fd, bad_done, EINVAL);
	submit_assert_done(b.fd, b.done);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 1);
	igt_panthor_group_destroy(b.fd, other, 0);
	submit_bench_close(&b);
}

/* A stream that calls itself runs out of call stack. */
static void call_stack_overflow(void)
{
	struct submit_bench b;
	struct csb s;

	submit_expect_fatal();
	submit_bench_open(&b, 1);
	submit_stream_begin(&s, &b.arena, 4);
	csb_move48(&s, 0, s.va);
	csb_move32(&s, 2, 4 * 8);
	csb_call(&s, 0, 2);
	csb_nop(&s);
	submit_assert_faults(&b.arena, &s);
	submit_assert_device_works();
	submit_bench_close(&b);
}

/* A page fault while two other VMs have jobs in flight: these finish, and the VM serves again. */
static void page_fault(struct submit_bench *b, const struct csb *s)
{
	struct submit_bench other[2];
	struct submit_gate gates[2];
	struct csb good;
	uint32_t group;
	uint64_t word;

	for (unsigned int i = 0; i < 2; i++) {
		submit_bench_open_beside(&other[i], 1);
		submit_gate_hold(&gates[i], &other[i].arena, other[i].group, 0);
	}
	submit_assert_faults(&b->arena, s);
	for (unsigned int i = 0; i < 2; i++) {
		submit_assert_held(other[i].fd, gates[i].opened, 0);
		submit_gate_open(&gates[i]);
		submit_assert_done(other[i].fd, gates[i].opened);
		submit_bench_close(&other[i]);
	}

	/*
	 * The VM is not lost with the group. Its bench's own group may be: the driver kills all of
	 * the VM's groups that have a slot, idle ones too.
	 */
	group = submit_group_create(b->fd, b->arena.vm, 1);
	word = submit_alloc(&b->arena, 4);
	submit_stream_begin(&good, &b->arena, 8);
	submit_emit_store32(&good, word, 0x900d);
	submit_run(b->fd, group, 0, &good);
	igt_assert_eq_u32(submit_read32(&b->arena, word), 0x900d);
	igt_panthor_group_destroy(b->fd, group, 0);
	submit_bench_close(b);
}

static void page_fault_write(void)
{
	struct submit_bench b;
	struct csb s;

	submit_expect_page_fault();
	submit_bench_open(&b, 1);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_store32(&s, SUBMIT_NOWHERE, 1);
	page_fault(&b, &s);
}

static void page_fault_read(void)
{
	struct submit_bench b;
	struct csb s;

	submit_expect_page_fault();
	submit_bench_open(&b, 1);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_load_regs(&s, SUBMIT_NOWHERE, 0, 1);
	page_fault(&b, &s);
}

/* The stream itself is not mapped. */
static void page_fault_fetch(void)
{
	struct submit_bench b;
	struct csb s = {.va = SUBMIT_NOWHERE, .count = 8};

	submit_expect_page_fault();
	submit_bench_open(&b, 1);
	page_fault(&b, &s);
}

/* A load is fine and a store is not. */
static void page_fault_readonly(void)
{
	const uint64_t va = 0x30000000;
	struct submit_bench b;
	uint64_t word, seen;
	struct csb s;

	submit_expect_page_fault();
	submit_bench_open(&b, 1);
	word = submit_alloc(&b.arena, 4);
	seen = submit_alloc(&b.arena, 4);
	igt_panthor_vm_bind(b.fd, b.arena.vm, b.arena.bo.handle, va, b.arena.bo.size,
			    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP | DRM_PANTHOR_VM_BIND_OP_MAP_UNCACHED |
				DRM_PANTHOR_VM_BIND_OP_MAP_READONLY,
			    0);
	submit_write32(&b.arena, word, 0x1dea);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_load_regs(&s, word - b.arena.va + va, 0, 1);
	submit_emit_store_regs(&s, seen, 0, 1);
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, seen), 0x1dea);

	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_store32(&s, word - b.arena.va + va, 0xbad);
	submit_assert_faults(&b.arena, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 0x1dea);
	submit_assert_device_works();
	submit_bench_close(&b);
}

/* One fault after another: nothing is used up by them. */
static void storm(void)
{
	struct submit_bench b;
	struct csb s;

	submit_expect_page_fault();
	submit_bench_open(&b, 1);
	for (unsigned int i = 0; i < 20; i++) {
		submit_stream_begin(&s, &b.arena, 8);
		if (i % 2)
			submit_emit_store32(&s, SUBMIT_NOWHERE + 4096 * i, 1);
		else
			submit_emit_invalid(&s);
		submit_assert_faults(&b.arena, &s);
	}
	submit_assert_device_works();
	submit_bench_close(&b);
}

/* A job that ended with a timeout: the error, the group's state, no more jobs. */
static void assert_timed_out(int fd, uint32_t group, uint32_t done)
{
	struct drm_panthor_group_get_state state;

	submit_assert_error(fd, done, ETIMEDOUT);
	state = submit_group_state(fd, group);
	igt_assert_eq_u32(state.state, DRM_PANTHOR_GROUP_STATE_TIMEDOUT);
	igt_assert_eq_u32(state.fatal_queues, 0);
	igt_assert_eq(__submit_job(fd, group, 0, NULL, NULL, 0), -EINVAL);
}

/*
 * Three groups wait for the driver's job timeout at the same time (5 s in Panthor, JOB_TIMEOUT_MS):
 * a loop without end, a wait that nobody ends, and a job behind such a loop. A fourth works on.
 */
static void endless(void)
{
	struct drm_panthor_sync_op out;
	uint32_t groups[3], done[3];
	struct submit_bench b;
	uint64_t object, count;
	struct timespec start = {};
	struct csb s, work;
	uint32_t jobs = 0;

	igt_emit_ignore_dmesg_regex("job timeout");
	submit_bench_open(&b, 1);
	object = submit_alloc(&b.arena, 16);
	count = submit_alloc(&b.arena, 4);
	igt_nsec_elapsed(&start);
	for (unsigned int i = 0; i < 3; i++) {
		groups[i] = submit_group_create(b.fd, b.arena.vm, 1);
		done[i] = syncobj_create(b.fd, 0);
		out = submit_out(done[i]);
		submit_stream_begin(&s, &b.arena, 8);
		if (i == 1) {
			csb_move48(&s, 0, object);
			csb_move64(&s, 2, 0);
			csb_sync_wait32(&s, CSB_GREATER, 0, 2, false);
		} else {
			submit_emit_forever(&s);
		}
		submit_job(b.fd, groups[i], 0, &s, &out, 1);
		if (i == 2)
			submit_job(b.fd, groups[i], 0, &s, &out, 1);
	}

	submit_stream_begin(&work, &b.arena, 8);
	submit_emit_add_word(&work, count, 1);
	while (!submit_wait(b.fd, done[0], 50)) {
		submit_bench_run(&b, &work);
		jobs++;
		igt_assert_lt(igt_seconds_elapsed(&start), 20);
	}
	if (igt_seconds_elapsed(&start) < 3)
		submit_timed_out(b.fd);
	igt_assert_lte(3, igt_seconds_elapsed(&start));
	igt_assert_eq_u32(submit_read32(&b.arena, count), jobs);
	igt_assert_lt(10, jobs);
	for (unsigned int i = 0; i < 3; i++) {
		assert_timed_out(b.fd, groups[i], done[i]);
		igt_panthor_group_destroy(b.fd, groups[i], 0);
	}
	submit_bench_run(&b, &work);
	submit_assert_device_works();
	submit_bench_close(&b);
}

int igt_main()
{
	igt_describe("A bad instruction kills its group; only its own queue is called guilty.");
	submit_subtest("bad-instruction")
		bad_instruction();

	igt_describe("A stream stops at its bad instruction.");
	submit_subtest("bad-instruction-stops-there")
		stops_there();

	igt_describe("Jobs behind a faulty one do not run and carry an error.");
	submit_subtest("bad-instruction-queued-behind")
		queued_behind();

	igt_describe("The other groups of the VM finish their jobs.");
	submit_subtest("bad-instruction-others-finish")
		others_finish();

	igt_describe("A job that waits for a faulty one's fence runs.");
	submit_subtest("bad-instruction-dependents-run")
		dependents_run();

	igt_describe("A stream that calls itself is stopped.");
	submit_subtest("call-stack-overflow")
		call_stack_overflow();

	igt_describe("A store to nowhere kills its group; other VMs and later groups are fine.");
	submit_subtest("page-fault-write")
		page_fault_write();

	igt_describe("A load from nowhere kills its group; other VMs and later groups are fine.");
	submit_subtest("page-fault-read")
		page_fault_read();

	igt_describe("A stream that is not mapped kills its group; the others are fine.");
	submit_subtest("page-fault-fetch")
		page_fault_fetch();

	igt_describe("A store to a read-only mapping faults and changes nothing.");
	submit_subtest("page-fault-readonly")
		page_fault_readonly();

	igt_describe("20 faulty jobs one after another.");
	submit_subtest("storm")
		storm();

	igt_describe("Jobs that never end are timed out; meanwhile and afterwards others run.");
	submit_subtest("endless")
		endless();
}
