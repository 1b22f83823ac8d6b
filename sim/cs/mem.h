/* SPDX-License-Identifier: MIT */
/* mem.h - how a command stream touches memory: through its address space, one atomic word at a
 * time. */
#ifndef CS_MEM_H
#define CS_MEM_H

#include <stdint.h>

#include "gpu/mmu.h"

struct cs;

/** enum cs_mem - how an access of a stream ended. */
enum cs_mem {
	CS_MEM_OK,
	CS_MEM_STALL, /* try again after cs_memory_changed(); a fault was reported where there is
			 one */
	CS_MEM_BUS,   /* the address space is gone, or the bus said no: the work cannot be done */
};

/**
 * cs_mem_map() - host address of @size bytes at @va of the stream's address space.
 * @va: aligned to @size, which is a power of two up to 8, so that no page boundary is inside.
 *
 * A translation or permission fault is reported to the driver (mmu_report()) and stalls, as the
 * hardware's does until the driver acts.
 */
enum cs_mem cs_mem_map(struct cs *cs, uint64_t va, size_t size, enum mmu_access access,
		       void **host);

/** cs_mem_map_mcu() - the same in the MCU's address space, where a fault is not reported but
 * CS_MEM_BUS. */
enum cs_mem cs_mem_map_mcu(struct cs *cs, uint64_t va, size_t size, enum mmu_access access,
			   void **host);

/* Words that vCPUs and other streams touch at the same time. */
static inline uint32_t cs_get32(const void *host)
{
	return __atomic_load_n((const uint32_t *)host, __ATOMIC_ACQUIRE);
}

static inline uint64_t cs_get64(const void *host)
{
	return __atomic_load_n((const uint64_t *)host, __ATOMIC_ACQUIRE);
}

static inline void cs_put32(void *host, uint32_t v)
{
	__atomic_store_n((uint32_t *)host, v, __ATOMIC_RELEASE);
}

static inline void cs_put64(void *host, uint64_t v)
{
	__atomic_store_n((uint64_t *)host, v, __ATOMIC_RELEASE);
}

#endif /* CS_MEM_H */
