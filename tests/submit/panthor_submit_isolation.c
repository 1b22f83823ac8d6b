// SPDX-License-Identifier: MIT
/*
 * panthor_submit_isolation.c - what one VM maps, no other can read or write; what is unmapped is
 * gone; what is mapped anew is seen at once.
 *
 * All arenas lie at the same GPU address, so an address space that is mixed up with another does
 * not fault: it shows the wrong memory.
 */
#include <errno.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"
#include "submit_fault.h"

IGT_TEST_DESCRIPTION("Isolation of VMs and the effect of mappings on jobs.");

#define SECRET 0x5ec4e7

/* Where the tests map something that only one VM has. */
#define PRIVATE_VA 0x40000000ull

#define MAP_FLAGS (DRM_PANTHOR_VM_BIND_OP_TYPE_MAP | DRM_PANTHOR_VM_BIND_OP_MAP_UNCACHED)

/* A buffer of one page that holds a number, mapped at PRIVATE_VA of @a's VM. */
static void map_private(struct submit_arena *a, struct panthor_bo *bo, uint32_t number)
{
	igt_panthor_bo_create_mapped(a->fd, bo, 4096, 0, 0);
	igt_assert(bo->map);
	*(volatile uint32_t *)bo->map = number;
	__sync_synchronize();
	igt_panthor_vm_bind(a->fd, a->vm, bo->handle, PRIVATE_VA, bo->size, MAP_FLAGS, 0);
}

static void unmap_private(struct submit_arena *a)
{
	igt_panthor_vm_bind(a->fd, a->vm, 0, PRIVATE_VA, 4096, DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP,
			    0);
}

static uint32_t private_word(const struct panthor_bo *bo)
{
	return *(volatile uint32_t *)bo->map;
}

/* A stream that copies the word at PRIVATE_VA to a new word of the arena. */
static uint64_t build_peek(struct csb *s, struct submit_arena *a)
{
	uint64_t word = submit_alloc(a, 4);

	submit_stream_begin(s, a, 16);
	csb_move32(s, 0, 0);
	submit_emit_load_regs(s, PRIVATE_VA, 0, 1);
	submit_emit_store_regs(s, word, 0, 1);
	return word;
}

/* A stream that stores @number at PRIVATE_VA. */
static void build_poke(struct csb *s, struct submit_arena *a, uint32_t number)
{
	submit_stream_begin(s, a, 8);
	submit_emit_store32(s, PRIVATE_VA, number);
}

/* Run on a group of its own: a page fault of the VM kills its other groups with slots. */
static void run_fresh(struct submit_arena *a, const struct csb *s)
{
	uint32_t group = submit_group_create(a->fd, a->vm, 1);

	submit_run(a->fd, group, 0, s);
	igt_panthor_group_destroy(a->fd, group, 0);
}

/* Ten VMs, more than there are address spaces, store at the same address: each has its own. */
static void same_address(bool one_file)
{
	enum { VMS = 10 };
	struct submit_arena arenas[VMS];
	struct submit_bench b;
	uint32_t groups[VMS];
	struct csb s;
	uint64_t va[VMS];

	submit_bench_open(&b, 1);
	for (unsigned int i = 0; i < VMS; i++) {
		submit_arena_init(&arenas[i], one_file ? b.fd : submit_device_open(), 65536);
		groups[i] = submit_group_create(arenas[i].fd, arenas[i].vm, 1);
		va[i] = submit_alloc(&arenas[i], 4);
	}
	for (unsigned int i = 0; i < VMS; i++) {
		struct drm_panthor_sync_op out;

		submit_stream_begin(&s, &arenas[i], 8);
		submit_emit_add_word(&s, va[i], i + 1);
		out = submit_out(syncobj_create(arenas[i].fd, 0));
		submit_job(arenas[i].fd, groups[i], 0, &s, &out, 1);
	}
	for (unsigned int i = 0; i < VMS; i++) {
		submit_run(arenas[i].fd, groups[i], 0, NULL);
		igt_assert_eq_u64(va[i], va[0]);
		igt_assert_eq_u32(submit_read32(&arenas[i], va[i]), i + 1);
	}
	for (unsigned int i = 0; i < VMS; i++) {
		igt_panthor_group_destroy(arenas[i].fd, groups[i], 0);
		submit_arena_fini(&arenas[i]);
		if (!one_file)
			submit_device_close(arenas[i].fd);
	}
	submit_bench_close(&b);
}

/* The owner's job reaches its private page: the address is right, and the owner's VM is in use. */
static void owner_open(struct submit_bench *owner, struct panthor_bo *bo)
{
	uint64_t word;
	struct csb s;

	submit_bench_open(owner, 1);
	map_private(&owner->arena, bo, SECRET);
	word = build_peek(&s, &owner->arena);
	submit_bench_run(owner, &s);
	igt_assert_eq_u32(submit_read32(&owner->arena, word), SECRET);
}

