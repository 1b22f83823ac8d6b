/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the MMU share: its state, and the verbs of one address space. */
#ifndef TYR_MMU_AS_H
#define TYR_MMU_AS_H

#include <linux/list.h>
#include <linux/mutex.h>

#include "device.h"
#include "irq.h"
#include "regs.h"

struct tyr_vm;

/**
 * struct tyr_as - an address space of the hardware
 * @vm: the VM that has it, NULL: nobody.
 * @owner: the VM that had it last (tyr_vm.as.owner), 0: nobody since the MMU is up.
 * @on: it translates by the tables of @vm; else accesses fail.
 * @locked: a region is locked: an operation is on its way.
 * @doubtful: a fault may be its last owner's, seen late.
 */
struct tyr_as {
	struct tyr_vm *vm;
	u64 owner;
	bool on;
	bool locked;
	bool doubtful;
};

/**
 * struct tyr_mmu - the MMU
 * @tdev: the device.
 * @irq: its interrupt; what may interrupt is changed under @lock.
 * @up: registers may be touched, unless @gone.
 * @gone: the device was unplugged; never @up again.
 * @flush_by_gpu: caches are flushed by GPU_COMMAND, not by the address space.
 * @present: a bit for each address space that there is.
 * @stuck: those that did not end a command; they are let alone until the MMU was down.
 * @owners: the last tyr_vm.as.owner that was given.
 * @idle: VMs that have an address space and do not use it, the one for longest first.
 * @as: the address spaces.
 */
struct tyr_mmu {
	struct tyr_device *tdev;
	struct tyr_irq irq;
	/**
	 * @lock: protects what follows, and tyr_vm.as. Taken below a VM's lock, in the signalling
	 *        path of fences: no allocation that may wait for reclaim below it.
	 */
	struct mutex lock;
	bool up;
	bool gone;
	bool flush_by_gpu;
	u32 present;
	u32 stuck;
	u64 owners;
	struct list_head idle;
	struct tyr_as as[AS_COUNT_MAX];
};

/* All addresses of an address space. */
static inline u64 tyr_as_size(const struct tyr_mmu *mmu)
{
	return BIT_ULL(MMU_FEATURES_VA_BITS(mmu->tdev->gpu_info.mmu_features));
}

int tyr_as_turn_on(struct tyr_mmu *mmu, u32 as);
int tyr_as_turn_off(struct tyr_mmu *mmu, u32 as);
int tyr_as_empty(struct tyr_mmu *mmu, u32 as);
int tyr_as_lock(struct tyr_mmu *mmu, u32 as, u64 va, u64 size);
int tyr_as_unlock(struct tyr_mmu *mmu, u32 as, bool all_caches);

/* mmu.c, for the faults. */
void tyr_mmu_take_away(struct tyr_mmu *mmu, u32 as);

/* mmu_fault.c: the interrupt's handler. */
void tyr_mmu_fault_irq(struct tyr_device *tdev, u32 status);

#endif
