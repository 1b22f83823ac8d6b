/* SPDX-License-Identifier: MIT */
/* isa.h - instructions as data: the table of isa.def, decoding and disassembly. Needs no GPU. */
#ifndef CS_ISA_H
#define CS_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs;
struct cs_instr;

/* Opcodes: CS_OP_NOP, CS_OP_MOVE, … */
enum cs_opcode {
#define INSTR(op, name, fn, cost, latency) CS_OP_##name = (op),
#define FIELD(role, xml, start, size, kind, text)
#define END()
#include "cs/isa.def"
#undef INSTR
#undef FIELD
#undef END
};

/** enum cs_role - what a field is to the instruction; index into struct cs_instr's values. */
enum cs_role {
	CS_F_IMM,
	CS_F_DST,
	CS_F_SRC,
	CS_F_SRC2,
	CS_F_ADDR,
	CS_F_OFFSET,
	CS_F_MASK,
	CS_F_COND,
	CS_F_WAITS,
	CS_F_SLOT,
	CS_F_SLOT2,
	CS_F_PROGRESS,
	CS_F_PROPAGATE,
	CS_F_SCOPE,
	CS_F_REJECT,
	CS_F_STATE,
	CS_F_HEAP_OP,
	CS_F_FRAG_END,
	CS_F_L2_MODE,
	CS_F_LSC_MODE,
	CS_F_OTHER,
	CS_F_AXIS,
	CS_F_SRT,
	CS_F_SPD,
	CS_F_TSD,
	CS_F_FAU,
	CS_F_FRAG_SRT,
	CS_F_FRAG_TSD,
	CS_F_MALLOC,
	CS_F_DRAW_ID_ENABLE,
	CS_F_DRAW_ID,
	CS_F_TEM,
	CS_F_TILE_ORDER,
	CS_F_COMPUTE,
	CS_F_FRAGMENT,
	CS_F_TILER,
	CS_F_IDVS,
	CS_F_COUNT,
};

/** enum cs_kind - how a field is checked and printed; isa.def explains each. */
enum cs_kind {
	CS_K_NONE,
	CS_K_D32,
	CS_K_D64,
	CS_K_S32,
	CS_K_S64,
	CS_K_ADDR,
	CS_K_TUPLE_D,
	CS_K_TUPLE_S,
	CS_K_RANGE,
	CS_K_HEX,
	CS_K_UINT,
	CS_K_INT,
	CS_K_FLAG,
	CS_K_ENUM,
	CS_K_COND,
	CS_K_WAITS,
	CS_K_SLOT,
};

struct cs_field {
	const char *xml; /* name in v10.xml; NULL ends the list */
	const char *text;
	uint8_t role, start, size, kind;
};

#define CS_FIELDS_MAX 11

/** enum cs_step - what executing an instruction did to the program counter. */
enum cs_step {
	CS_STEP_NEXT,  /* go on behind it */
	CS_STEP_MOVED, /* it set the program counter itself */
	CS_STEP_BLOCK, /* not done; cs->stop says why, the same instruction runs again */
	CS_STEP_DONE,  /* done, but the stream stops behind it; cs->stop says why */
};

/** struct cs_isa_op - one row of isa.def. */
struct cs_isa_op {
	const char *name; /* NULL: no such instruction */
	enum cs_step (*run)(struct cs *cs, const struct cs_instr *in);
	uint32_t cost, latency;
	struct cs_field field[CS_FIELDS_MAX + 1];
};

/** struct cs_instr - a decoded instruction. @f holds only the fields that the instruction has. */
struct cs_instr {
	uint64_t word;
	const struct cs_isa_op *op;
	uint8_t opcode;
	int64_t f[CS_F_COUNT];
};

/** cs_isa() - the row of @opcode, NULL when a G610 has no such instruction. */
const struct cs_isa_op *cs_isa(uint8_t opcode);

/** cs_known_bits() - the bits that @opcode and its fields cover; the others are reserved. */
uint64_t cs_known_bits(uint8_t opcode);

/** cs_decode() - take @word apart. Return: false for an opcode that does not exist. */
bool cs_decode(uint64_t word, struct cs_instr *in);

/** cs_disasm() - @word as a line for people, always terminated. Return: as snprintf(). */
int cs_disasm(uint64_t word, char *buf, size_t size);

#endif /* CS_ISA_H */
