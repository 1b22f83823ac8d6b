// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device: how its parts come up, and how it goes.
 */
#include <linux/dma-mapping.h>
#include <linux/pm_domain.h>
#include <linux/pm_runtime.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "cleanup.h"
#include "debugfs.h"
#include "device.h"
#include "devfreq.h"
#include "dump.h"
#include "fw.h"
#include "gem.h"
#include "gpu.h"
#include "mmio.h"
#include "mmu.h"
#include "pm.h"
#include "reset.h"
#include "sched.h"

/* Time without work until the device sleeps: three frames. */
#define AUTOSUSPEND_MS 50

static int attach_power_domains(struct device *dev)
{
	struct dev_pm_domain_list *domains = NULL;

	/* A single domain is attached by the bus. */
	return dev->pm_domain ? 0 : min(devm_pm_domain_attach_list(dev, NULL, &domains), 0);
}

static int init_resources(struct tyr_device *tdev)
{
	struct platform_device *pdev = to_platform_device(tdev->base.dev);
	struct resource *res;
	int ret;

	ret = tyr_pm_init_clocks(tdev);
	if (ret)
		return ret;
	ret = attach_power_domains(&pdev->dev);
	if (ret)
		return dev_err_probe(&pdev->dev, ret, "power domains\n");
	ret = tyr_devfreq_init(tdev);
	if (ret)
		return ret;
	tdev->iomem = devm_platform_get_and_ioremap_resource(pdev, 0, &res);
	if (IS_ERR(tdev->iomem))
		return PTR_ERR(tdev->iomem);
	tdev->phys = res->start;
	return 0;
}

/* What tyr_device_unplug() can undo, however far it got. */
static int init_parts(struct tyr_device *tdev)
{
	int ret = tyr_gpu_init(tdev);

	tyr_gem_init(tdev);
	if (!ret)
		ret = tyr_mmu_init(tdev);
	if (!ret)
		ret = tyr_fw_init(tdev);
	if (!ret)
		ret = tyr_sched_init(tdev);
	return ret;
}

static void stop_parts(struct tyr_device *tdev)
{
	tyr_reset_unplug(tdev);
	tyr_sched_unplug(tdev);
	tyr_fw_unplug(tdev);
	tyr_mmu_unplug(tdev);
	tyr_gpu_unplug(tdev);
}

/**
 * tyr_device_init() - bring the device up and register it.
 * @tdev: the device.
 *
 * Return: 0, or a negative errno (-EPROBE_DEFER among them) with all undone.
 */
int tyr_device_init(struct tyr_device *tdev)
{
	struct device *dev = tdev->base.dev;
	int ret;

	mutex_init(&tdev->unplug_lock);
	ret = tyr_cleanup_watch(tdev);
	if (!ret)
		ret = tyr_census_init(tdev);
	if (!ret)
		ret = tyr_mmio_init(tdev);
	if (!ret)
		ret = init_resources(tdev);
	if (!ret)
		ret = tyr_reset_init(tdev);
	if (!ret)
		ret = devm_pm_runtime_enable(dev);
	if (!ret)
		ret = pm_runtime_resume_and_get(dev);
	if (ret)
		return ret;
	ret = init_parts(tdev);
	if (ret)
		goto stop;
	tdev->pm.ready = true;
	tyr_reset_enable(tdev);
	pm_runtime_set_autosuspend_delay(dev, AUTOSUSPEND_MS);
	pm_runtime_use_autosuspend(dev);
	tyr_dump_init(tdev);
	tyr_debugfs_init(tdev);
	ret = drm_dev_register(&tdev->base, 0);
	if (ret)
		goto sleepless;
	tyr_pm_put(tdev);
	return 0;

sleepless:
	pm_runtime_dont_use_autosuspend(dev);
stop:
	stop_parts(tdev);
	tdev->pm.ready = false;
	pm_runtime_put_sync_suspend(dev);
	return ret;
}

/**
 * tyr_device_unplug() - the device is being removed: no register is touched when this returns.
 * @tdev: the device; may be called more than once.
 */
void tyr_device_unplug(struct tyr_device *tdev)
{
	struct device *dev = tdev->base.dev;

	mutex_lock(&tdev->unplug_lock);
	if (drm_dev_is_unplugged(&tdev->base)) {
		mutex_unlock(&tdev->unplug_lock);
		return;
	}
	/* A GPU that does not wake up has nothing to be stopped. */
	if (tyr_pm_get(tdev))
		pm_runtime_get_noresume(dev);
	drm_dev_unplug(&tdev->base);
	stop_parts(tdev);
	tdev->pm.ready = false;
	pm_runtime_dont_use_autosuspend(dev);
	pm_runtime_put_sync_suspend(dev);
	mutex_unlock(&tdev->unplug_lock);
}

/**
 * tyr_device_lost() - give the device up.
 * @tdev: the device.
 * @why: what it does not do, for the log.
 */
void tyr_device_lost(struct tyr_device *tdev, const char *why)
{
	drm_err(&tdev->base, "the GPU is lost: %s\n", why);
	tyr_device_unplug(tdev);
}
