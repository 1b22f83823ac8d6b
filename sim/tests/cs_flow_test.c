/* SPDX-License-Identifier: MIT */
/* cs_flow_test.c - BRANCH, CALL, JUMP, the ring, and the budget. */
#include "check.h"
#include "cs_rig.h"

/* CALL code at @offset of the code buffer, @n instructions; uses d80 and r82. */
static void put_call(struct rig *r, uint64_t offset, uint32_t n)
{
	rig_put(r, e_move(80, RIG_CODE_VA + offset));
	rig_put(r, e_move32(82, n * 8));
	rig_put(r, e_call(80, 82));
}

static bool expected(unsigned int cond, int32_t v)
{
	const bool table[7] = {v <= 0, v > 0, v == 0, v != 0, v < 0, v >= 0, true};

	return table[cond];
}

static void branch_conditions(void)
{
	static const int32_t values[] = {0, 1, -1, INT32_MAX, INT32_MIN};
	struct rig r;

	rig_start(&r);
	for (unsigned int cond = 0; cond < 7; cond++) {
		for (unsigned int i = 0; i < 5; i++) {
			r.cs.regs[1] = 0;
			RIG_JOB(&r, e_move32(0, (uint32_t)values[i]), e_branch(cond, 0, 1),
				e_move32(1, 1), e_nop());
			CHECK_EQ(r.cs.regs[1], !expected(cond, values[i]));
		}
	}
	CHECK_EQ(RIG_JOB(&r, e_branch(7, 0, 1)), CS_STOP_FATAL);
	CHECK_EQ(r.cs.fatal.type, 0x49);
	rig_stop(&r);
}

static void branch_mutations(void)
{
	struct rig r;

	rig_start(&r);
	fx_control(&r.fx, "mutate branch-never");
	RIG_JOB(&r, e_move32(0, 1), e_branch(1, 0, 1), e_move32(1, 1), e_branch(6, 0, 1),
		e_move32(2, 1), e_nop());
	CHECK_EQ(r.cs.regs[1], 1);
	CHECK_EQ(r.cs.regs[2], 0);
	fx_control(&r.fx, "mutate branch-always");
	RIG_JOB(&r, e_branch(4, 0, 1), e_move32(3, 1), e_nop());
	CHECK_EQ(r.cs.regs[3], 0);
	rig_stop(&r);
}

/* An always-taken branch has no source: whatever is loading into r0 is no business of its. */
static void always_reads_no_register(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_DATA_VA), e_load(0, 1, 2, 0), e_branch(6, 0, 0), e_wait(1));
	CHECK_EQ(fx_complaints(&r.fx), 0);
	rig_stop(&r);
}

static void loops_count(void)
{
	struct rig r;

	rig_start(&r);
	r.code[0] = e_add32(1, 1, 2);
	r.code[1] = e_add32(0, 0, -1);
	r.code[2] = e_branch(1, 0, -3);
	rig_put(&r, e_move32(0, 1000));
	put_call(&r, 0, 3);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[1], 2000);
	CHECK_EQ(r.cs.count, 4 + 3000);
	rig_stop(&r);
}

static void an_endless_loop_returns(void)
{
	struct rig r;
	uint64_t cost;

	rig_start(&r);
	r.code[0] = e_branch(6, 0, -1);
	put_call(&r, 0, 1);
	for (int i = 0; i < 50; i++) {
		CHECK_EQ(rig_run(&r, 1000, &cost), CS_STOP_BUDGET);
		CHECK(cost >= 1000);
		CHECK(cs_runnable(&r.cs));
	}
	CHECK_EQ(cs_pc(&r.cs), RIG_CODE_VA);
	CHECK_EQ(r.output[0], 24);
	rig_stop(&r);
}

