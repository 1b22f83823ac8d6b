/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A VM: GPU addresses, the page tables behind them, and operations that change them (vm_op.h).
 */
#ifndef TYR_VM_H
#define TYR_VM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include <drm/drm_gpuvm.h>
#include <drm/drm_mm.h>

#include "bind.h"
#include "spare.h"

struct drm_panthor_vm_create;
struct tyr_bo;
struct tyr_device;
struct tyr_file;
struct tyr_heap_pool;
struct tyr_pgtable;

/**
 * struct tyr_vm_fault - the last fault that a VM had
 * @happened: there was one.
 * @as: the address space.
 * @status: its FAULTSTATUS.
 * @va: its FAULTADDRESS.
 * @transtab: its TRANSTAB, and so on.
 * @memattr: MEMATTR.
 * @transcfg: TRANSCFG.
 * @when: in jiffies.
 */
struct tyr_vm_fault {
	bool happened;
	u32 as;
	u32 status;
	u64 va;
	u64 transtab;
	u64 memattr;
	u64 transcfg;
	unsigned long when;
};

/**
 * struct tyr_vm - a VM
 * @base: GPUVM: what is mapped where; its reference count is the VM's, and each mapping holds one.
 * @tdev: the device.
 * @pgt: the page tables; under @lock.
 * @spares: what operations use instead of allocating.
 * @user_size: addresses below this are user space's, the rest is the kernel range.
 * @for_mcu: the firmware's VM, which has address space 0.
 * @unusable: an asynchronous operation failed, tables and GPUVM may differ; nothing may be mapped
 *            any more.
 * @destroyed: user space has destroyed it; mappings are gone.
 * @faulted: the GPU had a fault in it that nobody handled; its address space is off until it is
 *           used anew.
 * @fault: the last fault; under the MMU's lock.
 * @as: its address space: id (-1: none), how many use it, its place among those that nobody uses,
 *      and a number by which the MMU knows the VM; under the MMU's lock. An id is given under @lock
 *      too.
 * @va_mm: the kernel range; addresses that nobody asks for are from @auto_start to @auto_end (of
 *         the firmware's VM all addresses are the kernel's).
 * @heaps: tiler heaps; NULL until the first is made.
 * @heap_bytes: how much memory these have.
 * @sparse: what sparse mappings show, 2 MiB; NULL until the first is made, then it stays.
 * @binds: the queue of asynchronous operations (bind.h).
 * @census_node: its place in the census.
 * @pid: process that made it, and @comm its name: faults name them.
 */
struct tyr_vm {
	struct drm_gpuvm base;
	struct tyr_device *tdev;
	/**
	 * @lock: held by whoever changes or reads mappings and tables. Taken in the signalling path
	 *        of fences: no allocation that may wait for reclaim below it.
	 */
	struct mutex lock;
	struct tyr_pgtable *pgt;
	struct tyr_spares spares;
	u64 user_size;
	bool for_mcu;
	bool unusable;
	bool destroyed;
	bool faulted;
	struct tyr_vm_fault fault;
	struct {
		int id;
		u32 users;
		struct list_head lru;
		u64 owner;
	} as;
	/** @va_lock: protects @va_mm. */
	struct mutex va_lock;
	struct drm_mm va_mm;
	u64 auto_start;
	u64 auto_end;
	/** @heaps_lock: protects @heaps. */
	struct mutex heaps_lock;
	struct tyr_heap_pool *heaps;
	atomic64_t heap_bytes;
	struct tyr_bo *sparse;
	struct tyr_bind_queue binds;
	struct list_head census_node;
	pid_t pid;
	char comm[TASK_COMM_LEN];
};

static inline struct tyr_vm *to_tyr_vm(struct drm_gpuvm *gpuvm)
{
	return container_of(gpuvm, struct tyr_vm, base);
}

struct tyr_vm *tyr_vm_create_mcu(struct tyr_device *tdev, u64 kernel_start, u64 kernel_size);
struct tyr_vm *tyr_vm_create_user(struct tyr_device *tdev, struct drm_panthor_vm_create *args);
void tyr_vm_destroy(struct tyr_vm *vm);
struct tyr_vm *tyr_vm_get(struct tyr_vm *vm);
void tyr_vm_put(struct tyr_vm *vm);
struct tyr_vm *tyr_vm_lookup(struct tyr_file *tfile, u32 handle);
void tyr_vm_close_all(struct tyr_file *tfile);
struct drm_gem_object *tyr_vm_root(struct tyr_vm *vm);
void tyr_vm_declare_unusable(struct tyr_vm *vm);

int tyr_vm_va_alloc(struct tyr_vm *vm, u64 va, u64 size, struct drm_mm_node *node);
void tyr_vm_va_free(struct tyr_vm *vm, struct drm_mm_node *node);
struct tyr_bo *tyr_vm_find_bo(struct tyr_vm *vm, u64 va, u64 *offset);

/* Ioctls; ioctl_vm.c. */
int tyr_ioctl_vm_create(struct drm_device *dev, void *data, struct drm_file *file);
int tyr_ioctl_vm_destroy(struct drm_device *dev, void *data, struct drm_file *file);
int tyr_ioctl_vm_get_state(struct drm_device *dev, void *data, struct drm_file *file);

#endif
