/* SPDX-License-Identifier: MIT */
/*
 * cs_isa_test.c - the table of instructions: consistent in itself, the same as Mesa's v10.xml
 * (TYR_V10_XML names the file), printed as a person expects.
 */
#include <stdlib.h>

#include "check.h"
#include "cs/isa.h"
#include "cs_rig.h"

static unsigned int instructions(void)
{
	unsigned int n = 0;

	for (unsigned int op = 0; op < 256; op++)
		n += cs_isa((uint8_t)op) != NULL;
	return n;
}

static void fields_do_not_overlap(void)
{
	CHECK_EQ(instructions(), 39);
	for (unsigned int op = 0; op < 256; op++) {
		const struct cs_isa_op *isa = cs_isa((uint8_t)op);
		uint64_t seen = 0xffull << 56;
		uint64_t roles = 0;

		if (!isa)
			continue;
		CHECK(isa->run != NULL);
		CHECK(isa->cost > 0);
		for (const struct cs_field *f = isa->field; f->xml; f++) {
			uint64_t bits = ((1ull << f->size) - 1) << f->start;

			CHECK_EQ(seen & bits, 0);
			CHECK_EQ(roles >> f->role & 1, 0);
			seen |= bits;
			roles |= 1ull << f->role;
		}
		CHECK_EQ(cs_known_bits((uint8_t)op), seen);
	}
}

/* Every field of every instruction, each bit on its own, against shifts written here. */
static void fields_decode(void)
{
	for (unsigned int op = 0; op < 256; op++) {
		const struct cs_isa_op *isa = cs_isa((uint8_t)op);

		for (const struct cs_field *f = isa ? isa->field : NULL; f && f->xml; f++) {
			for (unsigned int bit = 0; bit < f->size; bit++) {
				uint64_t word = OP(op) | 1ull << (f->start + bit);
				int64_t want = (int64_t)(1ull << bit);
				struct cs_instr in;

				if (f->kind == CS_K_INT && bit + 1u == f->size)
					want = -want;
				CHECK(cs_decode(word, &in));
				CHECK_EQ(in.opcode, op);
				CHECK_EQ(in.f[f->role], want);
				for (const struct cs_field *g = isa->field; g->xml; g++)
					if (g != f)
						CHECK_EQ(in.f[g->role], 0);
			}
		}
	}
}

/* ---- Mesa's description ---- */

struct xml_field {
	char name[64];
	unsigned int start, size;
	bool is_int;
};

static bool attribute(const char *line, const char *name, char *value, size_t size)
{
	char key[32];
	const char *at;

	snprintf(key, sizeof(key), " %s=\"", name);
	at = strstr(line, key);
	if (!at)
		return false;
	at += strlen(key);
	snprintf(value, size, "%.*s", (int)strcspn(at, "\""), at);
	return true;
}

/* "<struct name="CS NAME" …" opens an instruction, "<field …/>" is one of its fields. */
static bool next_field(FILE *xml, char *instr, size_t size, struct xml_field *field)
{
	char line[512], value[64];

	while (fgets(line, sizeof(line), xml)) {
		if (strstr(line, "</struct>"))
			instr[0] = '\0';
		if (strstr(line, "<struct ") && attribute(line, "name", value, sizeof(value)))
			snprintf(instr, size, "%s", strncmp(value, "CS ", 3) ? "" : value + 3);
		if (!instr[0] || !strstr(line, "<field "))
			continue;
		*field = (struct xml_field){0};
		if (!attribute(line, "name", field->name, sizeof(field->name)))
			continue;
		if (attribute(line, "start", value, sizeof(value)))
			field->start = (unsigned int)atoi(value);
		if (attribute(line, "size", value, sizeof(value)))
			field->size = (unsigned int)atoi(value);
		field->is_int =
		    attribute(line, "type", value, sizeof(value)) && !strcmp(value, "int");
		return true;
	}
	return false;
}

static const struct cs_isa_op *by_name(const char *name, unsigned int *opcode)
{
	for (*opcode = 0; *opcode < 256; (*opcode)++) {
		const struct cs_isa_op *isa = cs_isa((uint8_t)*opcode);

		if (isa && !strcmp(isa->name, name))
			return isa;
	}
	return NULL;
}

static unsigned int field_count(const struct cs_isa_op *isa)
{
	unsigned int n = 0;

	while (isa->field[n].xml)
		n++;
	return n;
}

