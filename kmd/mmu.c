// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which VM has an address space.
 *
 * There are fewer of them than VMs. One is given to a VM when it is first used, and taken from the
 * one that was idle for longest when there is none left. Address space 0 is the firmware's.
 *
 * An address space is turned on under the lock of its VM, so that an operation that found none may
 * go on without the hardware. It may be turned off at any time: the operation finds its lock gone.
 */
#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/sched/mm.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "device.h"
#include "mmu.h"
#include "mmu_as.h"
#include "trace.h"
#include "vm.h"

#define MCU_AS 0

/* How long an operation on a VM may keep others waiting for its address space. */
#define VM_TRIES 20
#define VM_PAUSE_US 100

/**
 * tyr_mmu_init() - set the MMU up; it is down.
 * @tdev: the device, whose GPU is known (tyr_gpu_init()).
 *
 * Return: 0, -ENOMEM, or what tyr_irq_request() returns.
 */
int tyr_mmu_init(struct tyr_device *tdev)
{
	struct tyr_mmu *mmu = drmm_kzalloc(&tdev->base, sizeof(*mmu), GFP_KERNEL);
	int ret;

	if (!mmu)
		return -ENOMEM;
	mmu->tdev = tdev;
	mmu->present = tdev->gpu_info.as_present & GENMASK(AS_COUNT_MAX - 1, 0);
	mmu->flush_by_gpu = GPU_ID_ARCH_MAJOR(tdev->gpu_info.gpu_id) > 11;
	INIT_LIST_HEAD(&mmu->idle);
	ret = drmm_mutex_init(&tdev->base, &mmu->lock);
	if (ret)
		return ret;
	/* As for a VM's lock: no allocation below it. */
	fs_reclaim_acquire(GFP_KERNEL);
	might_lock(&mmu->lock);
	fs_reclaim_release(GFP_KERNEL);
	tdev->mmu = mmu;
	return tyr_irq_request(tdev, &mmu->irq, "mmu", MMU_IRQ_BASE, 0, tyr_mmu_fault_irq);
}

/**
 * tyr_mmu_take_away() - an address space is nobody's any more.
 * @mmu: the MMU; its lock is held.
 * @as: the address space, turned off or about to be given to another VM.
 */
void tyr_mmu_take_away(struct tyr_mmu *mmu, u32 as)
{
	struct tyr_vm *vm = mmu->as[as].vm;

	lockdep_assert_held(&mmu->lock);
	if (!vm)
		return;
	trace_tyr_as_take(as, vm);
	list_del_init(&vm->as.lru);
	WRITE_ONCE(vm->as.id, -1);
	mmu->as[as].vm = NULL;
}

static void go_down(struct tyr_mmu *mmu, bool clean)
{
	lockdep_assert_held(&mmu->lock);
	for (u32 as = 0; as < AS_COUNT_MAX; as++) {
		if (clean && mmu->up && mmu->as[as].on)
			tyr_as_turn_off(mmu, as);
		tyr_mmu_take_away(mmu, as);
		mmu->as[as] = (struct tyr_as){};
	}
	mmu->up = false;
}

/**
 * tyr_mmu_down() - take all address spaces away, before the GPU goes off or is reset.
 * @tdev: the device.
 * @clean: by registers, with caches flushed; else no register is touched.
 *
 * Context: process, with no lock that tyr_sched_vm_fault() takes: it waits for the interrupt's
 * handler.
 */
void tyr_mmu_down(struct tyr_device *tdev, bool clean)
{
	struct tyr_mmu *mmu = tdev->mmu;

	if (clean)
		tyr_irq_disable(&mmu->irq);
	else
		tyr_irq_abandon(&mmu->irq);
	mutex_lock(&mmu->lock);
	go_down(mmu, clean);
	mutex_unlock(&mmu->lock);
}

/**
 * tyr_mmu_up() - let address spaces be given; the GPU is on and was reset or off before.
 * @tdev: the device.
 */
