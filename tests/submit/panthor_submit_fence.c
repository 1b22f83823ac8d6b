// SPDX-License-Identifier: MIT
/*
 * panthor_submit_fence.c - what a job signals and what it waits for: binary and timeline syncobjs
 * and sync_files, across queues, groups, files and processes.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"
#include "submit_gate.h"
#include "submit_process.h"
#include "sw_sync.h"

IGT_TEST_DESCRIPTION("Fences in and out of jobs.");

/* A job that stores 1 at a new word. */
static uint64_t build_mark(struct csb *s, struct submit_bench *b)
{
	uint64_t word = submit_alloc(&b->arena, 4);

	submit_stream_begin(s, &b->arena, 8);
	submit_emit_store32(s, word, 1);
	return word;
}

/* The point of a timeline that a gate signals; none (0) for a binary syncobj. */
#define BINARY 0
#define POINT  2

/*
 * Submit a job that waits for @in, or its point @point, to @queue of @b. Return: the word that it
 * will store 1 at.
 */
static uint64_t submit_point_waiter(struct submit_bench *b, uint32_t queue, uint32_t in,
				    uint64_t point)
{
	struct drm_panthor_sync_op syncs[2] = {
	    point ? submit_in_point(in, point) : submit_in(in),
	    submit_out(b->done),
	};
	struct csb s;
	uint64_t mark = build_mark(&s, b);

	submit_job(b->fd, b->group, queue, &s, syncs, 2);
	return mark;
}

/* The same for a binary syncobj. */
static uint64_t submit_waiter(struct submit_bench *b, uint32_t queue, uint32_t in)
{
	return submit_point_waiter(b, queue, in, BINARY);
}

/*
 * Hold queue 0 of @group with a gate that signals @g->opened, or @point of it. An earlier point is
 * over then: who waits for anything less than @point would run.
 */
static void hold_point(struct submit_gate *g, struct submit_arena *a, uint32_t group,
		       uint64_t point)
{
	struct drm_panthor_sync_op out;

	if (point == BINARY) {
		submit_gate_hold(g, a, group, 0);
		return;
	}
	submit_gate_build(g, a);
	g->group = group;
	out = submit_out_point(g->opened, point - 1);
	submit_job(a->fd, group, 0, NULL, &out, 1);
	submit_assert_point(a->fd, group, g->opened, point - 1);
	out = submit_out_point(g->opened, point);
	submit_job(a->fd, group, 0, &g->stream, &out, 1);
	submit_gate_assert_closed(g);
}

static void assert_held(struct submit_bench *b, uint64_t mark)
{
	submit_assert_held(b->fd, b->done, SUBMIT_HOLD_MS);
	igt_assert_eq_u32(submit_read32(&b->arena, mark), 0);
}

static void assert_ran(struct submit_bench *b, uint64_t mark)
{
	submit_assert_done(b->fd, b->done);
	igt_assert_eq_u32(submit_read32(&b->arena, mark), 1);
}

/* The fence signals when the job is over, not when it is submitted. */
static void binary_out(void)
{
	struct submit_gate g;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	submit_assert_held(b.fd, g.opened, SUBMIT_HOLD_MS);
	igt_assert_eq(submit_fence_status(b.fd, g.opened), 0);
	submit_gate_assert_closed(&g);
	submit_gate_open(&g);
	submit_assert_done(b.fd, g.opened);
	submit_bench_close(&b);
}

static void across_queues(void)
{
	struct submit_gate g;
	struct submit_bench b;
	uint64_t mark;

	submit_bench_open(&b, 2);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	mark = submit_waiter(&b, 1, g.opened);
	assert_held(&b, mark);
	submit_gate_assert_closed(&g);
	submit_gate_open(&g);
	assert_ran(&b, mark);
	submit_bench_close(&b);
}

