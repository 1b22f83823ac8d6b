/* SPDX-License-Identifier: GPL-2.0-or-later */
/* the GPU's frequency: operating points, how busy the GPU is, cooling. */
#ifndef TYR_DEVFREQ_H
#define TYR_DEVFREQ_H

struct tyr_device;

int tyr_devfreq_init(struct tyr_device *tdev);
void tyr_devfreq_suspend(struct tyr_device *tdev);
void tyr_devfreq_resume(struct tyr_device *tdev);

/* Cheap when nothing changes; from any context. */
void tyr_devfreq_record_busy(struct tyr_device *tdev);
void tyr_devfreq_record_idle(struct tyr_device *tdev);

unsigned long tyr_devfreq_freq(struct tyr_device *tdev);
unsigned long tyr_devfreq_max(struct tyr_device *tdev);

#endif
