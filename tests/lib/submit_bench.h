/* SPDX-License-Identifier: MIT */
/*
 * submit_bench.h - the bench that a submission subtest works at: its own open of the device, a VM
 * with an arena, a group, and a syncobj.
 *
 * Each bench has a file of its own. A subtest that fails half-way leaves jobs that never end;
 * closing the file ends them, so the next bench starts on a quiet device: submit_bench_open()
 * closes whatever an earlier subtest left open.
 */
#ifndef SUBMIT_BENCH_H
#define SUBMIT_BENCH_H

#include "submit_arena.h"
#include "submit_job.h"
#include "submit_retry.h"
#include "submit_stream.h"

struct submit_bench {
	int fd;
	struct submit_arena arena;
	uint32_t group;
	uint32_t done; /* a syncobj for the job's end */
};

/**
 * submit_bench_open() - a bench with a group of @queues queues, alone on the device as far as this
 * process goes.
 */
void submit_bench_open(struct submit_bench *b, unsigned int queues);

/**
 * submit_bench_open_beside() - one more bench, while others of this subtest stay open.
 */
void submit_bench_open_beside(struct submit_bench *b, unsigned int queues);

/**
 * submit_bench_close() - give everything back and close the file.
 */
void submit_bench_close(struct submit_bench *b);

/**
 * submit_close_all() - close all benches and device files of this process without an ioctl: what an
 * earlier subtest left behind when it failed, or files of a device that is gone.
 */
void submit_close_all(void);

/**
 * submit_bench_run() - run a stream on queue 0 of the bench's group and require success.
 */
void submit_bench_run(struct submit_bench *b, const struct csb *s);

/**
 * submit_bench_start() - queue a stream on @queue; it signals the bench's syncobj.
 */
void submit_bench_start(struct submit_bench *b, uint32_t queue, const struct csb *s);

/**
 * submit_device_open() - one more open file of the device, remembered like a bench's.
 */
int submit_device_open(void);

/**
 * submit_device_close() - close one of them.
 */
void submit_device_close(int fd);

/**
 * submit_assert_device_works() - a fresh file, VM and group run a job that stores a number.
 *
 * What "the device works afterwards" means in every test that breaks something.
 */
void submit_assert_device_works(void);

#endif /* SUBMIT_BENCH_H */
