/* SPDX-License-Identifier: MIT */
/* strict.c - the model's log: complaints about broken rules, unimplemented things, faults, notes.
 */
#include "gpu/strict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gpu/sim.h"

#define LINE_MAX_LENGTH 512

/* A rule broken in a loop would fill the disk; after this many lines between two marks it is only
 * counted. */
#define LINES_PER_RULE 64

struct rule_text {
	const char *name, *sentence;
};

static const struct rule_text rules[RULE_COUNT + 1] = {
#define RULE(ident, name, sentence, source) [RULE_##ident] = {name, sentence},
#include "gpu/rules.def"
#include "mcu/rules.def"
#include "cs/rules.def"
#undef RULE
};

/* Text of guests and users ends up in the log: keep it one printable line. */
static void sanitise(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = ' ';
}

static void emit(struct mali_sim *sim, const char *kind, const char *fmt, va_list ap)
{
	char line[LINE_MAX_LENGTH];
	uint64_t now = sim_now(sim);
	int n = snprintf(line, sizeof(line), "[%5llu.%06llu] %s ",
			 (unsigned long long)(now / 1000000000),
			 (unsigned long long)(now % 1000000000 / 1000), kind);

	if (n > 0 && (size_t)n < sizeof(line))
		vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	sanitise(line);
	sim->ops.log(sim->opaque, line);
}

void log_note(struct mali_sim *sim, const char *kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(sim, kind, fmt, ap);
	va_end(ap);
}

void log_unimp(struct mali_sim *sim, const char *fmt, ...)
{
	va_list ap;

	sim->stats.unimp++;
	va_start(ap, fmt);
	emit(sim, "unimp", fmt, ap);
	va_end(ap);
}

void log_fault(struct mali_sim *sim, const char *fmt, ...)
{
	va_list ap;

	sim->stats.faults++;
	va_start(ap, fmt);
	emit(sim, "fault", fmt, ap);
	va_end(ap);
}

void complain(struct mali_sim *sim, enum strict_rule rule, const char *fmt, ...)
{
	struct strict *st = &sim->strict;
	bool expected = st->expected[rule];
	char details[LINE_MAX_LENGTH];
	va_list ap;

	st->count[rule]++;
	if (!expected)
		sim->stats.complaints++;
	if (st->lines[rule] > LINES_PER_RULE)
		return;
	if (st->lines[rule]++ == LINES_PER_RULE) {
		log_note(sim, "info",
			 "%s: more of these are counted but not printed until the next mark",
			 rules[rule].name);
		return;
	}
	va_start(ap, fmt);
	vsnprintf(details, sizeof(details), fmt, ap);
	va_end(ap);
	log_note(sim, expected ? "expected" : "complaint", "%s: %s (%s)", rules[rule].name,
		 rules[rule].sentence, details);
}

void strict_mark(struct mali_sim *sim, const char *text)
{
	memset(sim->strict.expected, 0, sizeof(sim->strict.expected));
	memset(sim->strict.lines, 0, sizeof(sim->strict.lines));
	log_note(sim, "mark", "%s", text);
}

bool strict_expect(struct mali_sim *sim, const char *name)
{
	bool all = strcmp(name, "all") == 0, found = all;

	for (int i = 0; i < RULE_COUNT; i++) {
		if (!all && strcmp(name, rules[i].name) != 0)
			continue;
		sim->strict.expected[i] = true;
		found = true;
	}
	return found;
}

const char *strict_rule_name(enum strict_rule rule)
{
	return rules[rule].name;
}
