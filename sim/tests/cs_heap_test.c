/* SPDX-License-Identifier: MIT */
/* cs_heap_test.c - the tiler heap: counters, chunks that come back, and running out. */
#include "check.h"
#include "cs_rig.h"
#include "gpu/sim.h"

#define CTX     0x100 /* offsets in the data buffer */
#define CHUNK_A 0x4000
#define CHUNK_B 0x5000
#define CHUNK_C 0x6000

#define VT_START 0
#define VT_END   1
#define FRAG_END 3

static uint64_t e_heap_set(unsigned int addr)
{
	return OP(48) | AT(addr, 40, 8);
}

static uint64_t e_heap_op(unsigned int op)
{
	return OP(49) | AT(op, 32, 2);
}

static uint64_t e_finish_fragment(unsigned int frag_end, unsigned int first, unsigned int last,
				  unsigned int waits, unsigned int slot)
{
	return OP(11) | frag_end | AT(last, 32, 8) | AT(first, 40, 8) | AT(waits, 16, 16) |
	       AT(slot, 48, 4);
}

/* A chunk pointer as the driver builds it: VA and size in pages. */
static uint64_t chunk(unsigned int offset)
{
	return (RIG_DATA_VA + offset) | 1;
}

static void start_with_heap(struct rig *r)
{
	rig_start(r);
	CHECK_EQ(RIG_JOB(r, e_move(2, RIG_DATA_VA + CTX), e_heap_set(2)), CS_STOP_EMPTY);
}

static void counters_live_in_the_context(void)
{
	struct rig r;

	start_with_heap(&r);
	RIG_JOB(&r, e_heap_op(VT_START), e_heap_op(VT_START), e_heap_op(VT_START),
		e_heap_op(VT_END), e_heap_op(VT_END), e_heap_op(FRAG_END));
	CHECK_EQ(rig_word(&r, CTX)[0], 3);
	CHECK_EQ(rig_word(&r, CTX)[1], 2);
	CHECK_EQ(rig_word(&r, CTX)[3], 1);
	CHECK_EQ(RIG_JOB(&r, e_heap_op(2)), CS_STOP_FATAL);
	rig_stop(&r);
}

static void a_heap_has_to_be_set(void)
{
	static const uint64_t instr[] = {OP(49), OP(11)};

	for (int i = 0; i < 2; i++) {
		struct rig r;

		rig_start(&r);
		CHECK_EQ(RIG_JOB(&r, instr[i]), CS_STOP_FAULT);
		CHECK_EQ(r.cs.fault.type, 0x58);
		rig_stop(&r);
	}
	struct rig r;

	rig_start(&r);
	CHECK_EQ(RIG_JOB(&r, e_move(2, RIG_DATA_VA + 8), e_heap_set(2)), CS_STOP_FAULT);
	rig_stop(&r);
}

static void finished_chunks_are_chained(void)
{
	struct rig r;

	start_with_heap(&r);
	*rig_word64(&r, CHUNK_A) = chunk(CHUNK_B);
	RIG_JOB(&r, e_move(4, chunk(CHUNK_A)), e_move(6, chunk(CHUNK_B)), e_move(8, chunk(CHUNK_C)),
		e_move(10, 0), e_finish_fragment(1, 4, 6, 0, 0), e_finish_fragment(0, 8, 8, 0, 0),
		e_finish_fragment(1, 10, 10, 0, 0));
	CHECK_EQ(rig_word(&r, CTX)[3], 2);
	CHECK_EQ(rig_word64(&r, CTX)[2], chunk(CHUNK_C));
	CHECK_EQ(*rig_word64(&r, CHUNK_C), chunk(CHUNK_A));
	CHECK_EQ(*rig_word64(&r, CHUNK_A), chunk(CHUNK_B));
	CHECK_EQ(*rig_word64(&r, CHUNK_B), 0);
	CHECK_EQ(fx_complaints(&r.fx), 0);
	rig_stop(&r);
}

static void finishing_can_be_deferred(void)
{
	struct rig r;
	uint64_t cost;

	start_with_heap(&r);
	rig_put(&r, e_move(4, 0));
	rig_put(&r, e_set_sb(0, 1));
	rig_put(&r, e_store(4, 1, 2, 64));
	rig_put(&r, e_finish_fragment(1, 4, 4, 2, 3));
	rig_put(&r, e_heap_op(FRAG_END) | AT(8, 16, 16) | AT(4, 48, 4));
	rig_put(&r, e_wait(0x10));
	CHECK_EQ(rig_run(&r, 20, &cost), CS_STOP_SB);
	CHECK_EQ(cs_busy_mask(&r.cs), 0x1a);
	CHECK_EQ(rig_word(&r, CTX)[3], 0);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(rig_word(&r, CTX)[3], 2);
	rig_stop(&r);
}