/* After the intruder's attempt: the page is as it was, and the owner can still use it. */
static void owner_close(struct submit_bench *owner, struct panthor_bo *bo)
{
	struct csb s;

	igt_assert_eq_u32(private_word(bo), SECRET);
	build_poke(&s, &owner->arena, 0xa110);
	submit_bench_run(owner, &s);
	igt_assert_eq_u32(private_word(bo), 0xa110);
	igt_panthor_free_bo(owner->fd, bo);
	submit_bench_close(owner);
}

static void foreign_write(void)
{
	struct submit_bench owner, intruder;
	struct panthor_bo bo;
	struct csb s;

	submit_expect_page_fault();
	owner_open(&owner, &bo);
	submit_bench_open_beside(&intruder, 1);
	build_poke(&s, &intruder.arena, 0xbad);
	submit_assert_faults(&intruder.arena, &s);
	submit_bench_close(&intruder);
	owner_close(&owner, &bo);
}

static void foreign_read(void)
{
	struct submit_bench owner, intruder;
	struct panthor_bo bo;
	uint64_t word;
	struct csb s;

	submit_expect_page_fault();
	owner_open(&owner, &bo);
	submit_bench_open_beside(&intruder, 1);
	word = build_peek(&s, &intruder.arena);
	submit_assert_faults(&intruder.arena, &s);
	igt_assert_eq_u32(submit_read32(&intruder.arena, word), 0);
	submit_bench_close(&intruder);
	owner_close(&owner, &bo);
}

/* Executing another VM's memory is reading it. */
static void foreign_call(void)
{
	struct submit_bench owner, intruder;
	struct csb s = {.va = PRIVATE_VA, .count = 8};
	struct panthor_bo bo;

	submit_expect_page_fault();
	owner_open(&owner, &bo);
	submit_bench_open_beside(&intruder, 1);
	submit_assert_faults(&intruder.arena, &s);
	submit_bench_close(&intruder);
	owner_close(&owner, &bo);
}

/* A buffer of the file that both VMs map is one memory: sharing is possible where it is wanted. */
static void shared_buffer(void)
{
	struct submit_arena other;
	struct submit_bench b;
	struct panthor_bo bo;
	uint64_t word;
	struct csb s;

	submit_bench_open(&b, 1);
	map_private(&b.arena, &bo, 0);
	submit_arena_init(&other, b.fd, 65536);
	igt_panthor_vm_bind(b.fd, other.vm, bo.handle, PRIVATE_VA, bo.size, MAP_FLAGS, 0);
	build_poke(&s, &b.arena, 0xcafe);
	submit_bench_run(&b, &s);
	word = build_peek(&s, &other);
	run_fresh(&other, &s);
	igt_assert_eq_u32(submit_read32(&other, word), 0xcafe);
	submit_arena_fini(&other);
	igt_panthor_free_bo(b.fd, &bo);
	submit_bench_close(&b);
}

/* Unmapped after use: the translation that the GPU had cached must be gone with the mapping. */
static void after_unmap(void)
{
	struct submit_bench b;
	struct panthor_bo bo;
	uint64_t word;
	struct csb s;

	submit_expect_page_fault();
	submit_bench_open(&b, 1);
	map_private(&b.arena, &bo, SECRET);
	word = build_peek(&s, &b.arena);
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), SECRET);

	unmap_private(&b.arena);
	build_poke(&s, &b.arena, 0xbad);
	submit_assert_faults(&b.arena, &s);
	igt_assert_eq_u32(private_word(&bo), SECRET);
	word = build_peek(&s, &b.arena);
	submit_assert_faults(&b.arena, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 0);
	igt_panthor_free_bo(b.fd, &bo);
	submit_bench_close(&b);
}

/* Another buffer at the same address, 30 times: each job sees the newest. */
static void remap(void)
{
	struct panthor_bo bo[2];
	struct submit_bench b;
	uint64_t word;
	struct csb s;

	submit_bench_open(&b, 1);
	map_private(&b.arena, &bo[0], 0x100);
	map_private(&b.arena, &bo[1], 0x200);
	word = build_peek(&s, &b.arena);
	for (unsigned int i = 0; i < 30; i++) {
		unmap_private(&b.arena);
		igt_panthor_vm_bind(b.fd, b.arena.vm, bo[i % 2].handle, PRIVATE_VA, 4096, MAP_FLAGS,
				    0);
		submit_bench_run(&b, &s);
		igt_assert_eq_u32(submit_read32(&b.arena, word), i % 2 ? 0x200 : 0x100);
	}
	/* And without unmapping first: a mapping over another replaces it. */
	for (unsigned int i = 0; i < 30; i++) {
		igt_panthor_vm_bind(b.fd, b.arena.vm, bo[i % 2].handle, PRIVATE_VA, 4096, MAP_FLAGS,
				    0);
		submit_bench_run(&b, &s);
		igt_assert_eq_u32(submit_read32(&b.arena, word), i % 2 ? 0x200 : 0x100);
	}
	igt_panthor_free_bo(b.fd, &bo[0]);
	igt_panthor_free_bo(b.fd, &bo[1]);
	submit_bench_close(&b);
}

