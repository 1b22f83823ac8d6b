// SPDX-License-Identifier: MIT
/*
 * panthor_submit_inject.c - things that go wrong in the hardware or the firmware, asked for over
 * the virtual GPU's control channel, and the recovery from each. Where there is no such channel, as
 * on a board, all of these skip.
 *
 * Each subtest says what the driver may log on the way; what it must not do is stay broken. The
 * times are Panthor's: requests to the firmware get 100 ms, its boot 1 s, a ping every 12 s, a job
 * 5 s.
 *
 * Faults that a driver need not survive, reset-stuck and power-stuck, are in panthor_submit_rebind.
 */
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "model.h"
#include "stock.h"
#include "submit_bench.h"
#include "submit_fault.h"
#include "submit_gate.h"
#include "submit_power.h"

IGT_TEST_DESCRIPTION("Injected faults of hardware and firmware, and the recovery from them.");

/*
 * What the driver logs of a group request that was not answered and of the reset that follows.
 * Linux 6.12 also warns when a group became runnable just then (panthor_sched_pre_reset).
 */
static void expect_reset(void)
{
	igt_emit_ignore_dmesg_regex("WARNING: .*panthor_sched_pre_reset");
	igt_emit_ignore_dmesg_regex("CSG [0-9]+ update request timedout|CSG suspend failed");
	igt_emit_ignore_dmesg_regex("Failed to (stop|halt|cleanly suspend) MCU|[Tt]imed? ?out");
}

/* Whether the driver's uAPI is 1.@minor or later. */
static bool uapi_at_least(int fd, int minor)
{
	struct drm_version version = {};

	do_ioctl(fd, DRM_IOCTL_VERSION, &version);
	return version.version_major > 1 || version.version_minor >= minor;
}

/*
 * A reset that unmappings may meet: Panthor stops its VM_BIND queues before a reset and nothing
 * else that changes mappings (panthor_mmu_pre_reset), so the buffers of a group that is being
 * released are unmapped while the GPU resets (docs/findings.md). Only subtests may meet it that
 * destroy a group in whose termination the reset has its cause.
 */
static void expect_reset_and_unmap(int fd)
{
	expect_reset();
	/* A reset between the two register writes of a lock leaves a LOCK of the address zero. */
	model_expect("lock-region");
	/* 7.3 ends each unmapping with GPU_COMMAND's cache flush, 6.12 with an AS command. */
	if (uapi_at_least(fd, 1))
		model_expect("command-in-reset");
}

/* Build a job that adds one to a new word. Return: the word. */
static uint64_t build_count(struct csb *s, struct submit_bench *b)
{
	uint64_t word = submit_alloc(&b->arena, 4);

	submit_stream_begin(s, &b->arena, 8);
	submit_emit_add_word(s, word, 1);
	return word;
}

/* On the virtual GPU only: a bench with a job that adds one to a new word. Return: the word. */
static uint64_t open_counting(struct submit_bench *b, struct csb *s)
{
	model_require();
	submit_bench_open(b, 1);
	return build_count(s, b);
}

/*
 * Let a reset end before the next group is made: the driver sizes its suspend buffers by what the
 * firmware's interface says, which is not there while the firmware is loaded anew
 * (panthor_group_create).
 */
static void wait_out_reset(void)
{
	usleep(500000);
}

/* The device recovers: a fresh job runs after a sleep, and again after another. */
static void assert_recovered(int fd)
{
	submit_suspend(fd);
	submit_assert_device_works();
	submit_suspend(fd);
	submit_assert_device_works();
}

static void recovered_close(struct submit_bench *b)
{
	assert_recovered(b->fd);
	submit_bench_close(b);
}

/*
 * Let the driver be done with the groups of earlier subtests: it releases them in a worker, and
 * their unmappings would be struck by the fault, or kept by it until the reset, in place of what
 * is meant. The device sleeps when it has been idle for 50 ms.
 */
static void settle(int fd)
{
	submit_suspend(fd);
}

/* Run @s on a fresh group of the bench; the device may have to be repaired meanwhile. */
static void run_through(struct submit_bench *b, const struct csb *s)
{
	uint32_t group = submit_group_create(b->fd, b->arena.vm, 1);

	submit_run(b->fd, group, 0, s);
	igt_panthor_group_destroy(b->fd, group, 0);
}