static void out_of_memory_asks_the_host(void)
{
	struct rig r;

	start_with_heap(&r);
	RIG_JOB(&r, e_heap_op(VT_START), e_heap_op(VT_END), e_heap_op(FRAG_END),
		e_heap_op(VT_START));
	CHECK_STR(fx_control(&r.fx, "inject heap-oom group=2 stream=3"), "ok");
	CHECK_EQ(RIG_JOB(&r, e_heap_op(VT_START), e_move32(9, 1)), CS_STOP_HEAP);
	CHECK_EQ(r.events[CS_EVENT_OOM], 1);
	CHECK_EQ(r.cs.heap.context, RIG_DATA_VA + CTX);
	CHECK_EQ(r.cs.heap.vt_start, 2);
	CHECK_EQ(r.cs.heap.vt_end, 1);
	CHECK_EQ(r.cs.heap.frag_end, 1);
	CHECK(!cs_runnable(&r.cs));
	cs_heap_reply(&r.cs, chunk(CHUNK_A), chunk(CHUNK_A));
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(rig_word(&r, CTX)[0], 3);
	CHECK_EQ(rig_word64(&r, CTX)[2], chunk(CHUNK_A));
	CHECK_EQ(r.cs.regs[9], 1);
	CHECK_EQ(r.events[CS_EVENT_OOM], 1);
	rig_stop(&r);
}

static void it_strikes_who_it_was_meant_for(void)
{
	struct rig r;

	start_with_heap(&r);
	fx_control(&r.fx, "inject heap-oom group=1");
	CHECK_EQ(RIG_JOB(&r, e_heap_op(VT_START)), CS_STOP_EMPTY);
	rig_stop(&r);
}

