// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Freeing in the background, and the module's end.
 *
 * Groups and operations are freed by works, because their last reference may be dropped where
 * nothing can be freed. Such a work may drop the last reference to the device too, long after that
 * was unbound; so it runs on a queue that is not the device's, which could not be destroyed from a
 * work of its own. The module's code is needed until the last device is gone, and until nobody
 * looks at its fences.
 */
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <drm/drm_managed.h>

#include "cleanup.h"
#include "device.h"

static struct workqueue_struct *cleanup_wq;

/* Devices whose memory is still there, and who waits for them to go. */
static atomic_t devices;
static DECLARE_WAIT_QUEUE_HEAD(devices_gone);

/**
 * tyr_cleanup_init() - the module begins.
 *
 * Return: 0, or -ENOMEM.
 */
int tyr_cleanup_init(void)
{
	cleanup_wq = alloc_workqueue("tyr-cleanup", WQ_UNBOUND, 0);
	return cleanup_wq ? 0 : -ENOMEM;
}

/**
 * tyr_cleanup_fini() - the module ends: wait for all that runs its code.
 *
 * No device is bound any more, and no file, dma-buf or fence refers to the module.
 */
void tyr_cleanup_fini(void)
{
	wait_event(devices_gone, !atomic_read(&devices));
	/* What dropped the last reference may not have returned yet. */
	destroy_workqueue(cleanup_wq);
	/* Who looks at a fence that was just signalled does so under RCU; RCU frees fences. */
	synchronize_rcu();
	rcu_barrier();
}

static void device_is_gone(struct drm_device *dev, void *data)
{
	if (atomic_dec_and_test(&devices))
		wake_up_all(&devices_gone);
}

/**
 * tyr_cleanup_watch() - the module does not end before this device is gone.
 * @tdev: the device, of which nothing was made yet: what is made first goes last.
 *
 * Return: 0, or -ENOMEM.
 */
int tyr_cleanup_watch(struct tyr_device *tdev)
{
	atomic_inc(&devices);
	return drmm_add_action_or_reset(&tdev->base, device_is_gone, NULL);
}

/**
 * tyr_cleanup_queue() - run a work that frees memory.
 * @work: the work.
 */
void tyr_cleanup_queue(struct work_struct *work)
{
	queue_work(cleanup_wq, work);
}
