/* SPDX-License-Identifier: MIT */
/*
 * inject.h - faults on demand and mutations.
 *
 * A fault (inject.def) is something that can go wrong on a board; it is asked for over the control
 * channel and hits `count` times, or until cleared. A mutation (mutate.def) makes the model wrong
 * on purpose, so that the suite can prove that its tests notice; one at a time, never in a graded
 * run.
 */
#ifndef GPU_INJECT_H
#define GPU_INJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mali_sim;

/* inject.def: FAULT(IDENT, "name", "sentence"); */
enum fault_id {
#define FAULT(ident, name, sentence) FAULT_##ident,
#include "gpu/inject.def"
#undef FAULT
	FAULT_COUNT,
};

/* mutate.def: MUTATION(IDENT, "name", "sentence"); */
enum mutation_id {
	MUTATION_NONE,
#define MUTATION(ident, name, sentence) MUTATION_##ident,
#include "gpu/mutate.def"
#undef MUTATION
	MUTATION_COUNT,
};

/* Optional parameters of a fault: key=value; absent ones are UINT64_MAX (count: 1 unless given, 0
 * for ever). */
struct fault {
	bool armed;
	uint64_t count;
	uint64_t as, line, va, group, stream, factor, delay;
};

struct injector {
	struct fault fault[FAULT_COUNT];
	enum mutation_id mutation;
};

/** inject_peek() - the fault when armed, else NULL. Does not use it up. */
const struct fault *inject_peek(const struct mali_sim *sim, enum fault_id id);

/** inject_hit() - true when @id is armed; uses up one count, logs and counts (stats: struck) that
 * it struck. */
bool inject_hit(struct mali_sim *sim, enum fault_id id);

/** inject_name() / mutation_name() - as the control channel spells them. */
const char *inject_name(enum fault_id id);
const char *mutation_name(enum mutation_id id);

/** mutated() - whether the mutation is on. */
static inline bool mutated_is(const struct injector *in, enum mutation_id id)
{
	return __builtin_expect(in->mutation == id, 0);
}
#define mutated(sim, ident) mutated_is(&(sim)->inject, MUTATION_##ident)

/** inject_request() / inject_clear() / mutate_request() - the control channel's verbs. Return:
 * NULL, or what is wrong with the request. */
const char *inject_request(struct mali_sim *sim, const char *args);
const char *inject_clear(struct mali_sim *sim, const char *name);
const char *mutate_request(struct mali_sim *sim, const char *name);

#endif /* GPU_INJECT_H */
