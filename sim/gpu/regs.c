/* SPDX-License-Identifier: MIT */
/* regs.c - the register window: the table of regs.def, and the ranges around it. */
#include "gpu/regs.h"

#include <stddef.h>
#include <string.h>

#include "gpu/id.h"
#include "gpu/sim.h"
#include "mcu/mcu.h"

/* Where the window's other blocks are (panthor_regs.h). */
#define MMU_AS_BASE    0x2400u
#define MMU_AS_SHIFT   6
#define MMU_AS_WINDOWS 16u
#define LATEST_FLUSH   0x10000u
#define IPA_BASE       0x40000u
#define IPA_TIMER      0x008u
#define IPA_SELECT_END 0x030u
#define IPA_END        0x200u
#define DOORBELL_BASE  0x80000u
#define DOORBELL_SHIFT 16
#define TABLE_END      0x2010u

/* Which half of a 64-bit register a row is; above the power domain in @arg. */
#define LO 0
#define HI 0x100

/* Bits that GPU_IRQ has (mali_kbase_gpu_regmap_csf.h, IRQ flags). */
#define GPU_IRQ_KNOWN 0x000f0703u

struct reg {
	const char *name;
	uint32_t (*read)(struct mali_sim *sim, unsigned int arg);
	void (*write)(struct mali_sim *sim, unsigned int arg, uint32_t value);
	unsigned int arg;
};

static uint32_t half(uint64_t value, unsigned int arg)
{
	return arg & HI ? (uint32_t)(value >> 32) : (uint32_t)value;
}

static uint64_t unhalf(uint32_t value, unsigned int arg)
{
	return arg & HI ? (uint64_t)value << 32 : value;
}

/* ---- plain ---- */

static const uint32_t word_reset[WORD_COUNT] = {
#define CONST(offset, name, value)
#define WORD(offset, name, reset) [WORD_##name] = reset,
#define REG(offset, name, read, write, arg)
#include "gpu/regs.def"
#undef CONST
#undef WORD
#undef REG
};

static uint32_t read_const(struct mali_sim *sim, unsigned int arg)
{
	return arg;
}

static uint32_t read_word(struct mali_sim *sim, unsigned int arg)
{
	return sim->regs.word[arg];
}

static void write_word(struct mali_sim *sim, unsigned int arg, uint32_t value)
{
	sim->regs.word[arg] = value;
}

/* ---- what is not there ---- */

static void unknown(struct mali_sim *sim, uint32_t offset, const char *what, uint32_t value)
{
	uint8_t *byte = &sim->regs.unknown_seen[offset / 4 / 8];
	uint8_t bit = (uint8_t)(1u << (offset / 4 % 8));

	if (*byte & bit)
		return;
	*byte |= bit;
	log_unimp(sim, "register 0x%05x %s 0x%x", offset, what, value);
}

/* Registers of later architectures; arg is the offset. */
static uint32_t read_later(struct mali_sim *sim, unsigned int arg)
{
	unknown(sim, arg, "of a later architecture was read as", 0);
	return 0;
}

static void write_later(struct mali_sim *sim, unsigned int arg, uint32_t value)
{
	unknown(sim, arg, "of a later architecture was written with", value);
}

/* ---- interrupts; arg is the block ---- */

static void check_irq(struct mali_sim *sim, unsigned int arg, uint32_t bits, const char *what)
{
	/* Panthor clears and unmasks all 32 bits of the other two blocks. */
	if (arg == MALI_SIM_IRQ_GPU && (bits & ~GPU_IRQ_KNOWN))
		complain(sim, RULE_IRQ_RESERVED, "GPU_IRQ_%s = 0x%x", what, bits);
}

static uint32_t read_irq_raw(struct mali_sim *sim, unsigned int arg)
{
	return sim->irqs.raw[arg];
}

static uint32_t read_irq_mask(struct mali_sim *sim, unsigned int arg)
{
	return sim->irqs.mask[arg];
}

static uint32_t read_irq_status(struct mali_sim *sim, unsigned int arg)
{
	return sim->irqs.raw[arg] & sim->irqs.mask[arg];
}

/* Writable in kbase's map, to test the line. */
static void write_irq_raw(struct mali_sim *sim, unsigned int arg, uint32_t value)
{
	irq_raise(sim, arg, value);
}

static void write_irq_clear(struct mali_sim *sim, unsigned int arg, uint32_t value)
{
	check_irq(sim, arg, value, "CLEAR");
	irq_clear(sim, arg, value);
}

static void write_irq_mask(struct mali_sim *sim, unsigned int arg, uint32_t value)
{
	check_irq(sim, arg, value, "MASK");
	irq_set_mask(sim, arg, value);
}

/* ---- commands, faults, clocks ---- */

static void write_command(struct mali_sim *sim, unsigned int arg, uint32_t value)
{
	command_write(sim, value);
}

static uint32_t read_status(struct mali_sim *sim, unsigned int arg)
{
	return gpu_status(sim);
}

static uint32_t read_fault_status(struct mali_sim *sim, unsigned int arg)
{
	return sim->command.fault_status;
}

static uint32_t read_fault_address(struct mali_sim *sim, unsigned int arg)
{
	return half(sim->command.fault_address, arg);
}

static uint32_t read_timestamp_offset(struct mali_sim *sim, unsigned int arg)
{
	return half(sim->timestamp_offset, arg);
}

static void write_timestamp_offset(struct mali_sim *sim, unsigned int arg, uint32_t value)
{
	uint64_t keep = arg & HI ? 0xffffffffull : 0xffffffff00000000ull;

	sim->timestamp_offset = (sim->timestamp_offset & keep) | unhalf(value, arg);
}

