/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel buffers: memory that the driver itself shares with the GPU, mapped into a VM. */
#ifndef TYR_KBO_H
#define TYR_KBO_H

#include <linux/types.h>

#include <drm/drm_mm.h>

struct drm_gem_object;
struct tyr_device;
struct tyr_vm;

/* Any address of the VM's kernel range. */
#define TYR_KBO_ANY_VA (~0ull)

/**
 * struct tyr_kbo - a kernel buffer
 * @obj: its GEM object, which is exclusive to @vm.
 * @vm: where it is mapped; the buffer holds a reference.
 * @node: its place in the VM's kernel range.
 * @va: its GPU address.
 * @size: its size in bytes, a multiple of the GPU's page size.
 * @kmap: its CPU mapping, NULL until tyr_kbo_map(); not cached where the GPU does not snoop.
 */
struct tyr_kbo {
	struct drm_gem_object *obj;
	struct tyr_vm *vm;
	struct drm_mm_node node;
	u64 va;
	u64 size;
	void *kmap;
};

struct tyr_kbo *tyr_kbo_create(struct tyr_device *tdev, struct tyr_vm *vm, size_t size,
			       u32 map_flags, u64 va, const char *name);
struct tyr_kbo *tyr_kbo_create_mapped(struct tyr_device *tdev, struct tyr_vm *vm, size_t size,
				      u32 map_flags, u64 va, const char *name);
int tyr_kbo_map(struct tyr_kbo *kbo);
void tyr_kbo_unmap(struct tyr_kbo *kbo);
void tyr_kbo_flush_for_device(struct tyr_kbo *kbo);
void tyr_kbo_destroy(struct tyr_kbo *kbo);

#endif