/* Endless loops are met with a longer turn, loops that end are not. */
static void spinning_is_cheap(void)
{
	struct rig r;
	uint64_t cost, count;

	rig_start(&r);
	r.code[0] = e_nop();
	r.code[1] = e_branch(0, 9, 1);
	r.code[2] = e_nop();
	r.code[3] = e_branch(6, 0, -4);
	put_call(&r, 0, 4);
	rig_run(&r, 64, &cost);
	count = r.cs.count;
	CHECK_EQ(rig_run(&r, 1000, &cost), CS_STOP_BUDGET);
	CHECK(cost >= 20000);
	CHECK(r.cs.count - count < 10);
	rig_stop(&r);
	rig_start(&r);
	r.code[0] = e_add32(1, 1, -1);
	r.code[1] = e_branch(1, 1, -2);
	rig_put(&r, e_move32(1, 10000));
	put_call(&r, 0, 2);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK(r.cost < 10000 * 500);
	CHECK_EQ(r.cs.count, 20004);
	rig_stop(&r);
}

/* A loop that only a load can end, issued before it. */
static void a_load_ends_a_spinning_loop(void)
{
	struct rig r;

	rig_start(&r);
	r.code[0] = e_load(1, 1, 2, 0);
	r.code[1] = e_branch(2, 1, -1);
	r.code[2] = e_move32(3, 1);
	*rig_word(&r, 0) = 5;
	rig_put(&r, e_move(2, RIG_DATA_VA));
	put_call(&r, 0, 3);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[3], 1);
	rig_stop(&r);
}

static void branches_stay_in_their_buffer(void)
{
	static const int far[] = {2, 100, -3, -1000};

	for (int i = 0; i < 4; i++) {
		struct rig r;

		rig_start(&r);
		r.code[0] = e_nop();
		r.code[1] = e_branch(6, 0, far[i]);
		r.code[2] = e_nop();
		put_call(&r, 0, 3);
		CHECK_EQ(rig_go(&r), CS_STOP_FATAL);
		CHECK_EQ(r.cs.fatal.type, 0x49);
		CHECK_EQ(r.cs.fatal.info, RIG_CODE_VA + 8);
		rig_stop(&r);
	}
}

static void branch_to_the_end_returns(void)
{
	struct rig r;

	rig_start(&r);
	r.code[0] = e_branch(6, 0, 1);
	r.code[1] = e_move32(1, 1);
	put_call(&r, 0, 2);
	rig_put(&r, e_move32(2, 1));
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[1], 0);
	CHECK_EQ(r.cs.regs[2], 1);
	rig_stop(&r);
}

static void calls_return(void)
{
	struct rig r;

	rig_start(&r);
	r.code[0] = e_add32(1, 1, 1);
	r.code[1] = e_add32(2, 1, 10);
	put_call(&r, 0, 2);
	rig_put(&r, e_add32(3, 2, 100));
	put_call(&r, 0, 0); /* empty */
	put_call(&r, 8, 1);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[1], 1);
	CHECK_EQ(r.cs.regs[2], 11);
	CHECK_EQ(r.cs.regs[3], 111);
	CHECK_EQ(r.cs.depth, 0);
	rig_stop(&r);
}

/* Level i at code[16 * i] calls level i + 1 as its last instruction. Seven fit above the ring. */
static enum cs_stop nest(struct rig *r, unsigned int levels)
{
	for (unsigned int i = 0; i < levels; i++) {
		uint64_t *code = r->code + 16 * i;

		code[0] = e_add32(1, 1, 1);
		code[1] = e_move(80, RIG_CODE_VA + 128 * (i + 1));
		code[2] = i + 1 < levels ? e_call(80, 82) : e_nop();
	}
	put_call(r, 0, 3);
	return rig_go(r);
}

static void seven_levels_fit(void)
{
	struct rig r;

	rig_start(&r);
	CHECK_EQ(nest(&r, 7), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[1], 7);
	rig_stop(&r);
}

static void the_eighth_overflows(void)
{
	struct rig r;

	rig_start(&r);
	CHECK_EQ(nest(&r, 8), CS_STOP_FATAL);
	CHECK_EQ(r.cs.fatal.type, 0x4a);
	CHECK_EQ(r.cs.regs[1], 7);
	rig_stop(&r);
}

