// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * frequency scaling.
 *
 * The operating points come from the device tree. The ondemand governor looks every 50 ms at how
 * much of the time the GPU was busy, that is: had a group with work. A device tree without
 * operating points gets a GPU with a fixed clock.
 */
#include <linux/clk.h>
#include <linux/devfreq.h>
#include <linux/devfreq_cooling.h>
#include <linux/ktime.h>
#include <linux/pm_opp.h>
#include <linux/regulator/consumer.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "device.h"
#include "devfreq.h"

/* Panthor's, which were found by trying. */
#define POLL_MS 50
#define UP_THRESHOLD 45
#define DOWN_DIFFERENTIAL 5

/**
 * struct tyr_devfreq - frequency scaling
 * @devfreq: the kernel's side; NULL when the clock is fixed.
 * @profile: what the kernel's side asks us.
 * @governor: the governor's thresholds.
 * @max: the highest frequency, in Hz.
 * @suspended: the governor does not look.
 * @busy: the GPU is busy. Read without @lock to see that nothing changes.
 * @since: since when it is so, or was looked at last.
 * @busy_ns: how long it was busy since the governor looked last.
 * @total_ns: how long that is ago.
 */
struct tyr_devfreq {
	struct devfreq *devfreq;
	struct devfreq_dev_profile profile;
	struct devfreq_simple_ondemand_data governor;
	unsigned long max;
	bool suspended;
	/** @lock: protects what follows. */
	spinlock_t lock;
	bool busy;
	ktime_t since;
	u64 busy_ns;
	u64 total_ns;
};

static void account(struct tyr_devfreq *df)
{
	ktime_t now = ktime_get();
	u64 ns = ktime_to_ns(ktime_sub(now, df->since));

	lockdep_assert_held(&df->lock);
	df->since = now;
	df->total_ns += ns;
	if (df->busy)
		df->busy_ns += ns;
}

static void record(struct tyr_devfreq *df, bool busy)
{
	unsigned long flags;

	if (!df || !df->devfreq || READ_ONCE(df->busy) == busy)
		return;
	spin_lock_irqsave(&df->lock, flags);
	account(df);
	WRITE_ONCE(df->busy, busy);
	spin_unlock_irqrestore(&df->lock, flags);
}

/**
 * tyr_devfreq_record_busy() - the GPU has work.
 * @tdev: the device.
 */
void tyr_devfreq_record_busy(struct tyr_device *tdev)
{
	record(tdev->devfreq, true);
}

/**
 * tyr_devfreq_record_idle() - the GPU has no work any more.
 * @tdev: the device.
 */
void tyr_devfreq_record_idle(struct tyr_device *tdev)
{
	record(tdev->devfreq, false);
}

static int set_target(struct device *dev, unsigned long *freq, u32 flags)
{
	struct dev_pm_opp *opp = devfreq_recommended_opp(dev, freq, flags);

	if (IS_ERR(opp))
		return PTR_ERR(opp);
	dev_pm_opp_put(opp);
	return dev_pm_opp_set_rate(dev, *freq);
}

static int get_status(struct device *dev, struct devfreq_dev_status *status)
{
	struct tyr_device *tdev = dev_get_drvdata(dev);
	struct tyr_devfreq *df = tdev->devfreq;
	unsigned long flags;

	status->current_frequency = clk_get_rate(tdev->clks.core);
	spin_lock_irqsave(&df->lock, flags);
	account(df);
	status->busy_time = df->busy_ns;
	status->total_time = df->total_ns;
	df->busy_ns = 0;
	df->total_ns = 0;
	spin_unlock_irqrestore(&df->lock, flags);
	return 0;
}

static int get_freq(struct device *dev, unsigned long *freq)
{
	struct tyr_device *tdev = dev_get_drvdata(dev);

	*freq = clk_get_rate(tdev->clks.core);
	return 0;
}

/*
 * The GPU's supply follows the operating point. A second one, "sram" in the binding, is coupled to
 * it by whoever describes the board, and only has to be on.
 */
static int add_table(struct device *dev)
{
	static const char *const supplies[] = { "mali", NULL };
	struct opp_table *table = dev_pm_opp_get_opp_table(dev);
	int ret;

	/* A power domain that scales the GPU by itself has made the table already. */
	if (!IS_ERR_OR_NULL(table)) {
		dev_pm_opp_put_opp_table(table);
	} else {
		ret = devm_pm_opp_set_regulators(dev, supplies);
		if (ret && ret != -ENODEV)
			return dev_err_probe(dev, ret, "the mali supply\n");
		ret = devm_pm_opp_of_add_table(dev);
		if (ret)
			return ret;
	}
	ret = devm_regulator_get_enable_optional(dev, "sram");
	if (ret && ret != -ENODEV)
		return dev_err_probe(dev, ret, "the sram supply\n");
	return 0;
}

