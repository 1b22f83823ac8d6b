// SPDX-License-Identifier: MIT
/*
 * panthor_submit_sync.c - queues that wait for each other through memory: SYNC_SET, SYNC_ADD and
 * SYNC_WAIT, 32 and 64 bits wide, with no fence and no kernel between them.
 *
 * A synchronisation object is a value and a status behind it, 8 bytes when 32 bits wide and 16 when
 * 64 (panthor_sched.c, struct panthor_syncobj_32b and _64b). A queue waits for it to be at most or
 * more than a register (genxml v10.xml, CS SYNC_WAIT32).
 */
#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"

IGT_TEST_DESCRIPTION("Synchronisation objects in memory, between queues, groups and VMs.");

#define HOLD_MS 30

enum {
	ADDR = 0, /* and 1 */
	DATA = 2, /* and 3 */
	ADDR2 = 4,
	ONE = 6,   /* and 7 */
	COUNT = 8, /* loops left */
};

/* Wait until the object at @va is at most (CSB_LEQUAL) or more than (CSB_GREATER) @value. */
static void emit_wait_for(struct csb *s, bool wide, enum csb_condition cond, uint64_t va,
			  uint64_t value)
{
	csb_move48(s, ADDR, va);
	csb_move64(s, DATA, value);
	if (wide)
		csb_sync_wait64(s, cond, ADDR, DATA, false);
	else
		csb_sync_wait32(s, cond, ADDR, DATA, false);
}

/* One SYNC_* of @value on the object at @va. */
static void emit_signal(struct csb *s, enum csb_opcode op, enum csb_scope scope, uint64_t va,
			uint64_t value)
{
	csb_move48(s, ADDR, va);
	csb_move64(s, DATA, value);
	csb_sync(s, op, ADDR, DATA, scope, false, 0, 0);
}

/* What a subtest of a waiter and a signaller has: an object, and a word that the waiter marks. */
struct pair {
	struct submit_bench b;
	uint64_t object, mark;
};

static void pair_open(struct pair *p, uint64_t initial)
{
	submit_bench_open(&p->b, 2);
	p->object = submit_alloc(&p->b.arena, 16);
	p->mark = submit_alloc(&p->b.arena, 4);
	submit_write64(&p->b.arena, p->object, initial);
}

/* Queue 1 marks 1, waits, marks 2; the bench's syncobj signals. */
static void pair_wait(struct pair *p, bool wide, enum csb_condition cond, uint64_t value)
{
	struct csb s;

	submit_write32(&p->b.arena, p->mark, 0);
	submit_stream_begin(&s, &p->b.arena, 16);
	submit_emit_store32(&s, p->mark, 1);
	emit_wait_for(&s, wide, cond, p->object, value);
	submit_emit_store32(&s, p->mark, 2);
	submit_bench_start(&p->b, 1, &s);
}

static void pair_signal(struct pair *p, enum csb_opcode op, enum csb_scope scope, uint64_t value)
{
	struct csb s;

	submit_stream_begin(&s, &p->b.arena, 8);
	emit_signal(&s, op, scope, p->object, value);
	submit_run(p->b.fd, p->b.group, 0, &s);
}

static void pair_assert_held(struct pair *p)
{
	submit_assert_reaches(&p->b.arena, p->b.group, p->mark, 1);
	submit_assert_held(p->b.fd, p->b.done, HOLD_MS);
	igt_assert_eq_u32(submit_read32(&p->b.arena, p->mark), 1);
}

static void pair_assert_passed(struct pair *p)
{
	submit_assert_done(p->b.fd, p->b.done);
	igt_assert_eq_u32(submit_read32(&p->b.arena, p->mark), 2);
}

/* Queue 1 waits for more than 4; @op with @first leaves it waiting, with @second lets it go. */
static void wakes(enum csb_opcode op, bool wide, enum csb_scope scope, uint64_t first,
		  uint64_t second, uint64_t result)
{
	struct pair p;

	pair_open(&p, 0);
	pair_wait(&p, wide, CSB_GREATER, 4);
	pair_assert_held(&p);
	pair_signal(&p, op, scope, first);
	pair_assert_held(&p);
	pair_signal(&p, op, scope, second);
	pair_assert_passed(&p);
	igt_assert_eq_u64(submit_read64(&p.b.arena, p.object), result);
	submit_bench_close(&p.b);
}

