/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracepoints: the life of a job, of a group, of an address space; what the policy decides;
 * operations on VMs; power and resets. Each is a static branch: it costs nothing while nobody
 * looks.
 *
 *	echo 1 >/sys/kernel/tracing/events/tyr/enable; cat /sys/kernel/tracing/trace_pipe
 *
 * A group is named by its number in debugfs, a job by its fence (context:seqno, as in the dma_fence
 * events), a VM by the process that made it.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM tyr

#if !defined(TYR_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define TYR_TRACE_H

#include <linux/tracepoint.h>

#include "device.h"
#include "group.h"
#include "vm.h"
#include "vm_op.h"

/* Jobs */

DECLARE_EVENT_CLASS(tyr_job,
	TP_PROTO(const struct tyr_queue_job *job),
	TP_ARGS(job),
	TP_STRUCT__entry(
		__field(u32, group)
		__field(u32, queue)
		__field(u64, context)
		__field(u64, seqno)
		__field(u64, stream)
		__field(u32, size)
		__field(u64, start)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->group = job->queue->group->id;
		__entry->queue = job->queue->index;
		__entry->context = job->base.fence.context;
		__entry->seqno = job->base.fence.seqno;
		__entry->stream = job->stream;
		__entry->size = job->size;
		__entry->start = job->start;
		__entry->error = job->error;
	),
	TP_printk("group=%u queue=%u job=%llu:%llu stream=0x%llx size=%u ring=0x%llx error=%d",
		  __entry->group, __entry->queue, __entry->context, __entry->seqno,
		  __entry->stream, __entry->size, __entry->start, __entry->error)
);

/* User space submitted it; it goes into its queue. */
DEFINE_EVENT(tyr_job, tyr_job_submit, TP_PROTO(const struct tyr_queue_job *job), TP_ARGS(job));
/* All that it waited for has happened and there was room: it was written into the ring. */
DEFINE_EVENT(tyr_job, tyr_job_start, TP_PROTO(const struct tyr_queue_job *job), TP_ARGS(job));
/* Its fence is about to be signalled. */
DEFINE_EVENT(tyr_job, tyr_job_end, TP_PROTO(const struct tyr_queue_job *job), TP_ARGS(job));

/* Groups */

DECLARE_EVENT_CLASS(tyr_group,
	TP_PROTO(const struct tyr_group *group),
	TP_ARGS(group),
	TP_STRUCT__entry(
		__field(u32, id)
		__field(int, slot)
		__field(u32, priority)
		__field(u32, busy)
		__field(u32, blocked)
		__field(u32, fatal)
		__field(bool, destroyed)
		__field(bool, timedout)
		__field(bool, innocent)
		__field(pid_t, pid)
		__array(char, comm, TASK_COMM_LEN)
	),
	TP_fast_assign(
		__entry->id = group->id;
		__entry->slot = group->slot;
		__entry->priority = group->priority;
		__entry->busy = group->busy;
		__entry->blocked = group->blocked;
		__entry->fatal = group->fatal;
		__entry->destroyed = group->destroyed;
		__entry->timedout = group->timedout;
		__entry->innocent = group->innocent;
		__entry->pid = group->pid;
		memcpy(__entry->comm, group->comm, TASK_COMM_LEN);
	),
	TP_printk("group=%u slot=%d priority=%u busy=0x%x blocked=0x%x fatal=0x%x%s%s%s pid=%d comm=%s",
		  __entry->id, __entry->slot, __entry->priority, __entry->busy, __entry->blocked,
		  __entry->fatal, __entry->destroyed ? " destroyed" : "",
		  __entry->timedout ? " timedout" : "", __entry->innocent ? " innocent" : "",
		  __entry->pid, __entry->comm)
);

/* It got a slot. */
DEFINE_EVENT(tyr_group, tyr_slot_give, TP_PROTO(const struct tyr_group *group), TP_ARGS(group));
/* It is about to lose its slot. */
DEFINE_EVENT(tyr_group, tyr_slot_take, TP_PROTO(const struct tyr_group *group), TP_ARGS(group));
/* Other queues of it than before wait for sync objects: fewer, or more. */
DEFINE_EVENT(tyr_group, tyr_group_block, TP_PROTO(const struct tyr_group *group), TP_ARGS(group));
/* It accepts no more jobs; why is in the event: destroyed, timedout (innocent), fatal. */
DEFINE_EVENT(tyr_group, tyr_group_kill, TP_PROTO(const struct tyr_group *group), TP_ARGS(group));

/* The policy has looked at all and decided: slots to be emptied, groups to get one. */
TRACE_EVENT(tyr_policy_plan,
	TP_PROTO(u32 kill, u32 evict, u32 add, u32 waiting, bool slice_over),
	TP_ARGS(kill, evict, add, waiting, slice_over),
	TP_STRUCT__entry(
		__field(u32, kill)
		__field(u32, evict)
		__field(u32, add)
		__field(u32, waiting)
		__field(bool, slice_over)
	),
	TP_fast_assign(
		__entry->kill = kill;
		__entry->evict = evict;
		__entry->add = add;
		__entry->waiting = waiting;
		__entry->slice_over = slice_over;
	),
	TP_printk("kill=0x%x evict=0x%x add=%u waiting=%u%s", __entry->kill, __entry->evict,
		  __entry->add, __entry->waiting, __entry->slice_over ? " slice-over" : "")
);

