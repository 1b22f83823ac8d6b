// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The firmware's life: it is loaded once, then booted, halted and stopped whenever the GPU goes on
 * and off or is reset.
 *
 *	nothing --tyr_fw_init()--> running --tyr_fw_halt()--> halted --tyr_fw_stop()--> stopped
 *	                           running --------------------------- tyr_fw_stop() --> stopped
 *	                           running <-------------------------- tyr_fw_boot() --- stopped
 *
 * After a halt the firmware's memory is in order and it may be booted as it is, which is the quick
 * way to resume; else the sections are filled anew. Whoever calls these (the one device's power and
 * reset code) never calls two at a time.
 */
#include <linux/iopoll.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "device.h"
#include "fw_internal.h"
#include "mmu.h"
#include "pm.h"
#include "regs.h"
#include "sched.h"
#include "vm.h"

/* Panthor's: boot gets a second, stopping 100 ms. */
#define BOOT_SLICE_MS 50
#define BOOT_SLICES 20
#define STOP_US 100000

/* A sleep is longer than most of these take: do not sleep at first. */
#define SPIN_US 200

static const char *mcu_status_name(u32 status)
{
	static const char *const names[] = {
		[MCU_STATUS_DISABLED] = "disabled",
		[MCU_STATUS_ENABLED] = "enabled",
		[MCU_STATUS_HALTED] = "halted",
		[MCU_STATUS_FATAL] = "fatal",
	};

	return status < ARRAY_SIZE(names) ? names[status] : "unknown";
}

static const char *mcu_status(struct tyr_device *tdev)
{
	return mcu_status_name(tyr_read(tdev, MCU_STATUS));
}

static void job_irq(struct tyr_device *tdev, u32 status)
{
	struct tyr_fw *fw = tdev->fw;

	if (!READ_ONCE(fw->booted)) {
		/* The first word of a firmware that has booted; groups have none to say yet. */
		if (status & JOB_IRQ_GLOBAL_IF)
			WRITE_ONCE(fw->booted, true);
		wake_up_all(&fw->answered);
		return;
	}
	wake_up_all(&fw->answered);
	if (READ_ONCE(tdev->sched))
		tyr_event_irq(tdev, status);
}

/*
 * Since interface 4.1 the firmware's state is a request like others; before, MCU_STATUS alone
 * tells.
 */
static bool has_state_field(struct tyr_fw *fw)
{
	return READ_ONCE(fw->iface.glb.control->version) >= TYR_FW_VERSION(4, 1);
}

static void ask_state(struct tyr_fw *fw, bool halt)
{
	struct tyr_fw_glb *glb = &fw->iface.glb;

	if (has_state_field(fw))
		tyr_fw_set_bits(&glb->lock, &glb->in->req,
				halt ? GLB_STATE_HALT : GLB_STATE_ACTIVE, GLB_STATE_MASK);
	else
		tyr_fw_set_bits(&glb->lock, &glb->in->req, halt ? GLB_HALT : 0, GLB_HALT);
}

static bool halted(struct tyr_device *tdev)
{
	struct tyr_fw *fw = tdev->fw;

	if (tyr_read(tdev, MCU_STATUS) != MCU_STATUS_HALTED)
		return false;
	return !has_state_field(fw) ||
	       (READ_ONCE(fw->iface.glb.out->ack) & GLB_STATE_MASK) == GLB_STATE_HALT;
}

static int disable_mcu(struct tyr_device *tdev)
{
	u32 status;

	tyr_write(tdev, MCU_CONTROL, MCU_CONTROL_DISABLE);
	if (!read_poll_timeout_atomic(tyr_read, status, status == MCU_STATUS_DISABLED, 1, SPIN_US,
				      false, tdev, MCU_STATUS) ||
	    !read_poll_timeout(tyr_read, status, status == MCU_STATUS_DISABLED, SPIN_US, STOP_US,
			       false, tdev, MCU_STATUS))
		return 0;
	drm_err(&tdev->base, "Failed to stop MCU: timed out (status %s)\n",
		mcu_status_name(status));
	return -ETIMEDOUT;
}