/*
 * Inject @fault, which strikes on the way to sleep, and let the device go there. A gate keeps it
 * awake until the fault is armed: it sleeps 50 ms after its last job.
 */
static void suspend_into(struct submit_bench *b, const char *fault)
{
	struct submit_gate g;

	settle(b->fd);
	submit_gate_hold(&g, &b->arena, b->group, 0);
	model_inject("%s", fault);
	submit_gate_open(&g);
	submit_assert_done(b->fd, g.opened);
	submit_suspend(b->fd);
}

/* The firmware's boot takes this much longer; the driver gives it 1 s. */
#define BOOT_DELAY_NS 300000000ull

static void slow_boot(void)
{
	struct timespec start = {};
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	word = open_counting(&b, &s);
	submit_bench_run(&b, &s);
	submit_suspend(b.fd);
	model_inject("mcu-slow-boot delay=%llu", BOOT_DELAY_NS);
	igt_nsec_elapsed(&start);
	submit_bench_run(&b, &s);
	igt_assert_lte_u64(BOOT_DELAY_NS, igt_nsec_elapsed(&start));
	igt_assert_eq_u32(submit_read32(&b.arena, word), 2);
	submit_bench_close(&b);
}

/* The warm boot after a sleep fails; the driver reloads the firmware and the job runs. */
static void boot_fails_once(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	word = open_counting(&b, &s);
	igt_emit_ignore_dmesg_regex("Failed to boot MCU|[Ff]ast reset failed");
	submit_bench_run(&b, &s);
	submit_suspend(b.fd);
	model_inject("mcu-boot-fail");
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 2);
	recovered_close(&b);
}

/* Two groups of one VM with a job each in flight: one will be destroyed, the other looks on. */
struct couple {
	struct submit_bench b; /* its group looks on */
	uint32_t doomed;
	struct submit_gate onlooker_gate, doomed_gate;
};

static void couple_open(struct couple *c)
{
	submit_bench_open(&c->b, 1);
	c->doomed = submit_group_create(c->b.fd, c->b.arena.vm, 1);
	submit_gate_close(&c->onlooker_gate, &c->b.arena, c->b.group, 0);
	submit_gate_close(&c->doomed_gate, &c->b.arena, c->doomed, 0);
	submit_gate_assert_closed(&c->onlooker_gate);
	submit_gate_assert_closed(&c->doomed_gate);
}

/* The destroyed group's job ended with an error. */
static void couple_destroy(struct couple *c)
{
	igt_panthor_group_destroy(c->b.fd, c->doomed, 0);
	igt_assert(submit_wait(c->b.fd, c->doomed_gate.opened, SUBMIT_PATIENCE_MS));
	igt_assert_lt(submit_fence_status(c->b.fd, c->doomed_gate.opened), 0);
}

/*
 * The firmware goes silent under jobs: the next request to it times out and the GPU is reset. No
 * group could be suspended before, so all jobs are lost, with an error; since uAPI 1.3 a group that
 * had no part in it is called innocent.
 */
static void firmware_dies(const char *fault)
{
	struct couple c;
	uint32_t state;

	model_require();
	couple_open(&c);
	expect_reset_and_unmap(c.b.fd);
	model_inject("%s", fault);
	couple_destroy(&c);
	submit_assert_error(c.b.fd, c.onlooker_gate.opened, ETIMEDOUT);
	state = submit_group_state(c.b.fd, c.b.group).state;
	igt_assert(state & DRM_PANTHOR_GROUP_STATE_TIMEDOUT);
	igt_assert(!(state & DRM_PANTHOR_GROUP_STATE_FATAL_FAULT));
	if (uapi_at_least(c.b.fd, 3))
		igt_assert(state & DRM_PANTHOR_GROUP_STATE_INNOCENT);
	recovered_close(&c.b);
}

/* One group's termination is never acknowledged: the reset for it spares the other group's job. */
static void request_lost(void)
{
	struct couple c;

	model_require();
	couple_open(&c);
	expect_reset_and_unmap(c.b.fd);
	model_inject("csg-req-lost");
	couple_destroy(&c);
	wait_out_reset();
	submit_assert_device_works();
	submit_assert_held(c.b.fd, c.onlooker_gate.opened, 0);
	submit_gate_open(&c.onlooker_gate);
	submit_assert_done(c.b.fd, c.onlooker_gate.opened);
	submit_assert_alive(c.b.fd, c.b.group);
	recovered_close(&c.b);
}

