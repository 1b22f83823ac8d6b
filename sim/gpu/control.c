/* SPDX-License-Identifier: MIT */
/* control.c - the verbs of the control channel. */
#include "gpu/control.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gpu/sim.h"

#define REQUEST_MAX 512

/* Where a verb puts its answer. */
struct answer {
	char *text;
	size_t size, used;
};

static void say(struct answer *a, const char *s)
{
	int n = snprintf(a->text + a->used, a->size - a->used, "%s%s", a->used ? " " : "", s);

	if (n > 0)
		a->used = a->used + (size_t)n < a->size ? a->used + (size_t)n : a->size - 1;
}

static void say_count(struct answer *a, const char *key, uint64_t value)
{
	char word[64];

	snprintf(word, sizeof(word), "%s=%" PRIu64, key, value);
	say(a, word);
}

/* A verb returns NULL when it is done, else what is wrong with the request. */

static const char *verb_ping(struct mali_sim *sim, const char *args, struct answer *a)
{
	return NULL;
}

static const char *verb_version(struct mali_sim *sim, const char *args, struct answer *a)
{
	say(a, mali_sim_version());
	return NULL;
}

static const char *verb_mark(struct mali_sim *sim, const char *args, struct answer *a)
{
	strict_mark(sim, args);
	return NULL;
}

static const char *verb_expect(struct mali_sim *sim, const char *args, struct answer *a)
{
	if (*args == '\0')
		return "name a rule, or all";
	return strict_expect(sim, args) ? NULL : "no such rule; \"rules\" lists them";
}

static const char *verb_rules(struct mali_sim *sim, const char *args, struct answer *a)
{
	for (int i = 0; i < RULE_COUNT; i++)
		say(a, strict_rule_name(i));
	return NULL;
}

static const char *verb_inject(struct mali_sim *sim, const char *args, struct answer *a)
{
	return inject_request(sim, args);
}

static const char *verb_clear(struct mali_sim *sim, const char *args, struct answer *a)
{
	return inject_clear(sim, args);
}

static const char *verb_faults(struct mali_sim *sim, const char *args, struct answer *a)
{
	for (int i = 0; i < FAULT_COUNT; i++)
		say(a, inject_name(i));
	return NULL;
}

static const char *verb_mutate(struct mali_sim *sim, const char *args, struct answer *a)
{
	return *args ? mutate_request(sim, args) : "name a mutation, or none";
}

static const char *verb_mutations(struct mali_sim *sim, const char *args, struct answer *a)
{
	for (int i = MUTATION_NONE + 1; i < MUTATION_COUNT; i++)
		say(a, mutation_name(i));
	return NULL;
}

static const char *verb_stats(struct mali_sim *sim, const char *args, struct answer *a)
{
	const struct mali_stats *s = &sim->stats;

	say_count(a, "time_ns", sim_now(sim));
	say_count(a, "mmio_reads", s->mmio_reads);
	say_count(a, "mmio_writes", s->mmio_writes);
	say_count(a, "ptw_walks", s->ptw_walks);
	say_count(a, "tlb_hits", s->tlb_hits);
	say_count(a, "cs_instructions", s->cs_instructions);
	say_count(a, "jobs", s->jobs);
	say_count(a, "complaints", s->complaints);
	say_count(a, "unimp", s->unimp);
	say_count(a, "faults", s->faults);
	say_count(a, "struck", s->struck);
	return NULL;
}

static const char *verb_capture(struct mali_sim *sim, const char *args, struct answer *a)
{
	return capture_request(sim, args);
}

static const char *verb_complaints(struct mali_sim *sim, const char *args, struct answer *a)
{
	char word[32];

	snprintf(word, sizeof(word), "%" PRIu64, sim->stats.complaints);
	say(a, word);
	return NULL;
}

static const struct {
	const char *name;
	const char *(*fn)(struct mali_sim *sim, const char *args, struct answer *a);
} verbs[] = {
    {"ping", verb_ping},           {"version", verb_version}, {"mark", verb_mark},
    {"expect", verb_expect},       {"rules", verb_rules},     {"inject", verb_inject},
    {"clear", verb_clear},         {"faults", verb_faults},   {"mutate", verb_mutate},
    {"mutations", verb_mutations}, {"stats", verb_stats},     {"complaints", verb_complaints},
    {"capture", verb_capture},
};

#define VERB_COUNT (sizeof(verbs) / sizeof(verbs[0]))

/* Cut @line into its verb and the rest, without blanks around either. */
static char *split(char *line, char **args)
{
	char *verb = line + strspn(line, " \t"), *end;

	line = verb + strcspn(verb, " \t");
	*args = line + strspn(line, " \t");
	*line = '\0';
	end = *args + strlen(*args);
	while (end > *args && (end[-1] == ' ' || end[-1] == '\t'))
		*--end = '\0';
	return verb;
}

static const char *dispatch(struct mali_sim *sim, char *line, struct answer *a)
{
	char *args, *verb = split(line, &args);

	for (size_t i = 0; i < VERB_COUNT; i++)
		if (strcmp(verb, verbs[i].name) == 0)
			return verbs[i].fn(sim, args, a);
	say(a, "no such verb; known are");
	for (size_t i = 0; i < VERB_COUNT; i++)
		say(a, verbs[i].name);
	return a->text;
}

int control_request(struct mali_sim *sim, const char *line, char *reply, size_t size)
{
	char copy[REQUEST_MAX], text[4096] = "";
	struct answer a = {text, sizeof(text), 0};
	size_t length = strcspn(line, "\r\n");
	const char *wrong;

	if (length >= sizeof(copy)) {
		snprintf(reply, size, "error a request has at most %d characters", REQUEST_MAX - 1);
		return -1;
	}
	memcpy(copy, line, length);
	copy[length] = '\0';
	wrong = dispatch(sim, copy, &a);
	if (wrong)
		snprintf(reply, size, "error %s", wrong);
	else
		snprintf(reply, size, "ok%s%s", *text ? " " : "", text);
	return wrong ? -1 : 0;
}
