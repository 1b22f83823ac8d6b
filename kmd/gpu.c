// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * the GPU control block: commands (cache flush, reset), faults of the GPU itself, counters.
 *
 * One command at a time: a flush must not be asked for while another or a reset is being done. A
 * command that did not end in its time is not done with: no flush is given until a reset ended.
 * Whoever waits for a command looks at the registers from time to time, since an interrupt may be
 * lost.
 */
#include <linux/dma-mapping.h>
#include <linux/iopoll.h>
#include <linux/ratelimit.h>
#include <linux/wait.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "device.h"
#include "gpu.h"
#include "irq.h"
#include "regs.h"
#include "reset.h"

/*
 * A command gets 100 ms, as from kbase and Panthor, in slices between which the registers are
 * looked at.
 */
#define WAIT_SLICE_MS 20
#define WAIT_SLICES 5

/* A flush mostly ends before an interrupt would have woken anybody. */
#define FLUSH_SPIN_US 20

#define IRQ_MASK (GPU_IRQ_FAULT | GPU_IRQ_PROTM_FAULT | GPU_IRQ_RESET_COMPLETED)

/**
 * struct tyr_gpu - the GPU control block
 * @irq: its interrupt.
 * @resetting: no command but a reset may be given; written under both locks.
 * @flush_stuck: a flush did not end; under @command_lock.
 * @done: commands that ended, as bits of the interrupt.
 * @ended: woken when @done changes.
 * @fault_rate: how often faults are logged.
 */
struct tyr_gpu {
	struct tyr_irq irq;
	/** @command_lock: held during a command. */
	struct mutex command_lock;
	/**
	 * @fault_lock: orders the acknowledging of faults, a command that needs no wait, against
	 * resets.
	 */
	spinlock_t fault_lock;
	bool resetting;
	bool flush_stuck;
	atomic_t done;
	wait_queue_head_t ended;
	struct ratelimit_state fault_rate;
};

static void report_fault(struct tyr_device *tdev)
{
	u32 status = tyr_read(tdev, GPU_FAULTSTATUS);
	u64 address = tyr_read64(tdev, GPU_FAULTADDRESS);

	if (!__ratelimit(&tdev->gpu->fault_rate))
		return;
	if (status & GPU_FAULTSTATUS_JASID_VALID)
		drm_warn(&tdev->base, "GPU Fault %#010x: %s at %#llx, address space %u\n", status,
			 tyr_exception_name(GPU_FAULTSTATUS_EXCEPTION_TYPE(status)), address,
			 GPU_FAULTSTATUS_JASID(status));
	else
		drm_warn(&tdev->base, "GPU Fault %#010x: %s at %#llx\n", status,
			 tyr_exception_name(GPU_FAULTSTATUS_EXCEPTION_TYPE(status)), address);
}

/*
 * The registers keep the first fault until it is acknowledged (kbase: kbase_gpu_fault_interrupt()).
 */
static void handle_fault(struct tyr_device *tdev)
{
	struct tyr_gpu *gpu = tdev->gpu;

	report_fault(tdev);
	spin_lock(&gpu->fault_lock);
	if (!gpu->resetting)
		tyr_write(tdev, GPU_COMMAND, GPU_COMMAND_CLEAR_FAULT);
	spin_unlock(&gpu->fault_lock);
}

static void irq_handler(struct tyr_device *tdev, u32 status)
{
	struct tyr_gpu *gpu = tdev->gpu;

	atomic_or(status, &gpu->done);
	wake_up_all(&gpu->ended);
	if (status & GPU_IRQ_FAULT)
		handle_fault(tdev);
	if (status & GPU_IRQ_PROTM_FAULT)
		drm_warn_once(&tdev->base, "GPU Fault in protected mode\n");
}

static bool wait_slice(struct tyr_gpu *gpu, u32 bit)
{
	return wait_event_timeout(gpu->ended, atomic_read(&gpu->done) & bit,
				  msecs_to_jiffies(WAIT_SLICE_MS));
}

