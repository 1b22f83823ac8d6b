/* SPDX-License-Identifier: MIT */
/*
 * The virtual GPU's control channel, for tests that need a fault. On hardware there is none: what
 * needs it skips. The core marks each subtest's start by itself, so that the model's complaints
 * can be told apart by test, and takes injected faults back at each subtest's end, and fails a
 * subtest whose faults did not all strike.
 */
#ifndef TYR_MODEL_H
#define TYR_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool model_present(void);
bool model_request(char *reply, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

void model_require(void);
void model_inject(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void model_may_miss(void);
void model_clear(const char *name);
void model_expect(const char *rule);
uint64_t model_stat(const char *key);
void model_assert_struck(void);

void model_mark(const char *program, const char *subtest);
void model_subtest_end(void);
void model_exit_handler(int sig);

#endif
