/* SPDX-License-Identifier: MIT */
/* cs_work_test.c - what reaches beyond the stream: caches, states, progress, resources, the
 * endpoints. */
#include "check.h"
#include "cs_rig.h"
#include "cs/endpoint.h"
#include "gpu/sim.h"

static uint32_t flush_id(struct rig *r)
{
	return r->fx.sim->latest_flush;
}

static void flushes_count(void)
{
	struct rig r;
	uint32_t was;

	rig_start(&r);
	was = flush_id(&r);
	RIG_JOB(&r, e_move32(4, 0), e_flush(3, 3, 1, 4, 0, 0), e_wait(1));
	CHECK_EQ(flush_id(&r), was + 1);
	RIG_JOB(&r, e_move32(4, was + 1), e_flush(1, 0, 0, 4, 0, 0), e_wait(1));
	CHECK_EQ(flush_id(&r), was + 2);
	/* Flushed since: nothing to do. */
	RIG_JOB(&r, e_move32(4, was + 1), e_flush(3, 3, 1, 4, 0, 0), e_wait(1));
	CHECK_EQ(flush_id(&r), was + 2);
	/* Nothing but the texture caches. */
	RIG_JOB(&r, e_move32(4, 0), e_flush(0, 0, 1, 4, 0, 0), e_wait(1));
	CHECK_EQ(flush_id(&r), was + 2);
	CHECK_EQ(r.cs.stop, CS_STOP_EMPTY);
	rig_stop(&r);
}

static void the_flush_id_wraps(void)
{
	struct rig r;

	rig_start(&r);
	r.fx.sim->latest_flush = 0xffffff;
	RIG_JOB(&r, e_move32(4, 0xffffff), e_flush(3, 3, 0, 4, 0, 0), e_wait(1));
	CHECK_EQ(flush_id(&r), 1);
	RIG_JOB(&r, e_move32(4, 0xffffff), e_flush(3, 3, 0, 4, 0, 0), e_wait(1));
	CHECK_EQ(flush_id(&r), 1);
	rig_stop(&r);
}

static void flushes_take_turns_and_their_slot(void)
{
	struct rig r;
	uint64_t cost;

	rig_start(&r);
	rig_put(&r, e_move32(4, 0));
	rig_put(&r, e_flush(3, 3, 0, 4, 0, 6));
	rig_put(&r, e_flush(3, 3, 0, 4, 0, 7));
	rig_put(&r, e_wait(0xc0));
	CHECK_EQ(rig_run(&r, 10, &cost), CS_STOP_FLUSH);
	CHECK_EQ(cs_busy_mask(&r.cs), 0x40);
	CHECK(!cs_runnable(&r.cs));
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(RIG_JOB(&r, e_flush(2, 3, 0, 4, 0, 0)), CS_STOP_FATAL);
	CHECK_EQ(r.cs.fatal.type, 0x49);
	rig_stop(&r);
	rig_start(&r);
	CHECK_EQ(RIG_JOB(&r, e_flush(3, 4, 0, 4, 0, 0)), CS_STOP_FATAL);
	rig_stop(&r);
	rig_start(&r);
	CHECK_EQ(RIG_JOB(&r, e_flush(3, 3, 0, 4, 0, 8)), CS_STOP_FATAL);
	rig_stop(&r);
}

static void states_are_stored(void)
{
	struct rig r;

	rig_start(&r);
	for (int i = 0; i < 5; i++)
		rig_word64(&r, 0)[i] = 0x5555;
	RIG_JOB(&r, e_move(2, RIG_DATA_VA + 8), e_state(0, 2, -8), e_state(1, 2, 0),
		e_state(2, 2, 8), e_state(3, 2, 16));
	CHECK(rig_word64(&r, 0)[0] >= 1000000000);
	CHECK(rig_word64(&r, 0)[1] != 0x5555);
	CHECK_EQ(rig_word64(&r, 0)[2], 0);
	CHECK_EQ(rig_word64(&r, 0)[3], 0);
	CHECK_EQ(rig_word64(&r, 0)[4], 0x5555);
	CHECK_EQ(RIG_JOB(&r, e_move(2, RIG_DATA_VA + 4), e_state(0, 2, 0)), CS_STOP_FAULT);
	CHECK_EQ(r.cs.fault.type, 0x58);
	cs_ack_fault(&r.cs);
	RIG_JOB(&r, e_move(2, RIG_DATA_VA), e_state(3, 2, 0), e_barrier(), e_state(3, 2, 8));
	CHECK_EQ(rig_word64(&r, 0)[0], 1);
	CHECK_EQ(rig_word64(&r, 0)[1], 0);
	rig_stop(&r);
}

