/* SPDX-License-Identifier: MIT */
/*
 * mmu_regs.c - the AS registers and their commands.
 *
 * A command makes the address space active (AS_STATUS) for a while and takes effect at its end.
 * What each does to the TLB is mali_kbase_gpu_regmap.h's description of the AS_COMMAND values:
 * UNLOCK, FLUSH_PT and FLUSH_MEM "issue a flush region command to all MMUs", LOCK only locks.
 * UPDATE drops everything: Panthor 7.3 gives a slot to another VM with nothing but an UPDATE
 * (panthor_mmu_as_disable() with recycle_slot), which could not work otherwise. FLUSH_PT and
 * FLUSH_MEM also unlock, while a GPU_COMMAND cache flush does not, which is why 7.3 follows it with
 * an UNLOCK.
 */
#include <string.h>

#include "gpu/command.h"
#include "gpu/mmu_walk.h"
#include "gpu/sim.h"
#include "mcu/mcu.h"

/* Offsets in an AS block (panthor_mmu_regs.h of Linux 7.3). */
enum {
	AS_TRANSTAB_LO = 0x00,
	AS_TRANSTAB_HI = 0x04,
	AS_MEMATTR_LO = 0x08,
	AS_MEMATTR_HI = 0x0c,
	AS_LOCKADDR_LO = 0x10,
	AS_LOCKADDR_HI = 0x14,
	AS_COMMAND = 0x18,
	AS_FAULTSTATUS = 0x1c,
	AS_FAULTADDRESS_LO = 0x20,
	AS_FAULTADDRESS_HI = 0x24,
	AS_STATUS = 0x28,
	AS_TRANSCFG_LO = 0x30,
	AS_TRANSCFG_HI = 0x34,
	AS_FAULTEXTRA_LO = 0x38,
	AS_FAULTEXTRA_HI = 0x3c,
};

enum as_command {
	CMD_NOP,
	CMD_UPDATE,
	CMD_LOCK,
	CMD_UNLOCK,
	CMD_FLUSH_PT,
	CMD_FLUSH_MEM,
	CMD_COUNT
};

/* How long a command keeps the address space active, in ns. Guesses in the range that Panthor's
 * polling (10 us steps, 100 ms time-out) and kbase's allow; nobody has published the hardware's. */
static const uint32_t command_ns[CMD_COUNT] = {
    [CMD_UPDATE] = 1000,   [CMD_LOCK] = 500,       [CMD_UNLOCK] = 500,
    [CMD_FLUSH_PT] = 2000, [CMD_FLUSH_MEM] = 4000,
};

/* LOCKADDR: bits 5:0 log2 of the size minus 1, at least 32 KiB (mali_kbase_mmu_hw_direct.c,
 * lock_region()). Bits 9:6 are FLUSH_SKIP_LEVELS (mali_kbase_gpu_regmap.h) where the GPU has that,
 * which kbase's mmu_has_flush_skip_pgd_levels() denies to architecture 10: reserved here, as are
 * 11:10. */
#define LOCK_SIZE(lockaddr) ((unsigned int)((lockaddr) & 0x3f) + 1)
#define LOCK_RESERVED       0xfc0ull
#define LOCK_MIN_SIZE       15

/* Bits of TRANSCFG that panthor_mmu_regs.h or mali_kbase_gpu_regmap.h name. */
#define TRANSCFG_KNOWN                                                                  \
	(0xfull | 0x1full << 6 | 0x1full << 14 | 1ull << 22 | 3ull << 24 | 3ull << 28 | \
	 1ull << 30 | 0xfull << 33)

static unsigned int as_number(const struct mali_sim *sim, const struct mmu_as *a)
{
	return (unsigned int)(a - sim->mmu.as);
}

static struct mmu_as *as_of_event(struct event *ev)
{
	return (struct mmu_as *)((char *)ev - offsetof(struct mmu_as, done));
}

static void set_lo(uint64_t *reg, uint32_t value)
{
	*reg = (*reg & 0xffffffff00000000ull) | value;
}

static void set_hi(uint64_t *reg, uint32_t value)
{
	*reg = (*reg & 0xffffffffull) | (uint64_t)value << 32;
}

bool mmu_as_enabled(const struct mali_sim *sim, unsigned int as)
{
	uint64_t mode;

	if (as >= MMU_AS_COUNT)
		return false;
	mode = sim->mmu.as[as].cur_transcfg & MMU_ADRMODE_MASK;
	return mode == MMU_ADRMODE_IDENTITY || mode == MMU_ADRMODE_4K;
}

/* ---- strictness of a configuration ---- */

static bool mode_known(uint64_t mode)
{
	return mode == MMU_ADRMODE_UNMAPPED || mode == MMU_ADRMODE_IDENTITY ||
	       mode == MMU_ADRMODE_4K;
}