/*
 * A ping is not answered: the driver resets a GPU that worked, and the jobs in flight go on after
 * it. The next ping is at most 12 s away; a second a job keeps the device awake until then.
 */
static void ping_lost(void)
{
	struct submit_bench b;

	model_require();
	igt_emit_ignore_dmesg_regex("ping timeout");
	expect_reset();
	submit_bench_open(&b, 1);
	model_inject("ping-lost");
	for (unsigned int i = 0; i < 13; i++) {
		struct submit_gate g;

		submit_gate_close(&g, &b.arena, b.group, 0);
		submit_assert_held(b.fd, g.opened, 1000);
		submit_gate_open(&g);
		submit_assert_done(b.fd, g.opened);
	}
	recovered_close(&b);
}

/*
 * A VM's address space stays busy: an asynchronous binding fails and makes the VM unusable; the
 * reset that follows spares another VM's job.
 */
static void as_stuck(void)
{
	struct drm_panthor_vm_get_state state = {};
	struct drm_panthor_vm_bind_op op = {};
	struct drm_panthor_vm_bind bind = {};
	struct drm_panthor_sync_op out;
	struct submit_bench b, other;
	struct submit_gate g, other_gate;

	model_require();
	igt_emit_ignore_dmesg_regex("AS_ACTIVE bit stuck");
	/* 7.3 unmaps the stuck space, whose last command never ended. */
	model_expect("as-busy");
	expect_reset();
	submit_bench_open(&b, 1);
	submit_bench_open_beside(&other, 1);
	settle(b.fd);
	submit_gate_close(&other_gate, &other.arena, other.group, 0);
	submit_gate_close(&g, &b.arena, b.group, 0);
	submit_gate_assert_closed(&other_gate);
	submit_gate_assert_closed(&g);

	model_inject("as-stuck");
	out = submit_out(b.done);
	op.flags = DRM_PANTHOR_VM_BIND_OP_TYPE_MAP;
	op.bo_handle = b.arena.bo.handle;
	op.va = SUBMIT_NOWHERE;
	op.size = 4096;
	op.syncs = (struct drm_panthor_obj_array)DRM_PANTHOR_OBJ_ARRAY(1, &out);
	bind.vm_id = b.arena.vm;
	bind.flags = DRM_PANTHOR_VM_BIND_ASYNC;
	bind.ops = (struct drm_panthor_obj_array)DRM_PANTHOR_OBJ_ARRAY(1, &op);
	do_ioctl(b.fd, DRM_IOCTL_PANTHOR_VM_BIND, &bind);
	submit_assert_error(b.fd, b.done, ETIMEDOUT);
	state.vm_id = b.arena.vm;
	do_ioctl(b.fd, DRM_IOCTL_PANTHOR_VM_GET_STATE, &state);
	igt_assert_eq_u32(state.state, DRM_PANTHOR_VM_STATE_UNUSABLE);

	wait_out_reset();
	submit_assert_device_works();
	submit_assert_held(other.fd, other_gate.opened, 0);
	submit_gate_open(&other_gate);
	submit_assert_done(other.fd, other_gate.opened);
	submit_bench_close(&other);
	submit_bench_close(&b);
	submit_assert_device_works();
}

/* The interrupt of a finished job is lost: the next one brings both fences. */
static void job_interrupt_lost(void)
{
	struct submit_bench b;
	uint32_t first;
	struct csb s;
	uint64_t word;

	word = open_counting(&b, &s);
	submit_bench_run(&b, &s);
	for (uint32_t i = 0; i < 5; i++) {
		struct drm_panthor_sync_op out;

		first = syncobj_create(b.fd, 0);
		out = submit_out(first);
		model_inject("irq-lost line=job");
		submit_job(b.fd, b.group, 0, &s, &out, 1);
		submit_wait(b.fd, first, SUBMIT_HOLD_MS);
		submit_bench_run(&b, &s);
		submit_assert_done(b.fd, first);
		igt_assert_eq_u32(submit_read32(&b.arena, word), 3 + 2 * i);
	}
	submit_bench_close(&b);
}

/* The interrupt of a page fault is lost: the driver does not know why the job stands, and times it
 * out. */
