/* SPDX-License-Identifier: MIT */
/*
 * csdis - a command stream as text.
 *
 *	csdis [-b ADDRESS] [FILE]
 *
 * FILE (standard input without one) is instructions as the GPU reads them: 64-bit little-endian
 *words. ADDRESS, where the first one lies in the GPU's address space, is only printed. Branches
 *show where they go.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cs/isa.h"

static int usage(void)
{
	fprintf(stderr, "usage: csdis [-b ADDRESS] [FILE]\n"
			"FILE holds 64-bit little-endian command-stream instructions.\n");
	return 2;
}

static uint64_t little_endian(const uint8_t *bytes)
{
	uint64_t word = 0;

	for (int i = 7; i >= 0; i--)
		word = word << 8 | bytes[i];
	return word;
}

static void print_line(uint64_t va, uint64_t word)
{
	struct cs_instr in;
	char text[200];

	cs_disasm(word, text, sizeof(text));
	printf("%012" PRIx64 ": %016" PRIx64 "  %s", va, word, text);
	if (cs_decode(word, &in) && in.opcode == CS_OP_BRANCH)
		printf(" // to %012" PRIx64, va + 8 + 8 * (uint64_t)in.f[CS_F_OFFSET]);
	printf("\n");
}

static int print_file(FILE *file, const char *name, uint64_t va)
{
	uint8_t bytes[8];
	size_t n;

	while ((n = fread(bytes, 1, sizeof(bytes), file)) == sizeof(bytes)) {
		print_line(va, little_endian(bytes));
		va += sizeof(bytes);
	}
	if (ferror(file)) {
		fprintf(stderr, "csdis: cannot read %s: %s\n", name, strerror(errno));
		return 1;
	}
	if (n) {
		fprintf(stderr, "csdis: %s ends in the middle of an instruction (%zu bytes over)\n",
			name, n);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t va = 0;
	FILE *file;
	char *end;
	int opt, ret;

	while ((opt = getopt(argc, argv, "b:")) != -1) {
		if (opt != 'b')
			return usage();
		errno = 0;
		va = strtoull(optarg, &end, 0);
		if (errno || *end || end == optarg)
			return usage();
	}
	if (optind + 1 < argc)
		return usage();
	if (optind == argc)
		return print_file(stdin, "standard input", va);
	file = fopen(argv[optind], "rb");
	if (!file) {
		fprintf(stderr, "csdis: cannot open %s: %s\n", argv[optind], strerror(errno));
		return 1;
	}
	ret = print_file(file, argv[optind], va);
	fclose(file);
	return ret;
}
