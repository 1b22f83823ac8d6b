// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One address space: its registers and commands.
 *
 * Commands are waited for, so that none is given while another is being done. An address space that
 * does not end a command is stuck: it is let alone and the GPU reset.
 *
 * Changing tables under the GPU's eyes (kbase: mali_kbase_mmu_hw_direct.c, for what each command
 * does): LOCK makes accesses to a region stall, then the tables change, then caches are flushed,
 * the region's translations forgotten and the lock taken away. Up to architecture 11 one FLUSH
 * command does all the latter; later it is GPU_COMMAND that flushes, and UNLOCK the rest (kbase:
 * mmu_flush_cache_on_gpu_ctrl()).
 */
#include <linux/iopoll.h>
#include <linux/ktime.h>

#include <drm/drm_print.h>

#include "device.h"
#include "gpu.h"
#include "mmu_as.h"
#include "pgtable.h"
#include "reset.h"
#include "vm.h"

/*
 * Most commands end within a few microseconds, which is less than the shortest sleep; others get
 * 100 ms, as from Panthor.
 */
#define LOOK_NS 20000
#define PAUSE_US 20
#define TIMEOUT_US 100000

/*
 * Attributes of memory in the CPU's MAIR: outer in the upper half of the byte, inner in the lower.
 */
#define MAIR_ALLOC GENMASK(1, 0) /* on reads, on writes */
#define MAIR_WRITE_BACK BIT(2)
#define MAIR_OUTER(attr) ((attr) >> 4)
#define MAIR_NOT_DEVICE GENMASK(1, 0)

/* AS_MEMATTR_ALLOC_EXPL() of nothing; its two bits are MAIR's. */
#define ALLOC_EXPL (3 << 2)

static bool active(struct tyr_mmu *mmu, u32 as)
{
	return tyr_read(mmu->tdev, AS_STATUS(as)) & AS_STATUS_ACTIVE;
}

static int wait_idle(struct tyr_mmu *mmu, u32 as)
{
	ktime_t end = ktime_add_ns(ktime_get(), LOOK_NS);
	bool busy;

	do {
		if (!active(mmu, as))
			return 0;
		cpu_relax();
	} while (ktime_before(ktime_get(), end));
	return read_poll_timeout(active, busy, !busy, PAUSE_US, TIMEOUT_US, false, mmu, as);
}

static int command(struct tyr_mmu *mmu, u32 as, u32 cmd)
{
	lockdep_assert_held(&mmu->lock);
	if (mmu->stuck & BIT(as))
		return -ETIMEDOUT;
	tyr_write(mmu->tdev, AS_COMMAND(as), cmd);
	if (likely(!wait_idle(mmu, as)))
		return 0;
	mmu->stuck |= BIT(as);
	drm_err(&mmu->tdev->base, "AS%u: AS_ACTIVE bit stuck, AS_COMMAND was %u\n", as, cmd);
	tyr_reset_schedule(mmu->tdev, "an address space does not answer");
	return -ETIMEDOUT;
}

/* The smallest naturally aligned power of two that has both ends in it. */
static u64 lock_region(u64 va, u64 size)
{
	u32 log2 = max_t(u32, fls64(va ^ (va + size - 1)), AS_LOCKADDR_LOG2_MIN);

	return (va & ~(BIT_ULL(log2) - 1)) | AS_LOCKADDR_SIZE(log2);
}

/**
 * tyr_as_lock() - make accesses to a region stall.
 * @mmu: the MMU, which is up; its lock is held.
 * @as: the address space.
 * @va: where the region begins.
 * @size: how large it is, not 0.
 *
 * Return: 0, or -ETIMEDOUT.
 */
int tyr_as_lock(struct tyr_mmu *mmu, u32 as, u64 va, u64 size)
{
	int ret;

	if (mmu->stuck & BIT(as))
		return -ETIMEDOUT;
	tyr_write64(mmu->tdev, AS_LOCKADDR(as), lock_region(va, size));
	ret = command(mmu, as, AS_COMMAND_LOCK);
	if (!ret)
		mmu->as[as].locked = true;
	return ret;
}

/**
 * tyr_as_unlock() - flush, forget the locked region's translations, and let accesses go on.
 * @mmu: the MMU, which is up; its lock is held.
 * @as: an address space with a locked region.
 * @all_caches: flush what caches may have of the memory, not only of page tables.
 *
 * Return: 0, or -ETIMEDOUT; the GPU is reset then.
 */
int tyr_as_unlock(struct tyr_mmu *mmu, u32 as, bool all_caches)
{
	u32 cmd = all_caches ? AS_COMMAND_FLUSH_MEM : AS_COMMAND_FLUSH_PT;
	int ret;

	mmu->as[as].locked = false;
	if (!mmu->flush_by_gpu)
		return command(mmu, as, cmd);
	ret = tyr_gpu_flush_caches(mmu->tdev, TYR_FLUSH_CLEAN_INVALIDATE,
				   all_caches ? TYR_FLUSH_CLEAN_INVALIDATE : TYR_FLUSH_NONE,
				   all_caches ? TYR_FLUSH_INVALIDATE : TYR_FLUSH_NONE);
	if (ret) {
		tyr_reset_schedule(mmu->tdev, "a cache flush for an address space did not end");
		return -ETIMEDOUT;
	}
	return command(mmu, as, AS_COMMAND_UNLOCK);
}