static void across_groups(uint64_t point)
{
	struct submit_gate g;
	struct submit_bench b;
	uint32_t other;
	uint64_t mark;

	submit_bench_open(&b, 1);
	other = submit_group_create(b.fd, b.arena.vm, 1);
	hold_point(&g, &b.arena, other, point);
	mark = submit_point_waiter(&b, 0, g.opened, point);
	assert_held(&b, mark);
	submit_gate_assert_closed(&g);
	submit_gate_open(&g);
	assert_ran(&b, mark);
	igt_panthor_group_destroy(b.fd, other, 0);
	submit_bench_close(&b);
}

static void across_files(void)
{
	struct submit_bench b, other;
	struct submit_gate g;
	uint64_t mark;
	int fd;

	submit_bench_open(&b, 1);
	submit_bench_open_beside(&other, 1);
	submit_gate_hold(&g, &other.arena, other.group, 0);
	fd = syncobj_handle_to_fd(other.fd, g.opened, 0);
	mark = submit_waiter(&b, 0, syncobj_fd_to_handle(b.fd, fd, 0));
	close(fd);
	assert_held(&b, mark);
	submit_gate_assert_closed(&g);
	submit_gate_open(&g);
	assert_ran(&b, mark);
	submit_bench_close(&other);
	submit_bench_close(&b);
}

/*
 * The child's half of across-processes: wait for the parent's fence with a job of its own, and
 * signal the next point when it is one of a timeline.
 */
static void child_waits(int sock, uint64_t point)
{
	struct drm_panthor_sync_op out;
	struct submit_bench b;
	uint64_t mark;
	uint32_t in;
	int fd;

	submit_bench_open(&b, 1);
	fd = submit_receive_fd(sock);
	in = syncobj_fd_to_handle(b.fd, fd, 0);
	close(fd);
	mark = submit_point_waiter(&b, 0, in, point);
	assert_held(&b, mark);
	/* The parent may open its gate. */
	submit_tell(sock);
	assert_ran(&b, mark);
	if (point != BINARY) {
		out = submit_out_point(in, point + 1);
		submit_job(b.fd, b.group, 0, NULL, &out, 1);
		submit_assert_point(b.fd, b.group, in, point + 1);
	}
	submit_bench_close(&b);
}

static void across_processes(uint64_t point)
{
	struct submit_gate g;
	struct submit_bench b;
	int sock[2], fd;

	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);
	igt_fork(child, 1)
		submit_attempts()
			child_waits(sock[1], point);
	/* Only the child holds its end: when it fails, submit_await() below notices. */
	close(sock[1]);

	submit_bench_open(&b, 1);
	hold_point(&g, &b.arena, b.group, point);
	fd = syncobj_handle_to_fd(b.fd, g.opened, 0);
	submit_send_fd(sock[0], fd);
	submit_await(sock[0]);
	submit_gate_assert_closed(&g);
	submit_gate_open(&g);
	igt_waitchildren();
	if (point != BINARY)
		submit_assert_point(b.fd, b.group, g.opened, point + 1);
	submit_bench_close(&b);
	close(fd);
	close(sock[0]);
}

static void sync_file_out(void)
{
	struct submit_gate g;
	struct submit_bench b;
	int file;

	submit_bench_open(&b, 1);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	file = submit_export(b.fd, g.opened);
	submit_assert_held(b.fd, g.opened, SUBMIT_HOLD_MS);
	igt_assert_eq(sync_fence_status(file), 0);
	submit_gate_assert_closed(&g);
	submit_gate_open(&g);
	submit_assert_done(b.fd, g.opened);
	igt_assert_eq(sync_fence_status(file), 1);
	close(file);
	submit_bench_close(&b);
}

static void sync_file_in(void)
{
	struct submit_gate g;
	struct submit_bench b;
	uint64_t mark;
	uint32_t in;
	int file;

	submit_bench_open(&b, 2);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	file = submit_export(b.fd, g.opened);
	in = syncobj_create(b.fd, 0);
	syncobj_import_sync_file(b.fd, in, file);
	close(file);
	/* The imported fence stays when the syncobj that it came from goes. */
	syncobj_destroy(b.fd, g.opened);
	mark = submit_waiter(&b, 1, in);
	assert_held(&b, mark);
	submit_gate_open(&g);
	assert_ran(&b, mark);
	submit_bench_close(&b);
}

