// SPDX-License-Identifier: MIT
/*
 * panthor_submit_pm.c - runtime power management with groups alive: the device sleeps when nothing
 * runs, wakes for the next job, and nobody's state is lost on the way.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"
#include "submit_gate.h"
#include "submit_power.h"

IGT_TEST_DESCRIPTION("Runtime suspend and resume with groups alive.");

static void idle_suspends(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	submit_bench_open(&b, 1);
	word = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_add_word(&s, word, 1);
	submit_bench_run(&b, &s);
	submit_suspend(b.fd);
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 2);
	submit_bench_close(&b);
}

static void busy_stays(void)
{
	struct submit_gate g;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	/* Eight times the driver's autosuspend delay. */
	for (unsigned int i = 0; i < 40; i++) {
		igt_assert(!submit_is_suspended(b.fd));
		usleep(10000);
	}
	submit_gate_open(&g);
	submit_assert_done(b.fd, g.opened);
	submit_suspend(b.fd);
	submit_bench_close(&b);
}

/* Ten times down and up, a job each time. */
static void cycles(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	submit_bench_open(&b, 1);
	word = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_add_word(&s, word, 1);
	for (uint32_t i = 1; i <= 10; i++) {
		submit_bench_run(&b, &s);
		igt_assert_eq_u32(submit_read32(&b.arena, word), i);
		submit_suspend(b.fd);
	}
	submit_bench_close(&b);
}

/* 12 groups of 2 queues keep a number each in a register while the device sleeps. */
static void registers_survive(void)
{
	enum { GROUPS = 12 };
	uint32_t groups[GROUPS];
	struct submit_bench b;
	uint64_t words;
	struct csb s;

	submit_bench_open(&b, 1);
	words = submit_alloc(&b.arena, 4 * 2 * GROUPS);
	for (unsigned int i = 0; i < 2 * GROUPS; i++) {
		if (i % 2 == 0)
			groups[i / 2] = submit_group_create(b.fd, b.arena.vm, 2);
		submit_stream_begin(&s, &b.arena, 2);
		csb_move32(&s, 17, 0xabc000 + i);
		submit_run(b.fd, groups[i / 2], i % 2, &s);
	}
	submit_suspend(b.fd);
	for (unsigned int i = 0; i < 2 * GROUPS; i++) {
		submit_stream_begin(&s, &b.arena, 4);
		submit_emit_store_regs(&s, words + 4 * i, 17, 1);
		submit_write32(&b.arena, words + 4 * i, 0);
		submit_run(b.fd, groups[i / 2], i % 2, &s);
		igt_assert_eq_u32(submit_read32(&b.arena, words + 4 * i), 0xabc000 + i);
	}
	for (unsigned int i = 0; i < GROUPS; i++)
		igt_panthor_group_destroy(b.fd, groups[i], 0);
	submit_bench_close(&b);
}

/* 12 VMs, more than there are address spaces, find their memory again. */
static void vms_survive(void)
{
	enum { VMS = 12 };
	struct submit_bench b[VMS];
	uint64_t word[VMS];

	for (unsigned int round = 0; round < 2; round++) {
		for (unsigned int i = 0; i < VMS; i++) {
			struct csb s;

			if (round == 0) {
				if (i)
					submit_bench_open_beside(&b[i], 1);
				else
					submit_bench_open(&b[i], 1);
				word[i] = submit_alloc(&b[i].arena, 4);
			}
			submit_stream_begin(&s, &b[i].arena, 8);
			submit_emit_add_word(&s, word[i], i + 1);
			submit_bench_run(&b[i], &s);
			igt_assert_eq_u32(submit_read32(&b[i].arena, word[i]),
					  (round + 1) * (i + 1));
		}
		submit_suspend(b[0].fd);
	}
	for (unsigned int i = 0; i < VMS; i++)
		submit_bench_close(&b[i]);
}