/* What may interrupt follows what is on. */
static void allow_faults(struct tyr_mmu *mmu, u32 as, bool allow)
{
	u32 mask = mmu->irq.mask;

	if (allow)
		mask |= MMU_IRQ_FAULT(as);
	else
		mask &= ~MMU_IRQ_FAULT(as);
	tyr_irq_set_mask(&mmu->irq, mask);
}

/**
 * tyr_as_empty() - see to it that nothing of an address space's memory is in caches and TLBs.
 * @mmu: the MMU, which is up; its lock is held.
 * @as: the address space, which nobody uses or whose jobs are to die.
 *
 * It has no faults from then on, and must be turned on anew or off.
 *
 * Return: 0, or -ETIMEDOUT.
 */
int tyr_as_empty(struct tyr_mmu *mmu, u32 as)
{
	int ret;

	allow_faults(mmu, as, false);
	mmu->as[as].on = false;
	ret = tyr_as_lock(mmu, as, 0, tyr_as_size(mmu));
	return ret ? ret : tyr_as_unlock(mmu, as, true);
}

static int configure(struct tyr_mmu *mmu, u32 as, u64 transtab, u64 memattr, u64 transcfg)
{
	if (mmu->stuck & BIT(as))
		return -ETIMEDOUT;
	tyr_write64(mmu->tdev, AS_TRANSTAB(as), transtab);
	tyr_write64(mmu->tdev, AS_MEMATTR(as), memattr);
	tyr_write64(mmu->tdev, AS_TRANSCFG(as), transcfg);
	return command(mmu, as, AS_COMMAND_UPDATE);
}

/**
 * tyr_as_turn_off() - let all accesses through an address space fail.
 * @mmu: the MMU, which is up; its lock is held.
 * @as: the address space.
 *
 * Return: 0, or -ETIMEDOUT.
 */
int tyr_as_turn_off(struct tyr_mmu *mmu, u32 as)
{
	int ret = tyr_as_empty(mmu, as);

	return ret ? ret : configure(mmu, as, 0, 0, AS_TRANSCFG_MODE_UNMAPPED);
}

/*
 * What the GPU makes of an attribute: write-back memory where the CPU has it so, inside and out;
 * anything else is not cached.
 */
static u8 memattr(u8 attr, bool coherent)
{
	u8 outer = MAIR_OUTER(attr);

	if (!(outer & MAIR_NOT_DEVICE) || !(outer & attr & MAIR_WRITE_BACK))
		return AS_MEMATTR_NON_CACHEABLE | AS_MEMATTR_SH_MIDGARD_INNER | ALLOC_EXPL;
	/* Shared with the CPU only where that snoops; else "inner" is within the GPU. */
	return AS_MEMATTR_WRITE_BACK |
	       (coherent ? AS_MEMATTR_SH_CPU_INNER : AS_MEMATTR_SH_MIDGARD_INNER) |
	       ALLOC_EXPL | (attr & MAIR_ALLOC);
}

static u64 memattrs(u64 mair, bool coherent)
{
	u64 all = 0;

	for (u32 shift = 0; shift < 64; shift += 8)
		all |= (u64)memattr(mair >> shift, coherent) << shift;
	return all;
}

/**
 * tyr_as_turn_on() - let an address space translate by its VM's tables.
 * @mmu: the MMU, which is up; its lock is held.
 * @as: an address space that is off or empty, with a VM.
 *
 * Return: 0, or -ETIMEDOUT.
 */
int tyr_as_turn_on(struct tyr_mmu *mmu, u32 as)
{
	struct tyr_device *tdev = mmu->tdev;
	struct tyr_pgtable *pgt = mmu->as[as].vm->pgt;
	u32 va_bits = MMU_FEATURES_VA_BITS(tdev->gpu_info.mmu_features);
	u64 transcfg = AS_TRANSCFG_MODE_AARCH64_4K | AS_TRANSCFG_INA_BITS(55 - va_bits) |
		       AS_TRANSCFG_PTW_WRITE_BACK | AS_TRANSCFG_PTW_READ_ALLOC;
	int ret;

	if (tdev->coherent)
		transcfg |= AS_TRANSCFG_PTW_SH_OUTER;
	/* What happened while it was off was told when it went off. */
	tyr_write(tdev, MMU_IRQ_BASE + INT_CLEAR, MMU_IRQ_FAULT(as));
	ret = configure(mmu, as, tyr_pgtable_root(pgt),
			memattrs(tyr_pgtable_mair(pgt), tdev->coherent), transcfg);
	if (ret)
		return ret;
	mmu->as[as].on = true;
	allow_faults(mmu, as, true);
	return 0;
}
