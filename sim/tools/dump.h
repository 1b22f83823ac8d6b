/* SPDX-License-Identifier: MIT */
/* dump.h - printing the sections of a dump (tyr-dump). */
#ifndef TYR_TOOLS_DUMP_H
#define TYR_TOOLS_DUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "../../kmd/dump_format.h"

/** struct dump - what a section's printing needs of those before it. */
struct dump {
	struct tyr_dump_queue queue; /* the last queue */
};

/** dump_print_section() - print @s, whose @s->size bytes are at @data. */
void dump_print_section(struct dump *d, const struct tyr_dump_section *s, const uint8_t *data);

#endif /* TYR_TOOLS_DUMP_H */
