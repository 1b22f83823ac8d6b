/* SPDX-License-Identifier: MIT */
/* regs.h - the register window: which word is where, and the plain words that only remember. */
#ifndef GPU_REGS_H
#define GPU_REGS_H

#include <stdbool.h>
#include <stdint.h>

#include "mali_sim.h"

struct mali_sim;

/* The registers of regs.def that only store what was written. */
enum gpu_word {
#define CONST(offset, name, value)
#define WORD(offset, name, reset) WORD_##name,
#define REG(offset, name, read, write, arg)
#include "gpu/regs.def"
#undef CONST
#undef WORD
#undef REG
	WORD_COUNT,
};

struct gpu_regs {
	uint32_t word[WORD_COUNT];
	uint32_t ipa[0x200 / 4];                          /* IPA_CONTROL */
	uint8_t unknown_seen[MALI_SIM_MMIO_SIZE / 4 / 8]; /* one bit a word: said once already */
};

/** regs_reset() - the stored words as after reset. */
void regs_reset(struct mali_sim *sim);

/** regs_read() / regs_write() - one access; @offset is below MALI_SIM_MMIO_SIZE. */
uint32_t regs_read(struct mali_sim *sim, uint32_t offset);
void regs_write(struct mali_sim *sim, uint32_t offset, uint32_t value);

/** regs_name() - of the register at @offset, NULL when it has none in regs.def. */
const char *regs_name(uint32_t offset);

#endif /* GPU_REGS_H */
