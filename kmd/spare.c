// SPDX-License-Identifier: GPL-2.0-or-later
/* Spare page tables and mappings. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "spare.h"
#include "vm_op.h"

/* At its beginning while it is nobody's. */
struct tyr_spare {
	struct tyr_spare *next;
};

/* Spares that are allocated or freed, outside of the lock. */
struct chain {
	struct tyr_spare *first;
	struct tyr_spare *last;
	u32 count;
};

static const struct {
	u32 size;
	u32 keep; /* how many a VM keeps for its next operation */
} kinds[TYR_SPARE_KINDS] = {
	[TYR_SPARE_TABLE] = { SZ_4K, 16 },
	[TYR_SPARE_VMA] = { sizeof(struct tyr_vma), 8 },
};

static void *alloc(enum tyr_spare_kind kind)
{
	if (kind == TYR_SPARE_TABLE)
		return (void *)__get_free_page(GFP_KERNEL_ACCOUNT);
	return kmalloc(kinds[kind].size, GFP_KERNEL_ACCOUNT);
}

static void release(enum tyr_spare_kind kind, void *spare)
{
	if (kind == TYR_SPARE_TABLE)
		free_page((unsigned long)spare);
	else
		kfree(spare);
}

static void chain_add(struct chain *chain, struct tyr_spare *spare)
{
	spare->next = chain->first;
	if (!chain->first)
		chain->last = spare;
	chain->first = spare;
	chain->count++;
}

static void chain_free(enum tyr_spare_kind kind, struct chain *chain)
{
	while (chain->first) {
		struct tyr_spare *spare = chain->first;

		chain->first = spare->next;
		release(kind, spare);
	}
}

static int chain_fill(enum tyr_spare_kind kind, struct chain *chain, u32 count)
{
	while (chain->count < count) {
		void *spare = fatal_signal_pending(current) ? NULL : alloc(kind);

		if (!spare)
			return -ENOMEM;
		chain_add(chain, spare);
		if (!(chain->count % 1024))
			cond_resched();
	}
	return 0;
}

/**
 * tyr_spares_init() - begin without any.
 * @spares: the spares.
 */
void tyr_spares_init(struct tyr_spares *spares)
{
	spin_lock_init(&spares->lock);
}

/**
 * tyr_spares_fini() - free them all.
 * @spares: the spares, of which none is reserved any more.
 */
void tyr_spares_fini(struct tyr_spares *spares)
{
	for (u32 kind = 0; kind < TYR_SPARE_KINDS; kind++) {
		struct chain all = { .first = spares->list[kind].first };

		WARN_ON_ONCE(spares->list[kind].reserved);
		chain_free(kind, &all);
		spares->list[kind].first = NULL;
	}
}

/* Reserve, and say how many are missing. What others reserved is not there for us. */
static bool reserve(struct tyr_spares *spares, const struct tyr_spare_count *want,
		    struct tyr_spare_count *missing)
{
	bool enough = true;

	spin_lock(&spares->lock);
	for (u32 kind = 0; kind < TYR_SPARE_KINDS; kind++) {
		spares->list[kind].reserved += want->of[kind];
		missing->of[kind] = 0;
		if (spares->list[kind].reserved <= spares->list[kind].count)
			continue;
		/*
		 * Others that reserved just now and still allocate may be counted here: too many,
		 * which harms nobody. Those that they bring are never counted before they are
		 * there.
		 */
		missing->of[kind] = min(want->of[kind], spares->list[kind].reserved -
							spares->list[kind].count);
		enough = false;
	}
	spin_unlock(&spares->lock);
	return enough;
}

static int bring(struct tyr_spares *spares, enum tyr_spare_kind kind, u32 count)
{
	struct chain new = {};

	if (!count)
		return 0;
	if (chain_fill(kind, &new, count)) {
		chain_free(kind, &new);
		return -ENOMEM;
	}
	spin_lock(&spares->lock);
	new.last->next = spares->list[kind].first;
	spares->list[kind].first = new.first;
	spares->list[kind].count += new.count;
	spin_unlock(&spares->lock);
	return 0;
}

/**
 * tyr_spares_reserve() - see to it that an operation can take what it needs.
 * @spares: the VM's spares.
 * @want: what it may need.
 *
 * Context: process; allocates. Not under the VM's lock.
 *
 * Return: 0, or -ENOMEM.
 */
int tyr_spares_reserve(struct tyr_spares *spares, const struct tyr_spare_count *want)
{
	struct tyr_spare_count missing;
	int ret = 0;

	if (likely(reserve(spares, want, &missing)))
		return 0;
	/* Page tables for more memory than there is would only be in the way of others. */
	if (missing.of[TYR_SPARE_TABLE] > totalram_pages() / 4)
		ret = -ENOMEM;
	for (u32 kind = 0; kind < TYR_SPARE_KINDS && !ret; kind++)
		ret = bring(spares, kind, missing.of[kind]);
	if (ret)
		tyr_spares_release(spares, want);
	return ret;
}

/* Take those off the list that are too many. */
static void trim(struct tyr_spares *spares, enum tyr_spare_kind kind, struct chain *surplus)
{
	lockdep_assert_held(&spares->lock);
	while (spares->list[kind].count > spares->list[kind].reserved + kinds[kind].keep) {
		struct tyr_spare *spare = spares->list[kind].first;

		spares->list[kind].first = spare->next;
		spares->list[kind].count--;
		chain_add(surplus, spare);
	}
}

/**
 * tyr_spares_release() - end an operation.
 * @spares: the VM's spares.
 * @rest: what it reserved and did not take.
 */
void tyr_spares_release(struct tyr_spares *spares, const struct tyr_spare_count *rest)
{
	struct chain surplus[TYR_SPARE_KINDS] = {};

	spin_lock(&spares->lock);
	for (u32 kind = 0; kind < TYR_SPARE_KINDS; kind++) {
		spares->list[kind].reserved -= rest->of[kind];
		trim(spares, kind, &surplus[kind]);
	}
	spin_unlock(&spares->lock);
	for (u32 kind = 0; kind < TYR_SPARE_KINDS; kind++)
		chain_free(kind, &surplus[kind]);
}

/**
 * tyr_spare_take() - take one that was reserved.
 * @spares: the VM's spares.
 * @kind: which kind.
 * @reserved: what the operation has reserved; one less of it when this returns.
 *
 * Return: the spare, not zeroed, or NULL when the operation takes more than it reserved.
 */
void *tyr_spare_take(struct tyr_spares *spares, enum tyr_spare_kind kind,
		     struct tyr_spare_count *reserved)
{
	struct tyr_spare *spare;

	if (WARN_ON_ONCE(!reserved->of[kind]))
		return NULL;
	reserved->of[kind]--;
	spin_lock(&spares->lock);
	spares->list[kind].reserved--;
	spare = spares->list[kind].first;
	if (!WARN_ON_ONCE(!spare)) {
		spares->list[kind].first = spare->next;
		spares->list[kind].count--;
	}
	spin_unlock(&spares->lock);
	return spare;
}

/**
 * tyr_spare_give() - give one back, for whoever needs it next.
 * @spares: the VM's spares.
 * @kind: which kind.
 * @spare: the spare.
 */
void tyr_spare_give(struct tyr_spares *spares, enum tyr_spare_kind kind, void *spare)
{
	struct tyr_spare *node = spare;

	spin_lock(&spares->lock);
	node->next = spares->list[kind].first;
	spares->list[kind].first = node;
	spares->list[kind].count++;
	spin_unlock(&spares->lock);
}
