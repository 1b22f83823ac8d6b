/* SPDX-License-Identifier: MIT */
/* inject.c - arming and using up faults on demand, choosing a mutation. */
#include "gpu/inject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpu/sim.h"

#define REQUEST_MAX 256

static const char *const fault_names[FAULT_COUNT] = {
#define FAULT(ident, name, sentence) [FAULT_##ident] = name,
#include "gpu/inject.def"
#undef FAULT
};

static const char *const mutation_names[MUTATION_COUNT] = {
    [MUTATION_NONE] = "none",
#define MUTATION(ident, name, sentence) [MUTATION_##ident] = name,
#include "gpu/mutate.def"
#undef MUTATION
};

const char *inject_name(enum fault_id id)
{
	return fault_names[id];
}

const char *mutation_name(enum mutation_id id)
{
	return mutation_names[id];
}

const struct fault *inject_peek(const struct mali_sim *sim, enum fault_id id)
{
	const struct fault *f = &sim->inject.fault[id];

	return f->armed ? f : NULL;
}

bool inject_hit(struct mali_sim *sim, enum fault_id id)
{
	struct fault *f = &sim->inject.fault[id];

	if (!f->armed)
		return false;
	if (f->count != 0 && --f->count == 0)
		f->armed = false;
	sim->stats.struck++;
	log_note(sim, "inject", "%s struck%s", fault_names[id],
		 f->armed ? "" : " for the last time");
	return true;
}

static int find_fault(const char *name)
{
	for (int i = 0; i < FAULT_COUNT; i++)
		if (strcmp(name, fault_names[i]) == 0)
			return i;
	return -1;
}

static bool parse_line(const char *text, uint64_t *value)
{
	static const char *const names[MALI_SIM_IRQ_COUNT] = {"job", "mmu", "gpu"};

	for (unsigned int i = 0; i < MALI_SIM_IRQ_COUNT; i++) {
		if (strcmp(text, names[i]) == 0) {
			*value = i;
			return true;
		}
	}
	return false;
}

static bool parse_number(const char *text, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno == 0 && *end == '\0';
}

/* Return: where the value of @key goes, NULL when a fault has no such parameter. */
static uint64_t *parameter(struct fault *f, const char *key)
{
	const struct {
		const char *name;
		uint64_t *value;
	} keys[] = {
	    {"count", &f->count},   {"as", &f->as},       {"line", &f->line},
	    {"va", &f->va},         {"group", &f->group}, {"stream", &f->stream},
	    {"factor", &f->factor}, {"delay", &f->delay},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i].name) == 0)
			return keys[i].value;
	return NULL;
}

static const char *parse_parameter(struct fault *f, char *word)
{
	char *equals = strchr(word, '=');
	uint64_t *value;

	if (!equals)
		return "parameters are key=value";
	*equals = '\0';
	value = parameter(f, word);
	if (!value)
		return "unknown key; known are count as line va group stream factor delay";
	if (value == &f->line)
		return parse_line(equals + 1, value) ? NULL : "line is job, mmu or gpu";
	return parse_number(equals + 1, value) ? NULL : "a value is a number, 0x for hexadecimal";
}

const char *inject_request(struct mali_sim *sim, const char *args)
{
	struct fault f = {true,       1,          UINT64_MAX, UINT64_MAX, UINT64_MAX,
			  UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
	char copy[REQUEST_MAX], *save = NULL, *word;
	const char *wrong;
	int id;

	if ((size_t)snprintf(copy, sizeof(copy), "%s", args) >= sizeof(copy))
		return "the request is too long";
	word = strtok_r(copy, " \t\r\n", &save);
	if (!word)
		return "name a fault; \"faults\" lists them";
	id = find_fault(word);
	if (id < 0)
		return "no such fault; \"faults\" lists them";
	while ((word = strtok_r(NULL, " \t\r\n", &save))) {
		wrong = parse_parameter(&f, word);
		if (wrong)
			return wrong;
	}
	sim->inject.fault[id] = f;
	log_note(sim, "inject", "%s armed: %s", fault_names[id], args);
	return NULL;
}

const char *inject_clear(struct mali_sim *sim, const char *name)
{
	int id;

	if (*name == '\0' || strcmp(name, "all") == 0) {
		memset(sim->inject.fault, 0, sizeof(sim->inject.fault));
		log_note(sim, "inject", "all cleared");
		return NULL;
	}
	id = find_fault(name);
	if (id < 0)
		return "no such fault; \"faults\" lists them";
	sim->inject.fault[id] = (struct fault){0};
	log_note(sim, "inject", "%s cleared", fault_names[id]);
	return NULL;
}

const char *mutate_request(struct mali_sim *sim, const char *name)
{
	for (int i = 0; i < MUTATION_COUNT; i++) {
		if (strcmp(name, mutation_names[i]) != 0)
			continue;
		sim->inject.mutation = i;
		/* What the TLB remembers was made without the mutation. */
		mmu_flush_all(sim);
		log_note(sim, "inject", "mutation %s", name);
		return NULL;
	}
	return "no such mutation; \"mutations\" lists them";
}
