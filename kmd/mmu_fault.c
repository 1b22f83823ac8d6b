// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults of address spaces.
 *
 * Nobody maps memory on demand: a fault is the end of the jobs that had it. Their address space is
 * turned off, so that all that they do fails from then on, and the scheduler kills their groups.
 */
#include <linux/bitops.h>
#include <linux/kref.h>

#include <drm/drm_print.h>

#include "device.h"
#include "mmu.h"
#include "mmu_as.h"
#include "reset.h"
#include "sched.h"
#include "trace.h"
#include "vm.h"

/* One bit for each; those above say that a command was completed, and are never allowed. */
#define FAULTS GENMASK(AS_COUNT_MAX - 1, 0)

static const char *access_name(u32 status)
{
	static const char *const names[] = {
		[AS_FAULTSTATUS_ACCESS_ATOMIC] = "atomic",
		[AS_FAULTSTATUS_ACCESS_EX] = "execute",
		[AS_FAULTSTATUS_ACCESS_READ] = "read",
		[AS_FAULTSTATUS_ACCESS_WRITE] = "write",
	};

	return names[AS_FAULTSTATUS_ACCESS_TYPE(status)];
}

static void note(struct tyr_mmu *mmu, u32 as, struct tyr_vm *vm)
{
	vm->fault = (struct tyr_vm_fault){
		.happened = true,
		.as = as,
		.status = tyr_read(mmu->tdev, AS_FAULTSTATUS(as)),
		.va = tyr_read64(mmu->tdev, AS_FAULTADDRESS(as)),
		.transtab = tyr_read64(mmu->tdev, AS_TRANSTAB(as)),
		.memattr = tyr_read64(mmu->tdev, AS_MEMATTR(as)),
		.transcfg = tyr_read64(mmu->tdev, AS_TRANSCFG(as)),
		.when = jiffies,
	};
}

static void report(struct tyr_mmu *mmu, u32 as, const struct tyr_vm *vm)
{
	u32 status = vm->fault.status;
	u64 va = vm->fault.va;
	u32 type = AS_FAULTSTATUS_EXCEPTION_TYPE(status);

	trace_tyr_as_fault(as, vm, va, status);
	tyr_count(mmu->tdev, TYR_COUNT_PAGE_FAULTS);
	/* Whoever has faults for a hobby is not to fill the log. */
	drm_err_ratelimited(&mmu->tdev->base,
			    "Unhandled Page fault in AS%u at VA 0x%016llX: %s, %s (0x%02x), source 0x%x, status 0x%08x, pid %d (%s)\n",
			    as, va, access_name(status), tyr_exception_name(type), type,
			    AS_FAULTSTATUS_SOURCE_ID(status), status, vm->pid, vm->comm);
}

/*
 * The interrupt was seen before the address space had its VM, perhaps. Let stalled accesses try
 * again: a fault that is this VM's comes again, and then there is no doubt. An operation that is on
 * its way does as much at its end.
 */
static void try_again(struct tyr_mmu *mmu, u32 as)
{
	mmu->as[as].doubtful = false;
	if (mmu->as[as].locked)
		return;
	if (!tyr_as_lock(mmu, as, 0, tyr_as_size(mmu)))
		tyr_as_unlock(mmu, as, false);
}

/* Return: the VM that had the fault, with a reference; NULL: none that is still there. */
static struct tyr_vm *handle(struct tyr_mmu *mmu, u32 as)
{
	struct tyr_as *slot = &mmu->as[as];
	struct tyr_vm *vm = slot->vm;

	lockdep_assert_held(&mmu->lock);
	if (!mmu->up || !slot->on)
		return NULL;
	if (slot->doubtful) {
		try_again(mmu, as);
		return NULL;
	}
	note(mmu, as, vm);
	report(mmu, as, vm);
	WRITE_ONCE(vm->faulted, true);
	tyr_as_turn_off(mmu, as);
	/* It may be about to be freed, which waits for our lock. */
	if (!kref_get_unless_zero(&vm->base.kref))
		vm = NULL;
	if (!slot->vm->as.users)
		tyr_mmu_take_away(mmu, as);
	return vm;
}

/**
 * tyr_mmu_fault_irq() - the MMU's interrupt.
 * @tdev: the device.
 * @status: a bit for each address space that had a fault.
 *
 * Context: the interrupt's thread.
 */
void tyr_mmu_fault_irq(struct tyr_device *tdev, u32 status)
{
	struct tyr_mmu *mmu = tdev->mmu;
	unsigned long faults = status & FAULTS;
	struct tyr_vm *vm;
	u32 as;

	for_each_set_bit(as, &faults, AS_COUNT_MAX) {
		mutex_lock(&mmu->lock);
		vm = handle(mmu, as);
		mutex_unlock(&mmu->lock);
		if (!vm)
			continue;
		if (vm->for_mcu)
			tyr_reset_schedule(tdev, "the firmware had a page fault");
		else
			tyr_sched_vm_fault(tdev, vm);
		tyr_vm_put(vm);
	}
}

/**
 * tyr_mmu_last_fault() - the last fault that a VM had.
 * @vm: the VM.
 * @fault: what it was.
 */
void tyr_mmu_last_fault(struct tyr_vm *vm, struct tyr_vm_fault *fault)
{
	struct tyr_mmu *mmu = vm->tdev->mmu;

	mutex_lock(&mmu->lock);
	*fault = vm->fault;
	mutex_unlock(&mmu->lock);
}
