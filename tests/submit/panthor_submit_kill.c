// SPDX-License-Identifier: MIT
/*
 * panthor_submit_kill.c - things that go away under a job: its process, its file, its group, its
 * VM, its buffers. The job ends, its fence tells how, and the rest of the device does not notice.
 */
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"
#include "submit_fault.h"
#include "submit_gate.h"
#include "submit_process.h"

IGT_TEST_DESCRIPTION("Processes, files, groups, VMs and buffers that go away under a job.");

/* Sooner than the driver's job timeout (5 s in Panthor): the end must not have come from that. */
#define AT_ONCE_MS 3000

/* The fence is over at once, with @err. */
static void assert_ends_at_once(int fd, uint32_t syncobj, int err)
{
	submit_assert_error_in(fd, syncobj, err, AT_ONCE_MS);
}

/*
 * A file that is closed takes its VMs along with its groups. A job that still runs then may touch
 * what is no longer mapped before its group is stopped: it ends with a page fault (EINVAL) or
 * without.
 */
static void assert_abandoned(int fd, uint32_t syncobj)
{
	igt_assert_f(submit_wait(fd, syncobj, AT_ONCE_MS), "the fence did not signal in 3 s\n");
	if (submit_fence_status(fd, syncobj) != -EINVAL)
		assert_ends_at_once(fd, syncobj, ECANCELED);
}

/* A fence of another file, as a syncobj of @b. */
static uint32_t adopt(struct submit_bench *b, int syncobj_fd)
{
	uint32_t handle = syncobj_fd_to_handle(b->fd, syncobj_fd, 0);

	close(syncobj_fd);
	return handle;
}

/* A bench with a gate, beside the one that goes away: it must not be disturbed. */
static void witness_open(struct submit_bench *b, struct submit_gate *g)
{
	submit_bench_open(b, 1);
	submit_gate_hold(g, &b->arena, b->group, 0);
}

static void witness_close(struct submit_bench *b, struct submit_gate *g)
{
	submit_assert_held(b->fd, g->opened, 0);
	submit_gate_assert_closed(g);
	submit_gate_open(g);
	submit_assert_done(b->fd, g->opened);
	submit_assert_alive(b->fd, b->group);
	submit_assert_device_works();
	submit_bench_close(b);
}

/* Start a job that never ends, tell the parent, and stay until killed. */
static void child_hangs(int sock, bool send)
{
	struct submit_bench b;
	struct csb s;

	submit_bench_open(&b, 1);
	submit_stream_begin(&s, &b.arena, 2);
	submit_emit_forever(&s);
	submit_bench_start(&b, 0, &s);
	if (send)
		submit_send_fd(sock, syncobj_handle_to_fd(b.fd, b.done, 0));
	submit_tell(sock);
	for (;;)
		pause();
}

static void open_sockets(int sock[2])
{
	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);
}

/* Kill the children of the subtest, which are there and hang. */
static void kill_children(void)
{
	igt_kill_children(SIGKILL);
	igt_assert_eq(__igt_waitchildren(), 128 + SIGKILL);
}

static void process_killed(void)
{
	struct submit_gate g;
	struct submit_bench b;
	uint32_t fence;
	int sock[2];

	submit_expect_page_fault();
	witness_open(&b, &g);
	open_sockets(sock);
	igt_fork(child, 1)
		submit_attempts()
			child_hangs(sock[1], true);
	close(sock[1]);
	fence = adopt(&b, submit_receive_fd(sock[0]));
	submit_await(sock[0]);
	submit_assert_held(b.fd, fence, SUBMIT_HOLD_MS);
	kill_children();
	assert_abandoned(b.fd, fence);
	close(sock[0]);
	witness_close(&b, &g);
}

