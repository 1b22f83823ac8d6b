// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Recovery.
 *
 * Whoever finds that the GPU does not answer calls tyr_reset_schedule() and goes on. A work then
 * takes the groups off the hardware, with their state where the firmware still gives it, and
 * restarts the firmware, if all of them went and it does as it is told; else the GPU, with a soft
 * reset, then with a hard one; when nothing helps, the device is given up. A device that falls
 * asleep meanwhile takes the reset over: it wakes up cold.
 */
#include <linux/workqueue.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "device.h"
#include "fw.h"
#include "gpu.h"
#include "mmu.h"
#include "pm.h"
#include "reset.h"
#include "sched.h"
#include "trace.h"

/* A firmware that is late for this, too, is not to be trusted. */
#define HALT_MS 100

/**
 * struct tyr_reset - recovery
 * @tdev: the device.
 * @wq: for @work and the firmware's watchdog, which must not run beside it.
 * @work: recovers.
 * @pending: a reset was asked for and is not done.
 * @enabled: probe is through and the device was not removed.
 */
struct tyr_reset {
	struct tyr_device *tdev;
	struct workqueue_struct *wq;
	struct work_struct work;
	atomic_t pending;
	bool enabled;
};

/**
 * tyr_reset_pending() - whether a reset was asked for and is not done.
 * @tdev: the device.
 */
bool tyr_reset_pending(struct tyr_device *tdev)
{
	return tdev->reset && atomic_read(&tdev->reset->pending);
}

/**
 * tyr_reset_schedule() - ask for a reset; any context.
 * @tdev: the device.
 * @why: what happened, for the log.
 */
void tyr_reset_schedule(struct tyr_device *tdev, const char *why)
{
	struct tyr_reset *reset = tdev->reset;

	if (!reset || !READ_ONCE(reset->enabled) || atomic_xchg(&reset->pending, 1))
		return;
	drm_warn(&tdev->base, "resetting the GPU: %s\n", why);
	trace_tyr_reset_stage("asked", why, 0);
	queue_work(reset->wq, &reset->work);
}

/**
 * tyr_reset_take_over() - the device falls asleep or wakes up, which is as good as a reset.
 * @tdev: the device. The reset's work is not at it: that keeps the device awake, and it is frozen
 *	  while the
 *        system sleeps.
 *
 * Return: whether a reset was pending, so that the GPU must start anew.
 */
bool tyr_reset_take_over(struct tyr_device *tdev)
{
	return tdev->reset && atomic_xchg(&tdev->reset->pending, 0);
}

/**
 * tyr_reset_wq() - a queue whose works do not run beside a reset.
 * @tdev: the device.
 *
 * Return: the workqueue.
 */
struct workqueue_struct *tyr_reset_wq(struct tyr_device *tdev)
{
	return tdev->reset->wq;
}

static int restart(struct tyr_device *tdev, int (*reset)(struct tyr_device *))
{
	int ret = reset(tdev);

	return ret ?: tyr_pm_hw_up(tdev, true);
}

/*
 * Take all that runs off the GPU. Return: whether nothing is left in doubt: no group was lost, and
 * no command to the GPU, the firmware or an address space without an answer.
 */
static bool go_down(struct tyr_device *tdev)
{
	bool well;

	trace_tyr_reset_stage("evict", "", 0);
	well = tyr_sched_suspend(tdev, true) && !tyr_gpu_stuck(tdev) && !tyr_mmu_stuck(tdev) &&
	       tyr_fw_halt(tdev, HALT_MS);
	trace_tyr_reset_stage("stop", "", 0);
	tyr_fw_stop(tdev);
	/* The address spaces may be what hangs: they are not asked then. */
	tyr_mmu_down(tdev, well);
	return well && !tyr_mmu_stuck(tdev);
}

static int recover(struct tyr_device *tdev)
{
	int ret;

	if (go_down(tdev)) {
		ret = tyr_pm_hw_up(tdev, true);
		trace_tyr_reset_stage("firmware", "", ret);
		if (!ret) {
			tyr_count(tdev, TYR_COUNT_FIRMWARE_RESTARTS);
			return 0;
		}
	}
	ret = restart(tdev, tyr_gpu_soft_reset);
	trace_tyr_reset_stage("soft", "", ret);
	if (ret) {
		drm_err(&tdev->base, "a soft reset did not help (%d)\n", ret);
		ret = restart(tdev, tyr_gpu_hard_reset);
		trace_tyr_reset_stage("hard", "", ret);
	}
	if (!ret)
		tyr_count(tdev, TYR_COUNT_RESETS);
	return ret;
}

static void reset_work(struct work_struct *work)
{
	struct tyr_reset *reset = container_of(work, struct tyr_reset, work);
	struct tyr_device *tdev = reset->tdev;
	int cookie, ret;

	if (!drm_dev_enter(&tdev->base, &cookie))
		return;
	if (tyr_pm_get(tdev)) {
		drm_dev_exit(cookie);
		return;
	}
	/* A device that slept has taken the reset over when it woke up. */
	ret = tyr_reset_pending(tdev) ? recover(tdev) : -EALREADY;
	atomic_set(&reset->pending, 0);
	trace_tyr_reset_stage("done", "", ret);
	if (!ret) {
		tyr_sched_resume(tdev);
		drm_info(&tdev->base, "the GPU works again\n");
	}
	tyr_pm_put(tdev);
	drm_dev_exit(cookie);
	if (ret && ret != -EALREADY)
		tyr_device_lost(tdev, "it does not come back from a reset");
}

static void fini(struct drm_device *dev, void *data)
{
	struct tyr_reset *reset = data;

	cancel_work_sync(&reset->work);
	destroy_workqueue(reset->wq);
}

/**
 * tyr_reset_init() - prepare for recovery; nothing is reset before tyr_reset_enable().
 * @tdev: the device.
 *
 * Return: 0, or -ENOMEM.
 */
int tyr_reset_init(struct tyr_device *tdev)
{
	struct tyr_reset *reset = drmm_kzalloc(&tdev->base, sizeof(*reset), GFP_KERNEL);

	if (!reset)
		return -ENOMEM;
	reset->tdev = tdev;
	INIT_WORK(&reset->work, reset_work);
	reset->wq = alloc_ordered_workqueue("tyr-reset", WQ_MEM_RECLAIM | WQ_FREEZABLE);
	if (!reset->wq)
		return -ENOMEM;
	tdev->reset = reset;
	return drmm_add_action_or_reset(&tdev->base, fini, reset);
}

/**
 * tyr_reset_enable() - from now on the GPU is reset when it does not answer.
 * @tdev: the device.
 */
void tyr_reset_enable(struct tyr_device *tdev)
{
	WRITE_ONCE(tdev->reset->enabled, true);
}

/**
 * tyr_reset_unplug() - no more resets.
 * @tdev: the device; not called from the reset's own work.
 */
void tyr_reset_unplug(struct tyr_device *tdev)
{
	if (!tdev->reset)
		return;
	WRITE_ONCE(tdev->reset->enabled, false);
	if (current_work() != &tdev->reset->work)
		cancel_work_sync(&tdev->reset->work);
}
