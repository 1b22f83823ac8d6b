/* SPDX-License-Identifier: MIT */
/*
 * cs_panthor_test.c - the streams that drivers submit: Panthor's job, with and without profiling,
 * the MOV job inside, and a tiler-OOM handler shaped like Mesa's. They must work and break no rule.
 * The sequences are those of panthor_sched.c (prepare_job_instrs(), the same on 6.12 and 7.3) and
 * pan_csf.c, in this test's own encoder.
 */
#include "check.h"
#include "cs_rig.h"
#include "gpu/sim.h"

#define ADDR_REG 92
#define VAL_REG  94
#define SYNCOBJ  0x1000 /* offsets in the data buffer */
#define TIMES    0x2000

enum { PROFILE_CYCLES = 1, PROFILE_TIME = 2 };

static void put_times(struct rig *r, int profile, uint64_t offset)
{
	if (profile & PROFILE_CYCLES) {
		rig_put(r, e_move(ADDR_REG, RIG_DATA_VA + TIMES + offset));
		rig_put(r, e_state(1, ADDR_REG, 0));
	}
	if (profile & PROFILE_TIME) {
		rig_put(r, e_move(VAL_REG, RIG_DATA_VA + TIMES + offset + 16));
		rig_put(r, e_state(0, VAL_REG, 0));
	}
}

static void put_job(struct rig *r, int profile, uint32_t flush_id, uint64_t start, uint32_t size)
{
	uint64_t from = r->insert;

	rig_put(r, e_move32(VAL_REG, flush_id));
	rig_put(r, OP(36) | AT(VAL_REG, 40, 8) | 0x233);
	put_times(r, profile, 0);
	rig_put(r, e_move(ADDR_REG, start));
	rig_put(r, e_move32(VAL_REG, size));
	rig_put(r, e_wait(1));
	rig_put(r, e_call(ADDR_REG, VAL_REG));
	put_times(r, profile, 8);
	rig_put(r, e_move(ADDR_REG, RIG_DATA_VA + SYNCOBJ));
	rig_put(r, e_move(VAL_REG, 1));
	rig_put(r, e_wait(0xff));
	rig_put(r, e_sync(51, 1, 0, VAL_REG, ADDR_REG, 0, 0));
	rig_put(r, e_barrier());
	while ((r->insert - from) % 64)
		rig_put(r, e_nop());
}

/* Store an integer: the job that the project's first test submits. */
static uint32_t mov_job(struct rig *r, uint32_t value)
{
	r->code[0] = e_move(2, RIG_DATA_VA);
	r->code[1] = e_move32(4, value);
	r->code[2] = e_store(4, 1, 2, 0);
	r->code[3] = e_wait(1);
	return 32;
}

static void the_mov_job(void)
{
	struct rig r;

	rig_start(&r);
	put_job(&r, 0, 0, RIG_CODE_VA, mov_job(&r, 0xdeadbeef));
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(*rig_word(&r, 0), 0xdeadbeef);
	CHECK_EQ(*rig_word64(&r, SYNCOBJ), 1);
	CHECK_EQ(*rig_word(&r, SYNCOBJ + 8), 0);
	CHECK_EQ(r.events[CS_EVENT_SYNC], 1);
	CHECK_EQ(r.output[0], r.insert);
	CHECK_EQ(fx_complaints(&r.fx), 0);
	rig_stop(&r);
}

static void many_jobs_through_a_small_ring(void)
{
	struct rig r;

	rig_start(&r);
	for (uint32_t i = 1; i <= 2000; i++) {
		put_job(&r, i & 3, i % 7 ? r.fx.sim->latest_flush : 0, RIG_CODE_VA, mov_job(&r, i));
		CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
		CHECK_EQ(*rig_word(&r, 0), i);
	}
	CHECK_EQ(*rig_word64(&r, SYNCOBJ), 2000);
	CHECK_EQ(fx_complaints(&r.fx), 0);
	rig_stop(&r);
}

