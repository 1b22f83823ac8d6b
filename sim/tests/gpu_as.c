/* SPDX-License-Identifier: MIT */
/* AS commands: the TLB that goes stale, the lock, faults and what releases them. */
#include "check.h"
#include "fixture.h"

#include "gpu/sim.h"

#define VA           0x7f1234567000ull
#define FAR          0x7e0000000000ull
#define AS           2u
#define REG(r)       (0x2400u + AS * 0x40u + (r))
#define LOCKADDR     0x10
#define COMMAND      0x18
#define FAULTSTATUS  0x1c
#define FAULTADDRESS 0x20
#define STATUS       0x28
#define MMU_RAWSTAT  0x2000
#define MMU_CLEAR    0x2004
#define MMU_MASK     0x2008
#define LATEST_FLUSH 0x10000
#define MS           1000000ull
enum { NOP, UPDATE, LOCK, UNLOCK, FLUSH_PT, FLUSH_MEM };

static struct fixture fx;
static uint64_t root;

static void prepare(void)
{
	fx_start(&fx);
	fx_power_l2(&fx);
	root = fx_pt_new(&fx);
	fx_as_enable(&fx, AS, root);
}

static enum mmu_result touch(uint64_t va, uint8_t *code)
{
	struct mmu_fault fault = {0};
	uint8_t byte;
	enum mmu_result r = mmu_read(fx.sim, AS, va, &byte, 1, &fault);

	if (code)
		*code = fault.code;
	return r;
}

static void lock(uint64_t va, unsigned int size_log2)
{
	fx_write64(&fx, REG(LOCKADDR), va >> size_log2 << size_log2 | (size_log2 - 1));
	fx_as_command(&fx, AS, LOCK);
}

static void a_command_keeps_the_space_active(void)
{
	prepare();
	fx_write(&fx, REG(COMMAND), FLUSH_MEM);
	CHECK_EQ(fx_read(&fx, REG(STATUS)), 1);
	CHECK(fx_read(&fx, 0x34) & 1);
	fx_settle(&fx, MS);
	CHECK_EQ(fx_read(&fx, REG(STATUS)), 0);
	CHECK(fx_read(&fx, MMU_RAWSTAT) & 1u << (16 + AS));
	fx_write(&fx, REG(COMMAND), NOP);
	CHECK_EQ(fx_read(&fx, REG(STATUS)), 0);
	fx_stop(&fx);
}

static void the_tlb_goes_stale(void)
{
	prepare();
	fx_map_new(&fx, root, VA, FX_PAGE, 0);
	CHECK_EQ(touch(VA, NULL), MMU_OK);
	fx_unmap(&fx, root, VA, FX_PAGE);
	CHECK_EQ(touch(VA, NULL), MMU_OK);   /* the driver has not said so */
	fx_write(&fx, 0x30, 4 | 0x233 << 8); /* flushing caches says nothing about translations */
	fx_settle(&fx, MS);
	CHECK_EQ(touch(VA, NULL), MMU_OK);
	fx_as_flush(&fx, AS, VA, FX_PAGE);
	CHECK_EQ(touch(VA, NULL), MMU_FAULT);
	fx_stop(&fx);
}

