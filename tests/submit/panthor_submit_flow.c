// SPDX-License-Identifier: MIT
/*
 * panthor_submit_flow.c - what a command stream computes and where it goes: moves, additions,
 * minima, loads and stores, branches, calls and jumps. Fields and conditions as in Mesa's genxml,
 * v10.xml.
 */
#include "igt.h"
#include "submit_bench.h"

IGT_TEST_DESCRIPTION("Instructions of a command stream: arithmetic, memory, control flow.");

/* Run what is in @s and return the 64-bit value of the register pair at @reg. */
static uint64_t run_for_pair(struct submit_bench *b, struct csb *s, unsigned int reg)
{
	uint64_t va = submit_alloc(&b->arena, 8);

	submit_emit_store_regs(s, va, reg, 2);
	submit_bench_run(b, s);
	return submit_read64(&b->arena, va);
}

static void moves(void)
{
	static const uint64_t values[] = {0, 1, 0x800000000000, 0xffffffffffff, 0x123456789abc};
	struct submit_bench b;
	struct csb s;

	submit_bench_open(&b, 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(values); i++) {
		/* MOVE fills a pair and clears the 16 bits that it has no room for. */
		submit_stream_begin(&s, &b.arena, 8);
		csb_move64(&s, 2, ~0ull);
		csb_move48(&s, 2, values[i]);
		igt_assert_eq_u64(run_for_pair(&b, &s, 2), values[i]);

		/* MOVE32 fills one register and leaves its neighbour. */
		submit_stream_begin(&s, &b.arena, 8);
		csb_move64(&s, 2, 0x5555555566666666);
		csb_move32(&s, 2, (uint32_t)values[i]);
		igt_assert_eq_u64(run_for_pair(&b, &s, 2),
				  0x5555555500000000 | (uint32_t)values[i]);
	}
	submit_bench_close(&b);
}

/* r2 = a; r2 += imm, 32 bits wide: the neighbour stays. */
static uint64_t add32(struct submit_bench *b, uint32_t a, int32_t imm)
{
	struct csb s;

	submit_stream_begin(&s, &b->arena, 8);
	csb_move64(&s, 2, 0x7777777700000000 | a);
	csb_add32(&s, 2, 2, imm);
	return run_for_pair(b, &s, 2);
}

static uint64_t add64(struct submit_bench *b, uint64_t a, int32_t imm)
{
	struct csb s;

	submit_stream_begin(&s, &b->arena, 8);
	csb_move64(&s, 4, a);
	csb_add64(&s, 2, 4, imm);
	return run_for_pair(b, &s, 2);
}

static void additions(void)
{
	struct submit_bench b;

	submit_bench_open(&b, 1);
	igt_assert_eq_u64(add32(&b, 40, 2), 0x777777770000002a);
	igt_assert_eq_u64(add32(&b, 40, -41), 0x77777777ffffffff);
	igt_assert_eq_u64(add32(&b, 0xffffffff, 1), 0x7777777700000000);
	igt_assert_eq_u64(add32(&b, 0x7fffffff, 0x7fffffff), 0x77777777fffffffe);
	igt_assert_eq_u64(add64(&b, 40, 2), 42);
	igt_assert_eq_u64(add64(&b, 0xffffffff, 1), 0x100000000);
	igt_assert_eq_u64(add64(&b, 0x100000000, -1), 0xffffffff);
	igt_assert_eq_u64(add64(&b, 0, -1), ~0ull);
	igt_assert_eq_u64(add64(&b, ~0ull, 1), 0);
	submit_bench_close(&b);
}

static uint32_t umin32(struct submit_bench *b, uint32_t x, uint32_t y)
{
	struct csb s;

	submit_stream_begin(&s, &b->arena, 8);
	csb_move32(&s, 4, x);
	csb_move32(&s, 5, y);
	csb_move32(&s, 2, 0xdddddddd);
	csb_umin32(&s, 2, 4, 5);
	return (uint32_t)run_for_pair(b, &s, 2);
}

