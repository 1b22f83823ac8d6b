/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VM_BIND: a VM's operations in order, synchronous, or asynchronous behind fences. */
#ifndef TYR_BIND_H
#define TYR_BIND_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct drm_device;
struct drm_file;
struct tyr_vm;

/**
 * struct tyr_bind_queue - asynchronous operations of one VM
 * @jobs: jobs that have not run, in order.
 * @running: somebody runs jobs.
 * @work: runs those whose fences are signalled in a callback.
 * @context: fence context, and @seqno the last number given; under the VM's reservation lock.
 */
struct tyr_bind_queue {
	/** @lock: protects @jobs and @running; taken in fence callbacks. */
	spinlock_t lock;
	struct list_head jobs;
	bool running;
	struct work_struct work;
	u64 context;
	u64 seqno;
};

void tyr_bind_queue_init(struct tyr_vm *vm);
void tyr_bind_queue_fini(struct tyr_vm *vm);

int tyr_ioctl_vm_bind(struct drm_device *dev, void *data, struct drm_file *file);

#endif
