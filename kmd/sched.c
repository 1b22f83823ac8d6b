// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The scheduler's state: who wants a slot, who is to die, and when the policy runs.
 *
 * A group that becomes busy without having a slot is put into a list; whoever did that runs the
 * policy himself when a slot is free and he may sleep, else a work does. Between two groups of one
 * priority slots change hands every 10 ms; nothing runs when nobody waits.
 */
#include <linux/pm_runtime.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "device.h"
#include "devfreq.h"
#include "fw.h"
#include "mmu.h"
#include "pm.h"
#include "reset.h"
#include "sched.h"
#include "slot.h"
#include "vm.h"

/* Whoever gives and takes slots signals fences: nothing that waits for memory until unlock(). */
static bool lock(struct tyr_sched *sched)
{
	bool cookie = dma_fence_begin_signalling();

	mutex_lock(&sched->lock);
	return cookie;
}

static void unlock(struct tyr_sched *sched, bool cookie)
{
	mutex_unlock(&sched->lock);
	dma_fence_end_signalling(cookie);
}

static void queue_now(struct tyr_sched *sched)
{
	mod_delayed_work(sched->wq, &sched->work, 0);
}

/**
 * tyr_sched_want() - a group wants a slot; tyr_sched_kick() or tyr_sched_run_now() follows.
 * @group: the group; its lock is held.
 */
void tyr_sched_want(struct tyr_group *group)
{
	struct tyr_sched *sched = group->tdev->sched;
	unsigned long flags;

	lockdep_assert_held(&group->lock);
	spin_lock_irqsave(&sched->list_lock, flags);
	if (group->place == TYR_PLACE_NONE) {
		group->place = TYR_PLACE_RUNNABLE;
		group->since = jiffies;
		list_add_tail(&group->node, &sched->runnable[group->priority]);
		WRITE_ONCE(sched->waiting, sched->waiting + 1);
	}
	spin_unlock_irqrestore(&sched->list_lock, flags);
}

/**
 * tyr_sched_unlist() - a group does not want a slot any more, or gets one.
 * @sched: the scheduler; its list lock is held.
 * @group: the group.
 * @place: where it is from now on.
 */
void tyr_sched_unlist(struct tyr_sched *sched, struct tyr_group *group, enum tyr_group_place place)
{
	lockdep_assert_held(&sched->list_lock);
	if (group->place == TYR_PLACE_RUNNABLE) {
		list_del_init(&group->node);
		WRITE_ONCE(sched->waiting, sched->waiting - 1);
	}
	group->place = place;
	group->since = jiffies;
}

/**
 * tyr_sched_kill() - a group has died: take it off the hardware and fail its jobs.
 * @group: the group; the caller's reference is taken over.
 */
void tyr_sched_kill(struct tyr_group *group)
{
	struct tyr_sched *sched = group->tdev->sched;
	unsigned long flags;

	spin_lock_irqsave(&sched->list_lock, flags);
	if (group->place == TYR_PLACE_RUNNABLE)
		tyr_sched_unlist(sched, group, TYR_PLACE_NONE);
	list_del_init(&group->blocked_node);
	list_add_tail(&group->kill_node, &sched->killed);
	spin_unlock_irqrestore(&sched->list_lock, flags);
	queue_now(sched);
}

/**
 * tyr_sched_blocked() - note which queues of a group wait for sync objects.
 * @sched: the scheduler.
 * @group: the group.
 * @blocked: a bit for each such queue.
 *
 * Return: whether there is one.
 */
bool tyr_sched_blocked(struct tyr_sched *sched, struct tyr_group *group, u32 blocked)
{
	unsigned long flags;
	bool any;

	tyr_group_set_blocked(group, blocked);
	spin_lock_irqsave(&sched->list_lock, flags);
	list_del_init(&group->blocked_node);
	any = READ_ONCE(group->blocked) && !READ_ONCE(group->dead);
	if (any)
		list_add_tail(&group->blocked_node, &sched->blocked);
	spin_unlock_irqrestore(&sched->list_lock, flags);
	return any;
}

/**
 * tyr_sched_power_get() - keep an awake device awake for a group that has something to run.
 * @tdev: the device.
 *
 * Return: false when it sleeps, goes to sleep, or was unplugged: nothing is to be put then.
 */
bool tyr_sched_power_get(struct tyr_device *tdev)
{
	struct tyr_sched *sched = tdev->sched;
	unsigned long flags;
	bool awake;

	spin_lock_irqsave(&sched->list_lock, flags);
	awake = !sched->gone && pm_runtime_get_if_active(tdev->base.dev) > 0;
	spin_unlock_irqrestore(&sched->list_lock, flags);
	return awake;
}

/**
 * tyr_sched_busy() - one group more has something to run.
 * @tdev: the device.
 */
void tyr_sched_busy(struct tyr_device *tdev)
{
	if (atomic_inc_return(&tdev->sched->busy) == 1)
		tyr_devfreq_record_busy(tdev);
}

/**
 * tyr_sched_idle() - one group less has something to run, and others may want its slot.
 * @tdev: the device.
 */