static void a_deferred_state_is_taken_late(void)
{
	struct rig r;

	rig_start(&r);
	RIG_JOB(&r, e_move(2, RIG_DATA_VA), e_move32(4, 0), e_state(0, 2, 0),
		e_flush(3, 3, 0, 4, 0, 1), e_state(0, 2, 8) | AT(2, 16, 16) | AT(4, 48, 4),
		e_wait(0x10));
	CHECK_EQ(r.cs.stop, CS_STOP_EMPTY);
	CHECK(rig_word64(&r, 0)[1] >= rig_word64(&r, 0)[0] + 5000); /* the flush's latency */
	rig_stop(&r);
}

static void the_barrier_waits_for_everything(void)
{
	struct rig r;
	uint64_t cost;

	rig_start(&r);
	rig_put(&r, e_move(2, RIG_DATA_VA));
	rig_put(&r, e_store(4, 1, 2, 0));
	rig_put(&r, e_barrier());
	CHECK_EQ(rig_run(&r, 10, &cost), CS_STOP_SB);
	CHECK_EQ(r.cs.wait.sb_mask, 1);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	rig_stop(&r);
}

/* ---- progress ---- */

static struct cs other_stream;

static struct cs *sibling(struct mali_sim *sim, struct cs *cs, unsigned int index)
{
	return index == 7 ? &other_stream : NULL;
}

static uint64_t e_progress_wait(unsigned int queue, unsigned int s)
{
	return OP(24) | AT(queue, 0, 5) | AT(s, 40, 8);
}

static void progress_counters(void)
{
	struct rig r;

	rig_start(&r);
	r.owner.sibling = sibling;
	other_stream.progress = 4;
	RIG_JOB(&r, e_move(4, 0x123456789), OP(42) | AT(4, 40, 8), e_wait(0xff) | 1ull << 32,
		OP(43) | AT(6, 48, 8));
	CHECK_EQ(r.cs.regs[6], 0x2345678a);
	CHECK_EQ(r.cs.regs[7], 1);
	CHECK(r.events[CS_EVENT_PROGRESS] >= 2);
	CHECK_EQ(RIG_JOB(&r, e_progress_wait(3, 6), e_move(4, 4), e_progress_wait(7, 4)),
		 CS_STOP_EMPTY);
	CHECK_EQ(RIG_JOB(&r, e_move(4, 5), e_progress_wait(7, 4)), CS_STOP_PROGRESS);
	CHECK_EQ(r.cs.wait.progress_queue, 7);
	CHECK_EQ(r.cs.wait.progress_value, 5);
	CHECK(!cs_runnable(&r.cs));
	other_stream.progress = 5;
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(RIG_JOB(&r, e_progress_wait(1, 4)), CS_STOP_PROGRESS); /* no such stream */
	rig_stop(&r);
}

/* ---- resources ---- */

static uint32_t allowed;

static bool grant(struct mali_sim *sim, struct cs *cs, uint32_t resources)
{
	return !(resources & ~allowed);
}

static void resources_are_asked_for(void)
{
	struct rig r;

	rig_start(&r);
	CHECK_EQ(RIG_JOB(&r, OP(34) | 0xf), CS_STOP_EMPTY); /* nobody refuses */
	CHECK_EQ(r.cs.granted, 0xf);
	r.owner.grant = grant;
	allowed = 1;
	CHECK_EQ(RIG_JOB(&r, OP(34) | 1), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.granted, 1);
	CHECK_EQ(RIG_JOB(&r, OP(34) | 0xc), CS_STOP_RESOURCE);
	CHECK_EQ(r.cs.wait.resource, 0xc);
	CHECK_EQ(r.cs.granted, 1);
	CHECK(!cs_runnable(&r.cs));
	allowed = 0xf;
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.granted, 0xc);
	CHECK_EQ(RIG_JOB(&r, OP(34)), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.granted, 0);
	rig_stop(&r);
}

/* ---- endpoints ---- */

static const unsigned int run_ops[] = {4, 5, 6, 7, 8, 44};
#define RUN_OPS 6

static void without_endpoints_work_faults(void)
{
	for (int i = 0; i < RUN_OPS; i++) {
		struct rig r;

		rig_start(&r);
		CHECK_EQ(RIG_JOB(&r, OP(run_ops[i]), OP(7), e_barrier(), e_move32(1, 1)),
			 CS_STOP_FAULT);
		CHECK_EQ(r.cs.fault.type, 0x51);
		CHECK_EQ(r.cs.fault.data, run_ops[i]);
		CHECK_EQ(r.cs.fault.info, RIG_RING_VA);
		CHECK_EQ(r.cs.regs[1], 0);
		cs_ack_fault(&r.cs);
		/* The job failed already: the second RUN is skipped, the next job begins clean. */
		CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
		CHECK_EQ(r.cs.regs[1], 1);
		CHECK_EQ(r.events[CS_EVENT_FAULT], 1);
		CHECK(!r.cs.error);
		rig_stop(&r);
	}
}