static void mmu_interrupt_lost(void)
{
	struct submit_bench b;
	struct csb s;

	model_require();
	submit_expect_page_fault();
	expect_reset();
	igt_emit_ignore_dmesg_regex("job timeout");
	submit_bench_open(&b, 1);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_store32(&s, SUBMIT_NOWHERE, 1);
	model_inject("irq-lost line=mmu");
	submit_bench_start(&b, 0, &s);
	igt_assert(submit_wait(b.fd, b.done, SUBMIT_PATIENCE_MS));
	igt_assert_lt(submit_fence_status(b.fd, b.done), 0);
	igt_assert_neq(submit_group_state(b.fd, b.group).state, 0);
	recovered_close(&b);
}

/* The interrupt that a cache flush or a reset is done is lost on the way to sleep: it is polled
 * for. */
static void gpu_interrupt_lost(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	word = open_counting(&b, &s);
	for (uint32_t i = 1; i <= 3; i++) {
		submit_bench_run(&b, &s);
		suspend_into(&b, "irq-lost line=gpu");
		/* A driver that polls loses nothing. */
		model_may_miss();
	}
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 4);
	submit_bench_close(&b);
}

/* The minor of Linux 7.3's uAPI: it fails the job of each CS_FAULT, which 6.12 (minor 0) does not.
 */
#define CS_FAULT_FAILS_JOB 9

/*
 * The bus refuses a store of a job. That is a fault that a stream survives (CS_FAULT): the job
 * ends, the word stays, and the next job is served.
 *
 * Its fence must tell: 6.12 sets the error for CS_INHERIT_FAULT only and calls this job done, which
 * docs/findings.md lists as its bug (cs_slot_process_fault_event_locked). Where between the two
 * the driver changed is not known, so nothing is asked of the versions between.
 */
static void bus_fault(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	model_require();
	submit_expect_page_fault();
	igt_emit_ignore_dmesg_regex("GPU Fault");
	submit_bench_open(&b, 1);
	word = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_store32(&s, word, 0xb05);
	model_inject("bus-fault va=0x%llx", (unsigned long long)word);
	submit_bench_start(&b, 0, &s);
	igt_assert(submit_wait(b.fd, b.done, SUBMIT_PATIENCE_MS));
	if (uapi_at_least(b.fd, CS_FAULT_FAILS_JOB))
		igt_assert_eq(submit_fence_status(b.fd, b.done), -EINVAL);
	else if (submit_fence_status(b.fd, b.done) == 1)
		igt_info("the driver calls a job done whose store was refused\n");
	igt_assert_eq_u32(submit_read32(&b.arena, word), 0);
	run_through(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 0xb05);
	recovered_close(&b);
}

/* A queue stops for good: its job is timed out; the other queue's earlier job was not harmed. */
static void job_hangs(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	word = open_counting(&b, &s);
	igt_emit_ignore_dmesg_regex("job timeout");
	submit_bench_run(&b, &s);
	model_inject("job-hang");
	submit_bench_start(&b, 0, &s);
	submit_assert_error(b.fd, b.done, ETIMEDOUT);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 1);
	igt_assert(submit_group_state(b.fd, b.group).state & DRM_PANTHOR_GROUP_STATE_TIMEDOUT);
	run_through(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 2);
	recovered_close(&b);
}

/* Everything takes 20 times as long: jobs are late and right. */
static void slow(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	word = open_counting(&b, &s);
	model_inject("slow factor=20 count=0");
	for (uint32_t i = 1; i <= 50; i++) {
		submit_bench_run(&b, &s);
		igt_assert_eq_u32(submit_read32(&b.arena, word), i);
	}
	submit_suspend(b.fd);
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 51);
	submit_bench_close(&b);
}

/*
 * A tiler heap runs out while the driver may still add chunks to it: the driver adds one and the
 * job goes on. The render pass before it has begun and not ended, which is what makes growing
 * reasonable (panthor_sched.c, group_process_tiler_oom).
 */
