/* SPDX-License-Identifier: MIT */
/*
 * tyr-dump - what tyr.ko left of a group that had a fault or hung, for people.
 *
 *	tyr-dump [FILE]
 *
 * FILE (standard input without one) is a copy of /sys/class/devcoredump/devcd*\/data; its format is
 * that of kmd/dump_format.h. Nothing in it is trusted.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"

/* More than any driver writes. */
#define SIZE_MAX_MIB 64

static int fail(const char *name, const char *why)
{
	fprintf(stderr, "tyr-dump: %s: %s\n", name, why);
	return 1;
}

/* Return: all of @file, NULL when it cannot be read or is too long. */
static uint8_t *read_all(FILE *file, size_t *size)
{
	size_t room = 1 << 16;
	uint8_t *data = NULL, *more;

	for (*size = 0; room <= (size_t)SIZE_MAX_MIB << 20; room *= 2) {
		more = realloc(data, room);
		if (!more)
			break;
		data = more;
		*size += fread(data + *size, 1, room - *size, file);
		if (ferror(file))
			break;
		if (*size < room)
			return data;
	}
	free(data);
	return NULL;
}

/* Return: whether the sections end where the dump ends. */
static bool print_sections(struct dump *d, const uint8_t *data, size_t size)
{
	size_t at = sizeof(struct tyr_dump_header);
	struct tyr_dump_section s;

	while (size - at >= sizeof(s)) {
		memcpy(&s, data + at, sizeof(s));
		at += sizeof(s);
		if (s.size > size - at)
			return false;
		dump_print_section(d, &s, data + at);
		at += s.size;
	}
	return at == size;
}

static int print_dump(const char *name, const uint8_t *data, size_t size)
{
	struct tyr_dump_header header;
	struct dump d = {0};

	if (size < sizeof(header))
		return fail(name, "not a dump of tyr.ko: too short");
	memcpy(&header, data, sizeof(header));
	if (memcmp(header.magic, TYR_DUMP_MAGIC, sizeof(header.magic)))
		return fail(name, "not a dump of tyr.ko");
	if (header.version != TYR_DUMP_VERSION)
		return fail(name, "a version of the format that is not known here");
	if (header.size < sizeof(header) || header.size > size)
		return fail(name, "the dump is not complete");
	if (!print_sections(&d, data, header.size))
		return fail(name, "the dump is damaged");
	return 0;
}

int main(int argc, char **argv)
{
	const char *name = argc == 2 ? argv[1] : "standard input";
	FILE *file = stdin;
	uint8_t *data;
	size_t size;
	int ret;

	if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
		fprintf(stderr, "usage: tyr-dump [FILE]\n"
				"FILE is a copy of /sys/class/devcoredump/devcd*/data.\n");
		return 2;
	}
	if (argc == 2)
		file = fopen(argv[1], "rb");
	if (!file)
		return fail(name, strerror(errno));
	data = read_all(file, &size);
	ret = data ? print_dump(name, data, size) : fail(name, "cannot be read");
	free(data);
	if (file != stdin)
		fclose(file);
	return ret;
}