/* Take the operating point that the clock is at, so that its voltage is asked for. */
static int set_first_point(struct tyr_device *tdev, struct tyr_devfreq *df)
{
	struct device *dev = tdev->base.dev;
	unsigned long freq = clk_get_rate(tdev->clks.core);
	struct dev_pm_opp *opp;
	int ret;

	opp = devfreq_recommended_opp(dev, &freq, 0);
	if (IS_ERR(opp))
		return PTR_ERR(opp);
	df->profile.initial_freq = freq;
	ret = dev_pm_opp_set_opp(dev, opp);
	dev_pm_opp_put(opp);
	if (ret)
		return dev_err_probe(dev, ret, "setting the first operating point\n");

	df->max = ULONG_MAX;
	opp = dev_pm_opp_find_freq_floor(dev, &df->max);
	if (IS_ERR(opp))
		return PTR_ERR(opp);
	dev_pm_opp_put(opp);
	return 0;
}

static void unregister_cooling(void *data)
{
	devfreq_cooling_unregister(data);
}

/* Without cooling the GPU works all the same. */
static void add_cooling(struct tyr_device *tdev, struct devfreq *devfreq)
{
	struct thermal_cooling_device *cooling = devfreq_cooling_em_register(devfreq, NULL);

	if (IS_ERR_OR_NULL(cooling))
		drm_dbg(&tdev->base, "no cooling device\n");
	else
		devm_add_action_or_reset(tdev->base.dev, unregister_cooling, cooling);
}

static int add_devfreq(struct tyr_device *tdev, struct tyr_devfreq *df)
{
	struct devfreq *devfreq;

	df->profile.timer = DEVFREQ_TIMER_DELAYED;
	df->profile.polling_ms = POLL_MS;
	df->profile.target = set_target;
	df->profile.get_dev_status = get_status;
	df->profile.get_cur_freq = get_freq;
	df->governor.upthreshold = UP_THRESHOLD;
	df->governor.downdifferential = DOWN_DIFFERENTIAL;
	devfreq = devm_devfreq_add_device(tdev->base.dev, &df->profile, DEVFREQ_GOV_SIMPLE_ONDEMAND,
					  &df->governor);
	if (IS_ERR(devfreq))
		return dev_err_probe(tdev->base.dev, PTR_ERR(devfreq), "devfreq\n");
	df->devfreq = devfreq;
	add_cooling(tdev, devfreq);
	return 0;
}

/**
 * tyr_devfreq_init() - begin to scale the GPU's frequency.
 * @tdev: the device; its clocks are known, and it is the driver data of its platform device.
 *
 * Return: 0, also when the device tree has no operating points; else a negative error code,
 * -%EPROBE_DEFER while a supply is missing.
 */
int tyr_devfreq_init(struct tyr_device *tdev)
{
	struct tyr_devfreq *df;
	int ret;

	df = drmm_kzalloc(&tdev->base, sizeof(*df), GFP_KERNEL);
	if (!df)
		return -ENOMEM;
	spin_lock_init(&df->lock);
	df->since = ktime_get();
	df->max = clk_get_rate(tdev->clks.core);
	tdev->devfreq = df;

	ret = add_table(tdev->base.dev);
	if (ret == -ENODEV) {
		drm_info(&tdev->base, "no operating points: fixed at %lu Hz\n", df->max);
		return 0;
	}
	if (!ret)
		ret = set_first_point(tdev, df);
	if (!ret)
		ret = add_devfreq(tdev, df);
	return ret;
}

/**
 * tyr_devfreq_suspend() - the GPU goes off.
 * @tdev: the device.
 */
void tyr_devfreq_suspend(struct tyr_device *tdev)
{
	struct tyr_devfreq *df = tdev->devfreq;

	if (!df || !df->devfreq || df->suspended)
		return;
	df->suspended = true;
	drm_WARN_ON(&tdev->base, devfreq_suspend_device(df->devfreq));
}

/**
 * tyr_devfreq_resume() - the GPU is on again.
 * @tdev: the device.
 */
void tyr_devfreq_resume(struct tyr_device *tdev)
{
	struct tyr_devfreq *df = tdev->devfreq;
	unsigned long flags;

	if (!df || !df->devfreq || !df->suspended)
		return;
	df->suspended = false;
	/* The time that it was off says nothing about how fast it should be. */
	spin_lock_irqsave(&df->lock, flags);
	df->since = ktime_get();
	df->busy_ns = 0;
	df->total_ns = 0;
	spin_unlock_irqrestore(&df->lock, flags);
	drm_WARN_ON(&tdev->base, devfreq_resume_device(df->devfreq));
}

/**
 * tyr_devfreq_freq() - the frequency now.
 * @tdev: the device.
 *
 * Return: that of the GPU's clock, in Hz.
 */
unsigned long tyr_devfreq_freq(struct tyr_device *tdev)
{
	return clk_get_rate(tdev->clks.core);
}

/**
 * tyr_devfreq_max() - the highest frequency.
 * @tdev: the device; tyr_devfreq_init() was called.
 *
 * Return: that of the fastest operating point, in Hz.
 */
unsigned long tyr_devfreq_max(struct tyr_device *tdev)
{
	return tdev->devfreq->max;
}
