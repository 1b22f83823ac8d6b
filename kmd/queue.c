// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rings: writing jobs into them, and seeing which are done. All under the group's lock.
 *
 * The instructions are those of Mesa's genxml (v10.xml); which of them a job needs, and that a
 * fault is contained by an ERROR_BARRIER between jobs, is known from Panthor.
 */
#include <linux/dma-fence.h>
#include <linux/slab.h>

#include "device.h"
#include "fw.h"
#include "fw_iface.h"
#include "group.h"
#include "queue.h"
#include "trace.h"

/* Opcodes, and where their fields are. */
#define INSTR(op) ((u64)(op) << 56)
#define INSTR_MOVE48(reg, value) (INSTR(1) | (u64)(reg) << 48 | (value))
#define INSTR_MOVE32(reg, value) (INSTR(2) | (u64)(reg) << 48 | (value))
#define INSTR_WAIT(mask) (INSTR(3) | (u64)(mask) << 16)
#define INSTR_CALL(address, size) (INSTR(32) | (u64)(address) << 40 | (u64)(size) << 32)
/* Clean and invalidate L2 and load/store caches, invalidate the others; signals entry 0. */
#define INSTR_FLUSH_ALL(id) (INSTR(36) | (u64)(id) << 40 | 0x233)
#define INSTR_STORE_STATE(address, what) (INSTR(40) | (u64)(address) << 40 | (u64)(what) << 32)
#define STATE_TIMESTAMP 0
#define STATE_CYCLES 1
#define INSTR_ERROR_BARRIER INSTR(47)
/* The status word takes the error along; the host is told ("system" scope). */
#define INSTR_SYNC_ADD64(address, value) (INSTR(51) | (u64)(address) << 40 | (u64)(value) << 32 | 1)

/* Registers that user space leaves to the kernel: the last ones (unpreserved_cs_reg_count). */
struct job_regs {
	u32 address; /* a pair */
	u32 value;   /* a pair */
};

static struct job_regs job_regs(const struct tyr_device *tdev)
{
	u32 first = tdev->csif_info.cs_reg_count - tdev->csif_info.unpreserved_cs_reg_count;

	return (struct job_regs){ .address = first, .value = first + 2 };
}

static u32 job_bytes(const struct tyr_queue_job *job)
{
	return (job->profiling ? TYR_JOB_INSTRS_PROFILED : TYR_JOB_INSTRS) * sizeof(u64);
}

/*
 * Each job has its own slot as long as it is in the ring: slots are as far apart as the shortest
 * jobs.
 */
static u32 times_index(const struct tyr_queue *queue, const struct tyr_queue_job *job)
{
	return (job->start & (queue->ring_size - 1)) / (TYR_JOB_INSTRS * sizeof(u64));
}

/* Emit stores of counters to @at and the field behind it that belongs to the same moment. */
static u64 *emit_times(u64 *p, const struct tyr_queue_job *job, struct job_regs r, u64 cycles_va,
		       u64 time_va)
{
	if (job->profiling & TYR_PROFILE_CYCLES) {
		*p++ = INSTR_MOVE48(r.address, cycles_va);
		*p++ = INSTR_STORE_STATE(r.address, STATE_CYCLES);
	}
	if (job->profiling & TYR_PROFILE_TIME) {
		*p++ = INSTR_MOVE48(r.value, time_va);
		*p++ = INSTR_STORE_STATE(r.value, STATE_TIMESTAMP);
	}
	return p;
}

static void build_job(const struct tyr_queue *queue, const struct tyr_queue_job *job, u64 *buf)
{
	const struct tyr_device *tdev = queue->group->tdev;
	u64 times = queue->times_va + times_index(queue, job) * sizeof(struct tyr_ring_times);
	u32 all_entries = GENMASK(tdev->csif_info.scoreboard_slot_count - 1, 0);
	struct job_regs r = job_regs(tdev);
	u64 *p = buf;

	*p++ = INSTR_MOVE32(r.value, job->latest_flush);
	*p++ = INSTR_FLUSH_ALL(r.value);
	p = emit_times(p, job, r, times + offsetof(struct tyr_ring_times, cycles_start),
		       times + offsetof(struct tyr_ring_times, time_start));
	*p++ = INSTR_MOVE48(r.address, job->stream);
	*p++ = INSTR_MOVE32(r.value, job->size);
	*p++ = INSTR_WAIT(BIT(0));
	*p++ = INSTR_CALL(r.address, r.value);
	p = emit_times(p, job, r, times + offsetof(struct tyr_ring_times, cycles_end),
		       times + offsetof(struct tyr_ring_times, time_end));
	*p++ = INSTR_MOVE48(r.address, queue->sync_va);
	*p++ = INSTR_MOVE48(r.value, 1);
	*p++ = INSTR_WAIT(all_entries);
	*p++ = INSTR_SYNC_ADD64(r.address, r.value);
	*p++ = INSTR_ERROR_BARRIER;
}

/*
 * Rings are powers of two and jobs whole cache lines, so a job wraps at the end of a line at most.
 */
