// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables.
 *
 * io-pgtable builds them, with tables that come from the VM's spares. A table that it frees goes
 * back there, and not to the kernel before the operation ends, when the GPU has forgotten it.
 */
#include <linux/io-pgtable.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "device.h"
#include "pgtable.h"
#include "regs.h"
#include "spare.h"

/* Descriptors (Arm ARM, VMSAv8-64), as far as needed to tell a block from a table. */
#define DESC_VALID BIT_ULL(0)
#define DESC_TABLE BIT_ULL(1) /* above the last level; there it makes a page */
#define DESC_ADDRESS GENMASK_ULL(47, 12)
#define LAST_LEVEL 3

/* What an entry of a level covers, as a power of two; its table has 512. */
#define LEVEL_SHIFT(level) (12 + 9 * (LAST_LEVEL - (level)))
#define TABLE_INDEX(va, level) ((va) >> LEVEL_SHIFT(level) & 511)

/* Whether to look at each piece of memory: not where the pieces are 256 KiB or less. */
#define WORTH_LOOKING(sgt, size) ((sgt)->nents <= (size) >> 18)

/**
 * struct tyr_pgtable - the tables of one VM
 * @ops: io-pgtable's; NULL until it made them.
 * @cfg: what they are like.
 * @spares: where tables come from.
 * @reserved: what the running operation may take; NULL: none runs.
 * @root: the topmost table.
 * @first_level: its level.
 */
struct tyr_pgtable {
	struct io_pgtable_ops *ops;
	struct io_pgtable_cfg cfg;
	struct tyr_spares *spares;
	struct tyr_spare_count *reserved;
	u64 *root;
	int first_level;
};

