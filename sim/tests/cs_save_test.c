/* SPDX-License-Identifier: MIT */
/* cs_save_test.c - suspend images: a stream goes on where it was; an image that nobody saved does
 * no harm. */
#include <stdlib.h>

#include "check.h"
#include "cs_rig.h"
#include "gpu/sim.h"

static uint8_t image[CS_SAVE_SIZE];

/* Save, wipe, restore. */
static bool cycle(struct rig *r)
{
	cs_save(&r->cs, image);
	cs_stop_now(&r->cs);
	memset(&r->cs, 0, sizeof(r->cs));
	return cs_restore(&r->cs, r->fx.sim, &r->owner, &r->cfg, image);
}

static void registers_survive(void)
{
	struct rig r;

	rig_start(&r);
	for (unsigned int i = 0; i < CS_REG_COUNT; i++)
		rig_put(&r, e_move32(i, 0x1000 + i));
	rig_put(&r, e_set_sb(3, 4));
	rig_go(&r);
	REQUIRE(cycle(&r));
	for (unsigned int i = 0; i < CS_REG_COUNT; i++)
		CHECK_EQ(r.cs.regs[i], 0x1000 + i);
	CHECK_EQ(r.cs.sb_endpoint, 3);
	CHECK_EQ(r.cs.sb_other, 4);
	CHECK_EQ(RIG_JOB(&r, e_add32(1, 1, 1)), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[1], 0x1002);
	CHECK_EQ(r.output[0], r.insert);
	rig_stop(&r);
}

/* A nested loop, suspended every few instructions, counts the same. */
static void a_loop_in_a_call_survives_any_moment(void)
{
	for (unsigned int budget = 1; budget < 12; budget++) {
		struct rig r;
		enum cs_stop stop;
		uint64_t cost;

		rig_start(&r);
		r.code[0] = e_move32(0, 5);
		r.code[1] = e_move(80, RIG_CODE_VA + 64);
		r.code[2] = e_move32(82, 8);
		r.code[3] = e_call(80, 82);
		r.code[4] = e_add32(0, 0, -1);
		r.code[5] = e_branch(1, 0, -3);
		r.code[8] = e_add32(1, 1, 1);
		rig_put(&r, e_move(84, RIG_CODE_VA));
		rig_put(&r, e_move32(86, 48));
		rig_put(&r, e_call(84, 86));
		rig_put(&r, e_add32(2, 1, 10));
		do {
			stop = rig_run(&r, budget, &cost);
			REQUIRE(cycle(&r));
		} while (stop == CS_STOP_BUDGET);
		CHECK_EQ(stop, CS_STOP_EMPTY);
		CHECK_EQ(r.cs.regs[1], 5);
		CHECK_EQ(r.cs.regs[2], 15);
		rig_stop(&r);
	}
}

static void waits_survive(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_DATA_VA), e_move(4, 3), e_sync_wait(53, 0, 1, 4, 2),
		e_move32(9, 1));
	CHECK_EQ(r.cs.stop, CS_STOP_SYNC);
	REQUIRE(cycle(&r));
	CHECK_EQ(rig_go(&r), CS_STOP_SYNC);
	*rig_word64(&r, 0) = 4;
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[9], 1);
	rig_stop(&r);
}

static void faults_and_death_survive(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_DATA_VA + 1), e_load(4, 1, 2, 0), e_move32(9, 1));
	REQUIRE(cycle(&r));
	r.events[CS_EVENT_FAULT] = 0;
	CHECK_EQ(rig_go(&r), CS_STOP_FAULT);
	CHECK_EQ(r.events[CS_EVENT_FAULT], 1);
	CHECK_EQ(r.cs.fault.type, 0x58);
	CHECK(r.cs.error);
	cs_ack_fault(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	RIG_JOB(&r, OP(0xee));
	REQUIRE(cycle(&r));
	REQUIRE(cycle(&r));
	r.events[CS_EVENT_FATAL] = 0;
	CHECK_EQ(rig_go(&r), CS_STOP_FATAL);
	CHECK_EQ(r.events[CS_EVENT_FATAL], 1);
	CHECK(!cs_runnable(&r.cs));
	CHECK_EQ(r.cs.fatal.type, 0x49);
	rig_stop(&r);
}

