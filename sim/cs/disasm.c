/* SPDX-License-Identifier: MIT */
/* disasm.c - an instruction as text, in the spirit of Mesa's pandecode. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cs/isa.h"

struct text {
	char *buf;
	size_t size;
	int len;
};

static void put(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void put(struct text *t, const char *fmt, ...)
{
	size_t at = (size_t)t->len < t->size ? (size_t)t->len : t->size;
	va_list ap;

	va_start(ap, fmt);
	t->len += vsnprintf(at < t->size ? t->buf + at : NULL, t->size - at, fmt, ap);
	va_end(ap);
}

/* The @n-th of the words in @names; the number itself behind the last. */
static void put_word(struct text *t, const char *names, int64_t n)
{
	const char *word = names;

	for (int64_t i = 0; i < n && word; i++) {
		word = strchr(word, ' ');
		if (word)
			word++;
	}
	if (!word || !*word)
		put(t, ".%" PRId64, n);
	else
		put(t, ".%.*s", (int)strcspn(word, " "), word);
}

static const char cond_names[] = "le gt eq ne lt ge always";

static bool is_suffix(const struct cs_field *field)
{
	switch (field->kind) {
	case CS_K_FLAG:
	case CS_K_ENUM:
	case CS_K_COND:
		return true;
	case CS_K_UINT:
		return field->text[0] && field->text[1]; /* ".srt1" */
	default:
		return false;
	}
}

static void put_suffix(struct text *t, const struct cs_field *field, int64_t v)
{
	if (field->kind == CS_K_FLAG) {
		if (v)
			put(t, ".%s", field->text);
	} else if (field->kind == CS_K_UINT) {
		put(t, ".%s%" PRId64, field->text, v);
	} else {
		put_word(t, field->kind == CS_K_COND ? cond_names : field->text, v);
	}
}

static void put_tuple(struct text *t, int64_t base, int64_t mask)
{
	const char *between = "";

	if (!mask)
		put(t, "_");
	for (int i = 0; i < 16; i++) {
		if (!(mask >> i & 1))
			continue;
		put(t, "%sr%" PRId64, between, base + i);
		between = ":";
	}
}

static void put_address(struct text *t, const struct cs_instr *in, int64_t reg, bool has_offset)
{
	if (has_offset && in->f[CS_F_OFFSET])
		put(t, "[d%" PRId64 " %c %d]", reg, in->f[CS_F_OFFSET] < 0 ? '-' : '+',
		    (int)(in->f[CS_F_OFFSET] < 0 ? -in->f[CS_F_OFFSET] : in->f[CS_F_OFFSET]));
	else
		put(t, "[d%" PRId64 "]", reg);
}

static void put_operand(struct text *t, const struct cs_instr *in, const struct cs_field *field,
			bool has_offset)
{
	int64_t v = in->f[field->role];

	switch (field->kind) {
	case CS_K_D32:
	case CS_K_S32:
		put(t, "r%" PRId64, v);
		break;
	case CS_K_D64:
	case CS_K_S64:
		put(t, "d%" PRId64, v);
		break;
	case CS_K_ADDR:
		put_address(t, in, v, has_offset);
		break;
	case CS_K_TUPLE_D:
	case CS_K_TUPLE_S:
		put_tuple(t, v, in->f[CS_F_MASK]);
		break;
	case CS_K_RANGE:
		put(t, "r%" PRId64 ":r%" PRId64, v, v + in->f[CS_F_IMM] - 1);
		break;
	case CS_K_HEX:
		put(t, "#0x%" PRIx64, (uint64_t)v);
		break;
	case CS_K_WAITS:
		put(t, "#%" PRIx64, (uint64_t)v);
		break;
	case CS_K_UINT:
		if (field->text[0]) {
			put(t, "%s%" PRId64, field->text, v);
			break;
		}
		/* fall through */
	default:
		put(t, "#%" PRId64, v);
		break;
	}
}

static bool has_role(const struct cs_isa_op *op, enum cs_role role)
{
	for (const struct cs_field *field = op->field; field->xml; field++)
		if (field->role == role)
			return true;
	return false;
}

int cs_disasm(uint64_t word, char *buf, size_t size)
{
	struct text t = {.buf = buf, .size = size};
	const char *between = " ";
	struct cs_instr in;
	bool memory;

	if (size)
		buf[0] = '\0';
	if (!cs_decode(word, &in)) {
		put(&t, "UNKNOWN_%u #0x%" PRIx64, (unsigned int)(word >> 56), word << 8 >> 8);
		return t.len;
	}
	memory = has_role(in.op, CS_F_ADDR) && has_role(in.op, CS_F_OFFSET);
	put(&t, "%s", in.op->name);
	for (const struct cs_field *field = in.op->field; field->xml; field++)
		if (is_suffix(field))
			put_suffix(&t, field, in.f[field->role]);
	for (const struct cs_field *field = in.op->field; field->xml; field++) {
		if (is_suffix(field) || field->kind == CS_K_NONE ||
		    (memory && field->role == CS_F_OFFSET))
			continue;
		put(&t, "%s", between);
		put_operand(&t, &in, field, memory);
		between = ", ";
	}
	return t.len;
}