/* Wait for the interrupt that a command ended, and look for it in case it was lost. */
static int wait_for_irq(struct tyr_gpu *gpu, u32 bit)
{
	for (int slice = 0; slice < WAIT_SLICES; slice++) {
		if (wait_slice(gpu, bit))
			return 0;
		tyr_irq_poll(&gpu->irq);
	}
	/* What the last look found reaches us by the interrupt's thread. */
	return wait_slice(gpu, bit) ? 0 : -ETIMEDOUT;
}

/* The flush's interrupt is masked but for a wait that takes longer. */
static int wait_for_flush(struct tyr_device *tdev)
{
	struct tyr_gpu *gpu = tdev->gpu;
	u32 raw;
	int ret;

	if (!read_poll_timeout_atomic(tyr_read, raw, raw & GPU_IRQ_CLEAN_CACHES_COMPLETED, 1,
				      FLUSH_SPIN_US, false, tdev, GPU_IRQ_BASE + INT_RAWSTAT)) {
		tyr_write(tdev, GPU_IRQ_BASE + INT_CLEAR, GPU_IRQ_CLEAN_CACHES_COMPLETED);
		return 0;
	}
	atomic_andnot(GPU_IRQ_CLEAN_CACHES_COMPLETED, &gpu->done);
	tyr_irq_set_mask(&gpu->irq, IRQ_MASK | GPU_IRQ_CLEAN_CACHES_COMPLETED);
	ret = wait_for_irq(gpu, GPU_IRQ_CLEAN_CACHES_COMPLETED);
	tyr_irq_set_mask(&gpu->irq, IRQ_MASK);
	return ret;
}

static int flush_locked(struct tyr_device *tdev, u32 command)
{
	struct tyr_gpu *gpu = tdev->gpu;
	int ret;

	lockdep_assert_held(&gpu->command_lock);
	/* Off or gone: not a register may be touched, and there is nothing in the caches. */
	if (!READ_ONCE(gpu->irq.live))
		return -ENODEV;
	if (gpu->resetting || gpu->flush_stuck)
		return -EIO;
	tyr_write(tdev, GPU_COMMAND, command);
	ret = wait_for_flush(tdev);
	if (!ret)
		return 0;
	if (!READ_ONCE(gpu->irq.live))
		return -ENODEV;
	gpu->flush_stuck = true;
	drm_err(&tdev->base, "Flush caches timeout: GPU_STATUS %#x\n", tyr_read(tdev, GPU_STATUS));
	tyr_reset_schedule(tdev, "a cache flush timed out");
	return ret;
}

/**
 * tyr_gpu_flush_caches() - flush the GPU's caches and wait for it.
 * @tdev: the device; it is powered, and stays so.
 * @l2: what to do to the L2, TYR_FLUSH_*.
 * @lsc: likewise to the shader cores' load/store caches.
 * @other: likewise to the read-only ones.
 *
 * May sleep; is used where fences are signalled, so it allocates nothing.
 *
 * Return: 0; -%ETIMEDOUT when it does not end, a reset is scheduled then; -%EIO when the GPU waits
 * for a reset; -%ENODEV when it is off or gone.
 */
int tyr_gpu_flush_caches(struct tyr_device *tdev, u32 l2, u32 lsc, u32 other)
{
	int ret;

	mutex_lock(&tdev->gpu->command_lock);
	ret = flush_locked(tdev, GPU_COMMAND_FLUSH(l2, lsc, other));
	mutex_unlock(&tdev->gpu->command_lock);
	return ret;
}

/**
 * tyr_gpu_stuck() - whether a command to the GPU did not end, so that only a reset helps.
 * @tdev: the device.
 */
