// SPDX-License-Identifier: GPL-2.0-or-later
/* the watchdog: the firmware is asked now and then whether it lives. */
#include <drm/drm_print.h>

#include "device.h"
#include "fw_internal.h"
#include "regs.h"
#include "reset.h"

/* Panthor's. */
#define INTERVAL_MS 12000
#define TIMEOUT_MS 100

/**
 * tyr_fw_ping_work() - ping the firmware, and have the GPU reset if it does not answer.
 * @work: struct tyr_fw's.
 *
 * It is cancelled before the firmware is halted or stopped, so the GPU is powered here.
 */
void tyr_fw_ping_work(struct work_struct *work)
{
	struct tyr_fw *fw = container_of(to_delayed_work(work), struct tyr_fw, ping);
	struct tyr_device *tdev = fw->irq.tdev;
	struct tyr_fw_glb *glb = &fw->iface.glb;

	/* The reset starts the watchdog anew. */
	if (tyr_reset_pending(tdev))
		return;
	tyr_fw_toggle(&glb->lock, &glb->in->req, &glb->out->ack, GLB_PING);
	tyr_fw_ring_doorbell(tdev, DOORBELL_GLOBAL);
	if (!tyr_fw_wait_acks(fw, &glb->in->req, &glb->out->ack, GLB_PING, TIMEOUT_MS)) {
		tyr_fw_watch(tdev);
		return;
	}
	drm_err(&tdev->base, "firmware: ping timed out, MCU_STATUS %u\n",
		tyr_read(tdev, MCU_STATUS));
	tyr_reset_schedule(tdev, "the firmware does not answer");
}

/**
 * tyr_fw_watch() - start the watchdog, or its interval anew.
 * @tdev: the device; the firmware runs.
 */
void tyr_fw_watch(struct tyr_device *tdev)
{
	mod_delayed_work(tyr_reset_wq(tdev), &tdev->fw->ping, msecs_to_jiffies(INTERVAL_MS));
}
