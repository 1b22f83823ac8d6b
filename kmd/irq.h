/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * an interrupt line of the GPU: job, mmu or gpu.
 *
 * The hard handler reads what happened, clears it and leaves the rest to a thread: two register
 * accesses an interrupt. Clearing before handling loses nothing, because all three blocks raise on
 * events, not on states: what happens after the clear raises anew, and a faulting address space
 * raises once (mali_kbase_mmu.c clears before it lets the address space go on, for that reason).
 */
#ifndef TYR_IRQ_H
#define TYR_IRQ_H

#include <linux/atomic.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct tyr_device;

typedef void (*tyr_irq_handler_t)(struct tyr_device *tdev, u32 status);

/**
 * struct tyr_irq - an interrupt line
 * @tdev: the device; NULL until the line was requested.
 * @handler: called by the line's thread with what happened, never by two threads at a time.
 * @base: its interrupt block's offset in the registers.
 * @number: the system's number of it.
 * @pending: what happened and was not handed to @handler yet.
 * @mask: what may interrupt.
 * @live: the registers may be touched.
 */
struct tyr_irq {
	struct tyr_device *tdev;
	tyr_irq_handler_t handler;
	u32 base;
	int number;
	atomic_t pending;
	/**
	 * @lock: orders the registers of the block against power; protects @mask and @live. Taken
	 * in the hard handler.
	 */
	spinlock_t lock;
	u32 mask;
	bool live;
};

int tyr_irq_request(struct tyr_device *tdev, struct tyr_irq *irq, const char *name, u32 base,
		    u32 mask, tyr_irq_handler_t handler);
void tyr_irq_enable(struct tyr_irq *irq);
void tyr_irq_disable(struct tyr_irq *irq);
void tyr_irq_abandon(struct tyr_irq *irq);
void tyr_irq_set_mask(struct tyr_irq *irq, u32 mask);
u32 tyr_irq_poll(struct tyr_irq *irq);

#endif