static void minima(void)
{
	struct submit_bench b;

	submit_bench_open(&b, 1);
	igt_assert_eq_u32(umin32(&b, 3, 5), 3);
	igt_assert_eq_u32(umin32(&b, 5, 3), 3);
	igt_assert_eq_u32(umin32(&b, 7, 7), 7);
	/* Unsigned: minus one is the largest. */
	igt_assert_eq_u32(umin32(&b, 0xffffffff, 1), 1);
	igt_assert_eq_u32(umin32(&b, 0x80000000, 0x7fffffff), 0x7fffffff);
	submit_bench_close(&b);
}

/* Sixteen words as the CPU sees them. */
static void fill(struct submit_arena *a, uint64_t va, uint32_t base)
{
	for (uint32_t i = 0; i < 16; i++)
		submit_write32(a, va + 4 * i, base + i);
}

static const uint16_t masks[] = {0x0001, 0x8000, 0xffff, 0xaaaa, 0x5555, 0x00ff, 0x8421, 0x0006};

/* Bit i of the mask: word i of memory goes to register base + i, the others stay. */
static void load_masks(void)
{
	struct submit_bench b;
	uint64_t from, to;
	struct csb s;

	submit_bench_open(&b, 1);
	from = submit_alloc(&b.arena, 64);
	to = submit_alloc(&b.arena, 64);
	fill(&b.arena, from, 0x1000);
	for (unsigned int m = 0; m < ARRAY_SIZE(masks); m++) {
		submit_stream_begin(&s, &b.arena, 32);
		csb_move48(&s, 0, from);
		for (unsigned int i = 0; i < 16; i++)
			csb_move32(&s, 20 + i, 0xcc00 + i);
		csb_load(&s, 20, 0, masks[m], 0);
		submit_emit_wait(&s);
		submit_emit_store_regs(&s, to, 20, 16);
		submit_bench_run(&b, &s);
		for (uint32_t i = 0; i < 16; i++)
			igt_assert_eq_u32(submit_read32(&b.arena, to + 4 * i),
					  (masks[m] >> i & 1 ? 0x1000 : 0xcc00) + i);
	}
	submit_bench_close(&b);
}

/* Bit i of the mask: register base + i goes to word i of memory, the others stay. */
static void store_masks(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t to;

	submit_bench_open(&b, 1);
	to = submit_alloc(&b.arena, 64);
	for (unsigned int m = 0; m < ARRAY_SIZE(masks); m++) {
		fill(&b.arena, to, 0xcc00);
		submit_stream_begin(&s, &b.arena, 32);
		csb_move48(&s, 0, to);
		for (unsigned int i = 0; i < 16; i++)
			csb_move32(&s, 20 + i, 0x2000 + i);
		csb_store(&s, 20, 0, masks[m], 0);
		submit_emit_wait(&s);
		submit_bench_run(&b, &s);
		for (uint32_t i = 0; i < 16; i++)
			igt_assert_eq_u32(submit_read32(&b.arena, to + 4 * i),
					  (masks[m] >> i & 1 ? 0x2000 : 0xcc00) + i);
	}
	submit_bench_close(&b);
}

/* The offset is signed and in bytes: to the ends of its 16 bits. */
static void offsets(void)
{
	static const int16_t list[] = {0, 4, -4, 256, -256, 32764, -32768};
	struct submit_bench b;
	uint64_t middle;
	struct csb s;

	submit_bench_open(&b, 1);
	middle = submit_alloc(&b.arena, 65536) + 32768;
	for (unsigned int i = 0; i < ARRAY_SIZE(list); i++)
		submit_write32(&b.arena, middle + list[i], 0x100 + i);
	for (unsigned int i = 0; i < ARRAY_SIZE(list); i++) {
		submit_stream_begin(&s, &b.arena, 16);
		csb_move48(&s, 0, middle);
		csb_load32(&s, 2, 0, list[i]);
		submit_emit_wait(&s);
		csb_add32(&s, 2, 2, 0x100);
		csb_store32(&s, 2, 0, list[i]);
		submit_emit_wait(&s);
		submit_bench_run(&b, &s);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(list); i++)
		igt_assert_eq_u32(submit_read32(&b.arena, middle + list[i]), 0x200 + i);
	submit_bench_close(&b);
}

