/* SPDX-License-Identifier: MIT */
/*
 * mmu.h - the GPU's view of memory: 8 address spaces, the page-table walk, the TLB, the AS
 * registers' commands and the faults. Everyone who touches guest memory (MCU, command streams,
 * later shader cores) goes through mmu_map() or the helpers over it.
 */
#ifndef GPU_MMU_H
#define GPU_MMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gpu/event.h"

struct mali_sim;

/* AS_PRESENT is 0xff on a G610: 8 address spaces (design.md: dmesg of a Rock 5B). */
#define MMU_AS_COUNT 8

/* Access types as AS_FAULTSTATUS encodes them in bits 9:8 (mali_kbase_gpu_regmap.h). */
enum mmu_access { MMU_ATOMIC = 0, MMU_EXECUTE = 1, MMU_READ = 2, MMU_WRITE = 3 };

/**
 * struct mmu_fault - why an access could not be done.
 * @code: exception code as in AS_FAULTSTATUS bits 7:0 (0xc0 + level: translation fault, …).
 * @access: what was tried.
 * @va: the byte that failed.
 */
struct mmu_fault {
	uint8_t code;
	enum mmu_access access;
	uint64_t va;
};

/* MMU_FEATURES 0x2830: 48 bits of virtual, 40 of physical address. */
#define MMU_VA_BITS 48
#define MMU_PA_BITS 40

#define MMU_PAGE_SHIFT 12
#define MMU_PAGE_SIZE  4096u
#define MMU_PAGE_MASK  4095u

/* AS_TRANSCFG bits 3:0 and flags (panthor_mmu_regs.h). */
#define MMU_ADRMODE_MASK              0xfull
#define MMU_ADRMODE_UNMAPPED          1
#define MMU_ADRMODE_IDENTITY          2
#define MMU_ADRMODE_4K                6
#define MMU_TRANSCFG_DISABLE_HIER_AP  (1ull << 33)
#define MMU_TRANSCFG_DISABLE_AF_FAULT (1ull << 34)
#define MMU_TRANSCFG_WXN              (1ull << 35)

/* GPU_FAULTSTATUS_EXCEPTION_TYPE_GPU_BUS_FAULT: what an access without memory behind it ends in. */
#define MMU_CODE_BUS 0x80

#define MMU_TLB_ENTRIES 1024

struct mmu_tlb_entry {
	uint64_t vpn; /* VA >> 12, plus 1 so that zero is empty */
	uint64_t size_shift;
	uint64_t pa;
	void *host;
	uint8_t perms; /* bit 0 read, bit 1 write, bit 2 execute */
	uint8_t attr;
	uint8_t level; /* of the table that the entry came from */
};

struct mmu_as {
	/* the registers as written */
	uint64_t transtab, memattr, transcfg, lockaddr;
	/* what AS_COMMAND_UPDATE latched: the walker uses only these */
	uint64_t cur_transtab, cur_memattr, cur_transcfg;
	uint64_t next_transtab, next_memattr, next_transcfg; /* while an UPDATE is being done */
	uint32_t faultstatus;
	uint64_t faultaddress, faultextra;
	bool active; /* AS_STATUS.AS_ACTIVE: a command is being done */
	bool locked; /* a region is locked */
	uint64_t lock_start, lock_end;
	bool faulted; /* a fault was reported and no command has released it */
	uint32_t command;
	struct event done;
	struct mmu_tlb_entry tlb[MMU_TLB_ENTRIES];
};

struct gpu_mmu {
	struct mmu_as as[MMU_AS_COUNT];
	uint8_t silent[MMU_PAGE_SIZE]; /* the mutation mmu-fault-silent */
};

/** mmu_init() / mmu_reset() - at creation; and as after a GPU reset. */
void mmu_init(struct mali_sim *sim);
void mmu_reset(struct mali_sim *sim);

/** enum mmu_result - how an access ended. */
enum mmu_result {
	MMU_OK,
	MMU_STALL, /* the region is locked or a fault awaits the driver: try again when woken */
	MMU_FAULT, /* struct mmu_fault says why; nothing was reported yet */
};

