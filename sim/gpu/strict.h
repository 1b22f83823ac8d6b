/* SPDX-License-Identifier: MIT */
/*
 * strict.h - what the model says: broken rules, unimplemented things, faults it reported.
 *
 * A rule is an entry in gpu/rules.def, mcu/rules.def or cs/rules.def: an identifier, the sentence
 *that a person reads, and where the rule is known from. Complaints are lines
 *	[%12.6f] complaint RULE-NAME: sentence (details)
 */
#ifndef GPU_STRICT_H
#define GPU_STRICT_H

#include <stdbool.h>
#include <stdint.h>

struct mali_sim;

/* Each .def file holds lines RULE(IDENT, "rule-name", "sentence", "source"). */
enum strict_rule {
#define RULE(ident, name, sentence, source) RULE_##ident,
#include "gpu/rules.def"
#include "mcu/rules.def"
#include "cs/rules.def"
#undef RULE
	RULE_COUNT,
};

struct strict {
	bool expected[RULE_COUNT];  /* until the next mark */
	uint32_t lines[RULE_COUNT]; /* printed since the last mark */
	uint64_t count[RULE_COUNT];
};

/** complain() - the guest broke @rule; @fmt gives the register, the value, the object. */
void complain(struct mali_sim *sim, enum strict_rule rule, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/** log_unimp() - the guest asked for something that the model does not do yet. */
void log_unimp(struct mali_sim *sim, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** log_fault() - the model reported a fault of the GPU's work to the guest. */
void log_fault(struct mali_sim *sim, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** log_note() - a line of @kind ("mark", "inject", "info", "trace"). */
void log_note(struct mali_sim *sim, const char *kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/** strict_mark() - a new test begins: log it and forget what was expected. */
void strict_mark(struct mali_sim *sim, const char *text);

/** strict_expect() - complaints of the rule called @name ("all" for all) are expected until the
 * next mark. Return: false when there is no such rule. */
bool strict_expect(struct mali_sim *sim, const char *name);

/** strict_rule_name() - "as-busy" for RULE_AS_BUSY. */
const char *strict_rule_name(enum strict_rule rule);

#endif /* GPU_STRICT_H */