bool tyr_gpu_stuck(struct tyr_device *tdev)
{
	bool stuck;

	mutex_lock(&tdev->gpu->command_lock);
	stuck = tdev->gpu->flush_stuck;
	mutex_unlock(&tdev->gpu->command_lock);
	return stuck;
}

static void set_resetting(struct tyr_gpu *gpu, bool resetting)
{
	lockdep_assert_held(&gpu->command_lock);
	spin_lock(&gpu->fault_lock);
	gpu->resetting = resetting;
	spin_unlock(&gpu->fault_lock);
}

static int reset(struct tyr_device *tdev, u32 command)
{
	struct tyr_gpu *gpu = tdev->gpu;
	int ret;

	mutex_lock(&gpu->command_lock);
	set_resetting(gpu, true);
	atomic_andnot(GPU_IRQ_RESET_COMPLETED, &gpu->done);
	/* One that did not end in its time may have ended since. */
	tyr_write(tdev, GPU_IRQ_BASE + INT_CLEAR, GPU_IRQ_RESET_COMPLETED);
	tyr_write(tdev, GPU_COMMAND, command);
	ret = wait_for_irq(gpu, GPU_IRQ_RESET_COMPLETED);
	if (!ret) {
		/* A flush that was stuck is over, done or not. */
		tyr_write(tdev, GPU_IRQ_BASE + INT_CLEAR, GPU_IRQ_CLEAN_CACHES_COMPLETED);
		gpu->flush_stuck = false;
		set_resetting(gpu, false);
		/* kbase sets the masks after a reset: they may be gone. */
		tyr_irq_set_mask(&gpu->irq, IRQ_MASK);
	}
	mutex_unlock(&gpu->command_lock);
	return ret;
}

/**
 * tyr_gpu_soft_reset() - reset the GPU: transactions on the bus are completed, all else is lost.
 * @tdev: the device; tyr_gpu_irq_enable() was called.
 *
 * The interrupts of the other blocks must be disabled, their masks are lost.
 *
 * Return: 0, or -%ETIMEDOUT (logged): only a hard reset is left to try.
 */
int tyr_gpu_soft_reset(struct tyr_device *tdev)
{
	int ret = reset(tdev, GPU_COMMAND_SOFT_RESET);

	if (ret)
		drm_err(&tdev->base, "soft reset timed out\n");
	return ret;
}

/**
 * tyr_gpu_hard_reset() - reset the GPU at once, for when a soft reset does not end.
 * @tdev: as for tyr_gpu_soft_reset().
 *
 * Return: 0, or -%ETIMEDOUT (logged): the GPU is lost.
 */
int tyr_gpu_hard_reset(struct tyr_device *tdev)
{
	int ret = reset(tdev, GPU_COMMAND_HARD_RESET);

	if (ret)
		drm_err(&tdev->base, "hard reset timed out\n");
	return ret;
}

/* The halves of a counter are read apart: the upper one must be the same before and after. */
static u64 read_counter(struct tyr_device *tdev, u32 reg)
{
	u32 hi = tyr_read(tdev, reg + 4);

	for (;;) {
		u32 lo = tyr_read(tdev, reg);
		u32 again = tyr_read(tdev, reg + 4);

		if (again == hi)
			return (u64)hi << 32 | lo;
		hi = again;
	}
}

/**
 * tyr_gpu_timestamp() - the time by the GPU's clock.
 * @tdev: the device; it is powered.
 *
 * Return: ticks of the system timer, TIMESTAMP_OFFSET added.
 */
u64 tyr_gpu_timestamp(struct tyr_device *tdev)
{
	return read_counter(tdev, TIMESTAMP);
}

/**
 * tyr_gpu_timestamp_offset() - what the GPU adds to the system timer.
 * @tdev: the device; it is powered.
 *
 * Return: ticks of the system timer.
 */
u64 tyr_gpu_timestamp_offset(struct tyr_device *tdev)
{
	return tyr_read64(tdev, TIMESTAMP_OFFSET);
}

