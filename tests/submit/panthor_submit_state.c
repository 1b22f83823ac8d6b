// SPDX-License-Identifier: MIT
/*
 * panthor_submit_state.c - instructions beside a stream's own computing: scoreboards, cache
 * flushes, timestamps and cycle counts, barriers, resources.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"
#include "submit_gate.h"

IGT_TEST_DESCRIPTION("Scoreboards, caches, time and other state of a command stream.");

/* Each slot in turn holds a load; WAIT on that slot alone makes its value safe to use. */
static void scoreboard_slots(void)
{
	struct drm_panthor_csif_info csif = {};
	struct submit_bench b;
	uint64_t from, to;
	struct csb s;

	submit_bench_open(&b, 1);
	igt_panthor_query(b.fd, DRM_PANTHOR_DEV_QUERY_CSIF_INFO, &csif, sizeof(csif), 0);
	from = submit_alloc(&b.arena, 64);
	to = submit_alloc(&b.arena, 64);
	for (unsigned int slot = 0; slot < csif.scoreboard_slot_count; slot++)
		submit_write32(&b.arena, from + 4 * slot, 0x300 + slot);
	submit_stream_begin(&s, &b.arena, 128);
	csb_move48(&s, 0, from);
	csb_move48(&s, 2, to);
	for (unsigned int slot = 0; slot < csif.scoreboard_slot_count; slot++) {
		csb_set_sb_entry(&s, 0, slot);
		csb_load32(&s, 4, 0, 4 * slot);
		csb_wait(&s, 1 << slot);
		csb_add32(&s, 4, 4, 0x1000);
		csb_store32(&s, 4, 2, 4 * slot);
		csb_wait(&s, 1 << slot);
	}
	csb_set_sb_entry(&s, 0, 0);
	submit_bench_run(&b, &s);
	for (unsigned int slot = 0; slot < csif.scoreboard_slot_count; slot++)
		igt_assert_eq_u32(submit_read32(&b.arena, to + 4 * slot), 0x1300 + slot);
	submit_bench_close(&b);
}

/* Sixteen loads in flight on eight slots, one WAIT for all of them. */
static void scoreboard_all(void)
{
	struct submit_bench b;
	uint64_t from, to;
	struct csb s;

	submit_bench_open(&b, 1);
	from = submit_alloc(&b.arena, 64);
	to = submit_alloc(&b.arena, 64);
	for (unsigned int i = 0; i < 16; i++)
		submit_write32(&b.arena, from + 4 * i, 0x900 + i);
	submit_stream_begin(&s, &b.arena, 64);
	csb_move48(&s, 0, from);
	for (unsigned int i = 0; i < 16; i++) {
		csb_set_sb_entry(&s, 0, i % 8);
		csb_load32(&s, 20 + i, 0, 4 * i);
	}
	csb_set_sb_entry(&s, 0, 0);
	submit_emit_wait(&s);
	submit_emit_store_regs(&s, to, 20, 16);
	submit_bench_run(&b, &s);
	for (unsigned int i = 0; i < 16; i++)
		igt_assert_eq_u32(submit_read32(&b.arena, to + 4 * i), 0x900 + i);
	submit_bench_close(&b);
}

/* A second mapping of the arena's buffer, cached on the GPU's side. */
static uint64_t map_cached(struct submit_bench *b)
{
	const uint64_t va = 0x20000000;

	igt_panthor_vm_bind(b->fd, b->arena.vm, b->arena.bo.handle, va, b->arena.bo.size,
			    DRM_PANTHOR_VM_BIND_OP_TYPE_MAP, 0);
	return va;
}

/* The number of the last cache flush, as user space reads it to spare itself one. */
static volatile uint32_t *map_flush_id(int fd)
{
	void *page = mmap(NULL, getpagesize(), PROT_READ, MAP_SHARED, fd,
			  DRM_PANTHOR_USER_FLUSH_ID_MMIO_OFFSET);

	igt_assert(page != MAP_FAILED);
	return page;
}

/* A store through a cached mapping is in memory after FLUSH_CACHE2 has cleaned the caches. */
static void flush_clean(void)
{
	struct submit_bench b;
	uint64_t word, cached;
	struct csb s;

	submit_bench_open(&b, 1);
	cached = map_cached(&b);
	word = submit_alloc(&b.arena, 4);
	for (uint32_t i = 1; i <= 20; i++) {
		submit_stream_begin(&s, &b.arena, 16);
		submit_emit_store32(&s, word - b.arena.va + cached, i);
		/* A flush id of zero: flush whatever was flushed before. */
		csb_move32(&s, 4, 0);
		csb_flush_caches(&s, CSB_FLUSH_CLEAN, CSB_FLUSH_CLEAN, CSB_FLUSH_NONE, 4, 0, 3);
		csb_wait(&s, 1 << 3);
		submit_bench_run(&b, &s);
		igt_assert_eq_u32(submit_read32(&b.arena, word), i);
	}
	submit_bench_close(&b);
}

