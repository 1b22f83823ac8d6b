/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables of a VM: Armv8-A's stage 1 with a granule of 4 KiB, pages of 4 KiB and blocks of 2
 * MiB.
 *
 * The caller serialises (tyr_vm.lock) and tells the MMU.
 */
#ifndef TYR_PGTABLE_H
#define TYR_PGTABLE_H

#include <linux/types.h>

struct sg_table;
struct tyr_device;
struct tyr_pgtable;
struct tyr_spare_count;
struct tyr_spares;

/* Levels at most, from 0 to 3. */
#define TYR_PGTABLE_LEVELS 4

/**
 * struct tyr_pgtable_step - an entry on the way to what maps an address
 * @level: its table's level.
 * @index: its place in the table.
 * @entry: the entry.
 */
struct tyr_pgtable_step {
	u32 level;
	u32 index;
	u64 entry;
};

struct tyr_pgtable *tyr_pgtable_create(struct tyr_device *tdev, struct tyr_spares *spares);
void tyr_pgtable_destroy(struct tyr_pgtable *pgt);
u64 tyr_pgtable_root(struct tyr_pgtable *pgt);
u64 tyr_pgtable_mair(struct tyr_pgtable *pgt);

u64 tyr_pgtable_need(struct tyr_pgtable *pgt, u64 va, u64 size);
u64 tyr_pgtable_blocks(u64 va, u64 size, struct sg_table *sgt, u64 offset);
void tyr_pgtable_begin(struct tyr_pgtable *pgt, struct tyr_spare_count *reserved);
void tyr_pgtable_end(struct tyr_pgtable *pgt);
int tyr_pgtable_map(struct tyr_pgtable *pgt, u64 va, u64 size, struct sg_table *sgt, u64 offset,
		    int prot);
int tyr_pgtable_unmap(struct tyr_pgtable *pgt, u64 va, u64 size);

u64 tyr_pgtable_leaf(struct tyr_pgtable *pgt, u64 va);
u32 tyr_pgtable_walk(struct tyr_pgtable *pgt, u64 va, struct tyr_pgtable_step *steps);

#endif
