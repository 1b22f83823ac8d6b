/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * the memory that host and firmware share: control blocks that the firmware fills in at boot, input
 * blocks that the host writes, output blocks that the firmware writes.
 *
 * Names, offsets and bits are those of Arm's mali_kbase_csf_registers.h. A request is a bit (or,
 * for states, a field) of an input block's REQ that differs from the same bit of the output block's
 * ACK; it is done when they are equal. An event goes the other way: the firmware makes ACK differ,
 * the host answers by making REQ equal.
 *
 * The memory is uncached on both sides; 32-bit words are read and written whole.
 */
#ifndef TYR_FW_IFACE_H
#define TYR_FW_IFACE_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* Where the control blocks are, in the shared section. */
#define TYR_FW_CSG_CONTROL 0x1000
#define TYR_FW_CS_CONTROL 0x40 /* behind the group's */

/* GLB_CONTROL_BLOCK */
struct tyr_glb_control {
	u32 version; /* major 31:24, minor 23:16, patch 15:0 */
	u32 features;
	u32 input_va;
	u32 output_va;
	u32 group_num;
	u32 group_stride;
	u32 prfcnt_size;
	u32 instr_features; /* since 1.1.0 */
};

static_assert(offsetof(struct tyr_glb_control, instr_features) == 0x1c);

#define TYR_FW_VERSION(major, minor) ((u32)(major) << 24 | (minor) << 16)
#define TYR_FW_VERSION_MAJOR(version) ((version) >> 24)
#define TYR_FW_VERSION_MINOR(version) ((version) >> 16 & 0xff)
#define TYR_FW_VERSION_PATCH(version) ((version) & 0xffff)

/* GLB_REQ, GLB_ACK */
#define GLB_HALT BIT(0) /* not acknowledged: MCU_STATUS tells */
#define GLB_CFG_PROGRESS_TIMER BIT(1)
#define GLB_CFG_ALLOC_EN BIT(2)
#define GLB_CFG_PWROFF_TIMER BIT(3)
#define GLB_COUNTER_ENABLE BIT(7)
#define GLB_PING BIT(8)
#define GLB_IDLE_ENABLE BIT(10)
#define GLB_STATE_MASK GENMASK(14, 12) /* since 4.1: instead of HALT */
#define GLB_STATE_ACTIVE 0
#define GLB_STATE_HALT BIT(12)

/* GLB_INPUT_BLOCK */
struct tyr_glb_input {
	u32 req;
	u32 ack_irq_mask;
	u32 db_req;
	u32 reserved_0c;
	u32 progress_timer; /* in 1024 cycles */
	u32 pwroff_timer;   /* 30:0 in 1024 ticks, bit 31: ticks are the GPU's cycles */
	u64 alloc_en;
	u32 reserved_20[24];
	u32 idle_timer; /* as pwroff_timer */
};

static_assert(offsetof(struct tyr_glb_input, progress_timer) == 0x10);
static_assert(offsetof(struct tyr_glb_input, alloc_en) == 0x18);
static_assert(offsetof(struct tyr_glb_input, idle_timer) == 0x80);

#define GLB_TIMER_MAX GENMASK(30, 0)
#define GLB_TIMER_CYCLES BIT(31)

/* GLB_OUTPUT_BLOCK */
struct tyr_glb_output {
	u32 ack;
	u32 reserved_04;
	u32 db_ack;
	u32 reserved_0c;
	u32 halt_status;
};

static_assert(offsetof(struct tyr_glb_output, halt_status) == 0x10);

/* GROUP_CONTROL_BLOCK */
struct tyr_csg_control {
	u32 features;
	u32 input_va;
	u32 output_va;
	u32 suspend_size;
	u32 protm_suspend_size;
	u32 stream_num;
	u32 stream_stride;
};

static_assert(offsetof(struct tyr_csg_control, stream_stride) == 0x18);