/* The firmware says that it booted by an interrupt, which may be lost. */
static int wait_booted(struct tyr_device *tdev)
{
	struct tyr_fw *fw = tdev->fw;

	for (int slice = 0; slice <= BOOT_SLICES; slice++) {
		if (wait_event_timeout(fw->answered, READ_ONCE(fw->booted),
				       msecs_to_jiffies(BOOT_SLICE_MS)))
			return 0;
		tyr_irq_poll(&fw->irq);
		if (tyr_read(tdev, MCU_STATUS) == MCU_STATUS_FATAL)
			break;
	}
	return READ_ONCE(fw->booted) ? 0 : -ETIMEDOUT;
}

static int start(struct tyr_device *tdev)
{
	struct tyr_fw *fw = tdev->fw;
	int ret;

	/* Whoever had the GPU before may have left it running. */
	if (tyr_read(tdev, MCU_STATUS) != MCU_STATUS_DISABLED) {
		ret = disable_mcu(tdev);
		if (ret)
			return ret;
	}
	ret = tyr_mmu_get(fw->vm);
	if (ret < 0) {
		drm_err(&tdev->base, "firmware: no address space: %pe\n", ERR_PTR(ret));
		return ret;
	}
	WRITE_ONCE(fw->booted, false);
	fw->started = true;
	tyr_irq_enable(&fw->irq);
	tyr_write(tdev, MCU_CONTROL, MCU_CONTROL_AUTO);
	return wait_booted(tdev);
}

/**
 * tyr_fw_boot() - start the firmware.
 * @tdev: the device: the L2 is on or coming up, the MMU is up, and the firmware is stopped.
 * @reload: fill its memory anew; otherwise tyr_fw_halt() must have halted it.
 *
 * Return: 0, or a negative error code (logged); the firmware is stopped then, and may be booted
 * again with @reload.
 */
int tyr_fw_boot(struct tyr_device *tdev, bool reload)
{
	struct tyr_fw *fw = tdev->fw;
	int ret;

	if (drm_WARN_ON(&tdev->base, fw->started))
		return -EBUSY;
	if (reload || !fw->iface.glb.in)
		tyr_fw_fill_sections(fw);
	else
		ask_state(fw, false);
	ret = start(tdev);
	if (ret == -ETIMEDOUT && fw->started)
		drm_err(&tdev->base, "Failed to boot MCU (%s): timed out, status %s\n",
			reload ? "loaded anew" : "as it was", mcu_status(tdev));
	if (!ret && !fw->iface.glb.in)
		ret = tyr_fw_iface_init(tdev);
	if (ret) {
		tyr_fw_stop(tdev);
		return ret;
	}
	tyr_fw_configure(tdev);
	tyr_fw_watch(tdev);
	return 0;
}

/**
 * tyr_fw_halt() - have the firmware come to rest, so that it can be booted without a reload.
 * @tdev: the device; it is powered and no group has a slot.
 * @timeout_ms: how long that may take.
 *
 * tyr_fw_stop() is to follow.
 *
 * Return: whether it came to rest (logged otherwise); false as well when it does not run.
 */
bool tyr_fw_halt(struct tyr_device *tdev, u32 timeout_ms)
{
	struct tyr_fw *fw = tdev->fw;
	bool done;

	if (!fw || !fw->started || !fw->iface.glb.in)
		return false;
	/* A halted firmware answers no ping. */
	cancel_delayed_work_sync(&fw->ping);
	ask_state(fw, true);
	tyr_fw_ring_doorbell(tdev, DOORBELL_GLOBAL);
	if (!read_poll_timeout_atomic(halted, done, done, 1, SPIN_US, false, tdev) ||
	    !read_poll_timeout(halted, done, done, SPIN_US, timeout_ms * USEC_PER_MSEC, false,
				tdev))
		return true;
	drm_warn(&tdev->base, "Failed to halt MCU: timed out (status %s)\n", mcu_status(tdev));
	return false;
}

/**
 * tyr_fw_stop() - switch the firmware off, halted or not; its interrupt and the watchdog are off
 * afterwards.
 * @tdev: the device; it is powered and the MMU is up.
 *
 * Nothing happens if it does not run. Waits for the job interrupt's handler: the caller holds no
 * lock that tyr_event_irq() takes.
 */
