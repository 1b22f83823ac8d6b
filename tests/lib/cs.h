/* SPDX-License-Identifier: MIT */
/*
 * Command streams: a table of the instruction fields, one packer, and a builder with a function
 * an instruction. Opcodes, field positions and enumerations are those of Mesa's genxml/v10.xml
 * (architecture 10). Every instruction is 8 bytes; a register is 32 bits and a 64-bit value is a
 * pair that starts at an even register; `waits` is a mask of scoreboard slots to wait for first
 * and `signal` the slot that counts an asynchronous instruction.
 *
 * The names start with csb_ so that the header can stand beside IGT's igt_panthor.h.
 */
#ifndef TYR_CS_H
#define TYR_CS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum csb_opcode {
	CSB_OP_NOP = 0,
	CSB_OP_MOVE = 1,
	CSB_OP_MOVE32 = 2,
	CSB_OP_WAIT = 3,
	CSB_OP_RUN_COMPUTE = 4,
	CSB_OP_RUN_TILING = 5,
	CSB_OP_RUN_IDVS = 6,
	CSB_OP_RUN_FRAGMENT = 7,
	CSB_OP_RUN_FULLSCREEN = 8,
	CSB_OP_FINISH_TILING = 9,
	CSB_OP_FINISH_FRAGMENT = 11,
	CSB_OP_ADD_IMMEDIATE32 = 16,
	CSB_OP_ADD_IMMEDIATE64 = 17,
	CSB_OP_UMIN32 = 18,
	CSB_OP_LOAD_MULTIPLE = 20,
	CSB_OP_STORE_MULTIPLE = 21,
	CSB_OP_BRANCH = 22,
	CSB_OP_SET_SB_ENTRY = 23,
	CSB_OP_PROGRESS_WAIT = 24,
	CSB_OP_SET_EXCEPTION_HANDLER = 25,
	CSB_OP_CALL = 32,
	CSB_OP_JUMP = 33,
	CSB_OP_REQ_RESOURCE = 34,
	CSB_OP_FLUSH_CACHE2 = 36,
	CSB_OP_SYNC_ADD32 = 37,
	CSB_OP_SYNC_SET32 = 38,
	CSB_OP_SYNC_WAIT32 = 39,
	CSB_OP_STORE_STATE = 40,
	CSB_OP_PROT_REGION = 41,
	CSB_OP_PROGRESS_STORE = 42,
	CSB_OP_PROGRESS_LOAD = 43,
	CSB_OP_RUN_COMPUTE_INDIRECT = 44,
	CSB_OP_ERROR_BARRIER = 47,
	CSB_OP_HEAP_SET = 48,
	CSB_OP_HEAP_OPERATION = 49,
	CSB_OP_TRACE_POINT = 50,
	CSB_OP_SYNC_ADD64 = 51,
	CSB_OP_SYNC_SET64 = 52,
	CSB_OP_SYNC_WAIT64 = 53,
};

enum csb_condition {
	CSB_LEQUAL = 0,
	CSB_GREATER = 1,
	CSB_EQUAL = 2,
	CSB_NEQUAL = 3,
	CSB_LESS = 4,
	CSB_GEQUAL = 5,
	CSB_ALWAYS = 6,
};

enum csb_flush {
	CSB_FLUSH_NONE = 0,
	CSB_FLUSH_CLEAN = 1,
	CSB_FLUSH_INVALIDATE = 2,
	CSB_FLUSH_CLEAN_INVALIDATE = 3,
};

enum csb_scope {
	CSB_SCOPE_SYSTEM = 0,
	CSB_SCOPE_CSG = 2,
};

enum csb_state {
	CSB_STATE_TIMESTAMP = 0,
	CSB_STATE_CYCLE_COUNT = 1,
	CSB_STATE_DISJOINT_COUNT = 2,
	CSB_STATE_ERROR_STATUS = 3,
};

enum csb_heap_op {
	CSB_HEAP_VT_STARTED = 0,
	CSB_HEAP_VT_COMPLETED = 1,
	CSB_HEAP_FRAGMENT_COMPLETED = 3,
};

/* REQ_RESOURCE: what the queue is about to use. */
enum csb_resource {
	CSB_RES_COMPUTE = 1 << 0,
	CSB_RES_FRAGMENT = 1 << 1,
	CSB_RES_TILER = 1 << 2,
	CSB_RES_IDVS = 1 << 3,
};

