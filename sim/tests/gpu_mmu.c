/* SPDX-License-Identifier: MIT */
/* The walk: what maps where, and which code each thing that is wrong ends in. */
#include "check.h"
#include "fixture.h"

#include "gpu/mmu_walk.h"
#include "gpu/sim.h"

#define VA       0x7f1234567000ull
#define AS       1u
#define TRANSCFG (0x2400u + AS * 0x40u + 0x30u)
#define MEMATTR  (0x2400u + AS * 0x40u + 0x08u)
#define UPDATE   1
#define PTE_AF   (1ull << 10)

static struct fixture fx;
static uint64_t root;

static void prepare(void)
{
	fx_start(&fx);
	fx_power_l2(&fx);
	root = fx_pt_new(&fx);
	fx_as_enable(&fx, AS, root);
}

/* Return: 0 when the access works, else the exception code. */
static unsigned int try(uint64_t va, enum mmu_access access, uint64_t *pa)
{
	struct mmu_fault fault = {0};
	size_t len = 1;
	void *host;

	switch (mmu_map(fx.sim, AS, va, &len, access, &host, &fault)) {
	case MMU_OK:
		if (pa)
			*pa = FX_RAM_BASE + (uint64_t)((uint8_t *)host - fx.ram);
		return 0;
	case MMU_STALL:
		return 0x100;
	default:
		CHECK_EQ(fault.va, va);
		CHECK_EQ(fault.access, access);
		return fault.code;
	}
}

static uint64_t pa_of(uint64_t va)
{
	uint64_t pa = 0;

	CHECK_EQ(try(va, MMU_READ, &pa), 0);
	return pa;
}

static void set_transcfg(uint64_t value)
{
	fx_write64(&fx, TRANSCFG, value);
	fx_as_command(&fx, AS, UPDATE);
}