/* At most 3: 5 holds, 4 holds, 3 passes. */
static void wait_lequal(bool wide)
{
	enum csb_opcode set = wide ? CSB_OP_SYNC_SET64 : CSB_OP_SYNC_SET32;
	struct pair p;

	pair_open(&p, 5);
	pair_wait(&p, wide, CSB_LEQUAL, 3);
	pair_assert_held(&p);
	pair_signal(&p, set, CSB_SCOPE_SYSTEM, 4);
	pair_assert_held(&p);
	pair_signal(&p, set, CSB_SCOPE_SYSTEM, 3);
	pair_assert_passed(&p);
	submit_bench_close(&p.b);
}

/* What holds already does not block. */
static void satisfied(void)
{
	struct pair p;

	pair_open(&p, 7);
	pair_wait(&p, false, CSB_GREATER, 6);
	pair_assert_passed(&p);
	pair_wait(&p, false, CSB_LEQUAL, 7);
	pair_assert_passed(&p);
	pair_wait(&p, true, CSB_GREATER, 6);
	pair_assert_passed(&p);
	pair_wait(&p, true, CSB_LEQUAL, 7);
	pair_assert_passed(&p);
	/* And what does not, does: the four above prove nothing without it. */
	pair_wait(&p, false, CSB_GREATER, 7);
	pair_assert_held(&p);
	pair_signal(&p, CSB_OP_SYNC_SET32, CSB_SCOPE_SYSTEM, 8);
	pair_assert_passed(&p);
	submit_bench_close(&p.b);
}

/* All 64 bits take part: 2^32 is more than 2^32 - 1, and 2^32 - 1 not more than 2^32. */
static void wide_values(void)
{
	struct pair p;

	pair_open(&p, 0xffffffff);
	pair_wait(&p, true, CSB_GREATER, 0x100000000);
	pair_assert_held(&p);
	pair_signal(&p, CSB_OP_SYNC_ADD64, CSB_SCOPE_SYSTEM, 1);
	pair_assert_held(&p);
	igt_assert_eq_u64(submit_read64(&p.b.arena, p.object), 0x100000000);
	pair_signal(&p, CSB_OP_SYNC_ADD64, CSB_SCOPE_SYSTEM, 1);
	pair_assert_passed(&p);
	pair_signal(&p, CSB_OP_SYNC_SET64, CSB_SCOPE_SYSTEM, 0xfedcba9876543210);
	igt_assert_eq_u64(submit_read64(&p.b.arena, p.object), 0xfedcba9876543210);
	submit_bench_close(&p.b);
}

/* A 32-bit operation leaves the word behind its value alone, but for a status of zero. */
static void narrow_values(void)
{
	struct pair p;

	pair_open(&p, 0xffffffff);
	pair_signal(&p, CSB_OP_SYNC_ADD32, CSB_SCOPE_SYSTEM, 2);
	igt_assert_eq_u64(submit_read64(&p.b.arena, p.object), 1);
	pair_signal(&p, CSB_OP_SYNC_SET32, CSB_SCOPE_SYSTEM, 0x87654321);
	igt_assert_eq_u64(submit_read64(&p.b.arena, p.object), 0x87654321);
	submit_bench_close(&p.b);
}

/*
 * @rounds times: add one to @mine, wait until @other has more than the number of rounds done. With
 * @first false the wait comes before the addition.
 */
static void build_player(struct csb *s, struct submit_arena *a, uint64_t mine, uint64_t other,
			 bool first, uint32_t rounds)
{
	uint32_t top;

	submit_stream_begin(s, a, 16);
	csb_move48(s, ADDR, mine);
	csb_move48(s, ADDR2, other);
	csb_move64(s, ONE, 1);
	csb_move64(s, DATA, 0);
	csb_move32(s, COUNT, rounds);
	top = s->count;
	if (first)
		csb_sync_add32(s, ADDR, ONE);
	csb_sync_wait32(s, CSB_GREATER, ADDR2, DATA, false);
	if (!first)
		csb_sync_add32(s, ADDR, ONE);
	csb_add32(s, DATA, DATA, 1);
	csb_add32(s, COUNT, COUNT, -1);
	csb_branch_to(s, CSB_GREATER, COUNT, top);
}