static void write_job(struct tyr_queue *queue, struct tyr_queue_job *job)
{
	u64 instrs[TYR_JOB_INSTRS_PROFILED] = {};
	u32 at = queue->insert & (queue->ring_size - 1);
	u32 bytes = job_bytes(job);
	u32 first = min(bytes, queue->ring_size - at);

	job->start = queue->insert;
	job->end = job->start + bytes;
	job->count = ++queue->count;
	build_job(queue, job, instrs);
	memcpy(queue->ring + at, instrs, first);
	memcpy(queue->ring, (u8 *)instrs + first, bytes - first);
	queue->insert = job->end;
}

static bool ring_has_room(const struct tyr_queue *queue, const struct tyr_queue_job *job)
{
	return queue->insert + job_bytes(job) - queue->freed <= queue->ring_size;
}

static struct tyr_queue_job *first_job(struct list_head *list)
{
	return list_first_entry_or_null(list, struct tyr_queue_job, base.node);
}

/**
 * tyr_queue_job_create() - make a job from what user space says.
 * @queue: the queue.
 * @args: the submission, whose fields were checked.
 *
 * Return: the job, or NULL when there is no memory.
 */
struct tyr_queue_job *tyr_queue_job_create(struct tyr_queue *queue,
					   const struct drm_panthor_queue_submit *args)
{
	struct tyr_queue_job *job = kzalloc(sizeof(*job), GFP_KERNEL);

	if (!job)
		return NULL;
	tyr_job_setup(&job->base, tyr_group_job_ready);
	job->queue = queue;
	job->stream = args->stream_addr;
	job->size = args->stream_size;
	job->latest_flush = args->latest_flush;
	job->profiling = READ_ONCE(queue->group->tdev->profiling);
	return job;
}

/**
 * tyr_queue_arm() - give a job its fence.
 * @job: the job.
 *
 * Context: the reservation lock of the group's VM is held until the job is in its queue, so that
 * fences are numbered in the order of jobs.
 */
void tyr_queue_arm(struct tyr_queue_job *job)
{
	tyr_job_init_fence(&job->base, job->queue->context, ++job->queue->seqno);
}

/**
 * tyr_queue_pump() - write the jobs that can run into the ring, as many as fit.
 * @queue: the queue; the group's lock is held.
 *
 * Return: whether the ring has new instructions.
 */
bool tyr_queue_pump(struct tyr_queue *queue)
{
	u64 insert = queue->insert;
	struct tyr_queue_job *job;

	lockdep_assert_held(&queue->group->lock);
	while ((job = first_job(&queue->pending)) && tyr_job_is_ready(&job->base)) {
		if (!job->size)
			job->count = queue->count;
		else if (ring_has_room(queue, job))
			write_job(queue, job);
		else
			break;
		trace_tyr_job_start(job);
		list_move_tail(&job->base.node, &queue->running);
	}
	if (insert == queue->insert)
		return false;
	/* The instructions are in memory before the firmware may fetch them. */
	wmb();
	WRITE_ONCE(queue->in->insert, queue->insert);
	return true;
}

static void sample_times(struct tyr_queue *queue, const struct tyr_queue_job *job)
{
	const struct tyr_ring_times *t = &queue->times[times_index(queue, job)];

	if (job->profiling & TYR_PROFILE_CYCLES)
		queue->group->stats.cycles += t->cycles_end - t->cycles_start;
	if (job->profiling & TYR_PROFILE_TIME)
		queue->group->stats.time += t->time_end - t->time_start;
}

/**
 * tyr_queue_reap() - take the jobs that are done out of the ring.
 * @queue: the queue; the group's lock is held.
 * @done: where they go, in order; to be given to tyr_job_done() with their error.
 *
 * Return: whether there were any.
 */
bool tyr_queue_reap(struct tyr_queue *queue, struct list_head *done)
{
	struct tyr_queue_job *job;
	bool any = false;
	u64 count;

	lockdep_assert_held(&queue->group->lock);
	if (list_empty(&queue->running))
		return false;
	count = READ_ONCE(queue->sync->count);
	while ((job = first_job(&queue->running)) && job->count <= count) {
		if (job->size) {
			queue->freed = job->end;
			queue->last_error = job->error;
			if (job->profiling)
				sample_times(queue, job);
		} else {
			job->error = queue->last_error;
		}
		list_move_tail(&job->base.node, done);
		any = true;
	}
	return any;
}

/**
 * tyr_queue_take_all() - give up all jobs.
 * @queue: the queue of a dead group; the group's lock is held.
 * @running: where those go that are in the ring.
 * @pending: where those go that are not.
 */
void tyr_queue_take_all(struct tyr_queue *queue, struct list_head *running,
			struct list_head *pending)
{
	lockdep_assert_held(&queue->group->lock);
	list_splice_tail_init(&queue->running, running);
	list_splice_tail_init(&queue->pending, pending);
}

/**
 * tyr_queue_fault() - the job that the firmware is at had a fault that the stream survives.
 * @queue: the queue; the group's lock is held.
 */
void tyr_queue_fault(struct tyr_queue *queue)
{
	u64 extract = READ_ONCE(queue->out->extract);
	struct tyr_queue_job *job;

	lockdep_assert_held(&queue->group->lock);
	list_for_each_entry(job, &queue->running, base.node) {
		if (job->size && extract >= job->start && extract < job->end) {
			job->error = -EINVAL;
			return;
		}
	}
}