/* The points are those of jobs of @groups groups in turn, one or two. */
static void timeline_out(unsigned int groups)
{
	struct submit_gate gates[4];
	struct submit_bench b;
	uint32_t group[2];
	uint32_t timeline;
	uint64_t value;

	submit_bench_open(&b, 1);
	group[0] = b.group;
	group[1] = submit_group_create(b.fd, b.arena.vm, 1);
	timeline = syncobj_create(b.fd, 0);
	for (uint64_t i = 0; i < 4; i++) {
		struct drm_panthor_sync_op out = submit_out_point(timeline, (i + 1) * 10);

		submit_gate_build(&gates[i], &b.arena);
		submit_job(b.fd, group[i % groups], 0, &gates[i].stream, &out, 1);
	}
	for (uint64_t i = 0; i < 4; i++) {
		igt_assert(!submit_wait_point(b.fd, timeline, (i + 1) * 10, 10));
		submit_gate_open(&gates[i]);
		submit_assert_point(b.fd, group[i % groups], timeline, (i + 1) * 10);
		syncobj_timeline_query(b.fd, &timeline, &value, 1);
		igt_assert_eq_u64(value, (i + 1) * 10);
	}
	igt_panthor_group_destroy(b.fd, group[1], 0);
	submit_bench_close(&b);
}

/* Point 1 is over, point 2 is not: who waits for 1 runs, who waits for 2 does not. */
static void timeline_in(void)
{
	struct drm_panthor_sync_op out, syncs[2];
	struct submit_gate g;
	struct submit_bench b;
	struct csb s;
	uint32_t timeline;
	uint64_t mark;

	submit_bench_open(&b, 2);
	timeline = syncobj_create(b.fd, 0);
	submit_gate_build(&g, &b.arena);
	out = submit_out_point(timeline, 1);
	submit_job(b.fd, b.group, 0, NULL, &out, 1);
	out = submit_out_point(timeline, 2);
	submit_job(b.fd, b.group, 0, &g.stream, &out, 1);

	syncs[1] = submit_out(b.done);
	mark = build_mark(&s, &b);
	syncs[0] = submit_in_point(timeline, 1);
	submit_job(b.fd, b.group, 1, &s, syncs, 2);
	assert_ran(&b, mark);

	mark = build_mark(&s, &b);
	syncs[0] = submit_in_point(timeline, 2);
	submit_job(b.fd, b.group, 1, &s, syncs, 2);
	assert_held(&b, mark);
	submit_gate_open(&g);
	assert_ran(&b, mark);
	submit_bench_close(&b);
}

/* Job i of 32 waits for point i, copies word i plus one to word i + 1, and signals point i + 1. */
static void timeline_chain(void)
{
	struct submit_bench b;
	struct csb s;
	uint32_t timeline;
	uint64_t words;

	submit_bench_open(&b, 4);
	timeline = syncobj_create(b.fd, 0);
	words = submit_alloc(&b.arena, 4 * 33);
	for (uint32_t i = 0; i < 32; i++) {
		struct drm_panthor_sync_op syncs[2] = {
		    submit_out_point(timeline, i + 1),
		    submit_in_point(timeline, i),
		};

		submit_stream_begin(&s, &b.arena, 8);
		csb_move48(&s, 0, words + 4 * i);
		csb_load(&s, 2, 0, 0x1, 0);
		submit_emit_wait(&s);
		csb_add32(&s, 2, 2, 1);
		csb_store(&s, 2, 0, 0x1, 4);
		submit_emit_wait(&s);
		submit_job(b.fd, b.group, i % 4, &s, syncs, i ? 2 : 1);
	}
	submit_assert_point(b.fd, b.group, timeline, 32);
	for (uint32_t i = 0; i <= 32; i++)
		igt_assert_eq_u32(submit_read32(&b.arena, words + 4 * i), i);
	submit_bench_close(&b);
}