static void each_command_that_drops(void)
{
	static const struct {
		unsigned int command;
		bool locked, drops;
	} cases[] = {
	    {NOP, true, false},     {LOCK, true, false},     {UNLOCK, true, true},
	    {FLUSH_PT, true, true}, {FLUSH_MEM, true, true}, {UPDATE, false, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		prepare();
		fx_map_new(&fx, root, VA, FX_PAGE, 0);
		touch(VA, NULL);
		fx_unmap(&fx, root, VA, FX_PAGE);
		if (cases[i].locked)
			lock(VA, 15);
		fx_as_command(&fx, AS, cases[i].command);
		fx.sim->mmu.as[AS].locked = false; /* to see the TLB through the lock */
		CHECK_EQ(touch(VA, NULL), cases[i].drops ? MMU_FAULT : MMU_OK);
		fx_stop(&fx);
	}
}

static void a_flush_is_for_its_region(void)
{
	prepare();
	fx_map_new(&fx, root, VA, FX_PAGE, 0);
	fx_map_new(&fx, root, FAR, FX_PAGE, 0);
	touch(VA, NULL);
	touch(FAR, NULL);
	fx_unmap(&fx, root, VA, FX_PAGE);
	fx_unmap(&fx, root, FAR, FX_PAGE);
	fx_as_flush(&fx, AS, FAR, FX_PAGE);
	CHECK_EQ(touch(VA, NULL), MMU_OK);
	CHECK_EQ(touch(FAR, NULL), MMU_FAULT);
	/* What panthor_mmu_as_disable() of 6.12 locks: everything. */
	fx_as_flush(&fx, AS, 0, UINT64_MAX);
	CHECK_EQ(touch(VA, NULL), MMU_FAULT);
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void a_block_is_dropped_as_a_whole(void)
{
	prepare();
	fx_map_block(&fx, root, 0x200000, FX_RAM_BASE, 2, 0);
	touch(0x200000, NULL);
	touch(0x3ff000, NULL);
	*fx_pte(&fx, root, 0x200000, 2) = 0;
	fx_as_flush(&fx, AS, 0x300000, FX_PAGE);
	CHECK_EQ(touch(0x200000, NULL), MMU_FAULT);
	CHECK_EQ(touch(0x3ff000, NULL), MMU_FAULT);
	fx_stop(&fx);
}

static void upgraded_permissions_need_a_flush_too(void)
{
	struct mmu_fault fault;
	uint64_t pa;
	uint8_t byte = 1;

	prepare();
	pa = fx_map_new(&fx, root, VA, FX_PAGE, FX_RO);
	touch(VA, NULL);
	fx_map(&fx, root, VA, pa, FX_PAGE, 0);
	CHECK_EQ(mmu_write(fx.sim, AS, VA, &byte, 1, &fault), MMU_FAULT);
	fx_as_flush(&fx, AS, VA, FX_PAGE);
	CHECK_EQ(mmu_write(fx.sim, AS, VA, &byte, 1, &fault), MMU_OK);
	fx_stop(&fx);
}

static void a_locked_region_stalls(void)
{
	prepare();
	fx_map_new(&fx, root, VA, FX_PAGE, 0);
	fx_map_new(&fx, root, FAR, FX_PAGE, 0);
	lock(VA, 15);
	CHECK_EQ(touch(VA, NULL), MMU_STALL);
	CHECK_EQ(touch(FAR, NULL), MMU_OK);
	fx_as_command(&fx, AS, UNLOCK);
	CHECK_EQ(touch(VA, NULL), MMU_OK);
	lock(VA, 15);
	fx_as_command(&fx, AS, FLUSH_PT); /* unlocks */
	CHECK_EQ(touch(VA, NULL), MMU_OK);
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void as_flushes_count(void)
{
	prepare();
	fx_as_flush(&fx, AS, VA, FX_PAGE);
	CHECK_EQ(fx_read(&fx, LATEST_FLUSH), 2);
	lock(VA, 15);
	fx_as_command(&fx, AS, UNLOCK);
	CHECK_EQ(fx_read(&fx, LATEST_FLUSH), 2);
	fx_stop(&fx);
}

static void report(uint64_t va, enum mmu_access access, uint16_t source)
{
	struct mmu_fault fault = {0};
	size_t len = 1;
	void *host;

	CHECK_EQ(mmu_map(fx.sim, AS, va, &len, access, &host, &fault), MMU_FAULT);
	mmu_report(fx.sim, AS, &fault, source);
}

static void a_fault_is_latched_once(void)
{
	prepare();
	fx_write(&fx, MMU_MASK, 0xffff);
	report(VA, MMU_WRITE, 0xabcd);
	CHECK(fx.line[MALI_SIM_IRQ_MMU]);
	CHECK_EQ(fx_read(&fx, MMU_RAWSTAT) & 0xffff, 1u << AS);
	CHECK_EQ(fx_read(&fx, REG(FAULTSTATUS)), 0xabcd03c0);
	CHECK_EQ(fx_read64(&fx, REG(FAULTADDRESS)), VA);
	CHECK(fx_read(&fx, 0x34) & 1 << 4);
	/* The next one waits. */
	CHECK_EQ(touch(FAR, NULL), MMU_STALL);
	fx_write(&fx, MMU_CLEAR, 1u << AS);
	CHECK_EQ(touch(FAR, NULL), MMU_STALL);
	CHECK_EQ(fx_read64(&fx, REG(FAULTADDRESS)), VA);
	fx_stop(&fx);
}

static void unmapping_ends_what_waits(void)
{
	uint8_t code;

	prepare();
	report(VA, MMU_READ, 0);
	fx_as_disable(&fx, AS);
	CHECK_EQ(touch(VA, &code), MMU_FAULT);
	CHECK_EQ(code, MMU_CODE_BUS);
	CHECK(!(fx_read(&fx, 0x34) & 1 << 4));
	fx_stop(&fx);
}

static void mapping_and_flushing_resolves_a_fault(void)
{
	prepare();
	report(VA, MMU_READ, 0);
	fx_map_new(&fx, root, VA, FX_PAGE, 0);
	fx_write(&fx, MMU_CLEAR, 1u << AS);
	fx_as_flush(&fx, AS, VA, FX_PAGE);
	CHECK_EQ(touch(VA, NULL), MMU_OK);
	report(FAR, MMU_READ, 1); /* a new one is latched again */
	CHECK_EQ(fx_read64(&fx, REG(FAULTADDRESS)), FAR);
	fx_stop(&fx);
}

static void update_latches_when_it_is_given(void)
{
	uint64_t other;

	prepare();
	other = fx_pt_new(&fx);
	fx_map_new(&fx, other, VA, FX_PAGE, 0);
	fx_write64(&fx, REG(0), other);
	CHECK_EQ(touch(VA, NULL), MMU_FAULT);
	fx_as_command(&fx, AS, UPDATE);
	CHECK_EQ(touch(VA, NULL), MMU_OK);
	fx_stop(&fx);
}

static void a_stuck_space_stays_so_until_reset(void)
{
	prepare();
	CHECK_STR(fx_control(&fx, "inject as-stuck as=3"), "ok");
	fx_as_command(&fx, AS, UPDATE); /* not this one */
	CHECK_EQ(fx_read(&fx, REG(STATUS)), 0);
	CHECK_STR(fx_control(&fx, "inject as-stuck as=2"), "ok");
	fx_write(&fx, REG(COMMAND), UPDATE);
	fx_advance(&fx, 1000 * MS);
	fx_write64(&fx, REG(0), root); /* Panthor 7.3 does, its wait having timed out */
	CHECK_EQ(fx_read(&fx, REG(STATUS)), 1);
	fx_write(&fx, 0x30, 0x101);
	fx_settle(&fx, 100 * MS);
	CHECK_EQ(fx_read(&fx, REG(STATUS)), 0);
	fx_power_l2(&fx);
	fx_as_enable(&fx, AS, root);
	CHECK(mmu_as_enabled(fx.sim, AS));
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void bus_faults_on_demand(void)
{
	uint8_t code = 0;

	prepare();
	fx_map_new(&fx, root, VA, 2 * FX_PAGE, 0);
	CHECK_EQ(touch(VA, NULL), MMU_OK);
	fx_control(&fx, "inject bus-fault va=0x7f1234568000");
	CHECK_EQ(touch(VA, NULL), MMU_OK);
	CHECK_EQ(touch(VA + FX_PAGE, &code), MMU_FAULT);
	CHECK_EQ(code, MMU_CODE_BUS);
	CHECK_EQ(touch(VA + FX_PAGE, NULL), MMU_OK); /* once */
	fx_control(&fx, "inject bus-fault as=5");
	CHECK_EQ(touch(VA, NULL), MMU_OK);
	fx_control(&fx, "inject bus-fault count=2");
	CHECK_EQ(touch(VA, NULL), MMU_FAULT);
	CHECK_EQ(touch(VA, NULL), MMU_FAULT);
	CHECK_EQ(touch(VA, NULL), MMU_OK);
	fx_stop(&fx);
}

static void the_l2_carries_it_all(void)
{
	uint8_t code;

	prepare();
	fx_map_new(&fx, root, VA, FX_PAGE, 0);
	touch(VA, NULL);
	fx_write(&fx, 0x1e0, 1);
	fx_settle(&fx, 100 * MS);
	CHECK_EQ(touch(VA, &code), MMU_FAULT);
	CHECK_EQ(code, MMU_CODE_BUS);
	fx_stop(&fx);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(a_command_keeps_the_space_active),
	    TEST(the_tlb_goes_stale),
	    TEST(each_command_that_drops),
	    TEST(a_flush_is_for_its_region),
	    TEST(a_block_is_dropped_as_a_whole),
	    TEST(upgraded_permissions_need_a_flush_too),
	    TEST(a_locked_region_stalls),
	    TEST(as_flushes_count),
	    TEST(a_fault_is_latched_once),
	    TEST(unmapping_ends_what_waits),
	    TEST(mapping_and_flushing_resolves_a_fault),
	    TEST(update_latches_when_it_is_given),
	    TEST(a_stuck_space_stays_so_until_reset),
	    TEST(bus_faults_on_demand),
	    TEST(the_l2_carries_it_all),
	    {0},
	});
}