/**
 * tyr_gpu_cycle_count() - how often the GPU's clock ticked.
 * @tdev: the device; it is powered.
 *
 * Return: cycles since the last reset in which the counter was on; the firmware has it on while it
 * runs.
 */
u64 tyr_gpu_cycle_count(struct tyr_device *tdev)
{
	return read_counter(tdev, CYCLE_COUNT);
}

/**
 * tyr_gpu_irq_enable() - begin to use the GPU; it was powered on.
 * @tdev: the device.
 */
void tyr_gpu_irq_enable(struct tyr_device *tdev)
{
	tyr_irq_enable(&tdev->gpu->irq);
}

/**
 * tyr_gpu_irq_disable() - stop using the GPU before it is powered off.
 * @tdev: the device. Nothing happens if its interrupt is disabled already, as it is while the
 *        GPU is off.
 */
void tyr_gpu_irq_disable(struct tyr_device *tdev)
{
	if (tdev->gpu)
		tyr_irq_disable(&tdev->gpu->irq);
}

/**
 * tyr_gpu_unplug() - the end of the block: the L2 is powered off, if the GPU is on.
 * @tdev: the device, whose firmware is stopped and whose MMU is down; tyr_gpu_init() need not
 *        have been called, or may have failed.
 */
void tyr_gpu_unplug(struct tyr_device *tdev)
{
	if (!tdev->gpu || !READ_ONCE(tdev->gpu->irq.live))
		return;
	tyr_power_l2_off(tdev);
	tyr_gpu_irq_disable(tdev);
}

static int alloc_gpu(struct tyr_device *tdev)
{
	struct tyr_gpu *gpu = drmm_kzalloc(&tdev->base, sizeof(*gpu), GFP_KERNEL);
	int ret;

	if (!gpu)
		return -ENOMEM;
	ret = drmm_mutex_init(&tdev->base, &gpu->command_lock);
	if (ret)
		return ret;
	spin_lock_init(&gpu->fault_lock);
	init_waitqueue_head(&gpu->ended);
	ratelimit_state_init(&gpu->fault_rate, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST);
	tdev->gpu = gpu;
	return 0;
}

static int set_dma_limits(struct tyr_device *tdev)
{
	u32 bits = MMU_FEATURES_PA_BITS(tdev->gpu_info.mmu_features);

	/* A buffer's scatter list may have segments of any size: the MMU maps them page by page. */
	dma_set_max_seg_size(tdev->base.dev, UINT_MAX);
	return dma_set_mask_and_coherent(tdev->base.dev, DMA_BIT_MASK(bits));
}

/**
 * tyr_gpu_init() - find out what the GPU is, set its block up, and reset it.
 * @tdev: the device; its clocks run. The interrupt is enabled afterwards.
 *
 * The reset is for what whoever had the GPU before may have left: a firmware that runs, or a
 * command that hangs.
 *
 * Return: 0, or a negative error code: that of tyr_gpu_identify(), of its interrupt, -%ENOMEM,
 * -%EIO when the GPU's addresses do not reach all memory, or -%ETIMEDOUT when no reset helps.
 */
int tyr_gpu_init(struct tyr_device *tdev)
{
	int ret;

	ret = tyr_gpu_identify(tdev);
	if (!ret)
		ret = set_dma_limits(tdev);
	if (!ret)
		ret = alloc_gpu(tdev);
	if (ret)
		return ret;
	ret = tyr_irq_request(tdev, &tdev->gpu->irq, "gpu", GPU_IRQ_BASE, IRQ_MASK, irq_handler);
	if (ret)
		return dev_err_probe(tdev->base.dev, ret, "the gpu interrupt\n");
	tyr_gpu_irq_enable(tdev);
	ret = tyr_gpu_soft_reset(tdev);
	return ret ? tyr_gpu_hard_reset(tdev) : 0;
}
