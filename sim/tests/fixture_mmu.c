/* SPDX-License-Identifier: MIT */
/* fixture_mmu.c - page tables and address spaces for tests, the way Panthor makes them. */
#include "fixture.h"

#define AS(n)        (0x2400u + (n) * 0x40u)
#define AS_TRANSTAB  0x00
#define AS_MEMATTR   0x08
#define AS_LOCKADDR  0x10
#define AS_COMMAND   0x18
#define AS_STATUS    0x28
#define AS_TRANSCFG  0x30
#define CMD_UPDATE   1
#define CMD_LOCK     2
#define CMD_FLUSH_PT 4

/* What panthor_vm_active() writes: 4 KiB granule, 48 bits, walks write-back and read-allocating. */
#define PANTHOR_TRANSCFG (6ull | 7ull << 6 | 2ull << 24 | 1ull << 30)
#define PANTHOR_MEMATTR  0x4c4c4c4c4c8f4c4cull

#define PTE_TABLE 3ull
#define PTE_PAGE  3ull
#define PTE_BLOCK 1ull

static unsigned int shift_of(unsigned int level)
{
	return 12 + 9 * (3 - level);
}

static uint64_t leaf(uint64_t pa, uint64_t type, unsigned int flags)
{
	uint64_t pte =
	    pa | type | 1ull << 6 | 3ull << 8 | 1ull << 11; /* unprivileged, inner shareable, nG */

	if (!(flags & FX_NO_AF))
		pte |= 1ull << 10;
	if (flags & FX_RO)
		pte |= 1ull << 7;
	if (flags & FX_NX)
		pte |= 3ull << 53;
	return pte | (uint64_t)((flags >> FX_ATTR_SHIFT) & 7) << 2;
}

uint64_t fx_pt_new(struct fixture *fx)
{
	return fx_alloc(fx, 1);
}

uint64_t *fx_pte(struct fixture *fx, uint64_t root, uint64_t va, unsigned int level)
{
	uint64_t *table = fx_host(fx, root);

	for (unsigned int l = 0; l < level; l++) {
		uint64_t *entry = &table[(va >> shift_of(l)) & 511];

		if (!(*entry & 1))
			*entry = fx_alloc(fx, 1) | PTE_TABLE;
		table = fx_host(fx, *entry & 0xfffffffff000ull);
	}
	return &table[(va >> shift_of(level)) & 511];
}

void fx_map(struct fixture *fx, uint64_t root, uint64_t va, uint64_t pa, uint64_t size,
	    unsigned int flags)
{
	for (uint64_t i = 0; i < size; i += FX_PAGE)
		*fx_pte(fx, root, va + i, 3) = leaf(pa + i, PTE_PAGE, flags);
}

void fx_map_block(struct fixture *fx, uint64_t root, uint64_t va, uint64_t pa, unsigned int level,
		  unsigned int flags)
{
	*fx_pte(fx, root, va, level) = leaf(pa, PTE_BLOCK, flags);
}

void fx_unmap(struct fixture *fx, uint64_t root, uint64_t va, uint64_t size)
{
	for (uint64_t i = 0; i < size; i += FX_PAGE)
		*fx_pte(fx, root, va + i, 3) = 0;
}

uint64_t fx_map_new(struct fixture *fx, uint64_t root, uint64_t va, uint64_t size,
		    unsigned int flags)
{
	uint64_t pa = fx_alloc(fx, (size + FX_PAGE - 1) / FX_PAGE);

	fx_map(fx, root, va, pa, size, flags);
	return pa;
}

void fx_as_command(struct fixture *fx, unsigned int as, uint32_t command)
{
	fx_write(fx, AS(as) + AS_COMMAND, command);
	for (int i = 0; i < 100 && fx_read(fx, AS(as) + AS_STATUS); i++)
		fx_advance(fx, 1000);
}

static void configure(struct fixture *fx, unsigned int as, uint64_t transtab, uint64_t memattr,
		      uint64_t transcfg)
{
	fx_write64(fx, AS(as) + AS_TRANSTAB, transtab);
	fx_write64(fx, AS(as) + AS_MEMATTR, memattr);
	fx_write64(fx, AS(as) + AS_TRANSCFG, transcfg);
	fx_as_command(fx, as, CMD_UPDATE);
}

void fx_as_enable(struct fixture *fx, unsigned int as, uint64_t root)
{
	configure(fx, as, root, PANTHOR_MEMATTR, PANTHOR_TRANSCFG);
}

void fx_as_disable(struct fixture *fx, unsigned int as)
{
	configure(fx, as, 0, 0, 1);
}

void fx_as_flush(struct fixture *fx, unsigned int as, uint64_t va, uint64_t size)
{
	unsigned int bits = 15;

	while (bits < 64 && (va >> bits) != ((va + size - 1) >> bits))
		bits++;
	fx_write64(fx, AS(as) + AS_LOCKADDR, (bits == 64 ? 0 : va >> bits << bits) | (bits - 1));
	fx_as_command(fx, as, CMD_LOCK);
	fx_as_command(fx, as, CMD_FLUSH_PT);
}