static void ping_pong_queues(void)
{
	struct submit_bench b;
	struct csb ping, pong;
	uint64_t x, y;

	submit_bench_open(&b, 2);
	x = submit_alloc(&b.arena, 8);
	y = submit_alloc(&b.arena, 8);
	build_player(&ping, &b.arena, x, y, true, 300);
	build_player(&pong, &b.arena, y, x, false, 300);
	submit_job(b.fd, b.group, 1, &pong, NULL, 0);
	submit_bench_start(&b, 0, &ping);
	submit_assert_done(b.fd, b.done);
	igt_assert_eq_u32(submit_read32(&b.arena, x), 300);
	igt_assert_eq_u32(submit_read32(&b.arena, y), 300);
	submit_bench_close(&b);
}

static void ping_pong_groups(void)
{
	struct submit_bench b;
	struct csb ping, pong;
	uint32_t other;
	uint64_t x, y;

	submit_bench_open(&b, 1);
	other = submit_group_create(b.fd, b.arena.vm, 1);
	x = submit_alloc(&b.arena, 8);
	y = submit_alloc(&b.arena, 8);
	build_player(&ping, &b.arena, x, y, true, 50);
	build_player(&pong, &b.arena, y, x, false, 50);
	submit_job(b.fd, other, 0, &pong, NULL, 0);
	submit_bench_start(&b, 0, &ping);
	submit_assert_done(b.fd, b.done);
	igt_assert_eq_u32(submit_read32(&b.arena, x), 50);
	igt_assert_eq_u32(submit_read32(&b.arena, y), 50);
	igt_panthor_group_destroy(b.fd, other, 0);
	submit_bench_close(&b);
}

/* Two VMs of one file see the same buffer, each at an address of its own. */
static void ping_pong_vms(void)
{
	const uint64_t va = 0x8000000;
	struct submit_arena other_vm;
	struct submit_bench b;
	struct csb ping, pong;
	uint32_t other;
	uint64_t words;

	submit_bench_open(&b, 1);
	submit_arena_init(&other_vm, b.fd, 65536);
	igt_panthor_vm_bind(b.fd, other_vm.vm, b.arena.bo.handle, va, b.arena.bo.size,
			    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP | DRM_PANTHOR_VM_BIND_OP_MAP_UNCACHED,
			    0);
	other = submit_group_create(b.fd, other_vm.vm, 1);
	words = submit_alloc(&b.arena, 128);
	build_player(&ping, &b.arena, words, words + 64, true, 50);
	build_player(&pong, &other_vm, words + 64 - b.arena.va + va, words - b.arena.va + va, false,
		     50);
	submit_job(b.fd, other, 0, &pong, NULL, 0);
	submit_bench_start(&b, 0, &ping);
	submit_assert_done(b.fd, b.done);
	igt_assert_eq_u32(submit_read32(&b.arena, words), 50);
	igt_assert_eq_u32(submit_read32(&b.arena, words + 64), 50);
	igt_panthor_group_destroy(b.fd, other, 0);
	submit_arena_fini(&other_vm);
	submit_bench_close(&b);
}

/* A token goes round eight queues 50 times: queue q passes its object on to queue q + 1's. */
static void token_ring(void)
{
	struct submit_bench b;
	uint64_t objects;

	submit_bench_open(&b, 8);
	objects = submit_alloc(&b.arena, 64 * 8);
	for (uint32_t q = 0; q < 8; q++) {
		struct csb s;

		build_player(&s, &b.arena, objects + 64 * q, objects + 64 * ((q + 7) % 8), q == 0,
			     50);
		submit_bench_start(&b, q, &s);
	}
	for (uint32_t q = 0; q < 8; q++)
		submit_run(b.fd, b.group, q, NULL);
	for (uint32_t q = 0; q < 8; q++)
		igt_assert_eq_u32(submit_read32(&b.arena, objects + 64 * q), 50);
	submit_bench_close(&b);
}