static struct cs_task *given[80];
static unsigned int given_count, cancelled;
static bool at_once;

static void endpoint_start(struct mali_sim *sim, struct cs_task *task)
{
	if (at_once)
		cs_task_done(task, NULL);
	else
		given[given_count++] = task;
}

static void endpoint_cancel(struct mali_sim *sim, struct cs_task *task)
{
	cancelled++;
}

static const struct cs_endpoints endpoints = {.start = endpoint_start, .cancel = endpoint_cancel};

static void attach(struct rig *r)
{
	rig_start(r);
	r->owner.endpoints = &endpoints;
	given_count = cancelled = 0;
	at_once = false;
}

static void tasks_are_snapshots(void)
{
	struct rig r;

	attach(&r);
	RIG_JOB(&r, e_set_sb(2, 0), OP(34) | 3, e_move32(40, 11),
		OP(4) | 1ull << 32 | AT(1, 14, 2) | 77, e_move32(40, 12), OP(7), e_wait(4));
	CHECK_EQ(r.cs.stop, CS_STOP_SB);
	REQUIRE(given_count == 2);
	CHECK_EQ(given[0]->kind, 4);
	CHECK_EQ(given[0]->regs[40], 11);
	CHECK_EQ(given[0]->in.f[CS_F_IMM], 77);
	CHECK_EQ(given[0]->in.f[CS_F_AXIS], 1);
	CHECK_EQ(given[0]->as, RIG_AS);
	CHECK_EQ(given[0]->granted, 3);
	CHECK_EQ(given[0]->pc, RIG_RING_VA + 24);
	CHECK_EQ(given[1]->kind, 7);
	CHECK_EQ(given[1]->regs[40], 12);
	CHECK_EQ(cs_busy_mask(&r.cs), 4);
	CHECK(cs_in_flight(&r.cs));
	cs_task_done(given[1], NULL);
	CHECK_EQ(cs_busy_mask(&r.cs), 4);
	CHECK_EQ(r.cs.progress, 0);
	cs_task_done(given[0], NULL);
	CHECK_EQ(cs_busy_mask(&r.cs), 0);
	CHECK_EQ(r.cs.progress, 1);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	rig_stop(&r);
}

static void a_task_may_fail(void)
{
	struct rig r;
	struct cs_exception exc = {.type = 0x59, .data = 3, .info = 0x1234};

	attach(&r);
	RIG_JOB(&r, OP(7), e_wait(1), e_move32(1, 1));
	REQUIRE(given_count == 1);
	cs_task_done(given[0], &exc);
	CHECK_EQ(rig_go(&r), CS_STOP_FAULT);
	CHECK_EQ(r.cs.fault.type, 0x59);
	CHECK_EQ(r.cs.fault.info, 0x1234);
	cs_ack_fault(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[1], 1);
	rig_stop(&r);
}

/* Whatever shader cores and the tiler may find, the log has its name. */
static void each_fault_of_an_endpoint_has_a_name(void)
{
	static const struct {
		uint8_t code;
		const char *name;
	} all[] = {{0x05, "KABOOM"},
		   {0x50, "INSTR_INVALID_PC"},
		   {0x51, "INSTR_INVALID_ENC"},
		   {0x55, "INSTR_BARRIER_FAULT"},
		   {0x58, "DATA_INVALID_FAULT"},
		   {0x59, "TILE_RANGE_FAULT"},
		   {0x5a, "ADDR_RANGE_FAULT"},
		   {0x5b, "IMPRECISE_FAULT"}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct cs_exception exc = {.type = all[i].code};
		struct rig r;

		attach(&r);
		RIG_JOB(&r, OP(7), e_wait(1));
		REQUIRE(given_count == 1);
		cs_task_done(given[0], &exc);
		CHECK_EQ(r.cs.fault.type, all[i].code);
		CHECK_EQ(fx_logged(&r.fx, all[i].name), 1);
		rig_stop(&r);
	}
}

static void tasks_may_end_at_once_or_never(void)
{
	struct rig r;

	attach(&r);
	at_once = true;
	CHECK_EQ(RIG_JOB(&r, OP(4), OP(6), e_wait(1)), CS_STOP_EMPTY);
	at_once = false;
	RIG_JOB(&r, OP(8), e_wait(1));
	CHECK_EQ(r.cs.stop, CS_STOP_SB);
	cs_stop_now(&r.cs);
	CHECK_EQ(cancelled, 1);
	rig_stop(&r);
}