/* Address spaces */

DECLARE_EVENT_CLASS(tyr_as,
	TP_PROTO(u32 as, const struct tyr_vm *vm),
	TP_ARGS(as, vm),
	TP_STRUCT__entry(
		__field(u32, as)
		__field(pid_t, pid)
		__array(char, comm, TASK_COMM_LEN)
	),
	TP_fast_assign(
		__entry->as = as;
		__entry->pid = vm->pid;
		memcpy(__entry->comm, vm->comm, TASK_COMM_LEN);
	),
	TP_printk("as=%u pid=%d comm=%s", __entry->as, __entry->pid, __entry->comm)
);

DEFINE_EVENT(tyr_as, tyr_as_give, TP_PROTO(u32 as, const struct tyr_vm *vm), TP_ARGS(as, vm));
DEFINE_EVENT(tyr_as, tyr_as_take, TP_PROTO(u32 as, const struct tyr_vm *vm), TP_ARGS(as, vm));

TRACE_EVENT(tyr_as_fault,
	TP_PROTO(u32 as, const struct tyr_vm *vm, u64 va, u32 status),
	TP_ARGS(as, vm, va, status),
	TP_STRUCT__entry(
		__field(u32, as)
		__field(u64, va)
		__field(u32, status)
		__field(pid_t, pid)
		__array(char, comm, TASK_COMM_LEN)
	),
	TP_fast_assign(
		__entry->as = as;
		__entry->va = va;
		__entry->status = status;
		__entry->pid = vm->pid;
		memcpy(__entry->comm, vm->comm, TASK_COMM_LEN);
	),
	TP_printk("as=%u va=0x%llx status=0x%08x pid=%d comm=%s", __entry->as, __entry->va,
		  __entry->status, __entry->pid, __entry->comm)
);

/* Operations on VMs: from begin to end is how long the tables were being changed. */

DECLARE_EVENT_CLASS(tyr_vm_op,
	TP_PROTO(const struct tyr_vm *vm, const struct tyr_vm_op *op, int ret),
	TP_ARGS(vm, op, ret),
	TP_STRUCT__entry(
		__field(bool, map)
		__field(u64, va)
		__field(u64, size)
		__field(u32, flags)
		__field(int, as)
		__field(int, ret)
		__field(pid_t, pid)
	),
	TP_fast_assign(
		__entry->map = op->type == TYR_VM_OP_MAP;
		__entry->va = op->va;
		__entry->size = op->size;
		__entry->flags = op->flags;
		__entry->as = vm->as.id;
		__entry->ret = ret;
		__entry->pid = vm->pid;
	),
	TP_printk("%s va=0x%llx size=0x%llx flags=0x%x as=%d ret=%d pid=%d",
		  __entry->map ? "map" : "unmap", __entry->va, __entry->size, __entry->flags,
		  __entry->as, __entry->ret, __entry->pid)
);

DEFINE_EVENT(tyr_vm_op, tyr_vm_op_begin,
	TP_PROTO(const struct tyr_vm *vm, const struct tyr_vm_op *op, int ret),
	TP_ARGS(vm, op, ret)
);
DEFINE_EVENT(tyr_vm_op, tyr_vm_op_end,
	TP_PROTO(const struct tyr_vm *vm, const struct tyr_vm_op *op, int ret),
	TP_ARGS(vm, op, ret)
);

/* The firmware did not answer in time. */
TRACE_EVENT(tyr_fw_late,
	TP_PROTO(u32 asked, u32 unanswered),
	TP_ARGS(asked, unanswered),
	TP_STRUCT__entry(
		__field(u32, asked)
		__field(u32, unanswered)
	),
	TP_fast_assign(
		__entry->asked = asked;
		__entry->unanswered = unanswered;
	),
	TP_printk("asked=0x%x unanswered=0x%x", __entry->asked, __entry->unanswered)
);

/* Resets: who asked for one, how far it is ("asked" comes with the reason), and how it ended. */
TRACE_EVENT(tyr_reset_stage,
	TP_PROTO(const char *stage, const char *why, int ret),
	TP_ARGS(stage, why, ret),
	TP_STRUCT__entry(
		__string(stage, stage)
		__string(why, why)
		__field(int, ret)
	),
	TP_fast_assign(
		__assign_str(stage);
		__assign_str(why);
		__entry->ret = ret;
	),
	TP_printk("%s ret=%d %s", __get_str(stage), __entry->ret, __get_str(why))
);

/*
 * Power: the GPU is up (@ret: 0) or did not come up; the GPU went to sleep, its firmware kept or
 * not.
 */

DECLARE_EVENT_CLASS(tyr_power,
	TP_PROTO(bool warm, int ret),
	TP_ARGS(warm, ret),
	TP_STRUCT__entry(
		__field(bool, warm)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->warm = warm;
		__entry->ret = ret;
	),
	TP_printk("%s ret=%d", __entry->warm ? "warm" : "cold", __entry->ret)
);

DEFINE_EVENT(tyr_power, tyr_power_wake, TP_PROTO(bool warm, int ret), TP_ARGS(warm, ret));
DEFINE_EVENT(tyr_power, tyr_power_sleep, TP_PROTO(bool warm, int ret), TP_ARGS(warm, ret));

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
