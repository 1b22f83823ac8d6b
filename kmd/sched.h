/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scheduler: which groups have a slot of the firmware's, and when they change.
 *
 * Policy is in sched.c, talking to slots in slot.c, what the firmware tells in event.c, waiting for
 * sync objects in unblock.c.
 */
#ifndef TYR_SCHED_H
#define TYR_SCHED_H

#include <linux/types.h>

struct tyr_device;
struct tyr_group;
struct tyr_vm;
struct work_struct;
struct workqueue_struct;

int tyr_sched_init(struct tyr_device *tdev);
void tyr_sched_unplug(struct tyr_device *tdev);

/* What groups tell. */
void tyr_sched_want(struct tyr_group *group);
void tyr_sched_kill(struct tyr_group *group);
bool tyr_sched_power_get(struct tyr_device *tdev);
void tyr_sched_busy(struct tyr_device *tdev);
void tyr_sched_idle(struct tyr_device *tdev);
void tyr_sched_kick(struct tyr_device *tdev);
void tyr_sched_run_now(struct tyr_device *tdev);
struct workqueue_struct *tyr_sched_wq(struct tyr_device *tdev);

/* What interrupt threads tell. */
void tyr_event_irq(struct tyr_device *tdev, u32 status);
void tyr_sched_vm_fault(struct tyr_device *tdev, struct tyr_vm *vm);

/* Around a time in which the GPU is off or being reset. */
bool tyr_sched_suspend(struct tyr_device *tdev, bool restart);
void tyr_sched_resume(struct tyr_device *tdev);

/* Before a VM goes: its groups that were destroyed have left the hardware when this returns. */
void tyr_sched_flush(struct tyr_device *tdev);

#endif
