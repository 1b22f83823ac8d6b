// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * talking to the running firmware: its configuration, doorbells, and waiting for what it was asked.
 *
 * The firmware looks at nothing unless a doorbell was rung. A doorbell is a register write that is
 * ordered behind the writes to the interface's memory (writel()).
 */
#include <linux/clk.h>
#include <linux/ktime.h>
#include <linux/math64.h>

#include "device.h"
#include "fw_internal.h"
#include "kbo.h"
#include "regs.h"
#include "trace.h"

#ifdef CONFIG_ARM_ARCH_TIMER
#include <asm/arch_timer.h>
#endif

/* Panthor's: cores go off after 10 ms without work. */
#define PWROFF_US 10000

/* Work that gets nowhere for so many cycles, 2.6 s at 1 GHz, is reported by the firmware. */
#define PROGRESS_CYCLES (5ull * 500 * 1024 * 1024)

/* Most answers take less time than to sleep and be woken. */
#define SPIN_US 30

/* An interrupt may be lost: look for it when an answer takes long. */
#define SLICE_MS 20

/*
 * Timers count in units of 1024 ticks of the system timer, or of the GPU's clock where there is
 * none.
 */
static u32 timer_ticks(struct tyr_device *tdev, u32 us)
{
	u32 source = 0;
	u64 hz = 0;

#ifdef CONFIG_ARM_ARCH_TIMER
	hz = arch_timer_get_cntfrq();
#endif
	if (!hz) {
		source = GLB_TIMER_CYCLES;
		hz = clk_get_rate(tdev->clks.core);
	}
	/* A clock whose rate is unknown: as late as possible is always right. */
	if (!hz)
		return GLB_TIMER_MAX | source;
	return min_t(u64, DIV_ROUND_UP_ULL(us * hz, 1024 * USEC_PER_SEC), GLB_TIMER_MAX) | source;
}

/**
 * tyr_fw_configure() - tell the firmware how to work; it has just booted, with or without a memory
 * of an earlier time.
 * @tdev: the device.
 *
 * The idle event of the whole GPU stays off: groups say when they are idle, runtime PM knows when
 * all are, and it would be one more interrupt after each job that comes alone.
 *
 * Nobody waits for the acknowledgements: if the firmware is not well, the next request to it shows.
 */
void tyr_fw_configure(struct tyr_device *tdev)
{
	struct tyr_fw_glb *glb = &tdev->fw->iface.glb;

	WRITE_ONCE(glb->in->alloc_en, tdev->gpu_info.shader_present);
	WRITE_ONCE(glb->in->pwroff_timer, timer_ticks(tdev, PWROFF_US));
	WRITE_ONCE(glb->in->progress_timer, PROGRESS_CYCLES / 1024);
	WRITE_ONCE(glb->in->ack_irq_mask, GLB_PING);
	tyr_fw_set_bits(&glb->lock, &glb->in->req, GLB_COUNTER_ENABLE,
			GLB_COUNTER_ENABLE | GLB_IDLE_ENABLE);
	tyr_fw_toggle(&glb->lock, &glb->in->req, &glb->out->ack,
		      GLB_CFG_ALLOC_EN | GLB_CFG_PWROFF_TIMER | GLB_CFG_PROGRESS_TIMER);
	tyr_fw_ring_doorbell(tdev, DOORBELL_GLOBAL);
}

/**
 * tyr_fw_ring_doorbell() - have the firmware look.
 * @tdev: the device; it is powered and the firmware runs.
 * @doorbell: 0 for the firmware's own interface, else that of the streams whose CS_CONFIG names it.
 */
void tyr_fw_ring_doorbell(struct tyr_device *tdev, u32 doorbell)
{
	tyr_write(tdev, DOORBELL(doorbell), 1);
}

/**
 * tyr_fw_ring_groups() - have the firmware look at the request words of groups.
 * @tdev: the device; it is powered and the firmware runs.
 * @slot_mask: a bit for each slot.
 */