/* A queue that waits for an object does not keep the device awake, and goes on after the signal. */
static void waiter_survives(void)
{
	uint64_t object, mark;
	struct submit_bench b;
	uint32_t other;
	struct csb s;

	submit_bench_open(&b, 1);
	other = submit_group_create(b.fd, b.arena.vm, 1);
	object = submit_alloc(&b.arena, 8);
	mark = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 16);
	submit_emit_store32(&s, mark, 1);
	csb_move48(&s, 0, object);
	csb_move64(&s, 2, 0);
	csb_sync_wait32(&s, CSB_GREATER, 0, 2, false);
	submit_emit_store32(&s, mark, 2);
	submit_bench_start(&b, 0, &s);
	submit_assert_reaches(&b.arena, b.group, mark, 1);
	submit_suspend(b.fd);
	submit_assert_held(b.fd, b.done, 0);
	igt_assert_eq_u32(submit_read32(&b.arena, mark), 1);

	submit_stream_begin(&s, &b.arena, 8);
	csb_move48(&s, 0, object);
	csb_move64(&s, 2, 1);
	csb_sync_set32(&s, 0, 2);
	submit_run(b.fd, other, 0, &s);
	submit_assert_done(b.fd, b.done);
	igt_assert_eq_u32(submit_read32(&b.arena, mark), 2);
	igt_panthor_group_destroy(b.fd, other, 0);
	submit_bench_close(&b);
}

/* The GPU's clock does not go back over a sleep. */
static void timestamps_go_on(void)
{
	struct submit_bench b;
	uint64_t va, last = 0;
	struct csb s;

	submit_bench_open(&b, 1);
	va = submit_alloc(&b.arena, 8);
	submit_stream_begin(&s, &b.arena, 8);
	csb_move48(&s, 0, va);
	csb_store_state(&s, CSB_STATE_TIMESTAMP, 0, 0, 0, 2);
	csb_wait(&s, 1 << 2);
	for (unsigned int i = 0; i < 4; i++) {
		submit_bench_run(&b, &s);
		igt_assert_lt_u64(last, submit_read64(&b.arena, va));
		last = submit_read64(&b.arena, va);
		submit_suspend(b.fd);
	}
	submit_bench_close(&b);
}

/*
 * Asleep, the flush-id page is a dummy that reads 1 (panthor_device_init): reading it neither wakes
 * the device nor faults. Awake, it is the register again.
 */
static void flush_id_asleep(void)
{
	volatile uint32_t *id;
	struct submit_gate g;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	id = mmap(NULL, getpagesize(), PROT_READ, MAP_SHARED, b.fd,
		  DRM_PANTHOR_USER_FLUSH_ID_MMIO_OFFSET);
	igt_assert((void *)id != MAP_FAILED);
	for (unsigned int i = 0; i < 3; i++) {
		submit_suspend(b.fd);
		igt_assert_eq_u32(*id, 1);
		igt_assert(submit_is_suspended(b.fd));
		submit_gate_hold(&g, &b.arena, b.group, 0);
		igt_assert_neq_u32(*id, 1);
		submit_assert_held(b.fd, g.opened, 0);
		submit_gate_open(&g);
		submit_assert_done(b.fd, g.opened);
	}
	munmap((void *)id, getpagesize());
	submit_bench_close(&b);
}

int igt_main()
{
	igt_describe("The device sleeps when nothing runs and wakes for a job.");
	submit_subtest("idle-suspends")
		idle_suspends();

	igt_describe("The device does not sleep under a job.");
	submit_subtest("busy-stays-awake")
		busy_stays();

	igt_describe("Ten sleeps, a job after each.");
	submit_subtest("cycles")
		cycles();

	igt_describe("Registers of 12 groups survive a sleep.");
	submit_subtest("registers-survive")
		registers_survive();

	igt_describe("12 VMs find their memory after a sleep.");
	submit_subtest("vms-survive")
		vms_survive();

	igt_describe(
	    "A queue that waits for an object survives a sleep and is woken by the signal.");
	submit_subtest("waiter-survives")
		waiter_survives();

	igt_describe("Timestamps go on over sleeps.");
	submit_subtest("timestamps-go-on")
		timestamps_go_on();

	igt_describe("The flush-id page can be read while the device sleeps.");
	submit_subtest("flush-id-asleep")
		flush_id_asleep();
}