static void jump_replaces_the_buffer(void)
{
	struct rig r;

	rig_start(&r);
	r.code[0] = e_move(80, RIG_CODE_VA + 0x100);
	r.code[1] = e_jump(80, 82);
	r.code[2] = e_move32(1, 1); /* never */
	r.code[32] = e_move32(2, 1);
	put_call(&r, 0, 3);
	rig_put(&r, e_move32(3, 1));
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[1], 0);
	CHECK_EQ(r.cs.regs[2], 1);
	CHECK_EQ(r.cs.regs[3], 1);
	rig_stop(&r);
}

static void bad_targets_are_fatal(void)
{
	static const struct {
		uint64_t va;
		uint32_t len;
	} bad[] = {{RIG_CODE_VA + 4, 8}, {RIG_CODE_VA, 12}, {RIG_CODE_VA + 1, 7}};

	for (int i = 0; i < 3; i++) {
		struct rig r;

		rig_start(&r);
		CHECK_EQ(
		    RIG_JOB(&r, e_move(80, bad[i].va), e_move32(82, bad[i].len), e_call(80, 82)),
		    CS_STOP_FATAL);
		CHECK_EQ(r.cs.fatal.type, 0x49);
		rig_stop(&r);
	}
	struct rig r;

	rig_start(&r);
	CHECK_EQ(RIG_JOB(&r, e_move32(80, 0xfffffff8), e_move32(81, UINT32_MAX), e_move32(82, 16),
			 e_call(80, 82)),
		 CS_STOP_FATAL);
	rig_stop(&r);
	rig_start(&r);
	r.code[0] = e_jump(80, 82);
	CHECK_EQ(
	    RIG_JOB(&r, e_move(84, RIG_CODE_VA), e_move32(86, 8), e_move(80, 4), e_call(84, 86)),
	    CS_STOP_FATAL);
	rig_stop(&r);
	rig_start(&r);
	CHECK_EQ(RIG_JOB(&r, e_move(80, RIG_CODE_VA), e_move32(82, 8), e_jump(80, 82)),
		 CS_STOP_FATAL);
	rig_stop(&r);
}

static void the_ring_wraps(void)
{
	struct rig r;

	rig_start(&r);
	for (int i = 0; i < 100; i++) {
		for (int k = 0; k < 37; k++)
			rig_put(&r, e_add32(1, 1, 1));
		CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
		CHECK_EQ(r.output[0], r.insert);
	}
	CHECK_EQ(r.cs.regs[1], 3700);
	rig_stop(&r);
}

static void branches_work_in_the_ring(void)
{
	struct rig r;

	rig_start(&r);
	for (int i = 0; i < 510; i++)
		rig_put(&r, e_nop());
	rig_go(&r);
	/* The loop's body lies across the wrap. */
	CHECK_EQ(
	    RIG_JOB(&r, e_move32(0, 5), e_add32(1, 1, 1), e_add32(0, 0, -1), e_branch(1, 0, -3)),
	    CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[1], 5);
	rig_stop(&r);
}

static void start_is_where_the_input_page_says(void)
{
	struct rig r;

	rig_start(&r);
	r.insert = 0x12340000 + 64;
	r.input[0] = r.input[1] = r.insert;
	cs_start(&r.cs, r.fx.sim, &r.owner, &r.cfg);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK(cs_idle(&r.cs));
	CHECK_EQ(RIG_JOB(&r, e_move32(1, 1)), CS_STOP_EMPTY);
	CHECK_EQ(r.output[0], 0x12340000 + 72);
	rig_stop(&r);
}