void tyr_sched_idle(struct tyr_device *tdev)
{
	if (atomic_dec_and_test(&tdev->sched->busy))
		tyr_devfreq_record_idle(tdev);
	tyr_sched_kick(tdev);
}

/**
 * tyr_sched_kick() - let the policy run soon if it may have something to do; any context.
 * @tdev: the device.
 */
void tyr_sched_kick(struct tyr_device *tdev)
{
	struct tyr_sched *sched = tdev->sched;

	if (READ_ONCE(sched->waiting) || READ_ONCE(sched->look))
		queue_now(sched);
}

static bool slot_is_free(const struct tyr_sched *sched)
{
	for (u32 slot = 0; slot < sched->count; slot++)
		if (!sched->slots[slot].group)
			return true;
	return false;
}

/**
 * tyr_sched_run_now() - give waiting groups the slots that are free, here and now.
 * @tdev: the device; the caller is inside drm_dev_enter() and may sleep.
 */
void tyr_sched_run_now(struct tyr_device *tdev)
{
	struct tyr_sched *sched = tdev->sched;
	bool cookie, done = false;

	if (!READ_ONCE(sched->waiting))
		return;
	if (pm_runtime_get_if_active(tdev->base.dev) > 0) {
		cookie = dma_fence_begin_signalling();
		if (mutex_trylock(&sched->lock)) {
			/* Waiting until others have left their slots is not for an ioctl. */
			if (!sched->stopped && slot_is_free(sched)) {
				tyr_policy_run(sched);
				done = !READ_ONCE(sched->waiting);
			}
			mutex_unlock(&sched->lock);
		}
		dma_fence_end_signalling(cookie);
		tyr_pm_put(tdev);
	}
	if (!done)
		queue_now(sched);
}

/**
 * tyr_sched_wq() - where works run that signal fences.
 * @tdev: the device.
 *
 * Return: the workqueue, which makes progress when memory is short.
 */
struct workqueue_struct *tyr_sched_wq(struct tyr_device *tdev)
{
	return tdev->sched->wq;
}

/**
 * tyr_sched_vm_fault() - the GPU had a fault in a VM: its groups on the hardware die.
 * @tdev: the device.
 * @vm: the VM, whose @faulted is set.
 */
void tyr_sched_vm_fault(struct tyr_device *tdev, struct tyr_vm *vm)
{
	if (!tdev->sched)
		return;
	WRITE_ONCE(tdev->sched->vm_fault, true);
	queue_now(tdev->sched);
}

/* Groups that cannot run because the device does not wake up. */
static void give_up_waiting(struct tyr_sched *sched)
{
	struct tyr_group *group;
	unsigned long flags;

	for (u32 priority = 0; priority < TYR_GROUP_PRIORITIES; priority++) {
		for (;;) {
			spin_lock_irqsave(&sched->list_lock, flags);
			group = list_first_entry_or_null(&sched->runnable[priority],
							 struct tyr_group, node);
			if (group) {
				tyr_sched_unlist(sched, group, TYR_PLACE_NONE);
				tyr_group_get(group);
			}
			spin_unlock_irqrestore(&sched->list_lock, flags);
			if (!group)
				break;
			tyr_group_lost(group);
			tyr_group_put(group);
		}
	}
}

/* Groups that wait for sync objects which nobody will signal. */
static void give_up_blocked(struct tyr_sched *sched)
{
	struct tyr_group *group;
	unsigned long flags;

	for (;;) {
		spin_lock_irqsave(&sched->list_lock, flags);
		group = list_first_entry_or_null(&sched->blocked, struct tyr_group, blocked_node);
		if (group) {
			list_del_init(&group->blocked_node);
			tyr_group_get(group);
		}
		spin_unlock_irqrestore(&sched->list_lock, flags);
		if (!group)
			return;
		tyr_group_lost(group);
		tyr_group_put(group);
	}
}

static void sched_work(struct work_struct *work)
{
	struct tyr_sched *sched = container_of(work, struct tyr_sched, work.work);
	struct tyr_device *tdev = sched->tdev;
	int entered, ret, powered = 0;
	bool cookie;

	if (drm_dev_enter(&tdev->base, &entered)) {
		if (READ_ONCE(sched->waiting)) {
			ret = tyr_pm_get(tdev);
			powered = !ret;
			/* While the system sleeps nothing wakes up, but everything will. */
			if (ret && ret != -EACCES)
				give_up_waiting(sched);
		} else {
			powered = pm_runtime_get_if_active(tdev->base.dev);
		}
		cookie = lock(sched);
		if (powered > 0 && !sched->stopped && !tyr_reset_pending(tdev))
			tyr_policy_run(sched);
		else
			tyr_leave_bury(sched);
		unlock(sched, cookie);
		if (powered > 0)
			tyr_pm_put(tdev);
		drm_dev_exit(entered);
		return;
	}
	cookie = lock(sched);
	give_up_waiting(sched);
	tyr_leave_bury(sched);
	unlock(sched, cookie);
}