static void draw_id_needs_a_register(void)
{
	struct rig r;

	attach(&r);
	at_once = true;
	CHECK_EQ(RIG_JOB(&r, OP(6) | AT(96, 40, 8)), CS_STOP_EMPTY);
	CHECK_EQ(RIG_JOB(&r, OP(6) | AT(96, 40, 8) | 1ull << 34), CS_STOP_FATAL);
	rig_stop(&r);
}

static void too_many_tasks_wait(void)
{
	struct rig r;

	attach(&r);
	r.code[0] = OP(4);
	r.code[1] = e_branch(6, 0, -2);
	RIG_JOB(&r, e_move(80, RIG_CODE_VA), e_move32(82, 16), e_call(80, 82));
	CHECK_EQ(r.cs.stop, CS_STOP_DEFERRED);
	CHECK_EQ(given_count, 64);
	cs_task_done(given[0], NULL);
	CHECK_EQ(rig_go(&r), CS_STOP_DEFERRED);
	CHECK_EQ(given_count, 65);
	cs_stop_now(&r.cs);
	CHECK_EQ(cancelled, 64);
	rig_stop(&r);
}

static void drawing_may_run_out_of_memory(void)
{
	struct rig r;

	attach(&r);
	at_once = true;
	RIG_JOB(&r, e_move(2, RIG_DATA_VA), OP(48) | AT(2, 40, 8));
	fx_control(&r.fx, "inject heap-oom");
	CHECK_EQ(RIG_JOB(&r, OP(6), e_move32(9, 1)), CS_STOP_HEAP);
	cs_heap_reply(&r.cs, (RIG_DATA_VA + 0x4000) | 1, (RIG_DATA_VA + 0x4000) | 1);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[9], 1);
	rig_stop(&r);
}

static void finish_tiling_is_endpoint_work(void)
{
	struct rig r;
	uint64_t cost;

	rig_start(&r);
	rig_put(&r, e_set_sb(5, 0));
	rig_put(&r, OP(9) | 1ull << 32);
	rig_put(&r, e_wait(0x20));
	CHECK_EQ(rig_run(&r, 10, &cost), CS_STOP_SB);
	CHECK_EQ(cs_busy_mask(&r.cs), 0x20);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.progress, 1);
	rig_stop(&r);
}

static void trace_points_check_their_registers(void)
{
	struct rig r;

	rig_start(&r);
	CHECK_EQ(RIG_JOB(&r, OP(50) | AT(90, 32, 8) | AT(6, 40, 8),
			 OP(50) | AT(0, 32, 8) | AT(0, 40, 8)),
		 CS_STOP_EMPTY);
	CHECK_EQ(RIG_JOB(&r, OP(50) | AT(2, 40, 8) | AT(2, 16, 16) | AT(6, 48, 4), e_wait(0x40)),
		 CS_STOP_EMPTY);
	CHECK_EQ(RIG_JOB(&r, OP(50) | AT(90, 32, 8) | AT(7, 40, 8)), CS_STOP_FATAL);
	rig_stop(&r);
}

static void protected_regions_wait_for_a_mode_that_never_comes(void)
{
	struct rig r;

	rig_start(&r);
	CHECK_EQ(RIG_JOB(&r, OP(41) | 2, e_move32(1, 1)), CS_STOP_PROTM);
	CHECK(!cs_runnable(&r.cs));
	CHECK_EQ(fx_logged(&r.fx, "PROT_REGION"), 1);
	rig_stop(&r);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(flushes_count),
	    TEST(the_flush_id_wraps),
	    TEST(flushes_take_turns_and_their_slot),
	    TEST(states_are_stored),
	    TEST(a_deferred_state_is_taken_late),
	    TEST(the_barrier_waits_for_everything),
	    TEST(progress_counters),
	    TEST(resources_are_asked_for),
	    TEST(without_endpoints_work_faults),
	    TEST(tasks_are_snapshots),
	    TEST(a_task_may_fail),
	    TEST(each_fault_of_an_endpoint_has_a_name),
	    TEST(tasks_may_end_at_once_or_never),
	    TEST(draw_id_needs_a_register),
	    TEST(too_many_tasks_wait),
	    TEST(drawing_may_run_out_of_memory),
	    TEST(finish_tiling_is_endpoint_work),
	    TEST(trace_points_check_their_registers),
	    TEST(protected_regions_wait_for_a_mode_that_never_comes),
	    {0},
	});
}
