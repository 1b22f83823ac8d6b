/* SPDX-License-Identifier: MIT */
/* cs_sync_test.c - sync objects: values, status words, who is told, deferral, waiting. */
#include <pthread.h>

#include "check.h"
#include "cs_rig.h"
#include "gpu/sim.h"

#define ADD32  37
#define SET32  38
#define WAIT32 39
#define ADD64  51
#define SET64  52
#define WAIT64 53
#define SYSTEM 0
#define GROUP  2
#define LE     0
#define GT     1
#define GE     5

/* d2: the object at the start of the data; d4: a value. */
static void setup(struct rig *r, uint64_t value)
{
	rig_put(r, e_move(2, RIG_DATA_VA));
	rig_put(r, e_move32(4, (uint32_t)value));
	rig_put(r, e_move32(5, (uint32_t)(value >> 32)));
}

static void add_and_set(void)
{
	static const uint64_t values[] = {0, 1, 0xffffffff, 0x100000000, UINT64_MAX};
	struct rig r;

	rig_start(&r);
	for (int i = 0; i < 5; i++) {
		for (int k = 0; k < 5; k++) {
			uint64_t was = values[i], v = values[k], high = was & ~0xffffffffull;

			setup(&r, v);
			*rig_word64(&r, 0) = was;
			RIG_JOB(&r, e_sync(ADD64, 0, SYSTEM, 4, 2, 0, 0));
			CHECK_EQ(*rig_word64(&r, 0), was + v);
			*rig_word64(&r, 0) = was;
			RIG_JOB(&r, e_sync(SET64, 0, SYSTEM, 4, 2, 0, 0));
			CHECK_EQ(*rig_word64(&r, 0), v);
			*rig_word64(&r, 0) = was;
			RIG_JOB(&r, e_sync(ADD32, 0, SYSTEM, 4, 2, 0, 0));
			CHECK_EQ(*rig_word64(&r, 0), high | (uint32_t)(was + v));
			*rig_word64(&r, 0) = was;
			RIG_JOB(&r, e_sync(SET32, 0, SYSTEM, 4, 2, 0, 0));
			CHECK_EQ(*rig_word64(&r, 0), high | (uint32_t)v);
		}
	}
	CHECK_EQ(r.events[CS_EVENT_SYNC], 100);
	CHECK_EQ(r.events[CS_EVENT_SYNC_GROUP], 0);
	rig_stop(&r);
}

static void group_scope_is_not_for_the_host(void)
{
	struct rig r;

	rig_start(&r);
	setup(&r, 1);
	RIG_JOB(&r, e_sync(ADD64, 0, GROUP, 4, 2, 0, 0), e_sync(SET32, 0, GROUP, 4, 2, 0, 0));
	CHECK_EQ(r.events[CS_EVENT_SYNC], 0);
	CHECK_EQ(r.events[CS_EVENT_SYNC_GROUP], 2);
	CHECK_EQ(RIG_JOB(&r, e_sync(ADD64, 0, 1, 4, 2, 0, 0)), CS_STOP_FATAL);
	CHECK_EQ(r.cs.fatal.type, 0x49);
	rig_stop(&r);
}

static void status_is_written_when_asked(void)
{
	struct rig r;

	rig_start(&r);
	setup(&r, 1);
	rig_word(&r, 0)[1] = rig_word(&r, 0)[2] = 0x77;
	RIG_JOB(&r, e_sync(SET32, 0, SYSTEM, 4, 2, 0, 0));
	CHECK_EQ(rig_word(&r, 0)[1], 0x77);
	RIG_JOB(&r, e_sync(SET32, 1, SYSTEM, 4, 2, 0, 0));
	CHECK_EQ(rig_word(&r, 0)[1], 0);
	CHECK_EQ(rig_word(&r, 0)[2], 0x77);
	RIG_JOB(&r, e_sync(ADD64, 1, SYSTEM, 4, 2, 0, 0));
	CHECK_EQ(rig_word(&r, 0)[2], 0);
	/* An odd address puts the stream into the error state until ERROR_BARRIER. */
	RIG_JOB(&r, e_move(6, RIG_DATA_VA + 1), e_load(8, 1, 6, 0),
		e_sync(ADD64, 1, SYSTEM, 4, 2, 0, 0), e_barrier(), e_move(2, RIG_DATA_VA + 64),
		e_sync(ADD64, 1, SYSTEM, 4, 2, 0, 0));
	cs_ack_fault(&r.cs);
	rig_go(&r);
	CHECK_EQ(rig_word(&r, 0)[2], 1);
	CHECK_EQ(rig_word(&r, 64)[0], 1);
	CHECK_EQ(rig_word(&r, 64)[2], 0);
	rig_stop(&r);
}