void tyr_mmu_up(struct tyr_device *tdev)
{
	struct tyr_mmu *mmu = tdev->mmu;
	bool up;

	mutex_lock(&mmu->lock);
	up = !mmu->gone;
	mmu->up = up;
	mmu->stuck = 0;
	/* Nothing is on, so nothing may interrupt yet. */
	tyr_irq_set_mask(&mmu->irq, 0);
	if (up)
		tyr_irq_enable(&mmu->irq);
	mutex_unlock(&mmu->lock);
}

/**
 * tyr_mmu_unplug() - end all use of the hardware for good.
 * @tdev: the device; the MMU may be down, or was never set up.
 */
void tyr_mmu_unplug(struct tyr_device *tdev)
{
	struct tyr_mmu *mmu = tdev->mmu;

	if (!mmu)
		return;
	mutex_lock(&mmu->lock);
	mmu->gone = true;
	mutex_unlock(&mmu->lock);
	tyr_mmu_down(tdev, true);
}

/**
 * tyr_mmu_user_spaces() - how many VMs of user space can be in use at a time.
 * @tdev: the device.
 *
 * Return: how many.
 */
u32 tyr_mmu_user_spaces(struct tyr_device *tdev)
{
	return hweight32(tdev->mmu->present & ~BIT(MCU_AS));
}

/**
 * tyr_mmu_stuck() - whether an address space did not end a command, so that only a reset helps.
 * @tdev: the device.
 */
bool tyr_mmu_stuck(struct tyr_device *tdev)
{
	bool stuck;

	mutex_lock(&tdev->mmu->lock);
	stuck = tdev->mmu->stuck;
	mutex_unlock(&tdev->mmu->lock);
	return stuck;
}

/**
 * tyr_mmu_poll() - look for a fault whose interrupt was lost.
 * @tdev: the device.
 *
 * For those who wonder why a job does not end. The handler has not run yet when this returns.
 *
 * Return: whether there was one.
 */
bool tyr_mmu_poll(struct tyr_device *tdev)
{
	return tyr_irq_poll(&tdev->mmu->irq);
}

/*
 * The address space of the VM that was idle for longest; it is emptied, so that it can be
 * another's.
 */
static int steal(struct tyr_mmu *mmu)
{
	struct tyr_vm *victim;

	list_for_each_entry(victim, &mmu->idle, as.lru) {
		u32 as = victim->as.id;

		if (as == MCU_AS || mmu->stuck & BIT(as))
			continue;
		if (tyr_as_empty(mmu, as))
			return -ETIMEDOUT;
		tyr_mmu_take_away(mmu, as);
		return as;
	}
	return -EBUSY;
}

/* Return: an address space that is nobody's, -EBUSY, or -ETIMEDOUT. */
static int find_free(struct tyr_mmu *mmu, bool for_mcu)
{
	for (u32 as = 0; as < AS_COUNT_MAX; as++) {
		bool wanted = as == MCU_AS ? for_mcu : !for_mcu;

		if (wanted && mmu->present & ~mmu->stuck & BIT(as) && !mmu->as[as].vm)
			return as;
	}
	return for_mcu ? -EBUSY : steal(mmu);
}

static void assign(struct tyr_mmu *mmu, u32 as, struct tyr_vm *vm)
{
	struct tyr_as *slot = &mmu->as[as];

	if (!vm->as.owner)
		vm->as.owner = ++mmu->owners;
	slot->doubtful = slot->owner && slot->owner != vm->as.owner;
	slot->owner = vm->as.owner;
	slot->vm = vm;
}