/* The fields: name, first bit, width. Instructions share most of them. */
#define CSB_FIELDS(X)                                                       \
	X(OPCODE, 56, 8)                                                    \
	X(DST, 48, 8)    /* destination or base register */                 \
	X(SIGNAL, 48, 4) /* scoreboard slot */                              \
	X(SRC, 40, 8)    /* source, address, value or flush-id register */  \
	X(DATA, 32, 8)   /* data or length register, second source */       \
	X(PROGRESS, 32, 1)                                                  \
	X(HEAP_OP, 32, 2)                                                   \
	X(STATE, 32, 2)                                                     \
	X(COND_WIDE, 28, 4)                                                 \
	X(CONDITION, 28, 3)                                                 \
	X(WAIT_MASK, 16, 16)                                                \
	X(REG_MASK, 16, 16)                                                 \
	X(OFFSET, 0, 16) /* signed: bytes, or instructions in a branch */   \
	X(IMM32, 0, 32)                                                     \
	X(IMM48, 0, 48)                                                     \
	X(ERROR, 0, 1) /* propagate (set, add) or reject (wait) an error */ \
	X(SCOPE, 1, 2)                                                      \
	X(ENDPOINT_SB, 0, 4)                                                \
	X(OTHER_SB, 4, 4)                                                   \
	X(FLUSH_L2, 0, 4)                                                   \
	X(FLUSH_LSC, 4, 4)                                                  \
	X(FLUSH_OTHER, 8, 4)                                                \
	X(EXCEPTION, 0, 8)                                                  \
	X(RESOURCES, 0, 4)                                                  \
	X(QUEUE, 0, 5)                                                      \
	X(LOW56, 0, 56) /* everything but the opcode, for malformed instructions */

enum csb_field {
#define X(name, lo, bits) CSB_F_##name,
	CSB_FIELDS(X)
#undef X
};

/* A field and its value. */
struct csb_arg {
	enum csb_field field;
	uint64_t value;
};
#define CSB(name, v) ((struct csb_arg){CSB_F_##name, (uint64_t)(v)})

