/* SPDX-License-Identifier: MIT */
/*
 * dump_sample.c - a dump as tyr.ko makes it, on standard output, for dump_test.sh: a page fault of
 * a store, with a section of a type that nobody knows.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "../../kmd/dump_format.h"

static char out[4096];
static size_t used = sizeof(struct tyr_dump_header);

static void put(uint32_t type, uint64_t va, const void *data, size_t size)
{
	struct tyr_dump_section s = {.type = type, .size = (uint32_t)size, .va = va};

	memcpy(out + used, &s, sizeof(s));
	memcpy(out + used + sizeof(s), data, size);
	used += sizeof(s) + size;
}

int main(void)
{
	const struct tyr_dump_info info = {
	    .time_ns = 86400000000000,
	    .reason = TYR_DUMP_PAGE_FAULT,
	    .pid = 42,
	    .comm = "glxgears",
	};
	const struct tyr_dump_group group = {.id = 7, .slot = 2, .queue_count = 1, .fatal = 1};
	const struct tyr_dump_as as = {
	    .as = 3, .faultstatus = 0x802003c1, .faultaddress = 0x70000000};
	const struct tyr_dump_step steps[] = {{0, 0, 0x4389a003}, {1, 1, 0}};
	const struct tyr_dump_mapping mapping = {0x1000000, 0x40000, 0, 4, 0, "vertices"};
	const struct tyr_dump_queue queue = {
	    .ring_size = 4096, .extract = 8, .insert = 16, .fatal = 0x48, .fatal_info = 0x1000008};
	const uint64_t ring[] = {0x025e000000000000, 0x20005c5e00000000};
	const uint64_t stream[] = {0x0154000070000000, 0x1556540000010000};
	struct tyr_dump_header header = {.magic = TYR_DUMP_MAGIC, .version = TYR_DUMP_VERSION};

	put(TYR_DUMP_INFO, 0, &info, sizeof(info));
	put(TYR_DUMP_GROUP, 0, &group, sizeof(group));
	put(TYR_DUMP_AS, 0, &as, sizeof(as));
	put(TYR_DUMP_WALK, as.faultaddress, steps, sizeof(steps));
	put(TYR_DUMP_MAPPINGS, as.faultaddress, &mapping, sizeof(mapping));
	put(TYR_DUMP_QUEUE, 0, &queue, sizeof(queue));
	put(TYR_DUMP_RING, 0, ring, sizeof(ring));
	put(TYR_DUMP_STREAM, 0x1000000, stream, sizeof(stream));
	put(999, 0, stream, sizeof(stream));
	header.size = (uint32_t)used;
	memcpy(out, &header, sizeof(header));
	return fwrite(out, 1, used, stdout) != used;
}
