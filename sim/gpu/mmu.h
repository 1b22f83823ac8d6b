/* SPDX-License-Identifier: MIT */
/*
 * mmu.h - the GPU's view of memory: 8 address spaces, the page-table walk, the TLB, the AS registers'
 * commands and the faults. Everyone who touches guest memory (MCU, command streams, later shader
 * cores) goes through mmu_map() or the helpers over it.
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

#define MMU_TLB_ENTRIES 1024

struct mmu_tlb_entry {
	uint64_t vpn; /* VA >> 12, plus 1 so that zero is empty */
	uint64_t size_shift;
	uint64_t pa;
	void *host;
	uint8_t perms; /* bit 0 read, bit 1 write, bit 2 execute */
	uint8_t attr;
};

struct mmu_as {
	/* the registers as written */
	uint64_t transtab, memattr, transcfg, lockaddr;
	/* what AS_COMMAND_UPDATE latched: the walker uses only these */
	uint64_t cur_transtab, cur_memattr, cur_transcfg;
	uint32_t faultstatus;
	uint64_t faultaddress, faultextra;
	bool active;   /* AS_STATUS.AS_ACTIVE: a command is being done */
	bool locked;   /* a region is locked */
	uint64_t lock_start, lock_end;
	bool faulted;  /* a fault was reported and no command has released it */
	uint32_t command;
	struct event done;
	struct mmu_tlb_entry tlb[MMU_TLB_ENTRIES];
};

struct gpu_mmu {
	struct mmu_as as[MMU_AS_COUNT];
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
 * @len: in: bytes wanted; out: bytes reachable at the returned pointer (at least 1, never beyond the
 *	page or block).
 * @host: receives the host address.
 * @fault: filled when MMU_FAULT is returned.
 *
 * Uses the TLB, which holds stale entries until an AS command drops them, as hardware does.
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
 * @source_id in bits 31:16), AS_FAULTADDRESS, the MMU interrupt. The address space then stalls until
 * the driver acts: AS_COMMAND_UPDATE to an unmapped mode makes waiting accesses end in bus faults.
 * A second fault while one is pending is not latched.
 */
void mmu_report(struct mali_sim *sim, unsigned int as, const struct mmu_fault *fault,
		uint16_t source_id);

/** mmu_as_enabled() - whether the address space translates at all (not unmapped). */
bool mmu_as_enabled(const struct mali_sim *sim, unsigned int as);

/** mmu_read_reg() / mmu_write_reg() - the AS registers; @reg is the offset within the AS block. */
uint32_t mmu_read_reg(struct mali_sim *sim, unsigned int as, uint32_t reg);
void mmu_write_reg(struct mali_sim *sim, unsigned int as, uint32_t reg, uint32_t value);

/** mmu_flush_all() - drop every TLB entry of every address space (cache flush commands). */
void mmu_flush_all(struct mali_sim *sim);

#endif /* GPU_MMU_H */
