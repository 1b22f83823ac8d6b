/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recovery of a GPU that does not answer. */
#ifndef TYR_RESET_H
#define TYR_RESET_H

#include <linux/types.h>

struct tyr_device;

int tyr_reset_init(struct tyr_device *tdev);
void tyr_reset_enable(struct tyr_device *tdev);
void tyr_reset_unplug(struct tyr_device *tdev);
void tyr_reset_schedule(struct tyr_device *tdev, const char *why);
bool tyr_reset_pending(struct tyr_device *tdev);
bool tyr_reset_take_over(struct tyr_device *tdev);
struct workqueue_struct *tyr_reset_wq(struct tyr_device *tdev);

#endif