/* Eight queues add to one object, 500 times each: none of the additions is lost. */
static void add_is_atomic(bool wide)
{
	struct submit_bench b;
	uint64_t object;

	submit_bench_open(&b, 8);
	object = submit_alloc(&b.arena, 16);
	for (uint32_t q = 0; q < 8; q++) {
		struct csb s;

		submit_stream_begin(&s, &b.arena, 16);
		csb_move48(&s, ADDR, object);
		csb_move64(&s, ONE, 1);
		csb_move32(&s, COUNT, 500);
		if (wide)
			csb_sync_add64(&s, ADDR, ONE);
		else
			csb_sync_add32(&s, ADDR, ONE);
		csb_add32(&s, COUNT, COUNT, -1);
		csb_branch(&s, CSB_GREATER, COUNT, -3);
		submit_job(b.fd, b.group, q, &s, NULL, 0);
	}
	for (uint32_t q = 0; q < 8; q++)
		submit_run(b.fd, b.group, q, NULL);
	igt_assert_eq_u64(submit_read64(&b.arena, object), 4000);
	submit_bench_close(&b);
}

/* Sixteen groups, twice the slots, wait for one object; one signal lets them all go. */
static void broadcast(void)
{
	enum { WAITERS = 16 };
	uint32_t groups[WAITERS], done[WAITERS];
	struct drm_panthor_sync_op out;
	uint64_t object, marks;
	struct submit_bench b;
	struct csb s;

	submit_bench_open(&b, 1);
	object = submit_alloc(&b.arena, 8);
	marks = submit_alloc(&b.arena, 4 * WAITERS);
	for (unsigned int i = 0; i < WAITERS; i++) {
		groups[i] = submit_group_create(b.fd, b.arena.vm, 1);
		done[i] = syncobj_create(b.fd, 0);
		out = submit_out(done[i]);
		submit_stream_begin(&s, &b.arena, 16);
		emit_wait_for(&s, false, CSB_GREATER, object, 0);
		submit_emit_store32(&s, marks + 4 * i, 1);
		submit_job(b.fd, groups[i], 0, &s, &out, 1);
	}
	submit_assert_held(b.fd, done[0], 100);
	for (unsigned int i = 0; i < WAITERS; i++) {
		submit_assert_held(b.fd, done[i], 0);
		igt_assert_eq_u32(submit_read32(&b.arena, marks + 4 * i), 0);
	}
	submit_stream_begin(&s, &b.arena, 8);
	emit_signal(&s, CSB_OP_SYNC_SET32, CSB_SCOPE_SYSTEM, object, 1);
	submit_bench_run(&b, &s);
	for (unsigned int i = 0; i < WAITERS; i++) {
		submit_assert_done(b.fd, done[i]);
		igt_assert_eq_u32(submit_read32(&b.arena, marks + 4 * i), 1);
		igt_panthor_group_destroy(b.fd, groups[i], 0);
	}
	submit_bench_close(&b);
}

/*
 * A message: the word is stored on scoreboard slot 2 and the object is set once slot 2 is free; who
 * waits for the object reads the word. 40 messages, each a new number.
 */
static void store_before_signal(void)
{
	struct submit_bench b;
	uint64_t object, word, seen;
	struct csb send, receive;

	submit_bench_open(&b, 2);
	object = submit_alloc(&b.arena, 8);
	word = submit_alloc(&b.arena, 4);
	seen = submit_alloc(&b.arena, 4);
	submit_stream_begin(&send, &b.arena, 16);
	submit_stream_begin(&receive, &b.arena, 24);
	for (uint32_t i = 1; i <= 40; i++) {
		send.count = receive.count = 0;
		csb_set_sb_entry(&send, 0, 2);
		csb_move48(&send, ADDR2, word);
		csb_move32(&send, COUNT, 0x5000 + i);
		csb_store32(&send, COUNT, ADDR2, 0);
		csb_move48(&send, ADDR, object);
		csb_move32(&send, DATA, i);
		csb_sync(&send, CSB_OP_SYNC_SET32, ADDR, DATA, CSB_SCOPE_SYSTEM, false, 1 << 2, 0);
		csb_set_sb_entry(&send, 0, 0);

		emit_wait_for(&receive, false, CSB_GREATER, object, i - 1);
		submit_emit_load_regs(&receive, word, COUNT, 1);
		submit_emit_store_regs(&receive, seen, COUNT, 1);

		submit_bench_start(&b, 1, &receive);
		submit_run(b.fd, b.group, 0, &send);
		submit_assert_done(b.fd, b.done);
		igt_assert_eq_u32(submit_read32(&b.arena, seen), 0x5000 + i);
	}
	submit_bench_close(&b);
}