/**
 * mmu_map() - translate.
 * @as: address space, 0 to 7; one that is unmapped or not present faults.
 * @va: first byte.
 * @len: in: bytes wanted; out: bytes reachable at the returned pointer (at least 1, never beyond
 *the page or block).
 * @host: receives the host address.
 * @fault: filled when MMU_FAULT is returned.
 *
 * Uses the TLB, which holds stale entries until an AS command drops them, as hardware does.
 *
 * A fault with mmu_fault_is_bus() (the address space is unmapped, no RAM behind the translation, an
 * injected bus fault, the L2 off) ends the access for good: there is nothing to wait for. Any other
 *one stalls: call mmu_report() once, then try again when mcu_memory_changed() says so. MMU_STALL
 *needs no report.
 *
 * Command streams, rings and descriptors are data (MMU_READ): Panthor maps them no-execute.
 *MMU_EXECUTE is for shader instructions.
 */
enum mmu_result mmu_map(struct mali_sim *sim, unsigned int as, uint64_t va, size_t *len,
			enum mmu_access access, void **host, struct mmu_fault *fault);

/** mmu_read() / mmu_write() - copy @n bytes, crossing pages as needed. A write that faults half-way
 *  has written the bytes before the fault. */
enum mmu_result mmu_read(struct mali_sim *sim, unsigned int as, uint64_t va, void *buf, size_t n,
			 struct mmu_fault *fault);
enum mmu_result mmu_write(struct mali_sim *sim, unsigned int as, uint64_t va, const void *buf,
			  size_t n, struct mmu_fault *fault);

/**
 * mmu_report() - what hardware does with a fault of the GPU's own work: AS_FAULTSTATUS (with
 * @source_id in bits 31:16), AS_FAULTADDRESS, the MMU interrupt. The address space then stalls
 * until the driver acts: AS_COMMAND_UPDATE to an unmapped mode makes waiting accesses end in bus
 * faults. A second fault while one is pending is not latched.
 */
void mmu_report(struct mali_sim *sim, unsigned int as, const struct mmu_fault *fault,
		uint16_t source_id);

/** mmu_as_enabled() - whether the address space translates at all (not unmapped). */
bool mmu_as_enabled(const struct mali_sim *sim, unsigned int as);

/** mmu_any_active() / mmu_any_faulted() - whether some address space is doing a command; has a
 * fault pending. */
bool mmu_any_active(const struct mali_sim *sim);
bool mmu_any_faulted(const struct mali_sim *sim);

/** mmu_read_reg() / mmu_write_reg() - the AS registers; @reg is the offset within the AS block. */
uint32_t mmu_read_reg(struct mali_sim *sim, unsigned int as, uint32_t reg);
void mmu_write_reg(struct mali_sim *sim, unsigned int as, uint32_t reg, uint32_t value);

/** mmu_flush_all() - drop every TLB entry of every address space: the L2 went off, a mutation
 * began. A cache flush by GPU_COMMAND does not do that (see mmu_regs.c). */
void mmu_flush_all(struct mali_sim *sim);

static inline bool mmu_fault_is_bus(const struct mmu_fault *fault)
{
	return fault->code == MMU_CODE_BUS;
}

static inline size_t mmu_tlb_slot(uint64_t va)
{
	return (va >> MMU_PAGE_SHIFT) % MMU_TLB_ENTRIES;
}

/** mmu_tlb_find() - the entry of the page of @va, NULL when the TLB does not know it. */
static inline struct mmu_tlb_entry *mmu_tlb_find(struct mmu_as *a, uint64_t va)
{
	struct mmu_tlb_entry *e = &a->tlb[mmu_tlb_slot(va)];

	return e->vpn == (va >> MMU_PAGE_SHIFT) + 1 ? e : NULL;
}

/** mmu_region_locked() - whether a byte of @va to @va + @len - 1 is in the locked region. */
static inline bool mmu_region_locked(const struct mmu_as *a, uint64_t va, size_t len)
{
	return a->locked && va <= a->lock_end && va + (len - 1) >= a->lock_start;
}

#endif /* GPU_MMU_H */
