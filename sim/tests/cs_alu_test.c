/* SPDX-License-Identifier: MIT */
/* cs_alu_test.c - instructions on registers, against arithmetic written here. */
#include "check.h"
#include "cs_rig.h"

static const uint32_t edge[] = {0,          1,          2,          0x7fffffff,
				0x80000000, 0x80000001, 0xfffffffe, 0xffffffff};
#define EDGES (sizeof(edge) / sizeof(edge[0]))

static void nop_changes_nothing(void)
{
	struct rig r;
	uint32_t before[CS_REG_COUNT];

	rig_start(&r);
	for (unsigned int i = 0; i < CS_REG_COUNT; i++)
		before[i] = r.cs.regs[i] = i * 0x01010101u;
	CHECK_EQ(RIG_JOB(&r, 0, 0x00ffffffffffffffull), CS_STOP_EMPTY);
	CHECK(memcmp(before, r.cs.regs, sizeof(before)) == 0);
	CHECK_EQ(fx_complaints(&r.fx), 0);
	CHECK_EQ(r.output[0], 16);
	rig_stop(&r);
}

static void move_writes_a_pair(void)
{
	struct rig r;

	rig_start(&r);
	r.cs.regs[10] = r.cs.regs[13] = 7;
	RIG_JOB(&r, e_move(11 + 1, 0xfedcba987654ull), e_move(94, 0xffffffffffffull), e_move(0, 1));
	CHECK_EQ(r.cs.regs[12], 0xba987654u);
	CHECK_EQ(r.cs.regs[13], 0xfedc);
	CHECK_EQ(r.cs.regs[10], 7);
	CHECK_EQ(r.cs.regs[94], 0xffffffffu);
	CHECK_EQ(r.cs.regs[95], 0xffff);
	CHECK_EQ(r.cs.regs[0], 1);
	CHECK_EQ(r.cs.regs[1], 0);
	rig_stop(&r);
}

static void move32_writes_one(void)
{
	struct rig r;

	rig_start(&r);
	r.cs.regs[94] = 5;
	CHECK_EQ(RIG_JOB(&r, e_move32(95, 0xdeadbeef), e_move32(7, 0x80000000)), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[95], 0xdeadbeefu);
	CHECK_EQ(r.cs.regs[94], 5);
	CHECK_EQ(r.cs.regs[7], 0x80000000u);
	rig_stop(&r);
}

static void add32_wraps(void)
{
	struct rig r;

	rig_start(&r);
	for (size_t a = 0; a < EDGES; a++) {
		for (size_t b = 0; b < EDGES; b++) {
			uint32_t want = (uint32_t)((uint64_t)edge[a] + edge[b]);

			RIG_JOB(&r, e_move32(3, edge[a]), e_add32(5, 3, (int32_t)edge[b]));
			CHECK_EQ(r.cs.regs[5], want);
		}
	}
	rig_stop(&r);
}

static void add64_extends_the_sign(void)
{
	static const uint64_t wide[] = {
	    0, 1, 0xffffffff, 0x100000000, 0x7fffffffffff, 0xffffffffffff};
	struct rig r;

	rig_start(&r);
	for (size_t a = 0; a < 6; a++) {
		for (size_t b = 0; b < EDGES; b++) {
			uint64_t add = edge[b] >> 31 ? edge[b] | 0xffffffff00000000ull : edge[b];
			uint64_t want = wide[a] + add;

			RIG_JOB(&r, e_move(20, wide[a]), e_add64(22, 20, (int32_t)edge[b]));
			CHECK_EQ((uint64_t)r.cs.regs[23] << 32 | r.cs.regs[22], want);
		}
	}
	rig_stop(&r);
}

static void umin_compares_unsigned(void)
{
	struct rig r;

	rig_start(&r);
	for (size_t a = 0; a < EDGES; a++) {
		for (size_t b = 0; b < EDGES; b++) {
			RIG_JOB(&r, e_move32(1, edge[a]), e_move32(2, edge[b]), e_umin(4, 1, 2));
			CHECK_EQ(r.cs.regs[4], edge[a] > edge[b] ? edge[b] : edge[a]);
		}
	}
	rig_stop(&r);
}

static void mutation_shows(void)
{
	struct rig r;

	rig_start(&r);
	CHECK_STR(fx_control(&r.fx, "mutate cs-alu-wrong"), "ok");
	RIG_JOB(&r, e_move32(1, 5), e_add32(2, 1, 3), e_move(4, 5), e_add64(6, 4, 3),
		e_umin(8, 1, 2));
	CHECK_EQ(r.cs.regs[2], 9);
	CHECK_EQ(r.cs.regs[6], 9);
	CHECK_EQ(r.cs.regs[8], 6);
	rig_stop(&r);
}

/* Registers that do not exist, pairs that are not aligned: CS_FATAL CS_INVALID_INSTRUCTION. */
static void bad_registers_are_fatal(void)
{
	static const uint64_t bad[] = {
	    OP(1) | AT(95, 48, 8),
	    OP(1) | AT(3, 48, 8),
	    OP(1) | AT(96, 48, 8),
	    OP(2) | AT(96, 48, 8),
	    OP(2) | AT(255, 48, 8),
	    OP(16) | AT(96, 40, 8),
	    OP(16) | AT(128, 48, 8),
	    OP(17) | AT(1, 40, 8),
	    OP(17) | AT(7, 48, 8),
	    OP(17) | AT(96, 40, 8),
	    OP(18) | AT(200, 32, 8),
	    OP(18) | AT(96, 40, 8),
	    OP(18) | AT(96, 48, 8),
	    OP(10),
	    OP(0xff),
	    OP(54) | 5,
	    OP(13) | AT(1, 48, 8),
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct rig r;

		rig_start(&r);
		CHECK_EQ(RIG_JOB(&r, e_nop(), bad[i], e_move32(1, 1)), CS_STOP_FATAL);
		CHECK_EQ(r.cs.fatal.type, 0x49);
		CHECK_EQ(r.cs.fatal.info, RIG_RING_VA + 8);
		CHECK_EQ(r.events[CS_EVENT_FATAL], 1);
		CHECK_EQ(r.cs.regs[1], 0);
		CHECK_EQ(r.output[0], 8);
		CHECK(!cs_runnable(&r.cs));
		CHECK_EQ(fx_logged(&r.fx, "CS_INVALID_INSTRUCTION"), 1);
		rig_stop(&r);
	}
}

static void fault_silent_ignores(void)
{
	struct rig r;

	rig_start(&r);
	fx_control(&r.fx, "mutate fault-silent");
	CHECK_EQ(RIG_JOB(&r, OP(0xff), OP(1) | AT(95, 48, 8), e_move32(1, 1)), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[1], 1);
	rig_stop(&r);
}

static void reserved_bits_complain(void)
{
	struct rig r;

	rig_start(&r);
	CHECK_EQ(RIG_JOB(&r, e_add32(1, 2, 3) | 1ull << 32), CS_STOP_EMPTY);
	CHECK_EQ(fx_complained(&r.fx, "cs-reserved-bits"), 1);
	CHECK_EQ(fx_complaints(&r.fx), 1);
	rig_stop(&r);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(nop_changes_nothing),
	    TEST(move_writes_a_pair),
	    TEST(move32_writes_one),
	    TEST(add32_wraps),
	    TEST(add64_extends_the_sign),
	    TEST(umin_compares_unsigned),
	    TEST(mutation_shows),
	    TEST(bad_registers_are_fatal),
	    TEST(fault_silent_ignores),
	    TEST(reserved_bits_complain),
	    {0},
	});
}
