/* SPDX-License-Identifier: MIT */
/*
 * bench.h - what the micro benchmarks share: a benchmark is a subtest that prints samples.
 *
 * The programs are IGT programs (tests/lib), so the harness runs them as it runs tests: a driver
 * that warns, hangs or breaks in a benchmark is noticed. Besides IGT's lines a benchmark prints
 *
 *   bench NAME UNIT lower|higher DESCRIPTION
 *   sample NAME VALUE UNIT                    (one a round)
 *
 * Times are CLOCK_MONOTONIC's: with the simulator's virtual clock that is counted instructions,
 * else the host's or the board's time. TYR_BENCH_ROUNDS says how many rounds to measure.
 */
#ifndef MICRO_BENCH_H
#define MICRO_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "submit_bench.h"

#define BENCH_COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum bench_better {
	BENCH_LOWER,
	BENCH_HIGHER,
};

struct benchmark {
	const char *name;
	const char *what;
	void (*run)(const struct benchmark *b);
	const char *unit; /* NULL: ns */
	enum bench_better better;
	uint64_t size;    /* bytes that it works on, where that matters */
	bool busy;        /* its VM is in use by the GPU meanwhile */
	unsigned int cap; /* most rounds worth their time; 0: no limit */
};

/**
 * bench_all() - one subtest for each of @n benchmarks.
 */
void bench_all(const struct benchmark *list, unsigned int n);

/**
 * bench_now() - the clock, in ns.
 */
uint64_t bench_now(void);

/**
 * bench_measure() - warm up, then call @round once a sample; it returns the sample's value.
 *
 * Samples are kept until all are taken, so that printing does not get in between.
 */
void bench_measure(const struct benchmark *b, double (*round)(void *state), void *state);

/**
 * bench_settle() - let the driver finish what it does after the last round: workers that free
 * things, a group that is put away. Shorter than the time after which the device falls asleep.
 */
void bench_settle(void);

/**
 * bench_mov() - the MOV job: store a number in a new word of the arena.
 *
 * Return: the word.
 */
uint64_t bench_mov(struct csb *s, struct submit_arena *a, uint32_t value);

/**
 * bench_wait() - DRM_SYNCOBJ_WAIT for a binary syncobj and no more than that.
 */
void bench_wait(int fd, uint32_t syncobj);

#endif /* MICRO_BENCH_H */