static uint32_t read_timestamp(struct mali_sim *sim, unsigned int arg)
{
	return half(gpu_timestamp(sim), arg);
}

static uint32_t read_cycles(struct mali_sim *sim, unsigned int arg)
{
	return half(gpu_cycles(sim), arg);
}

/* ---- power; arg is the domain and the half ---- */

static uint32_t read_ready(struct mali_sim *sim, unsigned int arg)
{
	return half(power_ready(sim, arg & 0xff), arg);
}

static uint32_t read_transition(struct mali_sim *sim, unsigned int arg)
{
	power_ready(sim, arg & 0xff); /* what is over must not show */
	return half(power_transition(sim, arg & 0xff), arg);
}

/* Active is "on and doing something". */
static uint32_t read_active(struct mali_sim *sim, unsigned int arg)
{
	return mcu_busy(sim) ? half(power_ready(sim, arg & 0xff), arg) : 0;
}

static void write_power_on(struct mali_sim *sim, unsigned int arg, uint32_t value)
{
	/* Both kernels may write a zero to the half that has no cores. */
	if (value)
		power_on(sim, arg & 0xff, unhalf(value, arg));
}

static void write_power_off(struct mali_sim *sim, unsigned int arg, uint32_t value)
{
	if (value)
		power_off(sim, arg & 0xff, unhalf(value, arg));
}

/* ---- the MCU ---- */

static uint32_t read_mcu_control(struct mali_sim *sim, unsigned int arg)
{
	return mcu_read_control(sim);
}

static uint32_t read_mcu_status(struct mali_sim *sim, unsigned int arg)
{
	return mcu_read_status(sim);
}

static void write_mcu_control(struct mali_sim *sim, unsigned int arg, uint32_t value)
{
	mcu_write_control(sim, value);
}

/* ---- the window ---- */

static const struct reg table[TABLE_END / 4] = {
#define CONST(offset, name, value)          [(offset) / 4] = {#name, read_const, NULL, value},
#define WORD(offset, name, reset)           [(offset) / 4] = {#name, read_word, write_word, WORD_##name},
#define REG(offset, name, read, write, arg) [(offset) / 4] = {#name, read, write, arg},
#include "gpu/regs.def"
#undef CONST
#undef WORD
#undef REG
};

const char *regs_name(uint32_t offset)
{
	return offset < TABLE_END ? table[offset / 4].name : NULL;
}

static bool is_as(uint32_t offset)
{
	return offset >= MMU_AS_BASE && offset < MMU_AS_BASE + (MMU_AS_WINDOWS << MMU_AS_SHIFT);
}

static unsigned int as_of(uint32_t offset)
{
	return (offset - MMU_AS_BASE) >> MMU_AS_SHIFT;
}

/* The power model's counters (mali_kbase_gpu_regmap_csf.h, IPA_CONTROL): TIMER and the selections
 * are kept, no command stays active, no counter counts. */
static bool is_ipa(uint32_t offset)
{
	return offset >= IPA_BASE && offset < IPA_BASE + IPA_END;
}

static uint32_t read_ipa(const struct mali_sim *sim, uint32_t offset)
{
	return sim->regs.ipa[(offset - IPA_BASE) / 4];
}

static void write_ipa(struct mali_sim *sim, uint32_t offset, uint32_t value)
{
	if (offset >= IPA_BASE + IPA_TIMER && offset < IPA_BASE + IPA_SELECT_END)
		sim->regs.ipa[(offset - IPA_BASE) / 4] = value;
}

static bool is_doorbell(uint32_t offset)
{
	return offset >= DOORBELL_BASE && (offset & ((1u << DOORBELL_SHIFT) - 1)) == 0;
}

uint32_t regs_read(struct mali_sim *sim, uint32_t offset)
{
	const struct reg *r = offset < TABLE_END ? &table[offset / 4] : NULL;

	if (r && r->name)
		return r->read ? r->read(sim, r->arg) : 0;
	if (is_as(offset))
		return mmu_read_reg(sim, as_of(offset), offset & ((1u << MMU_AS_SHIFT) - 1));
	if (is_ipa(offset))
		return read_ipa(sim, offset);
	if (offset == LATEST_FLUSH)
		return sim->latest_flush;
	if (!is_doorbell(offset))
		unknown(sim, offset, "was read as", 0);
	return 0;
}

void regs_write(struct mali_sim *sim, uint32_t offset, uint32_t value)
{
	const struct reg *r = offset < TABLE_END ? &table[offset / 4] : NULL;

	if (r && r->name && r->write)
		r->write(sim, r->arg, value);
	else if ((r && r->name) || offset == LATEST_FLUSH)
		complain(sim, RULE_WRITE_READ_ONLY, "%s (0x%05x) = 0x%x",
			 r ? r->name : "LATEST_FLUSH", offset, value);
	else if (is_as(offset))
		mmu_write_reg(sim, as_of(offset), offset & ((1u << MMU_AS_SHIFT) - 1), value);
	else if (is_ipa(offset))
		write_ipa(sim, offset, value);
	else if (is_doorbell(offset))
		mcu_doorbell(sim, (offset - DOORBELL_BASE) >> DOORBELL_SHIFT);
	else
		unknown(sim, offset, "was written with", value);
}

void regs_reset(struct mali_sim *sim)
{
	memcpy(sim->regs.word, word_reset, sizeof(word_reset));
	memset(sim->regs.ipa, 0, sizeof(sim->regs.ipa));
}