static void heap_runs_out(void)
{
	struct drm_panthor_tiler_heap_create heap = {
	    .initial_chunk_count = 1,
	    .chunk_size = 256 * 1024,
	    .max_chunks = 8,
	    .target_in_flight = 8,
	};
	struct drm_panthor_tiler_heap_destroy destroy = {};
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	model_require();
	submit_bench_open(&b, 1);
	heap.vm_id = b.arena.vm;
	do_ioctl(b.fd, DRM_IOCTL_PANTHOR_TILER_HEAP_CREATE, &heap);
	submit_stream_begin(&s, &b.arena, 8);
	csb_move48(&s, 0, heap.tiler_heap_ctx_gpu_va);
	csb_heap_set(&s, 0);
	csb_heap_operation(&s, CSB_HEAP_VT_STARTED, 0, 2);
	csb_wait(&s, 1 << 2);
	submit_bench_run(&b, &s);

	word = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 16);
	csb_heap_operation(&s, CSB_HEAP_VT_STARTED, 0, 2);
	csb_wait(&s, 1 << 2);
	submit_emit_store32(&s, word, 0x4ea9);
	model_inject("heap-oom");
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 0x4ea9);
	submit_assert_alive(b.fd, b.group);
	destroy.handle = heap.handle;
	do_ioctl(b.fd, DRM_IOCTL_PANTHOR_TILER_HEAP_DESTROY, &destroy);
	submit_bench_close(&b);
}

/* The cache flush on the way to sleep never ends: idle groups may be lost, the device is not. */
/*
 * Linux 6.12 queues the work of a reset that is pending when it wakes up before it says that it is
 * awake; a work that comes first does nothing, and no group is scheduled until the device has slept
 * once more (docs/findings.md).
 */
static void wake_until_reset(struct submit_bench *b, const struct csb *s)
{
	bool done = !stock_panthor(b->fd, STOCK_6_12, STOCK_7_3 - 1);

	for (unsigned int i = 0; !done && i < 5; i++) {
		uint32_t group = submit_group_create(b->fd, b->arena.vm, 1);
		uint32_t ended = syncobj_create(b->fd, 0);
		struct drm_panthor_sync_op out = submit_out(ended);

		submit_job(b->fd, group, 0, s, &out, 1);
		done = submit_wait(b->fd, ended, 1000);
		syncobj_destroy(b->fd, ended);
		igt_panthor_group_destroy(b->fd, group, 0);
		if (!done)
			submit_suspend(b->fd);
	}
	igt_assert(done);
}

static void flush_stuck(void)
{
	struct submit_bench b;
	struct csb s;

	open_counting(&b, &s);
	igt_emit_ignore_dmesg_regex("Flush caches timeout");
	igt_emit_ignore_dmesg_regex("WARNING: .*panthor_mmu_suspend");
	expect_reset();
	submit_bench_run(&b, &s);
	suspend_into(&b, "flush-stuck");
	wake_until_reset(&b, &s);
	recovered_close(&b);
}

int igt_main()
{
	igt_describe("The firmware boots late after a sleep.");
	submit_subtest("mcu-slow-boot")
		slow_boot();

	igt_describe("The firmware does not boot after a sleep; it is loaded anew.");
	submit_subtest("mcu-boot-fail")
		boot_fails_once();

	igt_describe("The firmware stops answering under jobs.");
	submit_subtest("mcu-hang")
		firmware_dies("mcu-hang");

	igt_describe("The MCU stops with a fatal error under jobs.");
	submit_subtest("mcu-fatal")
		firmware_dies("mcu-fatal");

	igt_describe("A group's termination is not acknowledged; the other group's job survives.");
	submit_subtest("csg-req-lost")
		request_lost();

	igt_describe("A ping is not answered; the jobs in flight survive the reset.");
	submit_subtest("ping-lost")
		ping_lost();

	igt_describe("An address space stays busy: its VM is lost, other VMs are not.");
	submit_subtest("as-stuck")
		as_stuck();

	igt_describe("A job interrupt is lost.");
	submit_subtest("irq-lost-job")
		job_interrupt_lost();

	igt_describe("The interrupt of a page fault is lost.");
	submit_subtest("irq-lost-mmu")
		mmu_interrupt_lost();

	igt_describe("The interrupt of a cache flush or reset is lost.");
	submit_subtest("irq-lost-gpu")
		gpu_interrupt_lost();

	igt_describe("A store ends in a bus fault.");
	submit_subtest("bus-fault")
		bus_fault();

	igt_describe("A queue stops for good.");
	submit_subtest("job-hang")
		job_hangs();

	igt_describe("Everything is 20 times slower.");
	submit_subtest("slow")
		slow();

	igt_describe("A tiler heap runs out and is given another chunk.");
	submit_subtest("heap-oom")
		heap_runs_out();

	igt_describe("A cache flush never ends.");
	submit_subtest("flush-stuck")
		flush_stuck();
}
