/* SPDX-License-Identifier: MIT */
/*
 * gpu_fuzz_replay.c - any bytes as a capture file. The bytes are taken as they are, and once more
 * behind a good header, so that the fuzzer need not find that first.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "gpu/capture.h"
#include "gpu/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX (1u << 16)

struct header {
	char magic[8];
	struct capture_record record;
	struct capture_state state;
};

static void play(const uint8_t *data, size_t size)
{
	struct replay_options options = {.page_limit = 256};
	struct replay_report report;

	replay_run(data, size, &options, &report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t file[sizeof(struct header) + INPUT_MAX];
	struct header h = {
	    .record = {CAPTURE_STATE, sizeof(struct capture_state)},
	    .state = {.now = 1000000000, .latest_flush = 1},
	};

	play(data, size);
	if (size > INPUT_MAX)
		size = INPUT_MAX;
	memcpy(h.magic, CAPTURE_MAGIC, 8);
	memcpy(file, &h, sizeof(h));
	if (size)
		memcpy(file + sizeof(h), data, size);
	play(file, sizeof(h) + size);
	return 0;
}

#ifndef FUZZER

/* Records of the right kinds and about the right sizes, with anything in them. */
static size_t random_file(uint8_t *data, size_t room)
{
	size_t used = 0;

	while (used + 64 < room) {
		struct capture_record r = {(uint32_t)random() % 11, (uint32_t)random() % 5 * 8};

		memcpy(data + used, &r, sizeof(r));
		used += sizeof(r);
		for (uint32_t i = 0; i < r.size; i++)
			data[used + i] = (uint8_t)(random() % 3 ? 0 : random());
		if (r.kind == CAPTURE_READ || r.kind == CAPTURE_WRITE)
			data[used + 9] = (uint8_t)(random() % 0x25);
		used += r.size;
	}
	return used;
}

static void random_files(void)
{
	uint8_t data[2048];

	srandom(5);
	for (int i = 0; i < 1000; i++)
		LLVMFuzzerTestOneInput(data, random_file(data, sizeof(data)));
	LLVMFuzzerTestOneInput(data, 0);
}

int main(void)
{
	return check_run((struct check_test[]){TEST(random_files), {0}});
}

#endif