static bool memattr_reserved(uint64_t memattr)
{
	/* Bits 5:4 of a byte are the shareability: 0 Mali's inner, 1 the CPU's, 2 with shaders;
	 * no 3. */
	for (int i = 0; i < 64; i += 8)
		if (((memattr >> (i + 4)) & 3) == 3)
			return true;
	return false;
}

static void check_config(struct mali_sim *sim, const struct mmu_as *a)
{
	uint64_t mode = a->transcfg & MMU_ADRMODE_MASK;
	unsigned int n = as_number(sim, a);

	if (!mode_known(mode) || (a->transcfg & ~TRANSCFG_KNOWN))
		complain(sim, RULE_AS_TRANSCFG, "AS%u TRANSCFG 0x%llx", n,
			 (unsigned long long)a->transcfg);
	if (mode != MMU_ADRMODE_4K)
		return;
	if ((a->transtab & MMU_PAGE_MASK) || a->transtab >> MMU_PA_BITS)
		complain(sim, RULE_AS_TRANSTAB, "AS%u TRANSTAB 0x%llx", n,
			 (unsigned long long)a->transtab);
	if (memattr_reserved(a->memattr))
		complain(sim, RULE_AS_MEMATTR, "AS%u MEMATTR 0x%llx", n,
			 (unsigned long long)a->memattr);
}

/* ---- commands ---- */

static void lock_bounds(const struct mmu_as *a, uint64_t *start, uint64_t *end)
{
	unsigned int size = LOCK_SIZE(a->lockaddr);
	uint64_t mask = size >= 64 ? UINT64_MAX : ((uint64_t)1 << size) - 1;

	/* The address bits below the size are ignored. */
	*start = a->lockaddr & ~mask;
	*end = *start | mask;
}

static void begin(struct mali_sim *sim, struct mmu_as *a)
{
	switch (a->command) {
	case CMD_UPDATE:
		check_config(sim, a);
		a->next_transtab = a->transtab;
		a->next_memattr = a->memattr;
		a->next_transcfg = a->transcfg;
		break;
	case CMD_LOCK:
		if (LOCK_SIZE(a->lockaddr) < LOCK_MIN_SIZE || (a->lockaddr & LOCK_RESERVED))
			complain(sim, RULE_LOCK_REGION, "AS%u LOCKADDR 0x%llx", as_number(sim, a),
				 (unsigned long long)a->lockaddr);
		lock_bounds(a, &a->lock_start, &a->lock_end);
		break;
	default:
		break;
	}
}

/* The region that UNLOCK and the flushes tell the MMUs to forget: the locked one, else LOCKADDR's.
 */
static void flush_region(struct mmu_as *a)
{
	uint64_t start = a->lock_start, end = a->lock_end;

	if (!a->locked)
		lock_bounds(a, &start, &end);
	mmu_tlb_drop_range(a, start, end);
	a->locked = false;
}

static void finish(struct mali_sim *sim, struct mmu_as *a)
{
	switch (a->command) {
	case CMD_UPDATE:
		a->cur_transtab = a->next_transtab;
		a->cur_memattr = a->next_memattr;
		a->cur_transcfg = a->next_transcfg;
		mmu_tlb_drop_all(a);
		break;
	case CMD_LOCK:
		a->locked = true;
		return;
	case CMD_FLUSH_PT:
	case CMD_FLUSH_MEM:
		gpu_count_flush(sim);
		flush_region(a);
		break;
	default:
		flush_region(a);
		break;
	}
	/* kbase answers a page fault by mapping the page and flushing or unlocking; Panthor by
	 * UPDATE. */
	a->faulted = false;
	mcu_memory_changed(sim, as_number(sim, a));
}

static void command_done(struct mali_sim *sim, struct event *ev)
{
	struct mmu_as *a = as_of_event(ev);

	a->active = false;
	finish(sim, a);
	/* Bits 31:16 say that a request completed (panthor_mmu.c, panthor_mmu_fault_mask()). */
	irq_raise(sim, MALI_SIM_IRQ_MMU, 1u << (16 + as_number(sim, a)));
}

static bool stuck(struct mali_sim *sim, unsigned int as)
{
	const struct fault *f = inject_peek(sim, FAULT_AS_STUCK);

	return f && (f->as == UINT64_MAX || f->as == as) && inject_hit(sim, FAULT_AS_STUCK);
}

static void write_command(struct mali_sim *sim, struct mmu_as *a, uint32_t value)
{
	unsigned int n = as_number(sim, a);

	if (value >= CMD_COUNT) {
		complain(sim, RULE_AS_COMMAND, "AS%u COMMAND 0x%x", n, value);
		return;
	}
	if (a->active) {
		complain(sim, RULE_AS_BUSY, "AS%u COMMAND %u while %u is being done", n, value,
			 a->command);
		return;
	}
	if (value == CMD_NOP)
		return;
	a->command = value;
	a->active = true;
	begin(sim, a);
	if (!stuck(sim, n))
		event_arm_in(sim, &a->done, command_ns[value]);
}

