/* SPDX-License-Identifier: MIT */
/*
 * mcu.h - the firmware's side of the CSF interface, as the rest of the GPU sees it.
 *
 * The model does not execute Arm's firmware. When the MCU is enabled it finds the interface section
 * at MCU_SHARED_VA of address space 0 (the layout is already there: the driver loaded the image's
 * initial data), fills in what firmware fills in at boot, and answers requests as the firmware
 * would.
 */
#ifndef MCU_MCU_H
#define MCU_MCU_H

#include <stdint.h>

struct mali_sim;

/* Where the image's shared section lives in the firmware's address space (design.md; the image's
 * own section header says the same). */
#define MCU_SHARED_VA 0x04000000ull
#define MCU_AS        0

/* MCU_STATUS values (mali_kbase_gpu_regmap_csf.h). */
enum mcu_status { MCU_DISABLED = 0, MCU_ENABLED = 1, MCU_HALTED = 2, MCU_FATAL = 3 };

/** mcu_init() - allocate sim->mcu, disabled. Return: 0 or -1 with errno (ENOMEM). */
int mcu_init(struct mali_sim *sim);
void mcu_free(struct mali_sim *sim);

/** mcu_reset() - as after a GPU reset: disabled, every group and stream gone. */
void mcu_reset(struct mali_sim *sim);

/** mcu_read_control() / mcu_read_status() / mcu_write_control() - the MCU_CONTROL and MCU_STATUS
 * registers. */
uint32_t mcu_read_control(const struct mali_sim *sim);
uint32_t mcu_read_status(const struct mali_sim *sim);
void mcu_write_control(struct mali_sim *sim, uint32_t value);

/** mcu_doorbell() - doorbell page @n was rung: 0 is the global interface, others are streams'. */
void mcu_doorbell(struct mali_sim *sim, unsigned int n);

/** mcu_memory_changed() - an AS command on @as finished: work that stalled on it tries again. */
void mcu_memory_changed(struct mali_sim *sim, unsigned int as);

/** mcu_busy() - whether GPU work is running or queued (GPU_STATUS, cycle counter). */
int mcu_busy(const struct mali_sim *sim);

#endif /* MCU_MCU_H */