/* Give a VM that has none an address space and turn it on. */
static int give(struct tyr_mmu *mmu, struct tyr_vm *vm)
{
	int as, ret;

	lockdep_assert_held(&vm->lock);
	lockdep_assert_held(&mmu->lock);
	if (vm->unusable)
		return -EINVAL;
	as = find_free(mmu, vm->for_mcu);
	if (as < 0)
		return as;
	assign(mmu, as, vm);
	ret = tyr_as_turn_on(mmu, as);
	if (ret) {
		mmu->as[as].vm = NULL;
		return ret;
	}
	WRITE_ONCE(vm->as.id, as);
	trace_tyr_as_give(as, vm);
	WRITE_ONCE(vm->faulted, false);
	return as;
}

/*
 * Use the address space that a VM has; @locked: the VM's lock is held, so that it can be given one.
 */
static int use(struct tyr_mmu *mmu, struct tyr_vm *vm, bool locked)
{
	int as;

	lockdep_assert_held(&mmu->lock);
	as = vm->as.id;
	if (!mmu->up)
		return -ENODEV;
	if (as < 0)
		as = locked ? give(mmu, vm) : -EAGAIN;
	else if (!mmu->as[as].on)
		as = -EBUSY;
	if (as < 0)
		return as;
	vm->as.users++;
	list_del_init(&vm->as.lru);
	return as;
}

/*
 * An operation on the VM holds its lock, for long if it is large. Whoever wants to use the VM may
 * have others to care for: it does not wait for that.
 */
static bool lock_vm(struct tyr_vm *vm)
{
	/* Nothing goes on without the firmware; operations on its VM are small. */
	if (vm->for_mcu) {
		mutex_lock(&vm->lock);
		return true;
	}
	for (u32 i = 0; i < VM_TRIES; i++) {
		if (mutex_trylock(&vm->lock))
			return true;
		usleep_range(VM_PAUSE_US, 2 * VM_PAUSE_US);
	}
	return false;
}

/**
 * tyr_mmu_get() - use a VM: it has an address space until tyr_mmu_put().
 * @vm: the VM.
 *
 * After a fault that nobody handled the address space stays off while somebody uses it, and is
 * turned on for the next who does.
 *
 * Context: process; takes the VM's lock.
 *
 * Return: the address space, or -EBUSY when there is none or it is off, which passes; -ENODEV while
 * the MMU is down, -EINVAL when the VM is unusable, -ETIMEDOUT when the MMU does not answer.
 */
int tyr_mmu_get(struct tyr_vm *vm)
{
	struct tyr_mmu *mmu = vm->tdev->mmu;
	int as;

	mutex_lock(&mmu->lock);
	as = use(mmu, vm, false);
	mutex_unlock(&mmu->lock);
	if (as != -EAGAIN)
		return as;

	if (!lock_vm(vm))
		return -EBUSY;
	mutex_lock(&mmu->lock);
	as = use(mmu, vm, true);
	mutex_unlock(&mmu->lock);
	mutex_unlock(&vm->lock);
	return as;
}

/**
 * tyr_mmu_put() - end a use of a VM.
 * @vm: the VM.
 */
void tyr_mmu_put(struct tyr_vm *vm)
{
	struct tyr_mmu *mmu = vm->tdev->mmu;
	int as;

	mutex_lock(&mmu->lock);
	as = vm->as.id;
	if (!drm_WARN_ON(&vm->tdev->base, !vm->as.users) && !--vm->as.users && as >= 0) {
		/* What is off is turned on when it is used next, wherever that is. */
		if (mmu->as[as].on)
			list_add_tail(&vm->as.lru, &mmu->idle);
		else
			tyr_mmu_take_away(mmu, as);
	}
	mutex_unlock(&mmu->lock);
}

/**
 * tyr_mmu_hold() - no address space is given, taken or turned off until tyr_mmu_let_go().
 * @tdev: the device.
 *
 * For the moment between a look and a doorbell: the handler of faults waits meanwhile.
 */
void tyr_mmu_hold(struct tyr_device *tdev)
{
	mutex_lock(&tdev->mmu->lock);
}