/* CSG_REQ, CSG_ACK */
#define CSG_STATE_MASK GENMASK(2, 0)
#define CSG_STATE_TERMINATE 0
#define CSG_STATE_START 1
#define CSG_STATE_SUSPEND 2
#define CSG_STATE_RESUME 3
#define CSG_EP_CFG BIT(4)
#define CSG_STATUS_UPDATE BIT(5)
#define CSG_SYNC_UPDATE BIT(28)
#define CSG_IDLE BIT(29)
#define CSG_PROGRESS_TIMER_EVENT BIT(31)
#define CSG_EVENTS (CSG_SYNC_UPDATE | CSG_IDLE | CSG_PROGRESS_TIMER_EVENT)

/* CSG_EP_REQ: how many endpoints of each kind the group may use, and its priority */
#define CSG_EP_COMPUTE(n) ((u32)(n) & GENMASK(7, 0))
#define CSG_EP_FRAGMENT(n) ((u32)(n) << 8 & GENMASK(15, 8))
#define CSG_EP_TILER(n) ((u32)(n) << 16 & GENMASK(19, 16))
#define CSG_EP_PRIORITY_MASK GENMASK(31, 28)
#define CSG_EP_PRIORITY(n) ((u32)(n) << 28)

/* GROUP_INPUT_BLOCK */
struct tyr_csg_input {
	u32 req;
	u32 ack_irq_mask;
	u32 db_req;
	u32 irq_ack;
	u32 reserved_10[4];
	u64 allow_compute;
	u64 allow_fragment;
	u32 allow_other;
	u32 ep_req;
	u64 ep_req64; /* since 4.0, instead of ep_req */
	u64 suspend_buf;
	u64 protm_suspend_buf;
	u32 config; /* the address space */
	u32 iter_trace_config;
};

static_assert(offsetof(struct tyr_csg_input, allow_compute) == 0x20);
static_assert(offsetof(struct tyr_csg_input, ep_req) == 0x34);
static_assert(offsetof(struct tyr_csg_input, suspend_buf) == 0x40);
static_assert(offsetof(struct tyr_csg_input, iter_trace_config) == 0x54);

/* GROUP_OUTPUT_BLOCK */
struct tyr_csg_output {
	u32 ack;
	u32 reserved_04;
	u32 db_ack;
	u32 irq_req;
	u32 status_ep_current;
	u32 status_ep_req;
	u32 status_state;
	u32 resource_dep;
};

static_assert(offsetof(struct tyr_csg_output, resource_dep) == 0x1c);

/* STREAM_CONTROL_BLOCK */
struct tyr_cs_control {
	u32 features; /* also: compute bit 16, fragment 17, tiler 18 */
	u32 input_va;
	u32 output_va;
};

static_assert(offsetof(struct tyr_cs_control, output_va) == 0x8);

#define CS_FEATURES_WORK_REGS(features) (((features) & 0xff) + 1)
#define CS_FEATURES_SCOREBOARDS(features) ((features) >> 8 & 0xff)

/* CS_REQ, CS_ACK */
#define CS_STATE_MASK GENMASK(2, 0)
#define CS_STATE_STOP 0
#define CS_STATE_START 1
#define CS_IDLE_SYNC_WAIT BIT(8)
#define CS_IDLE_EMPTY BIT(10)
#define CS_TILER_OOM BIT(26)
#define CS_FATAL BIT(30)
#define CS_FAULT BIT(31)
#define CS_EVENTS (CS_TILER_OOM | CS_FATAL | CS_FAULT)

/* STREAM_INPUT_BLOCK */
struct tyr_cs_input {
	u32 req;
	u32 config; /* priority 3:0, doorbell 15:8 */
	u32 reserved_08;
	u32 ack_irq_mask;
	u64 base;
	u32 size;
	u32 reserved_1c;
	u64 tiler_heap_start;
	u64 tiler_heap_end;
	u64 user_input;
	u64 user_output;
};

static_assert(offsetof(struct tyr_cs_input, ack_irq_mask) == 0xc);
static_assert(offsetof(struct tyr_cs_input, base) == 0x10);
static_assert(offsetof(struct tyr_cs_input, tiler_heap_start) == 0x20);
static_assert(offsetof(struct tyr_cs_input, user_output) == 0x38);

#define CS_CONFIG(priority, doorbell) ((u32)(priority) | (u32)(doorbell) << 8)

/* CS_STATUS_WAIT */
#define CS_WAIT_SYNC_GT BIT(24) /* the condition is "greater", else "less or equal" */
#define CS_WAIT_SYNC_64 BIT(30)
#define CS_WAIT_SYNC BIT(31)