static void compare_field(const char *instr, const struct xml_field *want)
{
	unsigned int opcode;
	const struct cs_isa_op *isa = by_name(instr, &opcode);

	if (!isa) {
		check_failed(__FILE__, __LINE__, "%s is not in isa.def", instr);
		return;
	}
	for (const struct cs_field *f = isa->field; f->xml; f++) {
		if (strcmp(f->xml, want->name))
			continue;
		CHECK_EQ(f->start, want->start);
		CHECK_EQ(f->size, want->size);
		CHECK_EQ(f->kind == CS_K_INT, want->is_int);
		return;
	}
	check_failed(__FILE__, __LINE__, "%s has no field \"%s\"", instr, want->name);
}

/* Opcodes are the values of the enumeration "CS Opcode". */
static unsigned int compare_opcodes(FILE *xml)
{
	bool inside = false;
	char line[512], name[64], value[16];
	unsigned int n = 0, opcode;

	while (fgets(line, sizeof(line), xml)) {
		if (strstr(line, "<enum name=\"CS Opcode\""))
			inside = true;
		else if (strstr(line, "</enum>"))
			inside = false;
		if (!inside || !strstr(line, "<value ") ||
		    !attribute(line, "name", name, sizeof(name)) ||
		    !attribute(line, "value", value, sizeof(value)))
			continue;
		n++;
		if (by_name(name, &opcode))
			CHECK_EQ(opcode, (unsigned int)atoi(value));
		else
			check_failed(__FILE__, __LINE__, "%s is not in isa.def", name);
	}
	return n;
}

static void the_table_is_mesas(void)
{
	const char *path = getenv("TYR_V10_XML");
	unsigned int fields = 0, ours = 0;
	char instr[64] = "";
	struct xml_field field;
	FILE *xml;

	if (!path) {
		check_skip("TYR_V10_XML does not name Mesa's src/panfrost/lib/genxml/v10.xml");
		return;
	}
	xml = fopen(path, "r");
	REQUIRE(xml != NULL);
	CHECK_EQ(compare_opcodes(xml), instructions());
	rewind(xml);
	while (next_field(xml, instr, sizeof(instr), &field)) {
		if (!strcmp(instr, "Base") || !strcmp(field.name, "Opcode"))
			continue;
		compare_field(instr, &field);
		fields++;
	}
	fclose(xml);
	for (unsigned int op = 0; op < 256; op++)
		if (cs_isa((uint8_t)op))
			ours += field_count(cs_isa((uint8_t)op));
	CHECK_EQ(fields, ours);
}

/* ---- disassembly ---- */