void tyr_fw_ring_groups(struct tyr_device *tdev, u32 slot_mask)
{
	struct tyr_fw_glb *glb = &tdev->fw->iface.glb;

	tyr_fw_toggle(&glb->lock, &glb->in->db_req, &glb->out->db_ack, slot_mask);
	tyr_fw_ring_doorbell(tdev, DOORBELL_GLOBAL);
}

static u32 unanswered(const u32 *req, const u32 *ack, u32 mask)
{
	return (READ_ONCE(*req) ^ READ_ONCE(*ack)) & mask;
}

/* By the clock: iopoll.h counts a turn as a nanosecond, and uncached memory takes its time. */
static bool answered_soon(const u32 *req, const u32 *ack, u32 mask)
{
	ktime_t end = ktime_add_us(ktime_get(), SPIN_US);

	do {
		if (!unanswered(req, ack, mask))
			return true;
		cpu_relax();
	} while (ktime_before(ktime_get(), end));
	return false;
}

static void late(struct tyr_fw *fw, u32 asked, u32 left)
{
	trace_tyr_fw_late(asked, left);
	tyr_count(fw->irq.tdev, TYR_COUNT_LATE_REQUESTS);
}

/**
 * tyr_fw_wait_acks() - wait until requests are acknowledged.
 * @fw: the firmware.
 * @req: the request word, which nobody else changes meanwhile in @mask.
 * @ack: the acknowledge word.
 * @mask: the requests.
 * @timeout_ms: how long at most.
 *
 * Return: 0, or those requests that are not acknowledged.
 */
u32 tyr_fw_wait_acks(struct tyr_fw *fw, const u32 *req, const u32 *ack, u32 mask, u32 timeout_ms)
{
	u32 left;

	if (answered_soon(req, ack, mask))
		return 0;
	while (timeout_ms) {
		u32 slice = min_t(u32, timeout_ms, SLICE_MS);

		if (wait_event_timeout(fw->answered, !unanswered(req, ack, mask),
				       msecs_to_jiffies(slice)))
			return 0;
		tyr_irq_poll(&fw->irq);
		timeout_ms -= slice;
	}
	left = unanswered(req, ack, mask);
	if (left)
		late(fw, mask, left);
	return left;
}

/**
 * tyr_fw_wait_csg() - wait until requests to a group slot are acknowledged.
 * @tdev: the device.
 * @slot: the slot.
 * @req_mask: the requests: any of CSG_STATE_MASK, as a whole, CSG_EP_CFG and CSG_STATUS_UPDATE.
 * @acked: set in any case to those that are acknowledged; the state's bits are all set or all
 *        clear.
 * @timeout_ms: how long at most.
 *
 * Return: 0 when all are acknowledged, else -%ETIMEDOUT.
 */
int tyr_fw_wait_csg(struct tyr_device *tdev, u32 slot, u32 req_mask, u32 *acked, u32 timeout_ms)
{
	struct tyr_fw_csg *csg = tyr_fw_csg(tdev, slot);
	u32 left = tyr_fw_wait_acks(tdev->fw, &csg->in->req, &csg->out->ack, req_mask, timeout_ms);

	if (left & CSG_STATE_MASK)
		left |= CSG_STATE_MASK;
	*acked = req_mask & ~left;
	return left ? -ETIMEDOUT : 0;
}

/**
 * tyr_fw_alloc_suspend_buf() - memory for the firmware to keep a suspended group in.
 * @tdev: the device.
 * @size: bytes; 0 gets a page, since the firmware wants an address.
 *
 * Return: the buffer, to be given back with tyr_kbo_destroy(), or an error pointer.
 */
struct tyr_kbo *tyr_fw_alloc_suspend_buf(struct tyr_device *tdev, u32 size)
{
	return tyr_kbo_create(tdev, tdev->fw->vm, PAGE_ALIGN(max_t(u32, size, 1)),
			      DRM_PANTHOR_VM_BIND_OP_MAP_NOEXEC, TYR_KBO_ANY_VA, "suspend buffer");
}
