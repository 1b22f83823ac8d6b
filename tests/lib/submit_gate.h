/* SPDX-License-Identifier: MIT */
/*
 * submit_gate.h - a job that holds its queue until the CPU says so.
 *
 * The job polls a word, and counts how often it did. What has to wait for it can be watched not to
 * happen while the gate is closed, and must happen once it is open. No timing decides which: that
 * the gate is closed is seen by its count, which goes on.
 */
#ifndef SUBMIT_GATE_H
#define SUBMIT_GATE_H

#include "submit_job.h"

/* How long a test watches that something does not happen. */
#define SUBMIT_HOLD_MS 30

struct submit_gate {
	struct submit_arena *arena;
	struct csb stream;
	uint32_t group;  /* whose queue it holds */
	uint64_t word;   /* the job ends when it is not zero */
	uint64_t beats;  /* how often the job has looked */
	uint32_t opened; /* a syncobj that signals when the job is over */
};

/**
 * submit_gate_build() - make the stream and the word, submit nothing.
 */
void submit_gate_build(struct submit_gate *g, struct submit_arena *a);

/**
 * submit_gate_close() - build a gate and submit it to @queue of @group.
 */
void submit_gate_close(struct submit_gate *g, struct submit_arena *a, uint32_t group,
		       uint32_t queue);

/**
 * submit_gate_hold() - close a gate and wait until its job runs: from then on it holds the queue.
 */
void submit_gate_hold(struct submit_gate *g, struct submit_arena *a, uint32_t group,
		      uint32_t queue);

/**
 * submit_gate_assert_closed() - the gate's job runs: its count goes on.
 */
void submit_gate_assert_closed(const struct submit_gate *g);

/**
 * submit_gate_open() - let the job end. Does not wait for it.
 */
void submit_gate_open(struct submit_gate *g);

#endif /* SUBMIT_GATE_H */
