/* SPDX-License-Identifier: MIT */
/*
 * iface.h - the interface section in guest memory: where each block is, and single words of it.
 *
 * The section is shared with the guest's CPUs, which write it at any time, so every access is one
 * atomic load or store of one word. Its pages are translated through address space 0 at each entry
 * to the firmware's code (iface_enter()); between two entries nothing can change the translation,
 * because the AS registers are written under the same lock.
 */
#ifndef MCU_IFACE_H
#define MCU_IFACE_H

#include <stdbool.h>
#include <stdint.h>

#include "gpu/mmu.h"

struct mali_sim;

/* A G610's firmware offers 8 groups of 8 streams (design.md: the image's own layout;
 * panfrost_noop.c). */
#define MCU_GROUPS  8
#define MCU_STREAMS 8

/* Pages that a layout may span; the image of arch10.8 takes 12 (its section header: 0xc000 bytes).
 */
#define IFACE_PAGES 64

#define WORD(block, name, offset, bytes) block##_##name = (offset),
enum iface_word {
#include "mcu/words.def"
};
#undef WORD

/** struct iface_block - GPU addresses of a pair of input and output blocks. */
struct iface_block {
	uint32_t in, out;
};

struct iface {
	uint8_t *page[IFACE_PAGES]; /* host addresses, valid between iface_enter() and the end of
				       the event */
	unsigned int pages;         /* that the layout uses */
	struct iface_block glb;
	struct iface_block csg[MCU_GROUPS];
	struct iface_block cs[MCU_GROUPS][MCU_STREAMS];
};

/**
 * iface_load() - read the layout that the image brings and check it against this GPU.
 * @problem: receives a sentence when the layout is refused.
 *
 * Return: MMU_OK; MMU_STALL to try again later; MMU_FAULT, with @fault filled when @problem is
 * NULL.
 */
enum mmu_result iface_load(struct mali_sim *sim, const char **problem, struct mmu_fault *fault);

/** iface_publish() - fill in what firmware fills in at boot: version, features, sizes. */
void iface_publish(struct mali_sim *sim);

/** iface_enter() - translate the section's pages again. Return: as mmu_map(). */
enum mmu_result iface_enter(struct mali_sim *sim, struct mmu_fault *fault);

/** iface_host() - host address of @va, which lies within the layout's pages. */
static inline void *iface_host(const struct iface *i, uint32_t va)
{
	return i->page[(va >> 12) & (IFACE_PAGES - 1)] + (va & 0xfff);
}

/** iface_r32() / iface_r64() / iface_w32() / iface_w64() - one word of a block at @base. */
static inline uint32_t iface_r32(const struct iface *i, uint32_t base, enum iface_word w)
{
	return __atomic_load_n((uint32_t *)iface_host(i, base + (uint32_t)w), __ATOMIC_ACQUIRE);
}

static inline uint64_t iface_r64(const struct iface *i, uint32_t base, enum iface_word w)
{
	return __atomic_load_n((uint64_t *)iface_host(i, base + (uint32_t)w), __ATOMIC_ACQUIRE);
}

static inline void iface_w32(const struct iface *i, uint32_t base, enum iface_word w, uint32_t v)
{
	__atomic_store_n((uint32_t *)iface_host(i, base + (uint32_t)w), v, __ATOMIC_RELEASE);
}

static inline void iface_w64(const struct iface *i, uint32_t base, enum iface_word w, uint64_t v)
{
	__atomic_store_n((uint64_t *)iface_host(i, base + (uint32_t)w), v, __ATOMIC_RELEASE);
}

/**
 * iface_ring_ack() - acknowledge the doorbells in a pair of DB_REQ and DB_ACK words.
 *
 * A host that rings while a ring is pending changes nothing in DB_REQ, so the acknowledgement has
 * to come before the look at what was rung for: then the host's next ring either toggles the bit
 * anew or was about something that the look sees.
 *
 * Return: the bits that were rung.
 */
uint32_t iface_ring_ack(struct iface *i, uint32_t in, enum iface_word req, uint32_t out,
			enum iface_word ack);

#endif /* MCU_IFACE_H */
