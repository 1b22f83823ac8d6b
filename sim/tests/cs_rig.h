/* SPDX-License-Identifier: MIT */
/*
 * cs_rig.h - one command stream on the fake machine: a ring, its input and output page, data and
 * code, and an encoder that knows bit positions from v10.xml only, nothing of isa.def.
 */
#ifndef TESTS_CS_RIG_H
#define TESTS_CS_RIG_H

#include "cs/cs.h"
#include "fixture.h"

/* The stream's address space and what is where in it. */
#define RIG_AS        1
#define RIG_RING_VA   0x100000ull
#define RIG_RING_SIZE 4096u
#define RIG_CODE_VA   0x200000ull /* 64 KiB */
#define RIG_DATA_VA   0x400000ull /* 64 KiB */
#define RIG_RO_VA     0x500000ull /* a page that cannot be written */
#define RIG_HOLE_VA   0x700000ull /* nothing is mapped here */
/* In the MCU's. */
#define RIG_INPUT_VA  0x08000000ull
#define RIG_OUTPUT_VA 0x08001000ull

struct rig {
	struct fixture fx;
	struct cs cs;
	struct cs_owner owner;
	struct cs_config cfg;
	uint64_t root, mcu_root;
	uint64_t *ring, *code, *input, *output;
	uint8_t *data;
	uint64_t insert;
	unsigned int events[CS_EVENT_SYNC_GROUP + 1];
	uint64_t cost; /* of all runs */
};

/** rig_start() - L2 on, both address spaces enabled, the stream started on an empty ring.
 * rig_stop() frees. */
void rig_start(struct rig *r);
void rig_stop(struct rig *r);

/** rig_of() - the rig that @cs belongs to. */
struct rig *rig_of(struct cs *cs);

/** rig_put() - append one instruction to the ring (visible at once). */
void rig_put(struct rig *r, uint64_t instr);

/** rig_run() - cs_run(), and the model asks for its next wake-up as it does behind a register
 * access. */
enum cs_stop rig_run(struct rig *r, unsigned int budget, uint64_t *cost);

/** rig_go() - run and let time pass until nothing more happens. Return: why the stream stopped. */
enum cs_stop rig_go(struct rig *r);

/** rig_job() - append @n instructions, then rig_go(). */
enum cs_stop rig_job(struct rig *r, const uint64_t *instrs, size_t n);
#define RIG_JOB(r, ...) \
	rig_job(r, (uint64_t[]){__VA_ARGS__}, sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

/** rig_word() - 32 bits of the data buffer at byte @offset; rig_word64() - 64 bits. */
uint32_t *rig_word(struct rig *r, size_t offset);
uint64_t *rig_word64(struct rig *r, size_t offset);

/* ---- the encoder ---- */

#define OP(n)              ((uint64_t)(n) << 56)
#define AT(v, start, bits) (((uint64_t)(v) & ((1ull << (bits)) - 1)) << (start))

static inline uint64_t e_nop(void)
{
	return 0;
}
static inline uint64_t e_move(unsigned int d, uint64_t imm)
{
	return OP(1) | AT(d, 48, 8) | AT(imm, 0, 48);
}
static inline uint64_t e_move32(unsigned int d, uint32_t imm)
{
	return OP(2) | AT(d, 48, 8) | imm;
}
static inline uint64_t e_wait(unsigned int mask)
{
	return OP(3) | AT(mask, 16, 8);
}
static inline uint64_t e_add32(unsigned int d, unsigned int s, int32_t imm)
{
	return OP(16) | AT(d, 48, 8) | AT(s, 40, 8) | (uint32_t)imm;
}
static inline uint64_t e_add64(unsigned int d, unsigned int s, int32_t imm)
{
	return OP(17) | AT(d, 48, 8) | AT(s, 40, 8) | (uint32_t)imm;
}
static inline uint64_t e_umin(unsigned int d, unsigned int a, unsigned int b)
{
	return OP(18) | AT(d, 48, 8) | AT(a, 32, 8) | AT(b, 40, 8);
}
static inline uint64_t e_load(unsigned int base, unsigned int mask, unsigned int addr, int off)
{
	return OP(20) | AT(base, 48, 8) | AT(addr, 40, 8) | AT(mask, 16, 16) | AT(off, 0, 16);
}
static inline uint64_t e_store(unsigned int base, unsigned int mask, unsigned int addr, int off)
{
	return OP(21) | AT(base, 48, 8) | AT(addr, 40, 8) | AT(mask, 16, 16) | AT(off, 0, 16);
}
static inline uint64_t e_branch(unsigned int cond, unsigned int s, int off)
{
	return OP(22) | AT(cond, 28, 3) | AT(s, 40, 8) | AT(off, 0, 16);
}
static inline uint64_t e_set_sb(unsigned int ep, unsigned int other)
{
	return OP(23) | AT(ep, 0, 4) | AT(other, 4, 4);
}
static inline uint64_t e_call(unsigned int addr, unsigned int len)
{
	return OP(32) | AT(addr, 40, 8) | AT(len, 32, 8);
}
static inline uint64_t e_jump(unsigned int addr, unsigned int len)
{
	return OP(33) | AT(addr, 40, 8) | AT(len, 32, 8);
}
static inline uint64_t e_flush(unsigned int l2, unsigned int lsc, unsigned int other,
			       unsigned int id, unsigned int waits, unsigned int slot)
{
	return OP(36) | l2 | lsc << 4 | other << 9 | AT(id, 40, 8) | AT(waits, 16, 16) |
	       AT(slot, 48, 4);
}
/* @op: 37 ADD32, 38 SET32, 51 ADD64, 52 SET64. */
static inline uint64_t e_sync(unsigned int op, unsigned int propagate, unsigned int scope,
			      unsigned int data, unsigned int addr, unsigned int waits,
			      unsigned int slot)
{
	return OP(op) | propagate | scope << 1 | AT(waits, 16, 16) | AT(data, 32, 8) |
	       AT(addr, 40, 8) | AT(slot, 48, 4);
}
/* @op: 39 WAIT32, 53 WAIT64. */
static inline uint64_t e_sync_wait(unsigned int op, unsigned int reject, unsigned int cond,
				   unsigned int data, unsigned int addr)
{
	return OP(op) | reject | AT(cond, 28, 4) | AT(data, 32, 8) | AT(addr, 40, 8);
}
static inline uint64_t e_state(unsigned int state, unsigned int addr, int off)
{
	return OP(40) | AT(state, 32, 2) | AT(addr, 40, 8) | AT(off, 0, 16);
}
static inline uint64_t e_barrier(void)
{
	return OP(47);
}

#endif /* TESTS_CS_RIG_H */