static void profiling_brackets_the_job(void)
{
	struct rig r;

	rig_start(&r);
	fx_write(&r.fx, 0x30, 0x103); /* GPU_COMMAND: time, enable: the cycle counter runs */
	put_job(&r, PROFILE_CYCLES | PROFILE_TIME, 0, RIG_CODE_VA, mov_job(&r, 1));
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK(*rig_word64(&r, TIMES + 16) >= 1000000000);
	CHECK(*rig_word64(&r, TIMES + 24) > *rig_word64(&r, TIMES + 16));
	CHECK(*rig_word64(&r, TIMES + 8) > *rig_word64(&r, TIMES));
	CHECK_EQ(fx_complaints(&r.fx), 0);
	rig_stop(&r);
}

/* The job faults and is acknowledged, the next is not touched by that. */
static void the_next_job_survives_a_fault(void)
{
	struct rig r;

	rig_start(&r);
	r.code[64] = e_move(2, RIG_DATA_VA + 1);
	r.code[65] = e_load(4, 1, 2, 0);
	put_job(&r, 0, 0, RIG_CODE_VA + 512, 16);
	put_job(&r, 0, 0, RIG_CODE_VA, mov_job(&r, 5));
	CHECK_EQ(rig_go(&r), CS_STOP_FAULT);
	CHECK(r.output[0] < 128);
	cs_ack_fault(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(*rig_word64(&r, SYNCOBJ), 2);
	CHECK_EQ(*rig_word(&r, SYNCOBJ + 8),
		 0); /* the second job's: the error ended at the barrier */
	CHECK_EQ(*rig_word(&r, 0), 5);
	rig_stop(&r);
}

/* Loads to a context, a conditional load, a fragment job's registers, stores, flush: no rule
 * broken. */
static void a_handler_like_mesas_breaks_no_rule(void)
{
	struct rig r;
	uint64_t *c;

	rig_start(&r);
	c = r.code;
	*c++ = e_load(90, 3, 84, 0x40); /* dump address */
	*c++ = e_wait(1);
	*c++ = e_store(40, 0xff, 90, 0);
	*c++ = e_store(48, 0xff, 90, 32);
	*c++ = e_wait(1);
	*c++ = e_load(47, 1, 84, 0); /* counter */
	*c++ = e_wait(1);
	*c++ = e_branch(0, 47, 2);
	*c++ = e_load(40, 3, 84, 8);
	*c++ = e_branch(6, 0, 1);
	*c++ = e_load(40, 3, 84, 16);
	*c++ = e_load(42, 1, 84, 24);
	*c++ = e_load(43, 1, 84, 28);
	*c++ = e_move(44, 0);
	*c++ = e_move32(46, 0);
	*c++ = e_wait(1);
	*c++ = e_set_sb(3, 0);
	*c++ = e_wait(8);
	*c++ = e_add32(47, 47, 1);
	*c++ = e_store(47, 1, 84, 0);
	*c++ = e_load(50, 3, 84, 32);
	*c++ = e_wait(1);
	*c++ = e_move(48, 0);
	*c++ = e_store(48, 3, 50, 0);
	*c++ = e_store(48, 3, 50, 40);
	*c++ = e_flush(0, 0, 1, 48, 0, 0);
	*c++ = e_wait(1);
	*c++ = e_set_sb(2, 0);
	*c++ = e_load(90, 3, 84, 0x40);
	*c++ = e_wait(1);
	*c++ = e_load(40, 0xff, 90, 0);
	*c++ = e_load(48, 0xff, 90, 32);
	*c++ = e_wait(1);
	*rig_word64(&r, 0x40) = RIG_DATA_VA + 0x100;
	*rig_word64(&r, 32) = RIG_DATA_VA + 0x200;
	for (unsigned int i = 40; i < 56; i++)
		r.cs.regs[i] = i;
	rig_put(&r, e_move(84, RIG_DATA_VA));
	put_job(&r, 0, 0, RIG_CODE_VA, (uint32_t)((char *)c - (char *)r.code));
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(*rig_word(&r, 0), 1);
	for (unsigned int i = 40; i < 56; i++)
		CHECK_EQ(r.cs.regs[i], i);
	CHECK_EQ(fx_complaints(&r.fx), 0);
	rig_stop(&r);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(the_mov_job),
	    TEST(many_jobs_through_a_small_ring),
	    TEST(profiling_brackets_the_job),
	    TEST(the_next_job_survives_a_fault),
	    TEST(a_handler_like_mesas_breaks_no_rule),
	    {0},
	});
}