static const struct {
	uint64_t word;
	const char *text;
} lines[] = {
    {0, "NOP"},
    {OP(1) | AT(92, 48, 8) | 0x123456789abc, "MOVE d92, #0x123456789abc"},
    {OP(2) | AT(7, 48, 8) | 0xdeadbeef, "MOVE32 r7, #0xdeadbeef"},
    {OP(3) | AT(0xff, 16, 8) | 1ull << 32, "WAIT.progress_inc #ff"},
    {OP(4) | AT(1, 14, 2) | 3 | AT(1, 40, 2) | AT(2, 44, 2),
     "RUN_COMPUTE.y_axis.srt1.spd0.tsd2.fau0 #3"},
    {OP(5) | 0x10, "RUN_TILING.srt0.spd0.tsd0.fau0 #0x10"},
    {OP(6) | 1ull << 33 | 1ull << 34 | AT(9, 40, 8),
     "RUN_IDVS.malloc.draw_id_enable.varying_srt0.varying_fau0.varying_tsd0.frag_srt0.frag_tsd0 "
     "r9, #0x0"},
    {OP(7) | 1 | 6 << 4, "RUN_FRAGMENT.tile_enable_map_enable.rev_vertical"},
    {OP(7) | 15 << 4, "RUN_FRAGMENT.15"},
    {OP(8) | AT(12, 40, 8) | 4, "RUN_FULLSCREEN d12, #0x4"},
    {OP(9), "FINISH_TILING"},
    {OP(11) | 1 | AT(4, 32, 8) | AT(2, 40, 8) | AT(3, 16, 16) | AT(5, 48, 4),
     "FINISH_FRAGMENT.frag_end d4, d2, #3, #5"},
    {OP(16) | AT(1, 48, 8) | AT(2, 40, 8) | 0xffffffff, "ADD_IMMEDIATE32 r1, r2, #-1"},
    {OP(17) | AT(2, 48, 8) | AT(4, 40, 8) | 8, "ADD_IMMEDIATE64 d2, d4, #8"},
    {OP(18) | AT(2, 48, 8) | AT(4, 40, 8) | AT(3, 32, 8), "UMIN32 r2, r3, r4"},
    {OP(20) | AT(10, 48, 8) | AT(4, 40, 8) | AT(5, 16, 16) | AT(-8, 0, 16),
     "LOAD_MULTIPLE r10:r12, [d4 - 8]"},
    {OP(20) | AT(4, 40, 8), "LOAD_MULTIPLE _, [d4]"},
    {OP(21) | AT(10, 48, 8) | AT(4, 40, 8) | AT(3, 16, 16) | AT(0x7fff, 0, 16),
     "STORE_MULTIPLE [d4 + 32767], r10:r11"},
    {OP(22) | AT(4, 28, 3) | AT(6, 40, 8) | AT(-2, 0, 16), "BRANCH.lt r6, #-2"},
    {OP(23) | 2 | 3 << 4, "SET_SB_ENTRY #2, #3"},
    {OP(24) | 31 | AT(4, 40, 8), "PROGRESS_WAIT d4, #31"},
    {OP(25) | 2 | AT(4, 40, 8) | AT(6, 32, 8), "SET_EXCEPTION_HANDLER #2, d4, r6"},
    {OP(32) | AT(92, 40, 8) | AT(94, 32, 8), "CALL d92, r94"},
    {OP(33) | AT(92, 40, 8) | AT(94, 32, 8), "JUMP d92, r94"},
    {OP(34) | 9, "REQ_RESOURCE.compute.idvs"},
    {OP(36) | AT(94, 40, 8) | 0x233,
     "FLUSH_CACHE2.clean_invalidate_l2.clean_invalidate_lsc.invalidate_other r94, #0, #0"},
    {OP(37) | AT(2, 40, 8) | AT(4, 32, 8), "SYNC_ADD32.system [d2], r4, #0, #0"},
    {OP(38) | 1 | 2 << 1 | AT(2, 40, 8) | AT(4, 32, 8),
     "SYNC_SET32.error_propagate.csg [d2], r4, #0, #0"},
    {OP(39) | 1 | AT(1, 28, 4) | AT(2, 40, 8) | AT(4, 32, 8), "SYNC_WAIT32.gt.reject [d2], r4"},
    {OP(40) | AT(1, 32, 2) | AT(2, 40, 8) | 16, "STORE_STATE.CYCLE_COUNT [d2 + 16], #0, #0"},
    {OP(41) | 4, "PROT_REGION #4"},
    {OP(42) | AT(4, 40, 8), "PROGRESS_STORE d4"},
    {OP(43) | AT(4, 48, 8), "PROGRESS_LOAD d4"},
    {OP(44) | 5, "RUN_COMPUTE_INDIRECT.srt0.spd0.tsd0.fau0 #5"},
    {OP(47), "ERROR_BARRIER"},
    {OP(48) | AT(6, 40, 8), "HEAP_SET d6"},
    {OP(49) | AT(3, 32, 2) | AT(4, 16, 16) | AT(1, 48, 4), "HEAP_OPERATION.frag_end #4, #1"},
    {OP(50) | AT(4, 32, 8) | AT(3, 40, 8), "TRACE_POINT r4:r6, #0, #0"},
    {OP(51) | 1 | AT(92, 40, 8) | AT(94, 32, 8),
     "SYNC_ADD64.error_propagate.system [d92], d94, #0, #0"},
    {OP(52) | AT(2, 40, 8) | AT(4, 32, 8), "SYNC_SET64.system [d2], d4, #0, #0"},
    {OP(53) | AT(2, 40, 8) | AT(4, 32, 8), "SYNC_WAIT64.le [d2], d4"},
    {OP(60) | 0x1234, "UNKNOWN_60 #0x1234"},
};

static void lines_read_well(void)
{
	char text[200];

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		CHECK_EQ(cs_disasm(lines[i].word, text, sizeof(text)), strlen(lines[i].text));
		CHECK_STR(text, lines[i].text);
	}
}

static void short_buffers_are_respected(void)
{
	for (size_t size = 0; size < 40; size++) {
		char text[41];

		memset(text, '#', sizeof(text));
		cs_disasm(lines[1].word, text, size);
		CHECK_EQ(text[size], '#');
		if (size)
			CHECK(strlen(text) < size);
	}
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(fields_do_not_overlap),
	    TEST(fields_decode),
	    TEST(the_table_is_mesas),
	    TEST(lines_read_well),
	    TEST(short_buffers_are_respected),
	    {0},
	});
}