static void many_processes_killed(void)
{
	enum { CHILDREN = 12 };
	struct submit_gate g;
	struct submit_bench b;
	int sock[CHILDREN][2];

	submit_expect_page_fault();
	witness_open(&b, &g);
	for (unsigned int i = 0; i < CHILDREN; i++)
		open_sockets(sock[i]);
	igt_fork(child, CHILDREN)
		submit_attempts()
			child_hangs(sock[child][1], false);
	for (unsigned int i = 0; i < CHILDREN; i++) {
		close(sock[i][1]);
		submit_await(sock[i][0]);
		close(sock[i][0]);
	}
	kill_children();
	witness_close(&b, &g);
}

/* A process that leaves while its job waits for a fence of ours. */
static void child_leaves(int sock)
{
	struct drm_panthor_sync_op in;
	struct submit_bench b;
	struct csb s;

	submit_bench_open(&b, 1);
	in = submit_in(syncobj_fd_to_handle(b.fd, submit_receive_fd(sock), 0));
	submit_stream_begin(&s, &b.arena, 2);
	submit_emit_forever(&s);
	submit_job(b.fd, b.group, 0, &s, &in, 1);
	submit_tell(sock);
}

static void process_leaves_waiting(void)
{
	struct submit_gate g;
	struct submit_bench b;
	int sock[2], fd;

	witness_open(&b, &g);
	fd = syncobj_handle_to_fd(b.fd, g.opened, 0);
	open_sockets(sock);
	igt_fork(child, 1)
		submit_attempts()
			child_leaves(sock[1]);
	close(sock[1]);
	submit_send_fd(sock[0], fd);
	submit_await(sock[0]);
	igt_waitchildren();
	close(sock[0]);
	close(fd);
	witness_close(&b, &g);
}

/* The file is closed with a job running and others queued behind it. */
static void file_closed(void)
{
	struct submit_bench b, doomed;
	struct submit_gate g, hung;
	uint32_t running, queued;

	submit_expect_page_fault();
	witness_open(&b, &g);
	submit_bench_open_beside(&doomed, 1);
	submit_gate_hold(&hung, &doomed.arena, doomed.group, 0);
	submit_bench_start(&doomed, 0, &hung.stream);
	running = adopt(&b, syncobj_handle_to_fd(doomed.fd, hung.opened, 0));
	queued = adopt(&b, syncobj_handle_to_fd(doomed.fd, doomed.done, 0));
	submit_assert_held(b.fd, running, SUBMIT_HOLD_MS);
	munmap(doomed.arena.bo.map, doomed.arena.bo.size);
	submit_device_close(doomed.fd);
	assert_abandoned(b.fd, running);
	assert_abandoned(b.fd, queued);
	witness_close(&b, &g);
}

static void group_destroyed(void)
{
	struct submit_bench b, doomed;
	struct submit_gate g, hung;

	witness_open(&b, &g);
	submit_bench_open_beside(&doomed, 1);
	submit_gate_hold(&hung, &doomed.arena, doomed.group, 0);
	submit_bench_start(&doomed, 0, &hung.stream);
	submit_assert_held(doomed.fd, hung.opened, SUBMIT_HOLD_MS);
	igt_panthor_group_destroy(doomed.fd, doomed.group, 0);
	assert_ends_at_once(doomed.fd, hung.opened, ECANCELED);
	assert_ends_at_once(doomed.fd, doomed.done, ECANCELED);
	doomed.group = submit_group_create(doomed.fd, doomed.arena.vm, 1);
	submit_bench_close(&doomed);
	witness_close(&b, &g);
}

/* A group is destroyed right after its submission, when its slot is being set up; 30 times. */
static void group_destroyed_early(void)
{
	struct submit_gate g;
	struct submit_bench b;
	struct csb s;

	witness_open(&b, &g);
	submit_stream_begin(&s, &b.arena, 2);
	submit_emit_forever(&s);
	for (unsigned int i = 0; i < 30; i++) {
		uint32_t group = submit_group_create(b.fd, b.arena.vm, 1);

		submit_job(b.fd, group, 0, &s, NULL, 0);
		igt_panthor_group_destroy(b.fd, group, 0);
	}
	witness_close(&b, &g);
}

