/* SPDX-License-Identifier: MIT */
/* cs_ldst_test.c - LOAD_MULTIPLE and STORE_MULTIPLE: what they move, when, and what happens when
 * they cannot. */
#include "check.h"
#include "cs_rig.h"
#include "gpu/sim.h"

#define MMU_RAWSTAT     0x2000
#define MMU_CLEAR       0x2004
#define AS_FAULTSTATUS  (0x2400 + RIG_AS * 0x40 + 0x1c)
#define AS_FAULTADDRESS (0x2400 + RIG_AS * 0x40 + 0x20)

static void store_follows_the_mask(void)
{
	struct rig r;

	rig_start(&r);
	for (unsigned int i = 0; i < 16; i++) {
		r.cs.regs[40 + i] = 0xa0000000 + i;
		*rig_word(&r, 0x100 + 4 * i) = 0x55555555;
	}
	RIG_JOB(&r, e_move(2, RIG_DATA_VA + 0x80), e_store(40, 0x9005, 2, 0x80), e_wait(1));
	for (unsigned int i = 0; i < 16; i++)
		CHECK_EQ(*rig_word(&r, 0x100 + 4 * i),
			 0x9005 >> i & 1 ? 0xa0000000 + i : 0x55555555);
	CHECK_EQ(fx_complaints(&r.fx), 0);
	rig_stop(&r);
}

static void load_follows_the_mask(void)
{
	struct rig r;

	rig_start(&r);
	for (unsigned int i = 0; i < 16; i++)
		*rig_word(&r, 0x200 + 4 * i) = 0xb0000000 + i;
	RIG_JOB(&r, e_move(2, RIG_DATA_VA + 0x204), e_load(60, 0x8421, 2, -4), e_wait(1));
	for (unsigned int i = 0; i < 16; i++)
		CHECK_EQ(r.cs.regs[60 + i], 0x8421 >> i & 1 ? 0xb0000000 + i : 0);
	rig_stop(&r);
}

static void offsets_are_signed(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_DATA_VA + 0x8000), e_move32(4, 1), e_store(4, 1, 2, -0x8000),
		e_move32(5, 2), e_store(5, 1, 2, 0x7ffc), e_wait(1));
	CHECK_EQ(*rig_word(&r, 0), 1);
	CHECK_EQ(*rig_word(&r, 0xfffc), 2);
	rig_stop(&r);
}

static void last_registers_work_and_no_more(void)
{
	struct rig r;

	rig_start(&r);
	*rig_word(&r, 4) = 99;
	CHECK_EQ(RIG_JOB(&r, e_move(2, RIG_DATA_VA), e_load(94, 3, 2, 0), e_wait(1)),
		 CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[95], 99);
	CHECK_EQ(RIG_JOB(&r, e_load(94, 7, 2, 0)), CS_STOP_FATAL);
	CHECK_EQ(r.cs.fatal.type, 0x49);
	rig_stop(&r);
}

static void load_completes_later(void)
{
	struct rig r;
	uint64_t cost;

	rig_start(&r);
	*rig_word(&r, 0) = 42;
	rig_put(&r, e_move(2, RIG_DATA_VA));
	rig_put(&r, e_load(4, 1, 2, 0));
	CHECK_EQ(rig_run(&r, 10, &cost), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[4], 0);
	CHECK_EQ(cs_busy_mask(&r.cs), 1);
	CHECK(cs_in_flight(&r.cs));
	CHECK(!cs_idle(&r.cs));
	fx_settle(&r.fx, 1000000);
	CHECK_EQ(r.cs.regs[4], 42);
	CHECK_EQ(cs_busy_mask(&r.cs), 0);
	CHECK(r.events[CS_EVENT_WAKE] > 0);
	CHECK(cs_idle(&r.cs));
	rig_stop(&r);
}

static void reading_before_the_wait_sees_the_old_value(void)
{
	struct rig r;

	rig_start(&r);
	*rig_word(&r, 0) = 42;
	RIG_JOB(&r, e_move(2, RIG_DATA_VA), e_move32(4, 7), e_load(4, 1, 2, 0), e_add32(6, 4, 0),
		e_wait(1), e_add32(7, 4, 0));
	CHECK_EQ(r.cs.regs[6], 7);
	CHECK_EQ(r.cs.regs[7], 42);
	CHECK_EQ(fx_complained(&r.fx, "cs-load-before-wait"), 1);
	CHECK_EQ(fx_complaints(&r.fx), 1);
	rig_stop(&r);
}

static void overwriting_before_the_wait_stores_the_new_value(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_DATA_VA), e_move32(4, 7), e_store(4, 1, 2, 0), e_move32(4, 8),
		e_wait(1), e_move32(4, 9));
	CHECK_EQ(*rig_word(&r, 0), 8);
	CHECK_EQ(fx_complained(&r.fx, "cs-store-overwrite"), 1);
	CHECK_EQ(fx_complaints(&r.fx), 1);
	rig_stop(&r);
}