/* Whether BRANCH of @cond on @value skips the instruction behind it. */
static bool branches(struct submit_bench *b, enum csb_condition cond, uint32_t value)
{
	struct csb s;

	submit_stream_begin(&s, &b->arena, 8);
	csb_move32(&s, 2, 1);
	csb_move32(&s, 4, value);
	csb_branch(&s, cond, 4, 1);
	csb_move32(&s, 2, 0);
	return (uint32_t)run_for_pair(b, &s, 2);
}

/* Each condition against values of each sign; the register is compared with zero, signed. */
static void conditions(void)
{
	static const struct {
		const char *name;
		enum csb_condition cond;
		bool below, zero, above;
	} list[] = {
	    {"lequal", CSB_LEQUAL, true, true, false}, {"greater", CSB_GREATER, false, false, true},
	    {"equal", CSB_EQUAL, false, true, false},  {"nequal", CSB_NEQUAL, true, false, true},
	    {"less", CSB_LESS, true, false, false},    {"gequal", CSB_GEQUAL, false, true, true},
	    {"always", CSB_ALWAYS, true, true, true},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(list); i++) {
		igt_describe_f("BRANCH with condition %s against 0, both signs and the extremes.",
			       list[i].name);
		igt_subtest_f("branch-%s", list[i].name)
			submit_attempts() {
				struct submit_bench b;

				submit_bench_open(&b, 1);
				igt_assert_eq(branches(&b, list[i].cond, 0), list[i].zero);
				igt_assert_eq(branches(&b, list[i].cond, 1), list[i].above);
				igt_assert_eq(branches(&b, list[i].cond, 0x7fffffff),
					      list[i].above);
				igt_assert_eq(branches(&b, list[i].cond, 0xffffffff),
					      list[i].below);
				igt_assert_eq(branches(&b, list[i].cond, 0x80000000),
					      list[i].below);
				submit_bench_close(&b);
			}
	}
}

/* A loop with a branch back and one out. */
static void loop(void)
{
	struct submit_bench b;
	struct csb s;
	uint32_t top;

	submit_bench_open(&b, 1);
	submit_stream_begin(&s, &b.arena, 32);
	csb_move64(&s, 2, 0);
	csb_move32(&s, 4, 100);
	top = s.count;
	/* r2 += 3, leave at r4 == 0 by a branch forward over the one back */
	csb_add32(&s, 2, 2, 3);
	csb_add32(&s, 4, 4, -1);
	csb_branch(&s, CSB_EQUAL, 4, 1);
	csb_branch_to(&s, CSB_ALWAYS, 0, top);
	igt_assert_eq_u64(run_for_pair(&b, &s, 2), 300);
	submit_bench_close(&b);
}

/* A stream that adds @n to r2 and does nothing else. */
static void build_adder(struct csb *s, struct submit_arena *a, int32_t n)
{
	submit_stream_begin(s, a, 1);
	csb_add32(s, 2, 2, n);
}

/* Emit a CALL or JUMP of @target through registers @reg (pair) and @reg + 2. */
static void emit_go(struct csb *s, bool call, const struct csb *target, unsigned int reg)
{
	csb_move48(s, reg, target->va);
	csb_move32(s, reg + 2, csb_size(target));
	if (call)
		csb_call(s, reg, reg + 2);
	else
		csb_jump(s, reg, reg + 2);
}

/* CALL comes back behind itself: both sides of it are executed once. */
static void call(void)
{
	struct csb s, callee;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	build_adder(&callee, &b.arena, 10);
	submit_stream_begin(&s, &b.arena, 16);
	csb_move64(&s, 2, 1);
	emit_go(&s, true, &callee, 8);
	csb_add32(&s, 2, 2, 100);
	emit_go(&s, true, &callee, 8);
	igt_assert_eq_u64(run_for_pair(&b, &s, 2), 121);
	submit_bench_close(&b);
}

/*
 * Calls in calls. There are 8 frames (Mesa, decode_csf.c, MAX_CALL_STACK_DEPTH): the ring buffer
 * and the job take two of them, so six levels more are as deep as a job may go. Each adds on its
 * way in and out.
 */