/* What the CPU wrote since the last flush is seen after an invalidating one. */
static void flush_invalidate(void)
{
	uint64_t from, to, cached;
	struct submit_bench b;
	struct csb s;

	submit_bench_open(&b, 1);
	cached = map_cached(&b);
	from = submit_alloc(&b.arena, 4);
	to = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 32);
	csb_move32(&s, 4, 0);
	csb_flush_caches(&s, CSB_FLUSH_CLEAN_INVALIDATE, CSB_FLUSH_CLEAN_INVALIDATE,
			 CSB_FLUSH_INVALIDATE, 4, 0, 3);
	csb_wait(&s, 1 << 3);
	submit_emit_load_regs(&s, from - b.arena.va + cached, 6, 1);
	submit_emit_store_regs(&s, to, 6, 1);
	for (uint32_t i = 1; i <= 20; i++) {
		submit_write32(&b.arena, from, 0x800 + i);
		submit_bench_run(&b, &s);
		igt_assert_eq_u32(submit_read32(&b.arena, to), 0x800 + i);
	}
	submit_bench_close(&b);
}

/* A flush moves LATEST_FLUSH on: the page that user space maps shows it. */
static void flush_id_moves(void)
{
	volatile uint32_t *id;
	struct submit_gate g;
	struct submit_bench b;
	uint32_t before;
	struct csb s;

	submit_bench_open(&b, 2);
	id = map_flush_id(b.fd);
	submit_stream_begin(&s, &b.arena, 4);
	csb_move32(&s, 4, 0);
	csb_flush_caches(&s, CSB_FLUSH_CLEAN_INVALIDATE, CSB_FLUSH_CLEAN_INVALIDATE,
			 CSB_FLUSH_INVALIDATE, 4, 0, 3);
	csb_wait(&s, 1 << 3);

	/* A gate keeps the GPU awake: asleep, the page is a dummy that always reads 1. */
	submit_gate_hold(&g, &b.arena, b.group, 1);
	submit_bench_run(&b, &s);
	before = *id;
	submit_bench_run(&b, &s);
	igt_assert_neq_u32(*id, before);
	igt_assert_neq_u32(*id, 0);
	submit_gate_open(&g);
	submit_assert_done(b.fd, g.opened);
	munmap((void *)id, getpagesize());
	submit_bench_close(&b);
}

/* Two STORE_STATE of one stream with work between them. */
static void store_state_twice(struct submit_bench *b, enum csb_state state, uint64_t out[2])
{
	uint64_t va = submit_alloc(&b->arena, 24);
	struct csb s;

	submit_write64(&b->arena, va, ~0ull);
	submit_write64(&b->arena, va + 16, ~0ull);
	submit_stream_begin(&s, &b->arena, 16);
	csb_move48(&s, 0, va);
	csb_store_state(&s, state, 0, 0, 0, 2);
	csb_wait(&s, 1 << 2);
	csb_move32(&s, 4, 20000);
	csb_add32(&s, 4, 4, -1);
	csb_branch(&s, CSB_GREATER, 4, -2);
	csb_store_state(&s, state, 0, 16, 0, 2);
	csb_wait(&s, 1 << 2);
	submit_bench_run(b, &s);
	out[0] = submit_read64(&b->arena, va);
	out[1] = submit_read64(&b->arena, va + 16);
	/* Each is 64 bits and no more. */
	igt_assert_eq_u64(submit_read64(&b->arena, va + 8), 0);
}

static void timestamp(void)
{
	uint64_t first[2], second[2];
	struct submit_bench b;

	submit_bench_open(&b, 1);
	store_state_twice(&b, CSB_STATE_TIMESTAMP, first);
	store_state_twice(&b, CSB_STATE_TIMESTAMP, second);
	igt_assert_lt_u64(0, first[0]);
	igt_assert_lt_u64(first[0], first[1]);
	igt_assert_lt_u64(first[1], second[0]);
	igt_assert_lt_u64(second[0], second[1]);
	submit_bench_close(&b);
}

static uint64_t query_timestamp(int fd)
{
	struct drm_panthor_timestamp_info info = {
	    .flags = DRM_PANTHOR_TIMESTAMP_GPU,
	};

	igt_panthor_query(fd, DRM_PANTHOR_DEV_QUERY_TIMESTAMP_INFO, &info, sizeof(info), 0);
	return info.current_timestamp;
}