static void many_out(void)
{
	struct drm_panthor_sync_op outs[8];
	struct submit_gate g;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	submit_gate_build(&g, &b.arena);
	for (unsigned int i = 0; i < 8; i++)
		outs[i] = submit_out(syncobj_create(b.fd, 0));
	submit_job(b.fd, b.group, 0, &g.stream, outs, 8);
	for (unsigned int i = 0; i < 8; i++)
		submit_assert_held(b.fd, outs[i].handle, 5);
	submit_gate_open(&g);
	for (unsigned int i = 0; i < 8; i++)
		submit_assert_done(b.fd, outs[i].handle);
	submit_bench_close(&b);
}

/* The job runs after the last of its three in-fences, which is the first one that it names. */
static void many_in(void)
{
	struct drm_panthor_sync_op syncs[4];
	struct submit_gate gates[3];
	struct submit_bench b;
	struct csb s;
	uint64_t mark;

	submit_bench_open(&b, 4);
	for (unsigned int i = 0; i < 3; i++) {
		submit_gate_hold(&gates[i], &b.arena, b.group, i);
		syncs[i] = submit_in(gates[i].opened);
	}
	mark = build_mark(&s, &b);
	syncs[3] = submit_out(b.done);
	submit_job(b.fd, b.group, 3, &s, syncs, 4);
	for (unsigned int i = 0; i < 3; i++) {
		assert_held(&b, mark);
		submit_gate_assert_closed(&gates[2 - i]);
		submit_gate_open(&gates[2 - i]);
	}
	assert_ran(&b, mark);
	submit_bench_close(&b);
}

static void within_batch(void)
{
	struct drm_panthor_queue_submit jobs[2];
	struct drm_panthor_sync_op out, syncs[2];
	struct submit_gate g;
	struct submit_bench b;
	struct csb s;
	uint64_t mark;

	submit_bench_open(&b, 2);
	submit_gate_build(&g, &b.arena);
	mark = build_mark(&s, &b);
	out = submit_out(g.opened);
	syncs[0] = submit_in(g.opened);
	syncs[1] = submit_out(b.done);
	jobs[0] = submit_fill(0, &g.stream, &out, 1);
	jobs[1] = submit_fill(1, &s, syncs, 2);
	submit_jobs(b.fd, b.group, jobs, 2);
	assert_held(&b, mark);
	submit_gate_assert_closed(&g);
	submit_gate_open(&g);
	assert_ran(&b, mark);
	submit_bench_close(&b);
}

/* Its second job names a queue that the group lacks, so the first one must not run either. */
static void batch_refused(void)
{
	struct drm_panthor_queue_submit jobs[2];
	struct drm_panthor_group_submit submit = {};
	struct drm_panthor_sync_op op;
	struct submit_bench b;
	struct csb s;
	uint64_t mark;

	submit_bench_open(&b, 1);
	mark = build_mark(&s, &b);
	op = submit_out(b.done);
	jobs[0] = submit_fill(0, &s, &op, 1);
	jobs[1] = submit_fill(7, &s, &op, 1);
	submit.group_handle = b.group;
	submit.queue_submits = (struct drm_panthor_obj_array)DRM_PANTHOR_OBJ_ARRAY(2, jobs);
	do_ioctl_err(b.fd, DRM_IOCTL_PANTHOR_GROUP_SUBMIT, &submit, EINVAL);
	usleep(SUBMIT_HOLD_MS * 1000);
	igt_assert_eq_u32(submit_read32(&b.arena, mark), 0);

	/* The out-fence was not touched: there is still none, and none cannot be waited for. */
	op = submit_in(b.done);
	igt_assert_eq(__submit_job(b.fd, b.group, 0, &s, &op, 1), -EINVAL);
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, mark), 1);
	submit_bench_close(&b);
}