static void pages_and_blocks(void)
{
	uint64_t pa;

	prepare();
	pa = fx_map_new(&fx, root, VA, 3 * FX_PAGE, 0);
	CHECK_EQ(pa_of(VA), pa);
	CHECK_EQ(pa_of(VA + 2 * FX_PAGE + 0xabc), pa + 2 * FX_PAGE + 0xabc);
	/* A block's address bits below its size are not part of it. */
	fx_map_block(&fx, root, 0x200000, FX_RAM_BASE + 0x200000, 2, 0);
	CHECK_EQ(pa_of(0x3ff123), FX_RAM_BASE + 0x3ff123);
	fx_map_block(&fx, root, 0x40000000, FX_RAM_BASE, 1, 0);
	CHECK_EQ(pa_of(0x40000000 + 0x654321), FX_RAM_BASE + 0x654321);
	/* The rest of the 1 GiB has no RAM behind it. */
	CHECK_EQ(try(0x40000000 + FX_RAM_SIZE, MMU_READ, NULL), MMU_CODE_BUS);
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void holes_fault_at_their_level(void)
{
	prepare();
	CHECK_EQ(try(VA, MMU_READ, NULL), 0xc0);
	*fx_pte(&fx, root, VA, 1) = 0;
	CHECK_EQ(try(VA, MMU_WRITE, NULL), 0xc1);
	*fx_pte(&fx, root, VA, 2) = 2; /* bit 0 decides */
	CHECK_EQ(try(VA, MMU_ATOMIC, NULL), 0xc2);
	*fx_pte(&fx, root, VA, 3) = 0;
	CHECK_EQ(try(VA, MMU_EXECUTE, NULL), 0xc3);
	*fx_pte(&fx, root, VA, 3) = FX_RAM_BASE | PTE_AF | 1; /* reserved at the last level */
	CHECK_EQ(try(VA, MMU_READ, NULL), 0xc3);
	*fx_pte(&fx, root, 0, 0) = FX_RAM_BASE | PTE_AF | 1; /* no blocks of 512 GiB */
	CHECK_EQ(try(0, MMU_READ, NULL), 0xc0);
	fx_stop(&fx);
}

static void permissions(void)
{
	prepare();
	fx_map_new(&fx, root, VA, FX_PAGE, FX_RO);
	CHECK_EQ(try(VA, MMU_READ, NULL), 0);
	CHECK_EQ(try(VA, MMU_EXECUTE, NULL), 0);
	CHECK_EQ(try(VA, MMU_WRITE, NULL), 0xcb);
	CHECK_EQ(try(VA, MMU_ATOMIC, NULL), 0xcb);
	fx_map_new(&fx, root, VA + FX_PAGE, FX_PAGE, FX_NX);
	CHECK_EQ(try(VA + FX_PAGE, MMU_EXECUTE, NULL), 0xcb);
	CHECK_EQ(try(VA + FX_PAGE, MMU_ATOMIC, NULL), 0);
	fx_map_block(&fx, root, 0x200000, FX_RAM_BASE, 2, FX_RO);
	CHECK_EQ(try(0x200000, MMU_WRITE, NULL), 0xca);
	/* The same answer whether the TLB knows the page or not. */
	mmu_flush_all(fx.sim);
	CHECK_EQ(try(0x200000, MMU_WRITE, NULL), 0xca);
	fx_stop(&fx);
}

static void table_permissions_are_inherited(void)
{
	prepare();
	fx_map_new(&fx, root, VA, FX_PAGE, 0);
	*fx_pte(&fx, root, VA, 1) |= 1ull << 62;
	*fx_pte(&fx, root, VA, 2) |= 1ull << 60;
	CHECK_EQ(try(VA, MMU_WRITE, NULL), 0xcb);
	CHECK_EQ(try(VA, MMU_EXECUTE, NULL), 0xcb);
	CHECK_EQ(try(VA, MMU_READ, NULL), 0);
	set_transcfg(6 | 7 << 6 | MMU_TRANSCFG_DISABLE_HIER_AP);
	CHECK_EQ(try(VA, MMU_WRITE, NULL), 0);
	CHECK_EQ(try(VA, MMU_EXECUTE, NULL), 0);
	set_transcfg(6 | 7 << 6 | MMU_TRANSCFG_DISABLE_HIER_AP | MMU_TRANSCFG_WXN);
	CHECK_EQ(try(VA, MMU_EXECUTE, NULL), 0xcb);
	fx_stop(&fx);
}

static void access_flag(void)
{
	prepare();
	fx_map_new(&fx, root, VA, FX_PAGE, FX_NO_AF);
	CHECK_EQ(try(VA, MMU_READ, NULL), 0xdb);
	fx_map_block(&fx, root, 0x200000, FX_RAM_BASE, 2, FX_NO_AF);
	CHECK_EQ(try(0x200000, MMU_READ, NULL), 0xda);
	set_transcfg(6 | 7 << 6 | MMU_TRANSCFG_DISABLE_AF_FAULT);
	CHECK_EQ(try(VA, MMU_READ, NULL), 0);
	fx_stop(&fx);
}

static void memory_attributes(void)
{
	prepare();
	fx_map_new(&fx, root, VA, FX_PAGE, 5 << FX_ATTR_SHIFT);
	CHECK_EQ(try(VA, MMU_READ, NULL), 0);
	fx_write64(&fx, MEMATTR, 0x4c4cc04c4c8f4c4cull); /* entry 5 is "fault" */
	CHECK_EQ(try(VA, MMU_READ, NULL), 0);            /* not before the UPDATE */
	fx_as_command(&fx, AS, UPDATE);
	CHECK_EQ(try(VA, MMU_READ, NULL), 0xeb);
	fx_stop(&fx);
}

static void addresses_too_wide(void)
{
	prepare();
	CHECK_EQ(try(1ull << 48, MMU_READ, NULL), 0xe0);
	CHECK_EQ(try(UINT64_MAX, MMU_READ, NULL), 0xe0);
	fx_map(&fx, root, VA, 1ull << 40, FX_PAGE, 0);
	CHECK_EQ(try(VA, MMU_READ, NULL), 0xe7);
	fx_map_block(&fx, root, 0x40000000, 1ull << 40, 1, 0);
	CHECK_EQ(try(0x40000000, MMU_READ, NULL), 0xe5);
	*fx_pte(&fx, root, 0, 0) = 1ull << 41 | 3;
	CHECK_EQ(try(0, MMU_READ, NULL), 0xe5); /* the table for level 1 */
	CHECK_EQ(fx_complained(&fx, "pt-pa-width"), 3);
	fx_stop(&fx);
}

static void tables_outside_ram_are_bus_faults(void)
{
	prepare();
	*fx_pte(&fx, root, VA, 0) = 0x1000 | 3;
	CHECK_EQ(try(VA, MMU_READ, NULL), MMU_CODE_BUS);
	fx_map(&fx, root, 0x1000, 0x1000, FX_PAGE, 0);
	CHECK_EQ(try(0x1000, MMU_READ, NULL), MMU_CODE_BUS);
	fx_stop(&fx);
}

static void fewer_address_bits_start_lower(void)
{
	uint64_t pa;

	prepare();
	/* 39 bits: 55 - 39 = 16, three levels, TRANSTAB is a level 1 table. */
	fx_map_new(&fx, root, 0x12345000, FX_PAGE, 0);
	pa = pa_of(0x12345678);
	fx_write64(&fx, 0x2400 + AS * 0x40, *fx_pte(&fx, root, 0, 0) & ~0xfffull);
	set_transcfg(6 | 16 << 6);
	CHECK_EQ(pa_of(0x12345678), pa);
	CHECK_EQ(try(1ull << 39, MMU_READ, NULL), 0xe0);
	fx_stop(&fx);
}

static void modes(void)
{
	prepare();
	fx_map_new(&fx, root, VA, FX_PAGE, 0);
	CHECK_EQ(try(VA, MMU_READ, NULL), 0);
	set_transcfg(MMU_ADRMODE_IDENTITY);
	CHECK_EQ(pa_of(FX_RAM_BASE + 0x1234), FX_RAM_BASE + 0x1234);
	CHECK_EQ(try(1ull << 40, MMU_READ, NULL), 0xe0);
	fx_as_disable(&fx, AS);
	CHECK_EQ(try(VA, MMU_READ, NULL), MMU_CODE_BUS);
	CHECK(!mmu_as_enabled(fx.sim, AS));
	CHECK(!mmu_as_enabled(fx.sim, MMU_AS_COUNT));
	fx_stop(&fx);
}

static void copies_cross_pages(void)
{
	uint8_t out[3 * FX_PAGE], in[3 * FX_PAGE];
	struct mmu_fault fault;
	uint64_t a, b;

	prepare();
	/* Virtually next to each other, physically swapped. */
	a = fx_alloc(&fx, 1);
	b = fx_alloc(&fx, 1);
	fx_map(&fx, root, VA, b, FX_PAGE, 0);
	fx_map(&fx, root, VA + FX_PAGE, a, FX_PAGE, 0);
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (uint8_t)(i * 7);
	CHECK_EQ(mmu_write(fx.sim, AS, VA + 100, out, 2 * FX_PAGE - 100, &fault), MMU_OK);
	CHECK_EQ(mmu_read(fx.sim, AS, VA + 100, in, 2 * FX_PAGE - 100, &fault), MMU_OK);
	CHECK(memcmp(in, out, 2 * FX_PAGE - 100) == 0);
	CHECK(memcmp(fx_host(&fx, a), out + FX_PAGE - 100, FX_PAGE) == 0);
	/* Half-way: what came before is written, the fault names the first byte that is not. */
	CHECK_EQ(mmu_write(fx.sim, AS, VA + 2 * FX_PAGE - 2, out, 4, &fault), MMU_FAULT);
	CHECK_EQ(fault.va, VA + 2 * FX_PAGE);
	CHECK_EQ(((uint8_t *)fx_host(&fx, a))[FX_PAGE - 1], out[1]);
	fx_stop(&fx);
}

static void length_ends_with_the_page(void)
{
	struct mmu_fault fault;
	size_t len = 100;
	void *host;

	prepare();
	fx_map_new(&fx, root, VA, FX_PAGE, 0);
	CHECK_EQ(mmu_map(fx.sim, AS, VA + FX_PAGE - 10, &len, MMU_READ, &host, &fault), MMU_OK);
	CHECK_EQ(len, 10);
	len = 4;
	CHECK_EQ(mmu_map(fx.sim, AS, VA, &len, MMU_READ, &host, &fault), MMU_OK);
	CHECK_EQ(len, 4);
	fx_stop(&fx);
}

static void spaces_are_apart(void)
{
	uint64_t other, a, b;
	struct mmu_fault fault;
	uint32_t value;

	prepare();
	other = fx_pt_new(&fx);
	fx_as_enable(&fx, 7, other);
	a = fx_map_new(&fx, root, VA, FX_PAGE, 0);
	b = fx_map_new(&fx, other, VA, FX_PAGE, 0);
	*(uint32_t *)fx_host(&fx, a) = 1;
	*(uint32_t *)fx_host(&fx, b) = 2;
	CHECK_EQ(mmu_read(fx.sim, AS, VA, &value, 4, &fault), MMU_OK);
	CHECK_EQ(value, 1);
	CHECK_EQ(mmu_read(fx.sim, 7, VA, &value, 4, &fault), MMU_OK);
	CHECK_EQ(value, 2);
	CHECK_STR(fx_control(&fx, "mutate mmu-leak"), "ok");
	CHECK_EQ(mmu_read(fx.sim, 7, VA, &value, 4, &fault), MMU_OK);
	CHECK_EQ(value, 1);
	fx_stop(&fx);
}

static void mutations(void)
{
	struct mmu_fault fault;
	uint32_t value = 5;
	uint64_t pa;

	prepare();
	pa = fx_map_new(&fx, root, VA, FX_PAGE, FX_RO);
	fx_control(&fx, "mutate mmu-readonly-writable");
	CHECK_EQ(mmu_write(fx.sim, AS, VA, &value, 4, &fault), MMU_OK);
	CHECK_EQ(*(uint32_t *)fx_host(&fx, pa), 5);
	fx_control(&fx, "mutate none");
	CHECK_EQ(try(VA, MMU_WRITE, NULL), 0xcb);
	fx_control(&fx, "mutate mmu-fault-silent");
	CHECK_EQ(mmu_write(fx.sim, AS, 0x1000, &value, 4, &fault), MMU_OK);
	CHECK_EQ(mmu_read(fx.sim, AS, 0x1000, &value, 4, &fault), MMU_OK);
	CHECK_EQ(value, 0);
	fx_stop(&fx);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(pages_and_blocks),
	    TEST(holes_fault_at_their_level),
	    TEST(permissions),
	    TEST(table_permissions_are_inherited),
	    TEST(access_flag),
	    TEST(memory_attributes),
	    TEST(addresses_too_wide),
	    TEST(tables_outside_ram_are_bus_faults),
	    TEST(fewer_address_bits_start_lower),
	    TEST(modes),
	    TEST(copies_cross_pages),
	    TEST(length_ends_with_the_page),
	    TEST(spaces_are_apart),
	    TEST(mutations),
	    {0},
	});
}
