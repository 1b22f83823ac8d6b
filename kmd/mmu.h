/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address spaces of the hardware: which VM has one, commands to them, faults.
 *
 * An address space is lent to a VM while somebody uses the VM (tyr_mmu_get()/tyr_mmu_put()), and
 * stays with it until another VM needs it. While the MMU is down (suspended, or in a reset) no
 * register is touched and no VM has an address space: tables can be changed at any time.
 *
 * Going down takes the address spaces, not the uses: each tyr_mmu_get() has its tyr_mmu_put(),
 * before the MMU goes down or after. What is still in use when it is up again must be got anew.
 */
#ifndef TYR_MMU_H
#define TYR_MMU_H

#include <linux/types.h>

struct tyr_device;
struct tyr_vm;
struct tyr_vm_fault;

int tyr_mmu_init(struct tyr_device *tdev);
void tyr_mmu_unplug(struct tyr_device *tdev);
void tyr_mmu_down(struct tyr_device *tdev, bool clean);
void tyr_mmu_up(struct tyr_device *tdev);

int tyr_mmu_get(struct tyr_vm *vm);
void tyr_mmu_put(struct tyr_vm *vm);
void tyr_mmu_hold(struct tyr_device *tdev);
void tyr_mmu_let_go(struct tyr_device *tdev);
bool tyr_mmu_is_on(const struct tyr_vm *vm);
u32 tyr_mmu_user_spaces(struct tyr_device *tdev);
bool tyr_mmu_stuck(struct tyr_device *tdev);
bool tyr_mmu_poll(struct tyr_device *tdev);

/* For VMs and their operations. */
int tyr_mmu_lock(struct tyr_vm *vm, u64 va, u64 size);
void tyr_mmu_unlock(struct tyr_vm *vm, bool unmapped);
void tyr_mmu_turn_off(struct tyr_vm *vm);
void tyr_mmu_release(struct tyr_vm *vm);
void tyr_mmu_last_fault(struct tyr_vm *vm, struct tyr_vm_fault *fault);

#endif
