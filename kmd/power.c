// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * power of the L2 cache, the one domain that the host switches: with the L2 on, the firmware powers
 * the tiler and the shader cores as it needs them.
 */
#include <linux/iopoll.h>

#include <drm/drm_print.h>

#include "device.h"
#include "gpu.h"
#include "regs.h"

/* What Panthor gives a transition; boards take some tens of microseconds. */
#define TRANSITION_US 20000

/* A sleep is longer than most transitions: do not sleep at first. */
#define SPIN_US 100

/*
 * The core group that is used; its bit is in the low word, the only one that has to be read and
 * written.
 */
#define L2_CORES BIT(0)

/* Wait until those bits of @reg that are in L2_CORES are @want. */
static int wait_for(struct tyr_device *tdev, u32 reg, u32 want)
{
	u32 value;

	if (!read_poll_timeout_atomic(tyr_read, value, (value & L2_CORES) == want, 1, SPIN_US,
				      false, tdev, reg))
		return 0;
	return read_poll_timeout(tyr_read, value, (value & L2_CORES) == want, SPIN_US,
				 TRANSITION_US, false, tdev, reg);
}

/* A domain in transition must not be asked to go the other way. */
static int wait_at_rest(struct tyr_device *tdev)
{
	return wait_for(tdev, L2_PWRTRANS, 0);
}

static int failed(struct tyr_device *tdev, const char *what, int err)
{
	drm_err(&tdev->base, "L2 %s timed out: ready %#x, in transition %#x\n", what,
		tyr_read(tdev, L2_READY), tyr_read(tdev, L2_PWRTRANS));
	return err;
}

/**
 * tyr_power_l2_on() - power the L2 on.
 * @tdev: the device; its clocks run.
 *
 * Return: 0, also when it was on; -%ETIMEDOUT when it does not come up (logged).
 */
int tyr_power_l2_on(struct tyr_device *tdev)
{
	int ret = wait_at_rest(tdev);

	if (ret)
		return failed(tdev, "power transition", ret);
	if (tyr_read(tdev, L2_READY) & L2_CORES)
		return 0;
	/*
	 * The protocol is taken over when the L2 comes up (kbase sets it before, in
	 * kbase_pm_clock_on()).
	 */
	tyr_write(tdev, COHERENCY_ENABLE, tdev->gpu_info.selected_coherency);
	tyr_write(tdev, L2_PWRON, L2_CORES);
	ret = wait_for(tdev, L2_READY, L2_CORES);
	return ret ? failed(tdev, "power-on", ret) : 0;
}

/**
 * tyr_power_l2_off() - power the L2 off; what its caches held is lost.
 * @tdev: the device; the MCU is stopped and no address space is active.
 *
 * Return: 0, also when it was off; -%ETIMEDOUT when it does not go down (logged).
 */
int tyr_power_l2_off(struct tyr_device *tdev)
{
	int ret = wait_at_rest(tdev);

	if (ret)
		return failed(tdev, "power transition", ret);
	if (!(tyr_read(tdev, L2_READY) & L2_CORES))
		return 0;
	tyr_write(tdev, L2_PWROFF, L2_CORES);
	ret = wait_for(tdev, L2_READY, 0);
	if (!ret)
		ret = wait_at_rest(tdev);
	return ret ? failed(tdev, "power-off", ret) : 0;
}