static void a_heap_that_waits_survives(void)
{
	struct rig r;

	rig_start(&r);
	fx_control(&r.fx, "inject heap-oom");
	RIG_JOB(&r, e_move(2, RIG_DATA_VA + 0x100), OP(48) | AT(2, 40, 8), OP(49), e_move32(9, 1));
	CHECK_EQ(r.cs.stop, CS_STOP_HEAP);
	REQUIRE(cycle(&r));
	r.events[CS_EVENT_OOM] = 0;
	CHECK_EQ(rig_go(&r), CS_STOP_HEAP);
	CHECK_EQ(r.events[CS_EVENT_OOM], 1);
	cs_heap_reply(&r.cs, (RIG_DATA_VA + 0x4000) | 1, (RIG_DATA_VA + 0x4000) | 1);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[9], 1);
	rig_stop(&r);
}

static void zero_and_noise_are_refused(void)
{
	struct rig r;
	struct cs cs = {0};

	rig_start(&r);
	memset(image, 0, sizeof(image));
	CHECK(!cs_restore(&cs, r.fx.sim, &r.owner, &r.cfg, image));
	memset(image, 0xff, sizeof(image));
	CHECK(!cs_restore(&cs, r.fx.sim, &r.owner, &r.cfg, image));
	rig_stop(&r);
}

/* What restore lets through has to run without harm: the sanitizers watch. */
static void try_image(struct rig *r, unsigned int *taken)
{
	struct cs *cs = &r->cs;
	uint64_t cost;

	cs_stop_now(cs);
	memset(cs, 0, sizeof(*cs));
	if (!cs_restore(cs, r->fx.sim, &r->owner, &r->cfg, image))
		return;
	(*taken)++;
	CHECK(cs->depth <= CS_FRAME_COUNT);
	CHECK(cs->handler <= cs->depth);
	CHECK(cs->sb_endpoint < CS_SB_COUNT);
	CHECK(cs->sb_other < CS_SB_COUNT);
	r->input[0] = cs->extract + 64;
	for (int i = 0; i < 4; i++)
		rig_run(r, 40, &cost);
	fx_settle(&r->fx, 1000000);
}

static void hostile_images_do_no_harm(void)
{
	uint8_t good[CS_SAVE_SIZE];
	unsigned int taken = 0;
	struct rig r;

	rig_start(&r);
	r.code[0] = e_branch(6, 0, -1);
	for (unsigned int i = 0; i < 512; i++)
		r.ring[i] = i % 3 ? e_call(2, 4) : e_add32(1, 1, 1);
	RIG_JOB(&r, e_move(84, RIG_CODE_VA), e_move32(86, 8), e_call(84, 86));
	cs_save(&r.cs, good);
	srandom(1);
	for (unsigned int i = 0; i < CS_SAVE_SIZE; i++) {
		for (unsigned int bit = 0; bit < 8; bit += 3) {
			memcpy(image, good, sizeof(image));
			image[i] ^= (uint8_t)(1u << bit);
			try_image(&r, &taken);
		}
	}
	for (unsigned int i = 0; i < 3000; i++) {
		memcpy(image, good, sizeof(image));
		for (unsigned int k = random() % 20; k; k--)
			image[8 + random() % (CS_SAVE_SIZE - 8)] = (uint8_t)random();
		try_image(&r, &taken);
	}
	CHECK(taken > 0);
	rig_stop(&r);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(registers_survive),
	    TEST(a_loop_in_a_call_survives_any_moment),
	    TEST(waits_survive),
	    TEST(faults_and_death_survive),
	    TEST(a_heap_that_waits_survives),
	    TEST(zero_and_noise_are_refused),
	    TEST(hostile_images_do_no_harm),
	    {0},
	});
}