void tyr_fw_stop(struct tyr_device *tdev)
{
	struct tyr_fw *fw = tdev->fw;

	if (!fw || !fw->started)
		return;
	cancel_delayed_work_sync(&fw->ping);
	tyr_irq_disable(&fw->irq);
	disable_mcu(tdev);
	tyr_mmu_put(fw->vm);
	fw->started = false;
}

/**
 * tyr_fw_unplug() - the end of the firmware; the scheduler is through with it.
 * @tdev: the device; tyr_fw_init() need not have been called, or may have failed.
 *
 * A firmware that runs is stopped. One that does not, because the GPU is off or did not come up,
 * has its GPU left alone.
 */
void tyr_fw_unplug(struct tyr_device *tdev)
{
	struct tyr_fw *fw = tdev->fw;

	if (!fw)
		return;
	disable_delayed_work_sync(&fw->ping);
	tyr_fw_stop(tdev);
	tyr_fw_unload(fw);
	if (fw->vm)
		tyr_vm_put(fw->vm);
	fw->vm = NULL;
}

/**
 * tyr_fw_init() - load the firmware, bring the GPU up with it (tyr_pm_hw_up()) and find out what it
 * offers.
 * @tdev: the device: its clocks run, GPU block and MMU are set up, and there is a workqueue
 *        for resets.
 *
 * What there is after an error is for tyr_fw_unplug() to give back.
 *
 * Return: 0, or a negative error code (logged): no file, a bad one, no memory, or the GPU does not
 * come up.
 */
int tyr_fw_init(struct tyr_device *tdev)
{
	struct tyr_fw *fw;
	int ret;

	fw = drmm_kzalloc(&tdev->base, sizeof(*fw), GFP_KERNEL);
	if (!fw)
		return -ENOMEM;
	init_waitqueue_head(&fw->answered);
	INIT_DELAYED_WORK(&fw->ping, tyr_fw_ping_work);
	tdev->fw = fw;

	ret = tyr_irq_request(tdev, &fw->irq, "job", JOB_IRQ_BASE, ~0u, job_irq);
	if (ret)
		return dev_err_probe(tdev->base.dev, ret, "the job interrupt\n");
	fw->vm = tyr_vm_create_mcu(tdev, TYR_FW_SHARED_VA, TYR_FW_SHARED_RANGE);
	if (IS_ERR(fw->vm)) {
		ret = PTR_ERR(fw->vm);
		fw->vm = NULL;
		return ret;
	}
	ret = tyr_fw_load(tdev);
	return ret ?: tyr_pm_hw_up(tdev, true);
}

/**
 * tyr_fw_caps() - what the firmware offers.
 * @tdev: the device; tyr_fw_init() is through.
 *
 * Return: it; it does not change.
 */
const struct tyr_fw_caps *tyr_fw_caps(struct tyr_device *tdev)
{
	return &tdev->fw->iface.caps;
}

/**
 * tyr_fw_vm() - the firmware's VM, which its buffers are mapped into.
 * @tdev: the device.
 *
 * Return: it, without a reference; NULL once the device is unplugged.
 */
struct tyr_vm *tyr_fw_vm(struct tyr_device *tdev)
{
	return tdev->fw->vm;
}

/**
 * tyr_fw_csg() - the interface of a group slot.
 * @tdev: the device; tyr_fw_init() is through.
 * @slot: the slot, below tyr_fw_caps.groups.
 *
 * Return: it. Its memory is there until the device is unplugged.
 */
struct tyr_fw_csg *tyr_fw_csg(struct tyr_device *tdev, u32 slot)
{
	return &tdev->fw->iface.csg[slot];
}

/**
 * tyr_fw_cs() - the interface of a stream slot.
 * @tdev: the device; tyr_fw_init() is through.
 * @slot: the group's slot, below tyr_fw_caps.groups.
 * @stream: which of the group's streams, below tyr_fw_caps.streams.
 *
 * Return: it. Its memory is there until the device is unplugged.
 */
struct tyr_fw_cs *tyr_fw_cs(struct tyr_device *tdev, u32 slot, u32 stream)
{
	struct tyr_fw_interface *iface = &tdev->fw->iface;

	return &iface->cs[slot * iface->caps.streams + stream];
}