/* A VM goes away under a job: what the job touches next is not mapped. */
static void vm_destroyed(void)
{
	struct submit_bench b, doomed;
	struct submit_gate g, hung;
	uint32_t other_vm;

	submit_expect_page_fault();
	witness_open(&b, &g);
	submit_bench_open_beside(&doomed, 1);
	submit_gate_hold(&hung, &doomed.arena, doomed.group, 0);
	submit_assert_held(doomed.fd, hung.opened, SUBMIT_HOLD_MS);
	igt_panthor_vm_destroy(doomed.fd, doomed.arena.vm, 0);
	assert_ends_at_once(doomed.fd, hung.opened, EINVAL);
	submit_assert_dead(doomed.fd, doomed.group, 0);
	/* A VM for the bench to destroy. */
	igt_panthor_vm_create(doomed.fd, &other_vm, 0);
	doomed.arena.vm = other_vm;
	submit_bench_close(&doomed);
	witness_close(&b, &g);
}

/* What a running job polls is unmapped: the job faults. */
static void unmapped(void)
{
	struct submit_bench b, doomed;
	struct submit_gate g, hung;

	submit_expect_page_fault();
	witness_open(&b, &g);
	submit_bench_open_beside(&doomed, 1);
	submit_gate_hold(&hung, &doomed.arena, doomed.group, 0);
	submit_assert_held(doomed.fd, hung.opened, SUBMIT_HOLD_MS);
	igt_panthor_vm_bind(doomed.fd, doomed.arena.vm, 0, doomed.arena.va, doomed.arena.bo.size,
			    DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP, 0);
	assert_ends_at_once(doomed.fd, hung.opened, EINVAL);
	submit_assert_dead(doomed.fd, doomed.group, 0);
	submit_bench_close(&doomed);
	witness_close(&b, &g);
}

/* A buffer whose handle is closed stays as long as it is mapped: the job goes on and finishes. */
static void handle_closed(void)
{
	struct submit_gate g;
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	submit_bench_open(&b, 1);
	word = submit_alloc(&b.arena, 4);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_store32(&s, word, 0x57a7);
	submit_bench_start(&b, 0, &s);
	gem_close(b.fd, b.arena.bo.handle);
	submit_assert_held(b.fd, g.opened, SUBMIT_HOLD_MS);
	submit_gate_assert_closed(&g);
	submit_gate_open(&g);
	submit_assert_done(b.fd, g.opened);
	submit_assert_done(b.fd, b.done);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 0x57a7);
	/* A buffer for the bench to free. */
	munmap(b.arena.bo.map, b.arena.bo.size);
	igt_panthor_bo_create(b.fd, &b.arena.bo, 4096, 0, 0);
	submit_bench_close(&b);
}

int igt_main()
{
	igt_describe("A process is killed while its job runs; its fence ends with an error.");
	submit_subtest("process-killed")
		process_killed();

	igt_describe("Twelve processes with running jobs are killed.");
	submit_subtest("many-processes-killed")
		many_processes_killed();

	igt_describe("A process leaves while its job waits for another process's fence.");
	submit_subtest("process-leaves-waiting")
		process_leaves_waiting();

	igt_describe("A file is closed with a job running and one queued.");
	submit_subtest("file-closed")
		file_closed();

	igt_describe("A group is destroyed with a job running and one queued.");
	submit_subtest("group-destroyed")
		group_destroyed();

	igt_describe("30 groups are destroyed right after their submission.");
	submit_subtest("group-destroyed-early")
		group_destroyed_early();

	igt_describe("A VM is destroyed under a running job.");
	submit_subtest("vm-destroyed")
		vm_destroyed();

	igt_describe("The memory that a job polls is unmapped.");
	submit_subtest("unmapped")
		unmapped();

	igt_describe("A buffer's handle is closed under a job, which finishes.");
	submit_subtest("handle-closed")
		handle_closed();
}