/* A VM is destroyed and a new one, which may get its address space, has none of its mappings. */
static void successor(void)
{
	submit_expect_page_fault();
	for (unsigned int i = 0; i < 4; i++) {
		struct submit_bench first, second;
		struct panthor_bo bo;
		uint64_t word;
		struct csb s;

		owner_open(&first, &bo);
		igt_panthor_free_bo(first.fd, &bo);
		submit_bench_close(&first);

		submit_bench_open(&second, 1);
		word = build_peek(&s, &second.arena);
		submit_assert_faults(&second.arena, &s);
		igt_assert_eq_u32(submit_read32(&second.arena, word), 0);
		submit_bench_close(&second);
	}
}

/* Memory that was another's is zero when it is given out anew. */
static void fresh_memory(void)
{
	enum { PAGES = 64 };
	struct panthor_bo bo;
	struct submit_bench b;
	uint64_t sums;
	struct csb s;

	submit_bench_open(&b, 1);
	for (unsigned int round = 0; round < 4; round++) {
		igt_panthor_bo_create_mapped(b.fd, &bo, 4096 * PAGES, 0, 0);
		igt_panthor_vm_bind(b.fd, b.arena.vm, bo.handle, PRIVATE_VA, bo.size, MAP_FLAGS, 0);
		sums = submit_alloc(&b.arena, 4 * PAGES);
		submit_stream_begin(&s, &b.arena, 6 * PAGES);
		for (unsigned int i = 0; i < PAGES; i++) {
			submit_emit_load_regs(&s, PRIVATE_VA + 4096 * i + 4 * i, 0, 1);
			submit_emit_store_regs(&s, sums + 4 * i, 0, 1);
		}
		for (unsigned int i = 0; i < PAGES; i++)
			submit_write32(&b.arena, sums + 4 * i, ~0u);
		submit_bench_run(&b, &s);
		for (unsigned int i = 0; i < PAGES; i++)
			igt_assert_eq_u32(submit_read32(&b.arena, sums + 4 * i), 0);
		/* The next one must not find this. */
		memset(bo.map, 0x77, bo.size);
		igt_panthor_vm_bind(b.fd, b.arena.vm, 0, PRIVATE_VA, bo.size,
				    DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP, 0);
		igt_panthor_free_bo(b.fd, &bo);
	}
	submit_bench_close(&b);
}

/* Addresses that a user's job has no business at: page zero, the firmware's, the top. */
static void forbidden_addresses(void)
{
	/* 0x04000000 is where the firmware sees its shared section (CSF_MCU_SHARED_REGION_START).
	 */
	static const uint64_t list[] = {0, 0x04000000, 0x04007000, 0x7ffffffff000};
	struct submit_bench b;
	struct csb s;

	submit_expect_page_fault();
	submit_bench_open(&b, 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(list); i++) {
		submit_stream_begin(&s, &b.arena, 8);
		submit_emit_store32(&s, list[i], 0xbad);
		submit_assert_faults(&b.arena, &s);
	}
	submit_assert_device_works();
	submit_bench_close(&b);
}

int igt_main()
{
	igt_describe("Ten VMs of one file store at the same address, each in its own memory.");
	submit_subtest("same-address")
		same_address(true);

	igt_describe("Ten files' VMs store at the same address, each in its own memory.");
	submit_subtest("same-address-files")
		same_address(false);

	igt_describe("A job cannot store in another VM's memory.");
	submit_subtest("foreign-write")
		foreign_write();

	igt_describe("A job cannot load from another VM's memory.");
	submit_subtest("foreign-read")
		foreign_read();

	igt_describe("A job cannot execute another VM's memory.");
	submit_subtest("foreign-call")
		foreign_call();

	igt_describe("A buffer that two VMs map is one memory for both.");
	submit_subtest("shared-buffer")
		shared_buffer();

	igt_describe("What was unmapped after use can be neither loaded nor stored.");
	submit_subtest("after-unmap")
		after_unmap();

	igt_describe("A job sees the newest mapping of an address.");
	submit_subtest("remap")
		remap();

	igt_describe("A new VM has none of the mappings of a destroyed one.");
	submit_subtest("successor")
		successor();

	igt_describe("New buffers read as zero.");
	submit_subtest("fresh-memory")
		fresh_memory();

	igt_describe("Page zero, the firmware's addresses and the top of the range fault.");
	submit_subtest("forbidden-addresses")
		forbidden_addresses();
}
