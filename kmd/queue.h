/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A queue of a group: a ring of instructions, the jobs that are in it and those that wait to get
 * in.
 *
 * A job becomes a call of user space's stream, framed by what the driver needs: a cache flush
 * before, and after it an addition to the queue's sync object, which counts the jobs that are
 * done.
 */
#ifndef TYR_QUEUE_H
#define TYR_QUEUE_H

#include <linux/list.h>
#include <linux/types.h>

#include "job.h"
#include "tyr_uapi.h"

struct tyr_cs_user_input;
struct tyr_cs_user_output;
struct tyr_group;
struct tyr_queue;

/* Sizes of a ring that user space may ask for. */
#define TYR_RING_MIN SZ_4K
#define TYR_RING_MAX SZ_64K

/* The priorities of queues within a group. */
#define TYR_QUEUE_PRIORITY_MAX 15

/* Instructions of a job in the ring: whole cache lines of 8. */
#define TYR_JOB_INSTRS 16
#define TYR_JOB_INSTRS_PROFILED 24

/* The queue's sync object, as SYNC_ADD64 wants it. */
struct tyr_ring_sync {
	u64 count;
	u32 status;
	u32 pad;
};

/* What a profiled job leaves: cycles and timestamps. */
struct tyr_ring_times {
	u64 cycles_start;
	u64 cycles_end;
	u64 time_start;
	u64 time_end;
};

/**
 * struct tyr_queue_job - a job of a queue
 * @base: the job as such; first.
 * @queue: its queue.
 * @stream: user space's instructions, and @size their bytes; 0: the job is done when those before
 *          it are.
 * @latest_flush: the flush id that user space read when it wrote them.
 * @count: the sync object's count when the job is done.
 * @start: where it begins in the ring, and @end where it ends; bytes, never wrapped.
 * @error: what it will report although the queue goes on: a fault that it survived.
 * @profiling: what is measured, TYR_PROFILE_*.
 */
struct tyr_queue_job {
	struct tyr_job base;
	struct tyr_queue *queue;
	u64 stream;
	u32 size;
	u32 latest_flush;
	u64 count;
	u64 start;
	u64 end;
	int error;
	u32 profiling;
};

/* Bits of the profiling switch. */
#define TYR_PROFILE_CYCLES BIT(0)
#define TYR_PROFILE_TIME BIT(1)
#define TYR_PROFILE_ALL (TYR_PROFILE_CYCLES | TYR_PROFILE_TIME)

/**
 * struct tyr_queue_wait - the sync object that a blocked stream waits for
 * @va: its address.
 * @value: what it is compared with.
 * @greater: the stream waits for a greater value, else for one that is less or equal.
 * @wide: it has 64 bits.
 */
struct tyr_queue_wait {
	u64 va;
	u64 value;
	bool greater;
	bool wide;
};

/**
 * struct tyr_queue - a queue
 * @group: its group, whose lock protects all that changes here.
 * @index: its place in the group.
 * @priority: among the group's queues.
 * @context: fence context.
 * @seqno: of the last job's fence; under the VM's reservation lock, as submissions are.
 * @ring: the ring's memory, @ring_va its GPU address and @ring_size its bytes.
 * @times: a slot for each job that fits, and @times_va their address.
 * @sync: the sync object, and @sync_va its address.
 * @in: the words of the ring that the host writes, @in_va their address for the firmware.
 * @out: those that the firmware writes, @out_va their address.
 * @pending: jobs that are not in the ring, in order.
 * @running: jobs in the ring, in order.
 * @insert: where the next job goes.
 * @freed: up to where the ring's jobs are done.
 * @count: jobs that were written to the ring.
 * @last_error: what the last job that is done reported.
 * @deadline: when the queue is hung, in jiffies, while its time runs.
 * @remaining: the time that is left while it does not run.
 * @wait: why it is blocked, when the group says so.
 * @faults: CS_FATAL, CS_FAULT: what the stream had since the group got its slot; event lock.
 */
struct tyr_queue {
	struct tyr_group *group;
	u8 index;
	u8 priority;
	u64 context;
	u64 seqno;
	void *ring;
	u64 ring_va;
	u32 ring_size;
	struct tyr_ring_times *times;
	u64 times_va;
	struct tyr_ring_sync *sync;
	u64 sync_va;
	struct tyr_cs_user_input *in;
	u64 in_va;
	const struct tyr_cs_user_output *out;
	u64 out_va;
	struct list_head pending;
	struct list_head running;
	u64 insert;
	u64 freed;
	u64 count;
	int last_error;
	unsigned long deadline;
	unsigned long remaining;
	struct tyr_queue_wait wait;
	u32 faults;
};

struct tyr_queue_job *tyr_queue_job_create(struct tyr_queue *queue,
					   const struct drm_panthor_queue_submit *args);
void tyr_queue_arm(struct tyr_queue_job *job);
bool tyr_queue_pump(struct tyr_queue *queue);
bool tyr_queue_reap(struct tyr_queue *queue, struct list_head *done);
void tyr_queue_take_all(struct tyr_queue *queue, struct list_head *running,
			struct list_head *pending);
void tyr_queue_fault(struct tyr_queue *queue);

static inline struct tyr_queue_job *to_queue_job(struct tyr_job *job)
{
	return container_of(job, struct tyr_queue_job, base);
}

#endif