/* ---- registers ---- */

static bool latched_by_update(uint32_t reg)
{
	return reg < AS_LOCKADDR_LO || reg == AS_TRANSCFG_LO || reg == AS_TRANSCFG_HI;
}

static bool read_only(uint32_t reg)
{
	return (reg >= AS_FAULTSTATUS && reg <= AS_STATUS) || reg >= AS_FAULTEXTRA_LO;
}

static void write_config(struct mmu_as *a, uint32_t reg, uint32_t value)
{
	switch (reg) {
	case AS_TRANSTAB_LO:
		set_lo(&a->transtab, value);
		break;
	case AS_TRANSTAB_HI:
		set_hi(&a->transtab, value);
		break;
	case AS_MEMATTR_LO:
		set_lo(&a->memattr, value);
		break;
	case AS_MEMATTR_HI:
		set_hi(&a->memattr, value);
		break;
	case AS_LOCKADDR_LO:
		set_lo(&a->lockaddr, value);
		break;
	case AS_LOCKADDR_HI:
		set_hi(&a->lockaddr, value);
		break;
	case AS_TRANSCFG_LO:
		set_lo(&a->transcfg, value);
		break;
	case AS_TRANSCFG_HI:
		set_hi(&a->transcfg, value);
		break;
	}
}

void mmu_write_reg(struct mali_sim *sim, unsigned int as, uint32_t reg, uint32_t value)
{
	struct mmu_as *a;

	if (as >= MMU_AS_COUNT) {
		complain(sim, RULE_AS_ABSENT, "AS%u register 0x%x = 0x%x", as, reg, value);
		return;
	}
	a = &sim->mmu.as[as];
	event_expire(sim, &a->done);
	if (read_only(reg)) {
		complain(sim, RULE_WRITE_READ_ONLY, "AS%u register 0x%x = 0x%x", as, reg, value);
		return;
	}
	if (reg == AS_COMMAND) {
		write_command(sim, a, value);
		return;
	}
	/* LOCKADDR may be prepared early: Panthor 6.12 writes it before it waits. And a command
	 * that never ends (the fault as-stuck) is waited for in vain: what drivers write then
	 * breaks no rule. */
	if (event_armed(&a->done) && latched_by_update(reg))
		complain(sim, RULE_AS_BUSY, "AS%u register 0x%x while command %u is being done", as,
			 reg, a->command);
	write_config(a, reg, value);
}

uint32_t mmu_read_reg(struct mali_sim *sim, unsigned int as, uint32_t reg)
{
	struct mmu_as *a;

	if (as >= MMU_AS_COUNT)
		return 0;
	a = &sim->mmu.as[as];
	event_expire(sim, &a->done);
	switch (reg) {
	case AS_TRANSTAB_LO:
		return (uint32_t)a->transtab;
	case AS_TRANSTAB_HI:
		return (uint32_t)(a->transtab >> 32);
	case AS_MEMATTR_LO:
		return (uint32_t)a->memattr;
	case AS_MEMATTR_HI:
		return (uint32_t)(a->memattr >> 32);
	case AS_LOCKADDR_LO:
		return (uint32_t)a->lockaddr;
	case AS_LOCKADDR_HI:
		return (uint32_t)(a->lockaddr >> 32);
	case AS_FAULTSTATUS:
		return a->faultstatus;
	case AS_FAULTADDRESS_LO:
		return (uint32_t)a->faultaddress;
	case AS_FAULTADDRESS_HI:
		return (uint32_t)(a->faultaddress >> 32);
	case AS_STATUS:
		return a->active;
	case AS_TRANSCFG_LO:
		return (uint32_t)a->transcfg;
	case AS_TRANSCFG_HI:
		return (uint32_t)(a->transcfg >> 32);
	case AS_FAULTEXTRA_LO:
		return (uint32_t)a->faultextra;
	case AS_FAULTEXTRA_HI:
		return (uint32_t)(a->faultextra >> 32);
	default: /* COMMAND is write only */
		return 0;
	}
}

/* ---- life ---- */

void mmu_init(struct mali_sim *sim)
{
	for (int i = 0; i < MMU_AS_COUNT; i++)
		event_init(&sim->mmu.as[i].done, command_done);
	mmu_reset(sim);
}

void mmu_reset(struct mali_sim *sim)
{
	for (int i = 0; i < MMU_AS_COUNT; i++) {
		struct mmu_as *a = &sim->mmu.as[i];

		event_cancel(sim, &a->done);
		memset(a, 0, sizeof(*a));
		event_init(&a->done, command_done);
	}
}
