/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The GPU control block: identity, commands (reset, cache flush), counters, power of the L2. */
#ifndef TYR_GPU_H
#define TYR_GPU_H

#include <linux/types.h>

struct tyr_device;

/*
 * What a cache flush does to each kind of cache: GPU_COMMAND's payload of
 * mali_kbase_gpu_regmap_csf.h.
 */
#define TYR_FLUSH_NONE 0
#define TYR_FLUSH_CLEAN 1
#define TYR_FLUSH_INVALIDATE 2 /* all that read-only caches can do */
#define TYR_FLUSH_CLEAN_INVALIDATE 3

int tyr_gpu_init(struct tyr_device *tdev);
void tyr_gpu_unplug(struct tyr_device *tdev);
void tyr_gpu_irq_enable(struct tyr_device *tdev);
void tyr_gpu_irq_disable(struct tyr_device *tdev);

int tyr_gpu_flush_caches(struct tyr_device *tdev, u32 l2, u32 lsc, u32 other);
bool tyr_gpu_stuck(struct tyr_device *tdev);
int tyr_gpu_soft_reset(struct tyr_device *tdev);
int tyr_gpu_hard_reset(struct tyr_device *tdev);

u64 tyr_gpu_timestamp(struct tyr_device *tdev);
u64 tyr_gpu_timestamp_offset(struct tyr_device *tdev);
u64 tyr_gpu_cycle_count(struct tyr_device *tdev);

/* gpu_info.c */
int tyr_gpu_identify(struct tyr_device *tdev);

/* power.c */
int tyr_power_l2_on(struct tyr_device *tdev);
int tyr_power_l2_off(struct tyr_device *tdev);

#endif