static void nested(void)
{
	struct csb level[6], s;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	for (unsigned int i = 0; i < 6; i++) {
		submit_stream_begin(&level[i], &b.arena, 8);
		csb_add32(&level[i], 2, 2, 1);
		if (i)
			emit_go(&level[i], true, &level[i - 1], 8);
		csb_add32(&level[i], 2, 2, 100);
	}
	submit_stream_begin(&s, &b.arena, 16);
	csb_move64(&s, 2, 0);
	emit_go(&s, true, &level[5], 8);
	igt_assert_eq_u64(run_for_pair(&b, &s, 2), 606);
	submit_bench_close(&b);
}

/* JUMP does not come back: what is behind it is not executed, and the job still ends. */
static void jump(void)
{
	struct csb s, target;
	struct submit_bench b;
	uint64_t va;

	submit_bench_open(&b, 1);
	va = submit_alloc(&b.arena, 4);
	submit_stream_begin(&target, &b.arena, 8);
	csb_add32(&target, 2, 2, 10);
	submit_emit_store_regs(&target, va, 2, 1);
	submit_stream_begin(&s, &b.arena, 16);
	csb_move32(&s, 2, 1);
	emit_go(&s, false, &target, 8);
	csb_add32(&s, 2, 2, 100);
	submit_emit_store_regs(&s, va, 2, 1);
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, va), 11);
	submit_bench_close(&b);
}

/* A JUMP in a callee replaces the callee: the end of its target returns to the caller. */
static void jump_in_call(void)
{
	struct csb s, callee, target;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	build_adder(&target, &b.arena, 10);
	submit_stream_begin(&callee, &b.arena, 8);
	csb_add32(&callee, 2, 2, 1000);
	emit_go(&callee, false, &target, 12);
	csb_add32(&callee, 2, 2, 7);
	submit_stream_begin(&s, &b.arena, 16);
	csb_move64(&s, 2, 1);
	emit_go(&s, true, &callee, 8);
	csb_add32(&s, 2, 2, 100);
	igt_assert_eq_u64(run_for_pair(&b, &s, 2), 1111);
	submit_bench_close(&b);
}

/* A chain of 200 jumps, as a driver links the chunks of a long stream. */
static void jump_chain(void)
{
	enum { CHUNKS = 200 };
	struct submit_bench b;
	struct csb next, s;
	uint64_t va;

	submit_bench_open(&b, 1);
	va = submit_alloc(&b.arena, 4);
	submit_stream_begin(&next, &b.arena, 8);
	submit_emit_store_regs(&next, va, 2, 1);
	for (unsigned int i = 0; i < CHUNKS; i++) {
		submit_stream_begin(&s, &b.arena, 8);
		csb_add32(&s, 2, 2, 1);
		emit_go(&s, false, &next, 8);
		next = s;
	}
	submit_stream_begin(&s, &b.arena, 8);
	csb_move32(&s, 2, 0);
	emit_go(&s, false, &next, 8);
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, va), CHUNKS);
	submit_bench_close(&b);
}

int igt_main()
{
	igt_describe("MOVE and MOVE32 write their immediate and nothing else.");
	submit_subtest("move")
		moves();

	igt_describe("ADD_IMMEDIATE32 and 64: signs, carries, wrap-around.");
	submit_subtest("add")
		additions();

	igt_describe("UMIN32 takes the smaller of two unsigned values.");
	submit_subtest("umin")
		minima();

	igt_describe("LOAD_MULTIPLE loads the registers of its mask.");
	submit_subtest("load-masks")
		load_masks();

	igt_describe("STORE_MULTIPLE stores the registers of its mask.");
	submit_subtest("store-masks")
		store_masks();

	igt_describe("Loads and stores at signed offsets to the ends of the field.");
	submit_subtest("load-store-offsets")
		offsets();

	conditions();

	igt_describe("A loop of branches back and out.");
	submit_subtest("branch-loop")
		loop();

	igt_describe("CALL executes its target and comes back.");
	submit_subtest("call")
		call();

	igt_describe("Calls within calls, as deep as the call stack allows.");
	submit_subtest("call-nested")
		nested();

	igt_describe("JUMP goes and does not come back.");
	submit_subtest("jump")
		jump();

	igt_describe("The target of a jump in a callee returns to the caller.");
	submit_subtest("jump-in-call")
		jump_in_call();

	igt_describe("A chain of 200 jumps.");
	submit_subtest("jump-chain")
		jump_chain();
}