static void odd_objects_fault(void)
{
	static const uint64_t instr[] = {37, 38, 51, 52};

	for (int i = 0; i < 4; i++) {
		struct rig r;
		unsigned int off = i < 2 ? 2 : 4;

		rig_start(&r);
		CHECK_EQ(RIG_JOB(&r, e_move(2, RIG_DATA_VA + off),
				 e_sync(instr[i], 0, SYSTEM, 4, 2, 0, 0)),
			 CS_STOP_FAULT);
		CHECK_EQ(r.cs.fault.type, 0x58);
		CHECK_EQ(*rig_word64(&r, 0), 0);
		rig_stop(&r);
		rig_start(&r);
		CHECK_EQ(RIG_JOB(&r, e_move(2, RIG_DATA_VA + off),
				 e_sync_wait(i < 2 ? WAIT32 : WAIT64, 0, LE, 4, 2)),
			 CS_STOP_FAULT);
		CHECK_EQ(r.cs.fault.type, 0x58);
		rig_stop(&r);
	}
}

static bool holds(unsigned int cond, uint64_t value, uint64_t reference)
{
	return cond == LE   ? value <= reference
	       : cond == GT ? value > reference
			    : value >= reference;
}

static void wait_conditions(void)
{
	static const unsigned int conds[] = {LE, GT, GE};
	static const uint64_t values[] = {0, 1, 0x7fffffff, 0xffffffff, 0x100000001, UINT64_MAX};

	for (int c = 0; c < 3; c++) {
		for (int i = 0; i < 6; i++) {
			for (int k = 0; k < 6; k++) {
				uint64_t v = values[i], ref = values[k];
				struct rig r;

				rig_start(&r);
				*rig_word64(&r, 0) = v;
				setup(&r, ref);
				CHECK_EQ(RIG_JOB(&r, e_sync_wait(WAIT64, 1, conds[c], 4, 2)),
					 holds(conds[c], v, ref) ? CS_STOP_EMPTY : CS_STOP_SYNC);
				rig_stop(&r);
				rig_start(&r);
				*rig_word64(&r, 0) = v;
				setup(&r, ref);
				CHECK_EQ(RIG_JOB(&r, e_sync_wait(WAIT32, 1, conds[c], 4, 2)),
					 holds(conds[c], (uint32_t)v, (uint32_t)ref)
					     ? CS_STOP_EMPTY
					     : CS_STOP_SYNC);
				rig_stop(&r);
			}
		}
	}
}

static void undefined_conditions_are_fatal(void)
{
	static const unsigned int bad[] = {2, 3, 4, 6, 7, 15};

	for (int i = 0; i < 6; i++) {
		struct rig r;

		rig_start(&r);
		setup(&r, 0);
		CHECK_EQ(RIG_JOB(&r, e_sync_wait(WAIT64, 0, bad[i], 4, 2)), CS_STOP_FATAL);
		CHECK_EQ(r.cs.fatal.type, 0x49);
		rig_stop(&r);
	}
}