/* One instruction. A value that does not fit its field fails the test. */
uint64_t csb_pack_args(enum csb_opcode op, const struct csb_arg *args, size_t count);
#define csb_pack(op, ...)                                                                 \
	csb_pack_args((op), (const struct csb_arg[]){{CSB_F_LOW56, 0}, ##__VA_ARGS__},    \
		      sizeof((const struct csb_arg[]){{CSB_F_LOW56, 0}, ##__VA_ARGS__}) / \
			  sizeof(struct csb_arg))

/* A stream under construction in CPU-visible memory. */
struct csb {
	uint64_t *map;  /* its first instruction, for the CPU */
	uint64_t va;    /* and for the GPU */
	uint32_t count; /* instructions so far */
	uint32_t max;
};

/* A stream in @size bytes at @map, which the GPU sees at @va. */
static inline struct csb csb_begin(void *map, uint64_t va, size_t size)
{
	return (struct csb){.map = map, .va = va, .max = (uint32_t)(size / 8)};
}

/* Bytes so far: a job's stream_size. */
static inline uint32_t csb_size(const struct csb *b)
{
	return b->count * 8;
}

/* Add an instruction. A full stream fails the test. */
void csb_emit(struct csb *b, uint64_t instruction);

#define csb_add(b, op, ...) csb_emit((b), csb_pack((op), ##__VA_ARGS__))

static inline void csb_nop(struct csb *b)
{
	csb_add(b, CSB_OP_NOP);
}

/* reg pair = 48-bit immediate */
static inline void csb_move48(struct csb *b, unsigned int reg, uint64_t imm)
{
	csb_add(b, CSB_OP_MOVE, CSB(DST, reg), CSB(IMM48, imm));
}

static inline void csb_move32(struct csb *b, unsigned int reg, uint32_t imm)
{
	csb_add(b, CSB_OP_MOVE32, CSB(DST, reg), CSB(IMM32, imm));
}

/* Any 64-bit value, by its halves. */
static inline void csb_move64(struct csb *b, unsigned int reg, uint64_t imm)
{
	csb_move32(b, reg, (uint32_t)imm);
	csb_move32(b, reg + 1, (uint32_t)(imm >> 32));
}

static inline void csb_add32(struct csb *b, unsigned int dst, unsigned int src, int32_t imm)
{
	csb_add(b, CSB_OP_ADD_IMMEDIATE32, CSB(DST, dst), CSB(SRC, src), CSB(IMM32, (uint32_t)imm));
}

static inline void csb_add64(struct csb *b, unsigned int dst, unsigned int src, int32_t imm)
{
	csb_add(b, CSB_OP_ADD_IMMEDIATE64, CSB(DST, dst), CSB(SRC, src), CSB(IMM32, (uint32_t)imm));
}

static inline void csb_umin32(struct csb *b, unsigned int dst, unsigned int a, unsigned int c)
{
	csb_add(b, CSB_OP_UMIN32, CSB(DST, dst), CSB(SRC, c), CSB(DATA, a));
}

/* Registers base + i, for each bit i of @mask, from memory at [addr] + offset + 4 i. */
static inline void csb_load(struct csb *b, unsigned int base, unsigned int addr, uint16_t mask,
			    int16_t offset)
{
	csb_add(b, CSB_OP_LOAD_MULTIPLE, CSB(DST, base), CSB(SRC, addr), CSB(REG_MASK, mask),
		CSB(OFFSET, (uint16_t)offset));
}

static inline void csb_store(struct csb *b, unsigned int base, unsigned int addr, uint16_t mask,
			     int16_t offset)
{
	csb_add(b, CSB_OP_STORE_MULTIPLE, CSB(DST, base), CSB(SRC, addr), CSB(REG_MASK, mask),
		CSB(OFFSET, (uint16_t)offset));
}

static inline void csb_load32(struct csb *b, unsigned int reg, unsigned int addr, int16_t offset)
{
	csb_load(b, reg, addr, 0x1, offset);
}

static inline void csb_store32(struct csb *b, unsigned int reg, unsigned int addr, int16_t offset)
{
	csb_store(b, reg, addr, 0x1, offset);
}

static inline void csb_store64(struct csb *b, unsigned int reg, unsigned int addr, int16_t offset)
{
	csb_store(b, reg, addr, 0x3, offset);
}

static inline void csb_wait(struct csb *b, uint16_t waits)
{
	csb_add(b, CSB_OP_WAIT, CSB(WAIT_MASK, waits));
}

/* Loads, stores and other asynchronous work count on slot @other, jobs on slot @endpoint. */
static inline void csb_set_sb_entry(struct csb *b, unsigned int endpoint, unsigned int other)
{
	csb_add(b, CSB_OP_SET_SB_ENTRY, CSB(ENDPOINT_SB, endpoint), CSB(OTHER_SB, other));
}

/* Branch by @offset instructions from the next one, if reg (signed, compared with 0) is so. */
static inline void csb_branch(struct csb *b, enum csb_condition cond, unsigned int reg,
			      int16_t offset)
{
	csb_add(b, CSB_OP_BRANCH, CSB(CONDITION, cond), CSB(SRC, reg),
		CSB(OFFSET, (uint16_t)offset));
}

/* csb_branch() to the instruction with index @target, an earlier b->count. */
static inline void csb_branch_to(struct csb *b, enum csb_condition cond, unsigned int reg,
				 uint32_t target)
{
	csb_branch(b, cond, reg, (int16_t)((int32_t)target - (int32_t)b->count - 1));
}

/* Run the bytes at [addr pair] for [length] bytes, then go on here. */
static inline void csb_call(struct csb *b, unsigned int addr, unsigned int length)
{
	csb_add(b, CSB_OP_CALL, CSB(SRC, addr), CSB(DATA, length));
}

/* The same without coming back. */
static inline void csb_jump(struct csb *b, unsigned int addr, unsigned int length)
{
	csb_add(b, CSB_OP_JUMP, CSB(SRC, addr), CSB(DATA, length));
}

static inline void csb_req_resource(struct csb *b, unsigned int resources)
{
	csb_add(b, CSB_OP_REQ_RESOURCE, CSB(RESOURCES, resources));
}

static inline void csb_flush_caches(struct csb *b, enum csb_flush l2, enum csb_flush lsc,
				    enum csb_flush other, unsigned int flush_id_reg, uint16_t waits,
				    unsigned int signal)
{
	csb_add(b, CSB_OP_FLUSH_CACHE2, CSB(FLUSH_L2, l2), CSB(FLUSH_LSC, lsc),
		CSB(FLUSH_OTHER, other), CSB(SRC, flush_id_reg), CSB(WAIT_MASK, waits),
		CSB(SIGNAL, signal));
}

/* A synchronisation object's value: *[addr] = or += register @data. */
static inline void csb_sync(struct csb *b, enum csb_opcode op, unsigned int addr, unsigned int data,
			    enum csb_scope scope, bool error, uint16_t waits, unsigned int signal)
{
	csb_add(b, op, CSB(SRC, addr), CSB(DATA, data), CSB(SCOPE, scope), CSB(ERROR, error),
		CSB(WAIT_MASK, waits), CSB(SIGNAL, signal));
}

static inline void csb_sync_set32(struct csb *b, unsigned int addr, unsigned int data)
{
	csb_sync(b, CSB_OP_SYNC_SET32, addr, data, CSB_SCOPE_SYSTEM, false, 0, 0);
}

static inline void csb_sync_add32(struct csb *b, unsigned int addr, unsigned int data)
{
	csb_sync(b, CSB_OP_SYNC_ADD32, addr, data, CSB_SCOPE_SYSTEM, false, 0, 0);
}

static inline void csb_sync_set64(struct csb *b, unsigned int addr, unsigned int data)
{
	csb_sync(b, CSB_OP_SYNC_SET64, addr, data, CSB_SCOPE_SYSTEM, false, 0, 0);
}

static inline void csb_sync_add64(struct csb *b, unsigned int addr, unsigned int data)
{
	csb_sync(b, CSB_OP_SYNC_ADD64, addr, data, CSB_SCOPE_SYSTEM, false, 0, 0);
}

/* Block the queue until *[addr] compares so with register @data (LEQUAL or GREATER). */
static inline void csb_sync_wait32(struct csb *b, enum csb_condition cond, unsigned int addr,
				   unsigned int data, bool reject_error)
{
	csb_add(b, CSB_OP_SYNC_WAIT32, CSB(SRC, addr), CSB(DATA, data), CSB(COND_WIDE, cond),
		CSB(ERROR, reject_error));
}

static inline void csb_sync_wait64(struct csb *b, enum csb_condition cond, unsigned int addr,
				   unsigned int data, bool reject_error)
{
	csb_add(b, CSB_OP_SYNC_WAIT64, CSB(SRC, addr), CSB(DATA, data), CSB(COND_WIDE, cond),
		CSB(ERROR, reject_error));
}

/* *([addr] + offset) = a 64-bit piece of the GPU's state. */
static inline void csb_store_state(struct csb *b, enum csb_state state, unsigned int addr,
				   int16_t offset, uint16_t waits, unsigned int signal)
{
	csb_add(b, CSB_OP_STORE_STATE, CSB(STATE, state), CSB(SRC, addr),
		CSB(OFFSET, (uint16_t)offset), CSB(WAIT_MASK, waits), CSB(SIGNAL, signal));
}

static inline void csb_progress_load(struct csb *b, unsigned int reg)
{
	csb_add(b, CSB_OP_PROGRESS_LOAD, CSB(DST, reg));
}

static inline void csb_progress_store(struct csb *b, unsigned int reg)
{
	csb_add(b, CSB_OP_PROGRESS_STORE, CSB(SRC, reg));
}

static inline void csb_progress_wait(struct csb *b, unsigned int queue, unsigned int reg)
{
	csb_add(b, CSB_OP_PROGRESS_WAIT, CSB(QUEUE, queue), CSB(SRC, reg));
}

/* Run [length] bytes at [addr] when the tiler heap is out of memory (exception 2). */
static inline void csb_set_exception_handler(struct csb *b, unsigned int exception,
					     unsigned int addr, unsigned int length)
{
	csb_add(b, CSB_OP_SET_EXCEPTION_HANDLER, CSB(EXCEPTION, exception), CSB(SRC, addr),
		CSB(DATA, length));
}

static inline void csb_error_barrier(struct csb *b)
{
	csb_add(b, CSB_OP_ERROR_BARRIER);
}

/* The queue's tiler heap is the context at [addr]. */
static inline void csb_heap_set(struct csb *b, unsigned int addr)
{
	csb_add(b, CSB_OP_HEAP_SET, CSB(SRC, addr));
}

static inline void csb_heap_operation(struct csb *b, enum csb_heap_op op, uint16_t waits,
				      unsigned int signal)
{
	csb_add(b, CSB_OP_HEAP_OPERATION, CSB(HEAP_OP, op), CSB(WAIT_MASK, waits),
		CSB(SIGNAL, signal));
}

/* Registers [base, base + count) into the queue's trace buffer. */
static inline void csb_trace_point(struct csb *b, unsigned int base, unsigned int count,
				   uint16_t waits, unsigned int signal)
{
	csb_add(b, CSB_OP_TRACE_POINT, CSB(DATA, base), CSB(SRC, count), CSB(WAIT_MASK, waits),
		CSB(SIGNAL, signal));
}

#endif
