// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * the three interrupt lines.
 *
 * The lines may be shared with other devices, so a hard handler can run at any time, also while the
 * GPU is off and its registers must not be touched: tyr_irq.live, under the line's lock, says
 * whether they may.
 */
#include <linux/interrupt.h>

#include "device.h"
#include "irq.h"
#include "regs.h"

/* Take what happened off the registers and remember it for the thread. */
static u32 collect(struct tyr_irq *irq)
{
	u32 status;

	lockdep_assert_held(&irq->lock);
	if (!irq->live)
		return 0;
	status = tyr_read(irq->tdev, irq->base + INT_STATUS);
	if (!status)
		return 0;
	tyr_write(irq->tdev, irq->base + INT_CLEAR, status);
	atomic_or(status, &irq->pending);
	return status;
}

static irqreturn_t hard_handler(int number, void *data)
{
	struct tyr_irq *irq = data;
	unsigned long flags;
	u32 status;

	spin_lock_irqsave(&irq->lock, flags);
	status = collect(irq);
	spin_unlock_irqrestore(&irq->lock, flags);
	return status ? IRQ_WAKE_THREAD : IRQ_NONE;
}

static irqreturn_t thread_handler(int number, void *data)
{
	struct tyr_irq *irq = data;
	u32 status = atomic_xchg(&irq->pending, 0);

	if (status)
		irq->handler(irq->tdev, status);
	return IRQ_HANDLED;
}

/**
 * tyr_irq_request() - set a line up; it stays disabled.
 * @tdev: the device.
 * @irq: the line.
 * @name: its name in the device tree.
 * @base: offset of its interrupt block.
 * @mask: what may interrupt once it is enabled.
 * @handler: see struct tyr_irq. It may sleep.
 *
 * The line is given back when the device's driver is unbound.
 *
 * Return: 0, or the error of finding or requesting the interrupt (-%ENXIO: not in the device tree,
 * -%EPROBE_DEFER).
 */
int tyr_irq_request(struct tyr_device *tdev, struct tyr_irq *irq, const char *name, u32 base,
		    u32 mask, tyr_irq_handler_t handler)
{
	struct device *dev = tdev->base.dev;
	const char *label;
	int number;

	number = platform_get_irq_byname(to_platform_device(dev), name);
	if (number < 0)
		return number;
	label = devm_kasprintf(dev, GFP_KERNEL, "%s-%s", KBUILD_MODNAME, name);
	if (!label)
		return -ENOMEM;
	spin_lock_init(&irq->lock);
	atomic_set(&irq->pending, 0);
	irq->handler = handler;
	irq->base = base;
	irq->number = number;
	irq->mask = mask;
	irq->live = false;
	irq->tdev = tdev;
	return devm_request_threaded_irq(dev, number, hard_handler, thread_handler, IRQF_SHARED,
					 label, irq);
}

/**
 * tyr_irq_enable() - let a line interrupt; the GPU is powered.
 * @irq: the line.
 *
 * What happened before is forgotten: whoever waited for it is gone, or was told by other means.
 */
void tyr_irq_enable(struct tyr_irq *irq)
{
	unsigned long flags;

	spin_lock_irqsave(&irq->lock, flags);
	atomic_set(&irq->pending, 0);
	tyr_write(irq->tdev, irq->base + INT_CLEAR, irq->mask);
	tyr_write(irq->tdev, irq->base + INT_MASK, irq->mask);
	irq->live = true;
	spin_unlock_irqrestore(&irq->lock, flags);
}

/*
 * Whether the line was live. When this returns no handler runs or touches a register of the block
 * any more.
 */
static void go_quiet(struct tyr_irq *irq, bool touch)
{
	unsigned long flags;
	bool was_live;

	if (!irq->tdev)
		return;
	spin_lock_irqsave(&irq->lock, flags);
	was_live = irq->live;
	irq->live = false;
	if (was_live && touch)
		tyr_write(irq->tdev, irq->base + INT_MASK, 0);
	spin_unlock_irqrestore(&irq->lock, flags);
	if (was_live)
		synchronize_irq(irq->number);
}

/**
 * tyr_irq_disable() - silence a line before the GPU goes off or is reset.
 * @irq: the line; nothing happens if it was never requested or is disabled already.
 *
 * Waits for the line's handler: not to be called by it, nor with a lock that it takes.
 */
void tyr_irq_disable(struct tyr_irq *irq)
{
	go_quiet(irq, true);
}

/**
 * tyr_irq_abandon() - as tyr_irq_disable(), for a GPU that is off or gone: no register is touched.
 * @irq: the line.
 */
void tyr_irq_abandon(struct tyr_irq *irq)
{
	go_quiet(irq, false);
}

/**
 * tyr_irq_set_mask() - change what may interrupt.
 * @irq: the line; if it is disabled the mask is for when it is enabled.
 * @mask: the new mask. What happened while it was masked interrupts now.
 */
void tyr_irq_set_mask(struct tyr_irq *irq, u32 mask)
{
	unsigned long flags;

	spin_lock_irqsave(&irq->lock, flags);
	irq->mask = mask;
	if (irq->live)
		tyr_write(irq->tdev, irq->base + INT_MASK, mask);
	spin_unlock_irqrestore(&irq->lock, flags);
}

/**
 * tyr_irq_poll() - look for an interrupt that was lost, and have the line's thread handle it.
 * @irq: the line.
 *
 * For those who wait for something that an interrupt tells, when it takes long. The handler has not
 * run yet when this returns.
 *
 * Return: what had happened and nobody had noticed; 0 when the line is disabled.
 */
u32 tyr_irq_poll(struct tyr_irq *irq)
{
	unsigned long flags;
	u32 status;

	spin_lock_irqsave(&irq->lock, flags);
	status = collect(irq);
	spin_unlock_irqrestore(&irq->lock, flags);
	if (status)
		irq_wake_thread(irq->number, irq);
	return status;
}