/* CS_STATUS_BLOCKED_REASON */
#define CS_BLOCKED_REASON_MASK GENMASK(3, 0)
#define CS_BLOCKED_REASON_UNBLOCKED 0
#define CS_BLOCKED_REASON_SYNC_WAIT 3

/* CS_FAULT, CS_FATAL */
#define CS_EXCEPTION_TYPE(x) ((x) & GENMASK(7, 0))
#define CS_EXCEPTION_DATA(x) ((x) >> 8)

/* STREAM_OUTPUT_BLOCK */
struct tyr_cs_output {
	u32 ack;
	u32 reserved_04[15];
	u64 status_cmd_ptr;
	u32 status_wait;
	u32 status_req_resource;
	u64 status_wait_sync_ptr;
	u32 status_wait_sync_value;
	u32 status_scoreboards;
	u32 status_blocked_reason;
	u32 status_wait_sync_value_hi;
	u32 reserved_68[6];
	u32 fault;
	u32 fatal;
	u64 fault_info;
	u64 fatal_info;
	u32 reserved_98[10];
	u32 heap_vt_start;
	u32 heap_vt_end;
	u32 reserved_c8;
	u32 heap_frag_end;
	u64 heap_address;
};

static_assert(offsetof(struct tyr_cs_output, status_cmd_ptr) == 0x40);
static_assert(offsetof(struct tyr_cs_output, status_blocked_reason) == 0x60);
static_assert(offsetof(struct tyr_cs_output, fault) == 0x80);
static_assert(offsetof(struct tyr_cs_output, heap_vt_start) == 0xc0);
static_assert(offsetof(struct tyr_cs_output, heap_address) == 0xd0);

/*
 * CS_USER_INPUT_BLOCK and CS_USER_OUTPUT_BLOCK: a page each; a ring's positions, counted in bytes
 * without end.
 */
struct tyr_cs_user_input {
	u64 insert;
	u64 extract_init;
};

struct tyr_cs_user_output {
	u64 extract;
	u32 active;
};

static_assert(offsetof(struct tyr_cs_user_output, active) == 0x8);

/**
 * struct tyr_fw_glb - the global interface
 * @control: what the firmware is.
 * @in: the host's words.
 * @out: the firmware's.
 */
struct tyr_fw_glb {
	/** @lock: held to change a word of @in that others change too (req, db_req). */
	spinlock_t lock;
	const struct tyr_glb_control *control;
	struct tyr_glb_input *in;
	const struct tyr_glb_output *out;
};

/* struct tyr_fw_csg - the interface of a group slot, as struct tyr_fw_glb */
struct tyr_fw_csg {
	/** @lock: likewise */
	spinlock_t lock;
	const struct tyr_csg_control *control;
	struct tyr_csg_input *in;
	const struct tyr_csg_output *out;
};

/* struct tyr_fw_cs - the interface of a stream slot, as struct tyr_fw_glb */
struct tyr_fw_cs {
	/** @lock: likewise */
	spinlock_t lock;
	const struct tyr_cs_control *control;
	struct tyr_cs_input *in;
	const struct tyr_cs_output *out;
};

/**
 * tyr_fw_set_bits() - change a field of a request word.
 * @lock: the interface's.
 * @req: the word.
 * @value: what the bits of @mask become.
 * @mask: which bits change.
 */
static inline void tyr_fw_set_bits(spinlock_t *lock, u32 *req, u32 value, u32 mask)
{
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	WRITE_ONCE(*req, (READ_ONCE(*req) & ~mask) | (value & mask));
	spin_unlock_irqrestore(lock, flags);
}

/**
 * tyr_fw_toggle() - make requests: bits of @req become different from those of @ack.
 * @lock: the interface's.
 * @req: the request word.
 * @ack: the acknowledge word.
 * @mask: the requests.
 */
static inline void tyr_fw_toggle(spinlock_t *lock, u32 *req, const u32 *ack, u32 mask)
{
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	WRITE_ONCE(*req, (READ_ONCE(*req) & ~mask) | (~READ_ONCE(*ack) & mask));
	spin_unlock_irqrestore(lock, flags);
}

#endif
