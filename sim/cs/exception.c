/* SPDX-License-Identifier: MIT */
/* exception.c - raising CS_FAULT and CS_FATAL, with the line in the log that explains them. */
#include <inttypes.h>

#include "cs/cs.h"
#include "cs/exception.h"
#include "cs/isa.h"
#include "gpu/sim.h"

const char *cs_exception_name(uint8_t type)
{
	switch (type) {
#define EXCEPTION(name, code, class) \
	case code:                   \
		return #name;
#include "cs/exception.def"
#undef EXCEPTION
	default:
		return "?";
	}
}

/* The faulting instruction and the few before it, one line each. */
static void log_history(const struct cs *cs)
{
	uint64_t n = cs->count < CS_HISTORY ? cs->count : CS_HISTORY;

	for (uint64_t i = cs->count - n; i < cs->count; i++) {
		const struct cs_past *past = &cs->past[i % CS_HISTORY];
		char text[160];

		cs_disasm(past->instr, text, sizeof(text));
		log_note(cs->sim, "info", "CSG %u CS %u: 0x%" PRIx64 ": %016" PRIx64 " %s%s",
			 cs->cfg.group, cs->cfg.index, past->pc, past->instr, text,
			 i + 1 == cs->count ? " <-- last" : "");
	}
}

static void report(struct cs *cs, const char *class, const struct cs_exception *exc)
{
	log_fault(cs->sim,
		  "CSG %u CS %u: %s 0x%02x (%s) data 0x%x info 0x%" PRIx64 " at 0x%" PRIx64,
		  cs->cfg.group, cs->cfg.index, class, exc->type, cs_exception_name(exc->type),
		  exc->data, exc->info, cs_pc(cs));
	log_history(cs);
}

void cs_raise_fault(struct cs *cs, enum cs_exception_type type, uint32_t data, uint64_t info)
{
	struct cs_exception exc = {.type = (uint8_t)type, .data = data & 0xffffff, .info = info};

	cs->error = true;
	report(cs, "CS_FAULT", &exc);
	if (cs->fault_pending)
		return;
	cs->fault = exc;
	cs->fault_pending = true;
	cs->owner->event(cs->sim, cs, CS_EVENT_FAULT);
}

void cs_raise_fatal(struct cs *cs, enum cs_exception_type type, uint32_t data, uint64_t info)
{
	struct cs_exception exc = {.type = (uint8_t)type, .data = data & 0xffffff, .info = info};

	if (cs->stop == CS_STOP_FATAL)
		return;
	cs->error = true;
	cs->stop = CS_STOP_FATAL;
	cs->fatal = exc;
	report(cs, "CS_FATAL", &exc);
	cs->owner->event(cs->sim, cs, CS_EVENT_FATAL);
}

void cs_ack_fault(struct cs *cs)
{
	cs->fault_pending = false;
}