static void a_waiter_goes_on_when_the_value_comes(void)
{
	struct rig r;

	rig_start(&r);
	setup(&r, 0x500000000);
	RIG_JOB(&r, e_sync_wait(WAIT64, 0, GT, 4, 2), e_move32(9, 1));
	CHECK_EQ(r.cs.stop, CS_STOP_SYNC);
	CHECK(r.cs.wait.sync);
	CHECK(r.cs.wait.sync64);
	CHECK_EQ(r.cs.wait.cond, GT);
	CHECK_EQ(r.cs.wait.sync_va, RIG_DATA_VA);
	CHECK_EQ(r.cs.wait.sync_value, 0x500000000);
	CHECK(!cs_runnable(&r.cs));
	CHECK(!cs_idle(&r.cs));
	*rig_word64(&r, 0) = 0x500000001;
	CHECK(cs_runnable(&r.cs));
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[9], 1);
	CHECK(!r.cs.wait.sync);
	rig_stop(&r);
}

static void errors_are_inherited_or_rejected(void)
{
	struct rig r;

	rig_start(&r);
	rig_word(&r, 0)[2] = 1;
	setup(&r, 0);
	CHECK_EQ(RIG_JOB(&r, e_sync_wait(WAIT64, 1, LE, 4, 2)), CS_STOP_EMPTY);
	CHECK(!r.cs.error);
	CHECK_EQ(RIG_JOB(&r, e_sync_wait(WAIT64, 0, LE, 4, 2), e_move32(9, 1)), CS_STOP_FAULT);
	CHECK_EQ(r.cs.fault.type, 0x4b);
	CHECK_EQ(r.cs.fault.info, RIG_DATA_VA);
	CHECK(r.cs.error);
	cs_ack_fault(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[9], 1);
	rig_stop(&r);
}

static void a_deferred_signal_waits_for_its_mask(void)
{
	struct rig r;
	uint64_t cost;

	rig_start(&r);
	setup(&r, 7);
	rig_put(&r, e_set_sb(0, 3));
	rig_put(&r, e_store(4, 1, 2, 64));
	rig_put(&r, e_sync(SET64, 0, SYSTEM, 4, 2, 1 << 3, 5));
	rig_put(
	    &r,
	    e_move32(4, 9)); /* too late: the value was taken at issue; r4 is the store's source */
	rig_put(&r, e_wait(1 << 5));
	CHECK_EQ(rig_run(&r, 7, &cost), CS_STOP_BUDGET);
	CHECK_EQ(cs_busy_mask(&r.cs), 1 << 3 | 1 << 5);
	CHECK_EQ(r.events[CS_EVENT_SYNC], 0);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(*rig_word64(&r, 0), 7);
	CHECK_EQ(r.events[CS_EVENT_SYNC], 1);
	rig_stop(&r);
}

static void deferring_on_itself_never_ends(void)
{
	struct rig r;

	rig_start(&r);
	setup(&r, 7);
	RIG_JOB(&r, e_sync(SET64, 0, SYSTEM, 4, 2, 1 << 5, 5), e_wait(1 << 5));
	CHECK_EQ(r.cs.stop, CS_STOP_SB);
	CHECK_EQ(*rig_word64(&r, 0), 0);
	CHECK_EQ(fx_complained(&r.fx, "cs-defer-self"), 1);
	rig_stop(&r);
}

static void entries_that_do_not_exist(void)
{
	struct rig r;

	rig_start(&r);
	setup(&r, 7);
	CHECK_EQ(RIG_JOB(&r, e_sync(SET64, 0, SYSTEM, 4, 2, 0x100, 0)), CS_STOP_EMPTY);
	CHECK_EQ(fx_complained(&r.fx, "cs-wait-absent"), 1);
	/* Not deferred: the entry means nothing. Deferred: it has to exist. */
	CHECK_EQ(RIG_JOB(&r, e_sync(SET64, 0, SYSTEM, 4, 2, 0, 9)), CS_STOP_EMPTY);
	CHECK_EQ(RIG_JOB(&r, e_sync(SET64, 0, SYSTEM, 4, 2, 1, 9)), CS_STOP_FATAL);
	rig_stop(&r);
}

/* The value is reached but not its status word: nothing may have been added when it is tried again.
 */