/* The GPU's time is the time that DEV_QUERY tells. */
static void timestamp_query(void)
{
	uint64_t before, stamps[2], after;
	struct submit_bench b;

	submit_bench_open(&b, 1);
	/* 1.8: the flags that ask for the timestamp alone. */
	igt_panthor_require_uapi_minor(b.fd, 8);
	before = query_timestamp(b.fd);
	igt_assert_lt_u64(0, before);
	store_state_twice(&b, CSB_STATE_TIMESTAMP, stamps);
	after = query_timestamp(b.fd);
	igt_assert_lte_u64(before, stamps[0]);
	igt_assert_lte_u64(stamps[1], after);
	submit_bench_close(&b);
}

static void cycle_count(void)
{
	uint64_t cycles[2];
	struct submit_bench b;

	submit_bench_open(&b, 1);
	/* 1.6: the driver enables the counter. */
	igt_panthor_require_uapi_minor(b.fd, 6);
	store_state_twice(&b, CSB_STATE_CYCLE_COUNT, cycles);
	igt_assert_lt_u64(cycles[0], cycles[1]);
	submit_bench_close(&b);
}

/* With nothing wrong the error status is zero and a barrier is no obstacle. */
static void error_barrier(void)
{
	struct submit_bench b;
	uint64_t status, word;
	struct csb s;

	submit_bench_open(&b, 1);
	status = submit_alloc(&b.arena, 8);
	word = submit_alloc(&b.arena, 4);
	submit_write64(&b.arena, status, ~0ull);
	submit_stream_begin(&s, &b.arena, 16);
	csb_error_barrier(&s);
	csb_move48(&s, 0, status);
	csb_store_state(&s, CSB_STATE_ERROR_STATUS, 0, 0, 0, 2);
	csb_wait(&s, 1 << 2);
	csb_error_barrier(&s);
	submit_emit_store32(&s, word, 0xbab);
	submit_bench_run(&b, &s);
	igt_assert_eq_u64(submit_read64(&b.arena, status), 0);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 0xbab);
	submit_bench_close(&b);
}

/* A queue that asks for all resources and gives them back, eight of them at the same time. */
static void request_resources(void)
{
	struct submit_bench b;
	struct csb s[8];
	uint64_t words;

	submit_bench_open(&b, 8);
	words = submit_alloc(&b.arena, 4 * 8);
	for (uint32_t q = 0; q < 8; q++) {
		submit_stream_begin(&s[q], &b.arena, 16);
		csb_req_resource(&s[q],
				 CSB_RES_COMPUTE | CSB_RES_FRAGMENT | CSB_RES_TILER | CSB_RES_IDVS);
		submit_emit_store32(&s[q], words + 4 * q, q + 1);
		csb_req_resource(&s[q], 0);
		submit_job(b.fd, b.group, q, &s[q], NULL, 0);
	}
	for (uint32_t q = 0; q < 8; q++) {
		submit_run(b.fd, b.group, q, NULL);
		igt_assert_eq_u32(submit_read32(&b.arena, words + 4 * q), q + 1);
	}
	submit_bench_close(&b);
}

int igt_main()
{
	igt_describe("Each scoreboard slot holds a load and is waited for alone.");
	submit_subtest("scoreboard-slots")
		scoreboard_slots();

	igt_describe("Loads on all slots are waited for at once.");
	submit_subtest("scoreboard-all")
		scoreboard_all();

	igt_describe("FLUSH_CACHE2 brings a cached store to memory.");
	submit_subtest("flush-clean")
		flush_clean();

	igt_describe("FLUSH_CACHE2 drops what a cache holds of memory that the CPU changed.");
	submit_subtest("flush-invalidate")
		flush_invalidate();

	igt_describe("A flush shows in the flush id that user space maps.");
	submit_subtest("flush-id-moves")
		flush_id_moves();

	igt_describe("STORE_STATE stores a timestamp, which grows.");
	submit_subtest("store-timestamp")
		timestamp();

	igt_describe("A job's timestamps lie between those that DEV_QUERY gives around it.");
	submit_subtest("store-timestamp-query")
		timestamp_query();

	igt_describe("STORE_STATE stores a cycle count, which grows.");
	submit_subtest("store-cycle-count")
		cycle_count();

	igt_describe("ERROR_BARRIER and the error status of a stream without errors.");
	submit_subtest("error-barrier")
		error_barrier();

	igt_describe("REQ_RESOURCE of everything by eight queues.");
	submit_subtest("request-resources")
		request_resources();
}