/* The last job that signals a syncobj gives it its fence, although the first is not over. */
static void reuse(void)
{
	struct drm_panthor_sync_op out;
	struct submit_gate g;
	struct submit_bench b;
	struct csb s;
	uint64_t mark;

	submit_bench_open(&b, 2);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	mark = build_mark(&s, &b);
	out = submit_out(g.opened);
	submit_job(b.fd, b.group, 1, &s, &out, 1);
	submit_assert_done(b.fd, g.opened);
	igt_assert_eq_u32(submit_read32(&b.arena, mark), 1);

	syncobj_reset(b.fd, &g.opened, 1);
	submit_job(b.fd, b.group, 1, &s, &out, 1);
	submit_assert_done(b.fd, g.opened);
	submit_gate_open(&g);
	submit_bench_close(&b);
}

static void empty_job(void)
{
	struct submit_gate g;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	submit_bench_start(&b, 0, NULL);
	submit_assert_done(b.fd, b.done);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	submit_bench_start(&b, 0, NULL);
	submit_assert_held(b.fd, b.done, SUBMIT_HOLD_MS);
	submit_gate_assert_closed(&g);
	submit_gate_open(&g);
	submit_assert_done(b.fd, b.done);
	submit_assert_done(b.fd, g.opened);
	submit_bench_close(&b);
}

int igt_main()
{
	igt_describe("A binary syncobj signals when the job is over and not before.");
	submit_subtest("binary-out")
		binary_out();

	igt_describe("A job waits for a job of another queue of its group.");
	submit_subtest("binary-in-across-queues")
		across_queues();

	igt_describe("A job waits for a job of another group of its VM.");
	submit_subtest("binary-in-across-groups")
		across_groups(BINARY);

	igt_describe("A job waits for a job of another open file, through a syncobj's fd.");
	submit_subtest("binary-in-across-files")
		across_files();

	igt_describe("A job waits for a job of another process; the syncobj came over a socket.");
	submit_subtest("binary-in-across-processes")
		across_processes(BINARY);

	igt_describe("A sync_file of a job's fence tells its state.");
	submit_subtest("sync-file-out")
		sync_file_out();

	igt_describe("A job waits for an imported sync_file, which outlives its syncobj.");
	submit_subtest("sync-file-in")
		sync_file_in();

	igt_describe("Points of a timeline signal in order, each with its job.");
	submit_subtest("timeline-out")
		timeline_out(1);

	igt_describe("Two groups signal points of one timeline in turn.");
	submit_subtest("timeline-out-across-groups")
		timeline_out(2);

	igt_describe("A job waits for one point of a timeline and not for later ones.");
	submit_subtest("timeline-in")
		timeline_in();

	igt_describe("A job waits for a point that another group of its VM signals.");
	submit_subtest("timeline-in-across-groups")
		across_groups(POINT);

	igt_describe("Jobs of two processes wait for points that the other signals.");
	submit_subtest("timeline-in-across-processes")
		across_processes(POINT);

	igt_describe("32 jobs over four queues, each waits for the one before through a timeline.");
	submit_subtest("timeline-chain")
		timeline_chain();

	igt_describe("One job signals eight syncobjs.");
	submit_subtest("many-out")
		many_out();

	igt_describe("One job waits for three others.");
	submit_subtest("many-in")
		many_in();

	igt_describe("Within one GROUP_SUBMIT a job waits for what an earlier one signals.");
	submit_subtest("in-within-batch")
		within_batch();

	igt_describe("A batch with one bad job runs nothing; waiting for nothing is refused.");
	submit_subtest("batch-refused")
		batch_refused();

	igt_describe("A syncobj holds the fence of the last job that signals it.");
	submit_subtest("reuse-syncobj")
		reuse();

	igt_describe("An empty job signals when the queue's earlier jobs are over.");
	submit_subtest("empty-job")
		empty_job();
}