/**
 * tyr_mmu_let_go() - the end of tyr_mmu_hold().
 * @tdev: the device.
 */
void tyr_mmu_let_go(struct tyr_device *tdev)
{
	mutex_unlock(&tdev->mmu->lock);
}

/**
 * tyr_mmu_is_on() - whether the GPU can use a VM.
 * @vm: the VM; tyr_mmu_hold() was called.
 *
 * Return: not when a fault has turned its address space off since tyr_mmu_get().
 */
bool tyr_mmu_is_on(const struct tyr_vm *vm)
{
	const struct tyr_mmu *mmu = vm->tdev->mmu;

	lockdep_assert_held(&mmu->lock);
	return vm->as.id >= 0 && mmu->as[vm->as.id].on;
}

/**
 * tyr_mmu_lock() - make the GPU wait at a part of a VM that is about to change.
 * @vm: the VM; its lock is held.
 * @va: where the part begins.
 * @size: how large it is, not 0.
 *
 * Context: may be in the signalling path of fences.
 *
 * Return: 0, also when the VM has no address space; or -ETIMEDOUT when the MMU does not answer.
 */
int tyr_mmu_lock(struct tyr_vm *vm, u64 va, u64 size)
{
	struct tyr_mmu *mmu = vm->tdev->mmu;
	int as, ret = 0;

	lockdep_assert_held(&vm->lock);
	mutex_lock(&mmu->lock);
	as = vm->as.id;
	/* One that is stuck could not be turned off: the GPU may still use the tables. */
	if (as >= 0 && (mmu->as[as].on || mmu->stuck & BIT(as)))
		ret = tyr_as_lock(mmu, as, va, size);
	mutex_unlock(&mmu->lock);
	return ret;
}

/**
 * tyr_mmu_unlock() - let the GPU see what has changed.
 * @vm: the VM; its lock is held.
 * @unmapped: something that was mapped before is not any more.
 *
 * When the MMU does not answer the locked part stays so until the GPU was reset, so that memory
 * which was unmapped can be freed in any case.
 *
 * Context: may be in the signalling path of fences.
 */
void tyr_mmu_unlock(struct tyr_vm *vm, bool unmapped)
{
	struct tyr_mmu *mmu = vm->tdev->mmu;

	lockdep_assert_held(&vm->lock);
	mutex_lock(&mmu->lock);
	/* Unless it was taken away meanwhile, or had a fault. */
	if (vm->as.id >= 0 && mmu->as[vm->as.id].locked)
		tyr_as_unlock(mmu, vm->as.id, unmapped);
	mutex_unlock(&mmu->lock);
}

/**
 * tyr_mmu_turn_off() - nothing may run in a VM any more.
 * @vm: the VM, which is marked unusable.
 *
 * Context: may be in the signalling path of fences, and under the VM's lock.
 */
void tyr_mmu_turn_off(struct tyr_vm *vm)
{
	struct tyr_mmu *mmu = vm->tdev->mmu;
	int as;

	mutex_lock(&mmu->lock);
	as = vm->as.id;
	if (as >= 0 && mmu->as[as].on)
		tyr_as_turn_off(mmu, as);
	if (as >= 0 && !vm->as.users)
		tyr_mmu_take_away(mmu, as);
	mutex_unlock(&mmu->lock);
}

/**
 * tyr_mmu_release() - a VM is about to be freed.
 * @vm: the VM, which nobody uses.
 */
void tyr_mmu_release(struct tyr_vm *vm)
{
	struct tyr_mmu *mmu = vm->tdev->mmu;
	int as;

	mutex_lock(&mmu->lock);
	drm_WARN_ON(&vm->tdev->base, vm->as.users);
	as = vm->as.id;
	if (as >= 0) {
		if (mmu->as[as].on)
			tyr_as_turn_off(mmu, as);
		tyr_mmu_take_away(mmu, as);
	}
	mutex_unlock(&mmu->lock);
}