static void address_register_is_free_at_once(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_DATA_VA), e_move32(4, 7), e_store(4, 1, 2, 0),
		e_move(2, RIG_DATA_VA + 64), e_wait(1));
	CHECK_EQ(*rig_word(&r, 0), 7);
	CHECK_EQ(*rig_word(&r, 64), 0);
	CHECK_EQ(fx_complaints(&r.fx), 0);
	rig_stop(&r);
}

static void set_sb_entry_moves_the_entry(void)
{
	struct rig r;
	uint64_t cost;

	rig_start(&r);
	rig_put(&r, e_move(2, RIG_DATA_VA));
	rig_put(&r, e_set_sb(2, 5));
	rig_put(&r, e_store(4, 1, 2, 0));
	rig_put(&r, e_wait(0xdf));
	rig_put(&r, e_wait(0x20));
	CHECK_EQ(rig_run(&r, 10, &cost), CS_STOP_SB);
	CHECK_EQ(r.cs.wait.sb_mask, 0x20);
	CHECK_EQ(cs_busy_mask(&r.cs), 0x20);
	CHECK(!cs_runnable(&r.cs));
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(RIG_JOB(&r, e_set_sb(8, 0)), CS_STOP_FATAL);
	rig_stop(&r);
}

static void odd_addresses_fault(void)
{
	struct rig r;

	rig_start(&r);
	CHECK_EQ(RIG_JOB(&r, e_move(2, RIG_DATA_VA + 2), e_store(4, 1, 2, 0), e_move32(9, 1)),
		 CS_STOP_FAULT);
	CHECK_EQ(r.cs.fault.type, 0x58);
	CHECK_EQ(r.cs.fault.info, RIG_DATA_VA + 2);
	CHECK_EQ(r.events[CS_EVENT_FAULT], 1);
	CHECK_EQ(r.cs.regs[9], 0);
	CHECK(!cs_runnable(&r.cs));
	cs_ack_fault(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[9], 1);
	rig_stop(&r);
}

static void pages_are_crossed(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_DATA_VA + 0xff8), e_move(4, 0x111122223333ull),
		e_move(6, 0x444455556666ull), e_store(4, 0xf, 2, 0), e_load(8, 0xf, 2, 0),
		e_wait(1));
	CHECK_EQ(*rig_word64(&r, 0xff8), 0x111122223333ull);
	CHECK_EQ(*rig_word64(&r, 0x1000), 0x444455556666ull);
	CHECK_EQ(r.cs.regs[10], 0x55556666);
	rig_stop(&r);
}

/* A hole: the driver is told, the access waits; the page is mapped, the AS unlocked, and it goes
 * on. */
static void a_fault_waits_for_the_driver(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_HOLE_VA), e_move32(4, 77), e_store(4, 1, 2, 0x10), e_wait(1),
		e_move32(5, 1));
	CHECK_EQ(r.cs.stop, CS_STOP_SB);
	CHECK_EQ(fx_read(&r.fx, MMU_RAWSTAT) & 1u << RIG_AS, 1u << RIG_AS);
	CHECK_EQ(fx_read(&r.fx, AS_FAULTSTATUS) & 0xfc, 0xc0);
	CHECK_EQ(fx_read(&r.fx, AS_FAULTSTATUS) >> 8 & 3, 3);
	CHECK_EQ(fx_read64(&r.fx, AS_FAULTADDRESS), RIG_HOLE_VA + 0x10);
	CHECK(!cs_runnable(&r.cs));
	uint32_t *page = fx_host(&r.fx, fx_map_new(&r.fx, r.root, RIG_HOLE_VA, FX_PAGE, FX_NX));

	fx_write(&r.fx, MMU_CLEAR, 1u << RIG_AS);
	fx_as_enable(&r.fx, RIG_AS, r.root);
	cs_memory_changed(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(page[4], 77);
	CHECK_EQ(r.cs.regs[5], 1);
	rig_stop(&r);
}

/* What Panthor does: it unmaps the address space. The access fails, the next fetch kills the
 * stream. */
static void a_killed_address_space_ends_the_stream(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_HOLE_VA), e_load(4, 1, 2, 0), e_wait(1), e_move32(5, 1));
	CHECK_EQ(r.cs.stop, CS_STOP_SB);
	fx_as_disable(&r.fx, RIG_AS);
	cs_memory_changed(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_FAULT);
	CHECK_EQ(r.cs.fault.type, 0x48);
	CHECK_EQ(r.cs.fault.info, RIG_HOLE_VA);
	cs_ack_fault(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_FATAL);
	CHECK_EQ(r.cs.fatal.type, 0x48);
	CHECK_EQ(r.cs.regs[5], 0);
	rig_stop(&r);
}

static void read_only_pages_stay(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_RO_VA), e_move32(4, 77), e_load(6, 1, 2, 0), e_wait(1),
		e_store(4, 1, 2, 0), e_wait(1));
	CHECK_EQ(r.cs.stop, CS_STOP_SB);
	CHECK_EQ(fx_read(&r.fx, AS_FAULTSTATUS) & 0xfc, 0xc8);
	rig_stop(&r);
}