static void *alloc_table(void *cookie, size_t size, gfp_t gfp)
{
	struct tyr_pgtable *pgt = cookie;
	void *table;

	if (!pgt->root) {
		pgt->root = (u64 *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
		return pgt->root;
	}
	if (WARN_ON_ONCE(size != SZ_4K || !pgt->reserved))
		return NULL;
	table = tyr_spare_take(pgt->spares, TYR_SPARE_TABLE, pgt->reserved);
	return table ? memset(table, 0, SZ_4K) : NULL;
}

static void free_table(void *cookie, void *table, size_t size)
{
	struct tyr_pgtable *pgt = cookie;

	if (table == pgt->root)
		free_page((unsigned long)table);
	else
		tyr_spare_give(pgt->spares, TYR_SPARE_TABLE, table);
}

/* The operation as a whole is followed by one command to the MMU. */
static void no_flush_all(void *cookie)
{
}

static void no_flush_walk(unsigned long iova, size_t size, size_t granule, void *cookie)
{
}

static const struct iommu_flush_ops no_flush = {
	.tlb_flush_all = no_flush_all,
	.tlb_flush_walk = no_flush_walk,
};

/**
 * tyr_pgtable_create() - make empty tables.
 * @tdev: the device.
 * @spares: where tables come from; they live longer than the tables.
 *
 * Return: the tables, or ERR_PTR(-ENOMEM).
 */
struct tyr_pgtable *tyr_pgtable_create(struct tyr_device *tdev, struct tyr_spares *spares)
{
	u32 features = tdev->gpu_info.mmu_features;
	struct tyr_pgtable *pgt = kzalloc(sizeof(*pgt), GFP_KERNEL);

	if (!pgt)
		return ERR_PTR(-ENOMEM);
	pgt->spares = spares;
	pgt->cfg = (struct io_pgtable_cfg){
		.pgsize_bitmap = SZ_4K | SZ_2M,
		.ias = MMU_FEATURES_VA_BITS(features),
		.oas = MMU_FEATURES_PA_BITS(features),
		.coherent_walk = tdev->coherent,
		.tlb = &no_flush,
		.iommu_dev = tdev->base.dev,
		.alloc = alloc_table,
		.free = free_table,
	};
	pgt->ops = alloc_io_pgtable_ops(ARM_64_LPAE_S1, &pgt->cfg, pgt);
	if (!pgt->ops) {
		kfree(pgt);
		return ERR_PTR(-ENOMEM);
	}
	pgt->first_level = LAST_LEVEL + 1 - DIV_ROUND_UP(pgt->cfg.ias - 12, 9);
	return pgt;
}

/**
 * tyr_pgtable_destroy() - free the tables, which nobody uses any more.
 * @pgt: the tables; NULL and ERR_PTR() are no tables.
 */
void tyr_pgtable_destroy(struct tyr_pgtable *pgt)
{
	if (IS_ERR_OR_NULL(pgt))
		return;
	free_io_pgtable_ops(pgt->ops);
	kfree(pgt);
}

/**
 * tyr_pgtable_root() - what AS_TRANSTAB must be.
 * @pgt: the tables.
 *
 * Return: the address of the topmost table.
 */
u64 tyr_pgtable_root(struct tyr_pgtable *pgt)
{
	return pgt->cfg.arm_lpae_s1_cfg.ttbr;
}

/**
 * tyr_pgtable_mair() - the memory attributes that entries refer to.
 * @pgt: the tables.
 *
 * Return: eight of them, a byte each, as the CPU's MAIR_EL1 has them.
 */
u64 tyr_pgtable_mair(struct tyr_pgtable *pgt)
{
	return pgt->cfg.arm_lpae_s1_cfg.mair;
}

/*
 * How much can be done at once: entries of one table, of 2 MiB where both addresses are aligned so.
 * For unmapping @pa is @va, since what covers 2 MiB there is one entry, be it a block or a table.
 */
static u64 entry_size(u64 va, u64 pa, u64 size, size_t *count)
{
	if (size >= SZ_2M && !((va | pa) & (SZ_2M - 1))) {
		*count = min(size, SZ_1G - (va & (SZ_1G - 1))) / SZ_2M;
		return SZ_2M;
	}
	*count = min(size, SZ_2M - (va & (SZ_2M - 1))) / SZ_4K;
	return SZ_4K;
}

/**
 * tyr_pgtable_need() - how many tables a mapping needs at most, with all that it may split.
 * @pgt: the tables.
 * @va: its address.
 * @size: its size, not 0.
 *
 * Return: how many; for each of tyr_pgtable_blocks() one less will do.
 */
u64 tyr_pgtable_need(struct tyr_pgtable *pgt, u64 va, u64 size)
{
	u64 last = va + size - 1, need = 0;

	for (int level = pgt->first_level; level < LAST_LEVEL; level++)
		need += (last >> LEVEL_SHIFT(level)) - (va >> LEVEL_SHIFT(level)) + 1;
	return need;
}

/**
 * tyr_pgtable_blocks() - how many blocks of 2 MiB a mapping will have.
 * @va: its address.
 * @size: its size.
 * @sgt: its memory.
 * @offset: where it begins in @sgt.
 *
 * Return: how many; 0 also when the memory is in so many pieces that counting would take longer
 * than what it saves.
 */
u64 tyr_pgtable_blocks(u64 va, u64 size, struct sg_table *sgt, u64 offset)
{
	struct scatterlist *sg;
	unsigned int i;
	u64 blocks = 0;

	if (size < SZ_2M || !WORTH_LOOKING(sgt, size))
		return 0;
	for_each_sgtable_dma_sg(sgt, sg, i) {
		u64 len = sg_dma_len(sg), pa = sg_dma_address(sg), skip;

		if (!size)
			break;
		if (offset >= len) {
			offset -= len;
			continue;
		}
		len = min(len - offset, size);
		pa += offset;
		skip = ALIGN(va, SZ_2M) - va;
		if (!((va ^ pa) & (SZ_2M - 1)) && len > skip)
			blocks += (len - skip) / SZ_2M;
		va += len;
		size -= len;
		offset = 0;
	}
	return blocks;
}

/**
 * tyr_pgtable_begin() - an operation begins.
 * @pgt: the tables.
 * @reserved: what it has reserved.
 */
void tyr_pgtable_begin(struct tyr_pgtable *pgt, struct tyr_spare_count *reserved)
{
	pgt->reserved = reserved;
}

/**
 * tyr_pgtable_end() - an operation ends.
 * @pgt: the tables.
 */
void tyr_pgtable_end(struct tyr_pgtable *pgt)
{
	pgt->reserved = NULL;
}

/* Return: bytes that were mapped; less than @size only when something went wrong. */
static u64 map_piece(struct tyr_pgtable *pgt, u64 va, u64 pa, u64 size, int prot)
{
	u64 done = 0;

	if (!IS_ALIGNED(pa | size, SZ_4K))
		return 0;
	while (done < size) {
		size_t count, mapped = 0;
		u64 entry = entry_size(va + done, pa + done, size - done, &count);

		/* Nothing is allocated: tables come from what was reserved. */
		if (pgt->ops->map_pages(pgt->ops, va + done, pa + done, entry, count, prot,
					GFP_NOWAIT, &mapped) || !mapped)
			return done + mapped;
		done += mapped;
	}
	return done;
}

/**
 * tyr_pgtable_map() - map memory where nothing is mapped.
 * @pgt: the tables.
 * @va: where.
 * @size: how much.
 * @sgt: the memory.
 * @offset: where to begin in it.
 * @prot: IOMMU_READ, ... of linux/iommu.h.
 *
 * Context: in the signalling path of fences; allocates nothing.
 *
 * Return: 0, or -EFAULT when the memory is not as it should be; nothing is mapped then.
 */
int tyr_pgtable_map(struct tyr_pgtable *pgt, u64 va, u64 size, struct sg_table *sgt, u64 offset,
		    int prot)
{
	struct scatterlist *sg;
	unsigned int i;
	u64 done = 0;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		u64 len = sg_dma_len(sg), mapped;

		if (done == size)
			break;
		if (offset >= len) {
			offset -= len;
			continue;
		}
		len = min(len - offset, size - done);
		mapped = map_piece(pgt, va + done, sg_dma_address(sg) + offset, len, prot);
		done += mapped;
		if (mapped != len)
			break;
		offset = 0;
		cond_resched();
	}
	if (likely(done == size))
		return 0;
	tyr_pgtable_unmap(pgt, va, done);
	return -EFAULT;
}

