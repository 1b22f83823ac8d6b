/* SPDX-License-Identifier: MIT */
/* replay.h - play a capture back on a new model and compare what it reads and leaves behind. */
#ifndef GPU_REPLAY_H
#define GPU_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct replay_report - what came of it.
 * @problem: NULL, or why the file could not be played to its end.
 * @at: byte offset in the file of the record that @problem is about.
 * @records: played.
 * @reads, @reads_different: register reads, and how many said something else.
 * @pages, @pages_different: pages that the GPU wrote, and how many ended up different.
 * @touches: accesses of the GPU to memory. @touches_recorded: in the capture.
 */
struct replay_report {
	const char *problem;
	size_t at;
	uint64_t records;
	uint64_t reads, reads_different;
	uint64_t pages, pages_different;
	uint64_t touches, touches_recorded;
};

/** struct replay_options - @log: where the model's lines and the differences go, NULL for nowhere.
 * @page_limit: pages of memory at most, 0 for as many as a capture may have. @trace: one line a
 * record. */
struct replay_options {
	FILE *log;
	size_t page_limit;
	bool trace;
};

/** replay_run() - play @size bytes of a capture, which need not be trusted. Return: true when
 * everything is the same. */
bool replay_run(const void *file, size_t size, const struct replay_options *options,
		struct replay_report *report);

#endif /* GPU_REPLAY_H */