static void an_impossible_insert_is_fatal(void)
{
	static const uint64_t bad[] = {RIG_RING_SIZE + 8, 4, (uint64_t)-8};

	for (int i = 0; i < 3; i++) {
		struct rig r;
		uint64_t cost;

		rig_start(&r);
		r.input[0] = bad[i];
		CHECK_EQ(rig_run(&r, 1, &cost), CS_STOP_FATAL);
		CHECK_EQ(r.cs.fatal.type, 0x40);
		CHECK_EQ(fx_complained(&r.fx, "cs-ring-overrun"), 1);
		rig_stop(&r);
	}
}

static void a_bad_configuration_is_fatal(void)
{
	for (int i = 0; i < 6; i++) {
		struct rig r;
		uint64_t cost;

		rig_start(&r);
		switch (i) {
		case 0:
			r.cfg.ring_size = 4096 + 8;
			break;
		case 1:
			r.cfg.ring_size = 0;
			break;
		case 2:
			r.cfg.ring_base += 4;
			break;
		case 3:
			r.cfg.ring_input_va = 0x09000000; /* not mapped */
			break;
		case 4:
			r.cfg.as = 8;
			break;
		default:
			r.cfg.ring_output_va = 0x09000000;
			break;
		}
		cs_start(&r.cs, r.fx.sim, &r.owner, &r.cfg);
		CHECK_EQ(rig_run(&r, 1, &cost), CS_STOP_FATAL);
		CHECK_EQ(r.cs.fatal.type, 0x40);
		rig_stop(&r);
	}
}

/* The firmware's address space is being changed: the ring's pages are out of reach for a while. */
static void locked_ring_pages_stall(void)
{
	static const uint64_t page[] = {RIG_INPUT_VA, RIG_OUTPUT_VA};

	for (int i = 0; i < 2; i++) {
		struct rig r;

		rig_start(&r);
		fx_write64(&r.fx, 0x2400 + 0x10, page[i] | 14); /* AS0_LOCKADDR: 32 KiB */
		fx_as_command(&r.fx, 0, 2);
		CHECK_EQ(RIG_JOB(&r, e_move32(1, 1)), CS_STOP_MMU);
		CHECK(!cs_runnable(&r.cs));
		fx_as_command(&r.fx, 0, 3);
		cs_memory_changed(&r.cs);
		CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
		CHECK_EQ(r.cs.regs[1], 1);
		CHECK_EQ(r.output[0], 8);
		rig_stop(&r);
	}
}

static void flow_mutations(void)
{
	struct rig r;

	rig_start(&r);
	fx_control(&r.fx, "mutate cs-skip-job");
	r.code[0] = e_add32(1, 1, 1);
	for (int i = 0; i < 10; i++)
		put_call(&r, 0, 1);
	rig_go(&r);
	CHECK_EQ(r.cs.regs[1], 5);
	fx_control(&r.fx, "mutate call-skip");
	r.cs.regs[1] = 0;
	CHECK_EQ(nest(&r, 3), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[1], 1);
	r.code[0] = e_jump(80, 82);
	r.code[1] = e_add32(1, 1, 1);
	put_call(&r, 0, 2);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[1], 2);
	rig_stop(&r);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(branch_conditions),
	    TEST(branch_mutations),
	    TEST(always_reads_no_register),
	    TEST(loops_count),
	    TEST(an_endless_loop_returns),
	    TEST(spinning_is_cheap),
	    TEST(a_load_ends_a_spinning_loop),
	    TEST(branches_stay_in_their_buffer),
	    TEST(branch_to_the_end_returns),
	    TEST(calls_return),
	    TEST(seven_levels_fit),
	    TEST(the_eighth_overflows),
	    TEST(jump_replaces_the_buffer),
	    TEST(bad_targets_are_fatal),
	    TEST(the_ring_wraps),
	    TEST(branches_work_in_the_ring),
	    TEST(start_is_where_the_input_page_says),
	    TEST(an_impossible_insert_is_fatal),
	    TEST(a_bad_configuration_is_fatal),
	    TEST(locked_ring_pages_stall),
	    TEST(flow_mutations),
	    {0},
	});
}
