/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Power of the device: clocks, sleep and waking up. */
#ifndef TYR_PM_H
#define TYR_PM_H

#include <linux/pm.h>

struct tyr_device;

extern const struct dev_pm_ops tyr_pm_ops;

int tyr_pm_init_clocks(struct tyr_device *tdev);
int tyr_pm_get(struct tyr_device *tdev);
void tyr_pm_put(struct tyr_device *tdev);
int tyr_pm_hw_up(struct tyr_device *tdev, bool reload);

#endif