static void a_stalled_add_adds_once(void)
{
	struct rig r;

	rig_start(&r);
	fx_unmap(&r.fx, r.root, RIG_DATA_VA + 0x1000, FX_PAGE);
	fx_as_enable(&r.fx, RIG_AS, r.root);
	RIG_JOB(&r, e_move(2, RIG_DATA_VA + 0xff8), e_move(4, 5),
		e_sync(ADD64, 1, SYSTEM, 4, 2, 0, 0));
	CHECK_EQ(r.cs.stop, CS_STOP_MMU);
	CHECK_EQ(*rig_word64(&r, 0xff8), 0);
	fx_map_new(&r.fx, r.root, RIG_DATA_VA + 0x1000, FX_PAGE, FX_NX);
	fx_as_enable(&r.fx, RIG_AS, r.root);
	cs_memory_changed(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(*rig_word64(&r, 0xff8), 5);
	rig_stop(&r);
}

static void waiting_on_a_hole_stalls(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_HOLE_VA), e_move(4, 0), e_sync_wait(WAIT64, 0, GT, 4, 2),
		e_move32(9, 1));
	CHECK_EQ(r.cs.stop, CS_STOP_MMU);
	fx_as_disable(&r.fx, RIG_AS);
	cs_memory_changed(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_FATAL);
	CHECK_EQ(r.cs.fatal.type, 0x48); /* the instruction is fetched again first */
	rig_stop(&r);
}

#define ADDS 20000

static void *add_like_a_vcpu(void *word)
{
	for (int i = 0; i < ADDS; i++)
		__atomic_fetch_add((uint64_t *)word, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

/* A vCPU counts on the same object: nothing is lost. */
static void adds_are_atomic(void)
{
	pthread_t vcpu;
	struct rig r;

	rig_start(&r);
	r.code[0] = e_sync(ADD64, 0, SYSTEM, 4, 2, 0, 0);
	r.code[1] = e_add32(6, 6, -1);
	r.code[2] = e_branch(1, 6, -3);
	setup(&r, 1);
	REQUIRE(pthread_create(&vcpu, NULL, add_like_a_vcpu, rig_word64(&r, 0)) == 0);
	RIG_JOB(&r, e_move32(6, ADDS), e_move(8, RIG_CODE_VA), e_move32(10, 24), e_call(8, 10));
	pthread_join(vcpu, NULL);
	CHECK_EQ(*rig_word64(&r, 0), 2 * ADDS);
	rig_stop(&r);
}

static void mutations_show(void)
{
	struct rig r;

	rig_start(&r);
	setup(&r, 7);
	fx_control(&r.fx, "mutate cs-signal-lost");
	RIG_JOB(&r, e_sync(SET64, 0, SYSTEM, 4, 2, 0, 0));
	CHECK_EQ(*rig_word64(&r, 0), 0);
	fx_control(&r.fx, "mutate cs-sync-wrong");
	RIG_JOB(&r, e_sync(SET64, 0, SYSTEM, 4, 2, 0, 0));
	CHECK_EQ(*rig_word64(&r, 0), 8);
	fx_control(&r.fx, "mutate wait-never");
	CHECK_EQ(RIG_JOB(&r, e_move(4, 100), e_sync_wait(WAIT64, 0, GT, 4, 2)), CS_STOP_EMPTY);
	rig_stop(&r);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(add_and_set),
	    TEST(group_scope_is_not_for_the_host),
	    TEST(status_is_written_when_asked),
	    TEST(odd_objects_fault),
	    TEST(wait_conditions),
	    TEST(undefined_conditions_are_fatal),
	    TEST(a_waiter_goes_on_when_the_value_comes),
	    TEST(errors_are_inherited_or_rejected),
	    TEST(a_deferred_signal_waits_for_its_mask),
	    TEST(deferring_on_itself_never_ends),
	    TEST(entries_that_do_not_exist),
	    TEST(a_stalled_add_adds_once),
	    TEST(waiting_on_a_hole_stalls),
	    TEST(adds_are_atomic),
	    TEST(mutations_show),
	    {0},
	});
}