/**
 * tyr_pgtable_unmap() - unmap what is mapped throughout, of blocks never a part.
 * @pgt: the tables.
 * @va: where.
 * @size: how much.
 *
 * Context: in the signalling path of fences; allocates nothing.
 *
 * Return: 0, or -EIO when something was not mapped; the rest is unmapped.
 */
int tyr_pgtable_unmap(struct tyr_pgtable *pgt, u64 va, u64 size)
{
	int ret = 0;
	u64 done = 0;

	while (done < size) {
		size_t count;
		u64 entry = entry_size(va + done, va + done, size - done, &count);
		u64 unmapped = pgt->ops->unmap_pages(pgt->ops, va + done, entry, count, NULL);

		if (unlikely(!unmapped)) {
			ret = -EIO;
			unmapped = entry;
		}
		done += unmapped;
		cond_resched();
	}
	return ret;
}

/**
 * tyr_pgtable_leaf() - what maps an address.
 * @pgt: the tables.
 * @va: the address.
 *
 * Return: the size of the entry, a page or a block; 0 when the address is not mapped.
 */
u64 tyr_pgtable_leaf(struct tyr_pgtable *pgt, u64 va)
{
	const u64 *table = pgt->root;

	for (int level = pgt->first_level; ; level++) {
		u64 pte = READ_ONCE(table[TABLE_INDEX(va, level)]);

		if (!(pte & DESC_VALID))
			return 0;
		if (level == LAST_LEVEL || !(pte & DESC_TABLE))
			return BIT_ULL(LEVEL_SHIFT(level));
		table = phys_to_virt(pte & DESC_ADDRESS);
	}
}

/**
 * tyr_pgtable_walk() - the way to what maps an address, for people.
 * @pgt: the tables.
 * @va: the address.
 * @steps: TYR_PGTABLE_LEVELS entries; the last one is a page, a block, or not valid.
 *
 * Return: how many entries were filled.
 */
u32 tyr_pgtable_walk(struct tyr_pgtable *pgt, u64 va, struct tyr_pgtable_step *steps)
{
	const u64 *table = pgt->root;
	u32 n = 0;

	for (int level = pgt->first_level; ; level++) {
		u64 pte = READ_ONCE(table[TABLE_INDEX(va, level)]);

		steps[n++] = (struct tyr_pgtable_step){ level, TABLE_INDEX(va, level), pte };
		if (!(pte & DESC_VALID) || level == LAST_LEVEL || !(pte & DESC_TABLE))
			return n;
		table = phys_to_virt(pte & DESC_ADDRESS);
	}
}
