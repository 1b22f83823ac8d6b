/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What operations on a VM use instead of allocating: page tables and mappings, kept for each VM.
 *
 * An operation reserves the most that it may need before it takes the VM's lock; what is missing is
 * allocated then. While it runs it takes them, and gives back those that it frees. What it did not
 * need is there for the next one, so that most operations allocate nothing at all.
 */
#ifndef TYR_SPARE_H
#define TYR_SPARE_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct tyr_spare;

enum tyr_spare_kind {
	TYR_SPARE_TABLE, /* 4 KiB, a page table */
	TYR_SPARE_VMA,   /* struct tyr_vma */
	TYR_SPARE_KINDS
};

/* How many of each kind. */
struct tyr_spare_count {
	u32 of[TYR_SPARE_KINDS];
};

/**
 * struct tyr_spares - spares of one VM
 * @list: of each kind those that are there, how many these are, and how many of them are reserved.
 */
struct tyr_spares {
	/** @lock: protects the rest; taken below the VM's lock. */
	spinlock_t lock;
	struct {
		struct tyr_spare *first;
		u32 count;
		u32 reserved;
	} list[TYR_SPARE_KINDS];
};

void tyr_spares_init(struct tyr_spares *spares);
void tyr_spares_fini(struct tyr_spares *spares);
int tyr_spares_reserve(struct tyr_spares *spares, const struct tyr_spare_count *want);
void tyr_spares_release(struct tyr_spares *spares, const struct tyr_spare_count *rest);
void *tyr_spare_take(struct tyr_spares *spares, enum tyr_spare_kind kind,
		     struct tyr_spare_count *reserved);
void tyr_spare_give(struct tyr_spares *spares, enum tyr_spare_kind kind, void *spare);

#endif
