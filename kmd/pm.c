// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sleep and waking up.
 *
 * Going to sleep: groups leave the hardware, the firmware halts, address spaces and L2 go down,
 * clocks stop. When the firmware halted it is started again as it is (a warm boot), else it is
 * loaded anew behind a soft reset. Nothing touches a register while the device sleeps: submissions
 * that find it asleep leave waking it to the scheduler's work.
 */
#include <linux/clk.h>
#include <linux/mm.h>
#include <linux/pm_runtime.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>

#include "device.h"
#include "devfreq.h"
#include "fw.h"
#include "gpu.h"
#include "mmio.h"
#include "mmu.h"
#include "pm.h"
#include "reset.h"
#include "sched.h"
#include "trace.h"

/* Panthor's. */
#define HALT_MS 1000

/**
 * tyr_pm_init_clocks() - get hold of the clocks.
 * @tdev: the device.
 *
 * Return: 0, or what the clock framework says (-EPROBE_DEFER among it).
 */
int tyr_pm_init_clocks(struct tyr_device *tdev)
{
	struct device *dev = tdev->base.dev;

	tdev->clks.core = devm_clk_get(dev, NULL);
	if (IS_ERR(tdev->clks.core))
		return dev_err_probe(dev, PTR_ERR(tdev->clks.core), "no core clock\n");
	tdev->clks.stacks = devm_clk_get_optional(dev, "stacks");
	if (IS_ERR(tdev->clks.stacks))
		return dev_err_probe(dev, PTR_ERR(tdev->clks.stacks), "no stacks clock\n");
	tdev->clks.coregroup = devm_clk_get_optional(dev, "coregroup");
	if (IS_ERR(tdev->clks.coregroup))
		return dev_err_probe(dev, PTR_ERR(tdev->clks.coregroup), "no coregroup clock\n");
	return 0;
}

/**
 * tyr_pm_get() - wake the device and keep it awake.
 * @tdev: the device.
 *
 * Return: 0, or a negative errno; then it may be tried again.
 */
int tyr_pm_get(struct tyr_device *tdev)
{
	struct device *dev = tdev->base.dev;
	int ret = pm_runtime_resume_and_get(dev);

	/* Runtime PM would refuse for ever after one failure; a GPU may come up the next time. */
	if (ret < 0 && ret != -EACCES)
		pm_runtime_set_suspended(dev);
	return ret < 0 ? ret : 0;
}

/**
 * tyr_pm_put() - the caller does not need the device any more.
 * @tdev: the device.
 */
void tyr_pm_put(struct tyr_device *tdev)
{
	pm_runtime_mark_last_busy(tdev->base.dev);
	pm_runtime_put_autosuspend(tdev->base.dev);
}

/**
 * tyr_pm_hw_up() - bring the GPU up, from power to the running firmware.
 * @tdev: the device, whose clocks run.
 * @reload: load the firmware anew.
 *
 * Return: 0, or a negative errno; then the GPU is down, but its interrupts are not off.
 */
int tyr_pm_hw_up(struct tyr_device *tdev, bool reload)
{
	int ret = tyr_power_l2_on(tdev);

	if (ret)
		return ret;
	tyr_mmu_up(tdev);
	ret = tyr_fw_boot(tdev, reload);
	if (!ret)
		return 0;
	tyr_fw_stop(tdev);
	tyr_mmu_down(tdev, false);
	return ret;
}

static int clocks_on(struct tyr_device *tdev)
{
	int ret = clk_prepare_enable(tdev->clks.core);

	if (ret)
		return ret;
	ret = clk_prepare_enable(tdev->clks.stacks);
	if (ret)
		goto stop_core;
	ret = clk_prepare_enable(tdev->clks.coregroup);
	if (ret)
		goto stop_stacks;
	return 0;

stop_stacks:
	clk_disable_unprepare(tdev->clks.stacks);
stop_core:
	clk_disable_unprepare(tdev->clks.core);
	return ret;
}

static void clocks_off(struct tyr_device *tdev)
{
	clk_disable_unprepare(tdev->clks.coregroup);
	clk_disable_unprepare(tdev->clks.stacks);
	clk_disable_unprepare(tdev->clks.core);
}

/* Return: 0, or a negative errno with the GPU down. */
static int wake(struct tyr_device *tdev)
{
	bool warm = !tyr_reset_take_over(tdev) && tdev->pm.warm;
	int ret = -EIO;

	tyr_gpu_irq_enable(tdev);
	if (warm)
		ret = tyr_pm_hw_up(tdev, false);
	if (ret) {
		/* Cold, or the warm boot failed. */
		if (warm)
			drm_warn(&tdev->base, "warm boot failed, loading the firmware anew\n");
		warm = false;
		ret = tyr_gpu_soft_reset(tdev);
		if (!ret)
			ret = tyr_pm_hw_up(tdev, true);
	}
	trace_tyr_power_wake(warm, ret);
	tyr_count(tdev, warm ? TYR_COUNT_WARM_BOOTS : TYR_COUNT_COLD_BOOTS);
	if (ret) {
		tdev->pm.warm = false;
		tyr_gpu_irq_disable(tdev);
		drm_err(&tdev->base, "the GPU stays asleep: %d\n", ret);
	}
	return ret;
}

static void fall_asleep(struct tyr_device *tdev)
{
	bool broken = tyr_reset_take_over(tdev);

	tyr_sched_suspend(tdev, broken);
	tdev->pm.warm = !broken && tyr_fw_halt(tdev, HALT_MS);
	tyr_fw_stop(tdev);
	tyr_mmu_down(tdev, !broken);
	/* The L2 of a GPU that hangs does not go down by itself. */
	if (!tdev->pm.warm || tyr_power_l2_off(tdev)) {
		tdev->pm.warm = false;
		tyr_gpu_soft_reset(tdev);
	}
	trace_tyr_power_sleep(tdev->pm.warm, 0);
	tyr_gpu_irq_disable(tdev);
}

static int resume(struct device *dev)
{
	struct tyr_device *tdev = dev_get_drvdata(dev);
	int ret = clocks_on(tdev);
	int cookie;

	if (ret)
		return ret;
	tyr_devfreq_resume(tdev);
	if (tdev->pm.ready && drm_dev_enter(&tdev->base, &cookie)) {
		ret = wake(tdev);
		if (!ret)
			tyr_sched_resume(tdev);
		drm_dev_exit(cookie);
	}
	if (ret) {
		tyr_devfreq_suspend(tdev);
		clocks_off(tdev);
		return ret;
	}
	tyr_mmio_set_powered(tdev, true);
	return 0;
}

static int suspend(struct device *dev)
{
	struct tyr_device *tdev = dev_get_drvdata(dev);
	int cookie;

	tyr_mmio_set_powered(tdev, false);
	if (tdev->pm.ready && drm_dev_enter(&tdev->base, &cookie)) {
		fall_asleep(tdev);
		/* Work that came while we were at it found the device neither awake nor asleep. */
		tyr_sched_kick(tdev);
		drm_dev_exit(cookie);
	}
	tyr_devfreq_suspend(tdev);
	clocks_off(tdev);
	return 0;
}

DEFINE_RUNTIME_DEV_PM_OPS(tyr_pm_ops, suspend, resume, NULL);