/* A queue that waits does not hold the other queues of its group, nor the later jobs' order. */
static void waiter_holds_queue(void)
{
	struct drm_panthor_sync_op out;
	struct pair p;
	struct csb s;
	uint32_t later;

	pair_open(&p, 0);
	pair_wait(&p, false, CSB_GREATER, 0);
	/* A job behind the waiter, on its queue. */
	later = syncobj_create(p.b.fd, 0);
	out = submit_out(later);
	submit_stream_begin(&s, &p.b.arena, 8);
	submit_emit_add_word(&s, p.mark, 1);
	submit_job(p.b.fd, p.b.group, 1, &s, &out, 1);
	/* And one beside it. */
	submit_stream_begin(&s, &p.b.arena, 8);
	csb_nop(&s);
	submit_run(p.b.fd, p.b.group, 0, &s);
	pair_assert_held(&p);
	submit_assert_held(p.b.fd, later, 0);
	pair_signal(&p, CSB_OP_SYNC_SET32, CSB_SCOPE_SYSTEM, 1);
	submit_assert_done(p.b.fd, later);
	igt_assert_eq_u32(submit_read32(&p.b.arena, p.mark), 3);
	submit_bench_close(&p.b);
}

int igt_main()
{
	igt_describe("SYNC_SET32 of one queue wakes SYNC_WAIT32 of another.");
	submit_subtest("set32-wakes")
		wakes(CSB_OP_SYNC_SET32, false, CSB_SCOPE_SYSTEM, 4, 5, 5);

	igt_describe("SYNC_ADD32 of one queue wakes SYNC_WAIT32 of another.");
	submit_subtest("add32-wakes")
		wakes(CSB_OP_SYNC_ADD32, false, CSB_SCOPE_SYSTEM, 4, 1, 5);

	igt_describe("SYNC_SET64 of one queue wakes SYNC_WAIT64 of another.");
	submit_subtest("set64-wakes")
		wakes(CSB_OP_SYNC_SET64, true, CSB_SCOPE_SYSTEM, 4, 5, 5);

	igt_describe("SYNC_ADD64 of one queue wakes SYNC_WAIT64 of another.");
	submit_subtest("add64-wakes")
		wakes(CSB_OP_SYNC_ADD64, true, CSB_SCOPE_SYSTEM, 4, 1, 5);

	igt_describe("A signal of group scope wakes a queue of the same group.");
	submit_subtest("group-scope-wakes")
		wakes(CSB_OP_SYNC_SET32, false, CSB_SCOPE_CSG, 4, 5, 5);

	igt_describe("SYNC_WAIT32 for at most a value.");
	submit_subtest("wait32-at-most")
		wait_lequal(false);

	igt_describe("SYNC_WAIT64 for at most a value.");
	submit_subtest("wait64-at-most")
		wait_lequal(true);

	igt_describe("A wait for what is so already passes.");
	submit_subtest("wait-satisfied")
		satisfied();

	igt_describe("64-bit objects add, set and compare all their bits.");
	submit_subtest("wide-values")
		wide_values();

	igt_describe("32-bit objects wrap and do not spill.");
	submit_subtest("narrow-values")
		narrow_values();

	igt_describe("Two queues of a group take turns 300 times.");
	submit_subtest("ping-pong-queues")
		ping_pong_queues();

	igt_describe("Two groups take turns 50 times.");
	submit_subtest("ping-pong-groups")
		ping_pong_groups();

	igt_describe("Two VMs take turns 50 times in a buffer that both map.");
	submit_subtest("ping-pong-vms")
		ping_pong_vms();

	igt_describe("A token goes 50 times round eight queues.");
	submit_subtest("token-ring")
		token_ring();

	igt_describe("Eight queues' SYNC_ADD32 to one object lose nothing.");
	submit_subtest("add32-atomic")
		add_is_atomic(false);

	igt_describe("Eight queues' SYNC_ADD64 to one object lose nothing.");
	submit_subtest("add64-atomic")
		add_is_atomic(true);

	igt_describe("One signal wakes 16 groups, twice as many as there are slots.");
	submit_subtest("broadcast")
		broadcast();

	igt_describe("A signal that waits for a store comes after it.");
	submit_subtest("store-before-signal")
		store_before_signal();

	igt_describe("A waiting queue holds its later jobs and no other queue.");
	submit_subtest("waiter-holds-its-queue")
		waiter_holds_queue();
}