static void fetching_from_a_hole_stalls(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_HOLE_VA), e_move32(4, 8), e_call(2, 4));
	CHECK_EQ(r.cs.stop, CS_STOP_MMU);
	CHECK_EQ(fx_read(&r.fx, AS_FAULTSTATUS) >> 8 & 3, 2);
	fx_as_disable(&r.fx, RIG_AS);
	cs_memory_changed(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_FATAL);
	CHECK_EQ(r.cs.fatal.type, 0x48);
	CHECK_EQ(r.cs.fatal.info, RIG_HOLE_VA);
	rig_stop(&r);
}

static void injected_bus_fault(void)
{
	struct rig r;

	rig_start(&r);
	fx_control(&r.fx, "inject bus-fault va=0x400040");
	CHECK_EQ(RIG_JOB(&r, e_move(2, RIG_DATA_VA), e_store(4, 1, 2, 0x40), e_wait(1)),
		 CS_STOP_FAULT);
	CHECK_EQ(r.cs.fault.type, 0x48);
	CHECK_EQ(r.cs.fault.info, RIG_DATA_VA + 0x40);
	rig_stop(&r);
	/* The same for operations that are done at once. */
	static const uint64_t at_once[] = {38, 39, 40, 53};

	for (int i = 0; i < 4; i++) {
		rig_start(&r);
		fx_control(&r.fx, "inject bus-fault va=0x400040");
		CHECK_EQ(RIG_JOB(&r, e_move(2, RIG_DATA_VA + 0x40),
				 OP(at_once[i]) | AT(2, 40, 8) | AT(4, 32, 8 * (i != 2))),
			 CS_STOP_FAULT);
		CHECK_EQ(r.cs.fault.type, 0x48);
		CHECK_EQ(r.cs.fault.info, RIG_DATA_VA + 0x40);
		cs_ack_fault(&r.cs);
		CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
		rig_stop(&r);
	}
}

static void mutations_show(void)
{
	struct rig r;

	rig_start(&r);
	fx_control(&r.fx, "mutate cs-store-wrong");
	RIG_JOB(&r, e_move(2, RIG_DATA_VA), e_move32(4, 6), e_store(4, 1, 2, 0), e_wait(1));
	CHECK_EQ(*rig_word(&r, 0), 7);
	fx_control(&r.fx, "mutate cs-load-wrong");
	RIG_JOB(&r, e_load(5, 1, 2, 0), e_wait(1));
	CHECK_EQ(r.cs.regs[5], 6);
	rig_stop(&r);
}

/* Stores without end and without a WAIT: bounded, and they all happen. */
static void many_in_flight_are_bounded(void)
{
	struct rig r;

	rig_start(&r);
	rig_put(&r, e_move(2, RIG_DATA_VA));
	for (int i = 0; i < 300; i++)
		rig_put(&r, e_store(4, 1, 2, 4 * i));
	r.cs.regs[4] = 3;
	uint64_t cost;

	CHECK_EQ(rig_run(&r, 1000, &cost), CS_STOP_DEFERRED);
	CHECK(r.cs.op_count <= 64);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	for (int i = 0; i < 300; i++)
		CHECK_EQ(*rig_word(&r, 4 * i), 3);
	rig_stop(&r);
}

static void stopping_drops_what_is_in_flight(void)
{
	struct rig r;
	uint64_t cost;

	rig_start(&r);
	rig_put(&r, e_move(2, RIG_DATA_VA));
	rig_put(&r, e_move32(4, 5));
	rig_put(&r, e_store(4, 1, 2, 0));
	rig_run(&r, 10, &cost);
	CHECK_EQ(r.output[1], 1);
	cs_stop_now(&r.cs);
	fx_settle(&r.fx, 1000000);
	CHECK_EQ(*rig_word(&r, 0), 0);
	CHECK_EQ(r.output[1], 0);
	CHECK(!cs_runnable(&r.cs));
	rig_stop(&r);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(store_follows_the_mask),
	    TEST(load_follows_the_mask),
	    TEST(offsets_are_signed),
	    TEST(last_registers_work_and_no_more),
	    TEST(load_completes_later),
	    TEST(reading_before_the_wait_sees_the_old_value),
	    TEST(overwriting_before_the_wait_stores_the_new_value),
	    TEST(address_register_is_free_at_once),
	    TEST(set_sb_entry_moves_the_entry),
	    TEST(odd_addresses_fault),
	    TEST(pages_are_crossed),
	    TEST(a_fault_waits_for_the_driver),
	    TEST(a_killed_address_space_ends_the_stream),
	    TEST(read_only_pages_stay),
	    TEST(fetching_from_a_hole_stalls),
	    TEST(injected_bus_fault),
	    TEST(mutations_show),
	    TEST(many_in_flight_are_bounded),
	    TEST(stopping_drops_what_is_in_flight),
	    {0},
	});
}