static void without_memory_or_handler_it_faults(void)
{
	struct rig r;

	start_with_heap(&r);
	fx_control(&r.fx, "inject heap-oom");
	CHECK_EQ(RIG_JOB(&r, e_heap_op(VT_START), e_move32(9, 1)), CS_STOP_HEAP);
	cs_heap_reply(&r.cs, 0, 0);
	CHECK_EQ(rig_go(&r), CS_STOP_FAULT);
	CHECK_EQ(r.cs.fault.type, 0x60);
	cs_ack_fault(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(rig_word(&r, CTX)[0], 0);
	CHECK_EQ(r.cs.regs[9], 1);
	rig_stop(&r);
}

static void without_memory_the_handler_runs(void)
{
	struct rig r;

	start_with_heap(&r);
	r.code[0] = e_add32(20, 20, 1);
	r.code[1] = e_move(80, RIG_CODE_VA + 0x100);
	r.code[2] = e_move32(82, 8);
	r.code[3] = e_call(80, 82);
	r.code[32] = e_add32(21, 21, 1);
	fx_control(&r.fx, "inject heap-oom");
	RIG_JOB(&r, e_move(4, RIG_CODE_VA), e_move32(6, 32),
		OP(25) | AT(6, 32, 8) | AT(4, 40, 8) | 2, e_heap_op(VT_START),
		e_add32(22, 20, 100));
	CHECK_EQ(r.cs.stop, CS_STOP_HEAP);
	cs_heap_reply(&r.cs, 0, 0);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(r.cs.regs[20], 1);
	CHECK_EQ(r.cs.regs[21], 1);
	CHECK_EQ(r.cs.regs[22], 101);
	CHECK_EQ(rig_word(&r, CTX)[0], 1);
	CHECK_EQ(r.cs.handler, 0);
	rig_stop(&r);
}

static void a_cleared_handler_does_not_run(void)
{
	struct rig r;

	start_with_heap(&r);
	fx_control(&r.fx, "inject heap-oom");
	RIG_JOB(&r, e_move(4, RIG_CODE_VA), e_move32(6, 32),
		OP(25) | AT(6, 32, 8) | AT(4, 40, 8) | 2, e_move(4, 0), e_move32(6, 0),
		OP(25) | AT(6, 32, 8) | AT(4, 40, 8) | 2, e_heap_op(VT_START));
	cs_heap_reply(&r.cs, 0, 0);
	CHECK_EQ(rig_go(&r), CS_STOP_FAULT);
	CHECK_EQ(r.cs.fault.type, 0x60);
	rig_stop(&r);
}

static void each_time_is_asked_anew(void)
{
	struct rig r;

	start_with_heap(&r);
	fx_control(&r.fx, "inject heap-oom count=2");
	CHECK_EQ(RIG_JOB(&r, e_heap_op(VT_START), e_heap_op(VT_START)), CS_STOP_HEAP);
	cs_heap_reply(&r.cs, chunk(CHUNK_A), chunk(CHUNK_A));
	CHECK_EQ(rig_go(&r), CS_STOP_HEAP);
	CHECK_EQ(r.events[CS_EVENT_OOM], 2);
	cs_heap_reply(&r.cs, chunk(CHUNK_B), chunk(CHUNK_B));
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(rig_word64(&r, CTX)[2], chunk(CHUNK_B));
	CHECK_EQ(*rig_word64(&r, CHUNK_B), chunk(CHUNK_A));
	rig_stop(&r);
}

static void other_exceptions_have_no_handler(void)
{
	struct rig r;

	start_with_heap(&r);
	CHECK_EQ(RIG_JOB(&r, e_move(4, RIG_CODE_VA), e_move32(6, 32),
			 OP(25) | AT(6, 32, 8) | AT(4, 40, 8) | 1),
		 CS_STOP_EMPTY);
	CHECK_EQ(r.cs.handler_va, 0);
	CHECK_EQ(fx_logged(&r.fx, "] unimp "), 1);
	rig_stop(&r);
}

static void asking_waits_for_the_context(void)
{
	struct rig r;

	rig_start(&r);
	CHECK_EQ(RIG_JOB(&r, e_move(2, RIG_HOLE_VA), e_heap_set(2)), CS_STOP_EMPTY);
	fx_control(&r.fx, "inject heap-oom");
	CHECK_EQ(RIG_JOB(&r, e_heap_op(VT_START)), CS_STOP_MMU);
	fx_map_new(&r.fx, r.root, RIG_HOLE_VA, FX_PAGE, FX_NX);
	fx_as_enable(&r.fx, RIG_AS, r.root);
	cs_memory_changed(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_HEAP);
	CHECK_EQ(r.events[CS_EVENT_OOM], 1);
	rig_stop(&r);
}

static void replies_nobody_asked_for_are_nothing(void)
{
	struct rig r;

	start_with_heap(&r);
	cs_heap_reply(&r.cs, chunk(CHUNK_A), chunk(CHUNK_A));
	CHECK_EQ(RIG_JOB(&r, e_heap_op(VT_START)), CS_STOP_EMPTY);
	CHECK_EQ(rig_word64(&r, CTX)[2], 0);
	rig_stop(&r);
}

static void a_bad_chunk_faults_in_the_address_space(void)
{
	struct rig r;

	start_with_heap(&r);
	fx_control(&r.fx, "inject heap-oom");
	RIG_JOB(&r, e_heap_op(VT_START));
	cs_heap_reply(&r.cs, RIG_HOLE_VA | 1, RIG_HOLE_VA | 1);
	CHECK_EQ(rig_go(&r), CS_STOP_MMU);
	fx_map_new(&r.fx, r.root, RIG_HOLE_VA, FX_PAGE, FX_NX);
	fx_as_enable(&r.fx, RIG_AS, r.root);
	cs_memory_changed(&r.cs);
	CHECK_EQ(rig_go(&r), CS_STOP_EMPTY);
	CHECK_EQ(rig_word(&r, CTX)[0], 1);
	rig_stop(&r);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(counters_live_in_the_context),
	    TEST(a_heap_has_to_be_set),
	    TEST(finished_chunks_are_chained),
	    TEST(finishing_can_be_deferred),
	    TEST(out_of_memory_asks_the_host),
	    TEST(it_strikes_who_it_was_meant_for),
	    TEST(without_memory_or_handler_it_faults),
	    TEST(without_memory_the_handler_runs),
	    TEST(a_cleared_handler_does_not_run),
	    TEST(each_time_is_asked_anew),
	    TEST(other_exceptions_have_no_handler),
	    TEST(asking_waits_for_the_context),
	    TEST(replies_nobody_asked_for_are_nothing),
	    TEST(a_bad_chunk_faults_in_the_address_space),
	    {0},
	});
}