/**
 * tyr_sched_flush() - wait until groups that were killed are off the hardware.
 * @tdev: the device.
 */
void tyr_sched_flush(struct tyr_device *tdev)
{
	struct tyr_sched *sched = tdev->sched;

	if (!sched)
		return;
	queue_now(sched);
	flush_delayed_work(&sched->work);
}

/**
 * tyr_sched_suspend() - take all groups off the hardware, keeping their state; no slot is given
 * until tyr_sched_resume().
 * @tdev: the device, which is awake.
 * @restart: what does not leave is about to be stopped by starting the GPU anew.
 *
 * Return: whether all have left by themselves; the others are dead.
 */
bool tyr_sched_suspend(struct tyr_device *tdev, bool restart)
{
	struct tyr_sched *sched = tdev->sched;
	bool cookie = lock(sched);
	bool left;

	sched->stopped = true;
	left = tyr_leave_all(sched, restart);
	unlock(sched, cookie);
	return left;
}

/**
 * tyr_sched_resume() - the firmware runs again: slots can be given.
 * @tdev: the device.
 */
void tyr_sched_resume(struct tyr_device *tdev)
{
	struct tyr_sched *sched = tdev->sched;

	mutex_lock(&sched->lock);
	sched->stopped = false;
	mutex_unlock(&sched->lock);
	queue_now(sched);
}

/* Nothing is left that could run: that of each group which dies may be what another waited for. */
static void give_up_all(struct tyr_sched *sched)
{
	do {
		give_up_waiting(sched);
		give_up_blocked(sched);
		tyr_leave_bury(sched);
	} while (READ_ONCE(sched->waiting) || !list_empty_careful(&sched->blocked));
}

static void lose_all(struct tyr_sched *sched)
{
	unsigned long flags;
	bool cookie;

	cookie = lock(sched);
	sched->stopped = true;
	spin_lock_irqsave(&sched->list_lock, flags);
	sched->gone = true;
	spin_unlock_irqrestore(&sched->list_lock, flags);
	tyr_leave_lost(sched);
	give_up_all(sched);
	unlock(sched, cookie);
}

/**
 * tyr_sched_unplug() - the device is being removed: groups leave the hardware and die.
 * @tdev: the device; drm_dev_enter() fails already.
 */
void tyr_sched_unplug(struct tyr_device *tdev)
{
	struct tyr_sched *sched = tdev->sched;

	if (!sched)
		return;
	if (tdev->pm.powered)
		tyr_sched_suspend(tdev, false);
	/* It holds groups that are on no list meanwhile. */
	disable_work_sync(&sched->unblock);
	lose_all(sched);
	/* Groups that others were about to kill. */
	flush_workqueue(sched->wq);
}

static void fini(struct drm_device *dev, void *data)
{
	struct tyr_sched *sched = data;

	if (sched->wq) {
		flush_delayed_work(&sched->work);
		destroy_workqueue(sched->wq);
	}
	if (sched->heap_wq)
		destroy_workqueue(sched->heap_wq);
}

static int init_queues(struct tyr_sched *sched)
{
	/* Fences are signalled by works of this one: it must make progress when memory is short. */
	sched->wq = alloc_workqueue("tyr-sched", WQ_MEM_RECLAIM | WQ_UNBOUND | WQ_HIGHPRI, 0);
	sched->heap_wq = alloc_workqueue("tyr-heap", WQ_UNBOUND, 0);
	return sched->wq && sched->heap_wq ? 0 : -ENOMEM;
}

/**
 * tyr_sched_init() - make the scheduler.
 * @tdev: the device, whose firmware is known.
 *
 * Return: 0, -EINVAL when the GPU has no address space for groups, or -ENOMEM.
 */
int tyr_sched_init(struct tyr_device *tdev)
{
	struct tyr_sched *sched;
	int ret;

	if (!tyr_mmu_user_spaces(tdev)) {
		drm_err(&tdev->base, "the GPU has no address space beside the firmware's\n");
		return -EINVAL;
	}
	sched = drmm_kzalloc(&tdev->base, sizeof(*sched), GFP_KERNEL);
	if (!sched)
		return -ENOMEM;
	sched->tdev = tdev;
	sched->count = min_t(u32, tyr_fw_caps(tdev)->groups, TYR_SLOTS_MAX);
	mutex_init(&sched->lock);
	mutex_init(&sched->event_lock);
	spin_lock_init(&sched->list_lock);
	for (u32 i = 0; i < TYR_GROUP_PRIORITIES; i++)
		INIT_LIST_HEAD(&sched->runnable[i]);
	INIT_LIST_HEAD(&sched->blocked);
	INIT_LIST_HEAD(&sched->killed);
	INIT_DELAYED_WORK(&sched->work, sched_work);
	INIT_WORK(&sched->unblock, tyr_unblock_work);
	ret = init_queues(sched);
	if (ret) {
		fini(&tdev->base, sched);
		return ret;
	}
	ret = drmm_add_action_or_reset(&tdev->base, fini, sched);
	if (ret)
		return ret;
	tdev->sched = sched;
	return 0;
}
