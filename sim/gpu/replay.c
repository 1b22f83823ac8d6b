/* SPDX-License-Identifier: MIT */
/*
 * replay.c - the playing side of capture.h. MEM records come before the access, request or event in
 * which their bytes were first seen; they are held back until the touch whose number they carry.
 */
#include "gpu/replay.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gpu/capture.h"
#include "gpu/pagemap.h"
#include "gpu/sim.h"

#define PAGES_DEFAULT (1u << 20)

struct replay {
	const uint8_t *file;
	size_t size, at, next; /* the record being played; the one after it */
	const uint8_t *payload;
	struct capture_record record;
	struct mali_sim *sim;
	struct pagemap ram;
	uint64_t now;
	/* MEM records from here to `mem_end` wait for their touch. */
	size_t mem_at, mem_end;
	const struct replay_options *options;
	struct replay_report *report;
};

/* ---- the machine around the model ---- */

static void *ops_ram(void *opaque, uint64_t pa, uint64_t *len)
{
	struct replay *r = opaque;
	struct kept_page *page = pagemap_find(&r->ram, pa);

	if (!page)
		return NULL;
	*len = PAGEMAP_PAGE - pa % PAGEMAP_PAGE;
	return page->data + pa % PAGEMAP_PAGE;
}

static void ops_irq(void *opaque, enum mali_sim_irq line, bool level)
{
}

static uint64_t ops_now(void *opaque)
{
	return ((struct replay *)opaque)->now;
}

static void ops_wake(void *opaque, uint64_t deadline)
{
}

static void ops_log(void *opaque, const char *line)
{
	struct replay *r = opaque;

	if (r->options->log)
		fprintf(r->options->log, "%s\n", line);
}

/* ---- records ---- */

static bool load_record(struct replay *r, size_t at)
{
	if (r->size - at < sizeof(r->record))
		return false;
	memcpy(&r->record, r->file + at, sizeof(r->record));
	r->payload = r->file + at + sizeof(r->record);
	if (r->record.size > r->size - at - sizeof(r->record))
		return false;
	r->at = at;
	r->next = at + sizeof(r->record) + r->record.size;
	return true;
}

static const char *take(const struct replay *r, void *to, size_t size)
{
	if (r->record.size < size)
		return "a record is too short";
	memcpy(to, r->payload, size);
	return NULL;
}

/* ---- memory ---- */

static void put_memory(struct replay *r)
{
	struct capture_mem mem;
	struct kept_page *page;
	size_t size;

	if (take(r, &mem, sizeof(mem)))
		return;
	size = r->record.size - sizeof(mem);
	if (size > PAGEMAP_PAGE - mem.pa % PAGEMAP_PAGE)
		return;
	page = pagemap_add(&r->ram, mem.pa);
	if (page)
		memcpy(page->data + mem.pa % PAGEMAP_PAGE, r->payload + sizeof(mem), size);
}

static struct replay *of_sim(struct mali_sim *sim)
{
	return sim->opaque;
}

/* The model is about to touch memory: bring in what the CPU had written by then. */
static void on_touch(struct mali_sim *sim)
{
	struct replay *r = of_sim(sim);
	uint64_t touch = r->report->touches++, due;

	while (r->mem_at < r->mem_end) {
		if (!load_record(r, r->mem_at) || take(r, &due, sizeof(due)) || due > touch)
			return;
		put_memory(r);
		r->mem_at = r->next;
	}
}

/* ---- playing ---- */

static const char *play_state(struct replay *r)
{
	struct capture_state s;
	const char *problem = take(r, &s, sizeof(s));
	struct mali_sim_ops ops = {
	    .abi = MALI_SIM_ABI,
	    .ram = ops_ram,
	    .irq = ops_irq,
	    .now = ops_now,
	    .wake = ops_wake,
	    .log = ops_log,
	};

	if (problem)
		return problem;
	if (r->sim)
		return "a second STATE record";
	r->now = s.now;
	ops.timestamp_hz = s.timestamp_hz;
	r->sim = mali_sim_create(&ops, r);
	if (!r->sim)
		return "out of memory";
	r->sim->timestamp_offset = s.timestamp_offset;
	r->sim->latest_flush = s.latest_flush;
	r->sim->command.cycles = s.cycles;
	r->sim->command.cycles_on = r->sim->command.cycles_host = s.cycles_on != 0;
	r->sim->command.cycles_since = s.now;
	memcpy(r->sim->regs.word, s.word, sizeof(r->sim->regs.word));
	for (int i = 0; i < MALI_SIM_IRQ_COUNT; i++) {
		irq_set_mask(r->sim, i, s.irq_mask[i]);
		irq_raise(r->sim, i, s.irq_raw[i]);
	}
	r->sim->replay_touch = on_touch;
	return NULL;
}

static const char *play_access(struct replay *r)
{
	struct capture_access a;
	const char *problem = take(r, &a, sizeof(a));
	uint32_t kind = r->record.kind, value;

	if (problem)
		return problem;
	r->now = a.now;
	if (kind == CAPTURE_WRITE) {
		mali_sim_write32(r->sim, a.offset, a.value);
		return NULL;
	}
	value = mali_sim_read32(r->sim, a.offset);
	r->report->reads++;
	if (value == a.value)
		return NULL;
	r->report->reads_different++;
	if (r->options->log)
		fprintf(r->options->log, "register 0x%05x reads 0x%08x, recorded was 0x%08x\n",
			a.offset, value, a.value);
	return NULL;
}

static const char *play_control(struct replay *r)
{
	char line[512], reply[4096];
	size_t size = r->record.size - sizeof(uint64_t);

	if (size >= sizeof(line))
		return "a control request is too long";
	memcpy(line, r->payload + sizeof(uint64_t), size);
	line[size] = '\0';
	mali_sim_control(r->sim, line, reply, sizeof(reply));
	return NULL;
}

static const char *play_timed(struct replay *r)
{
	uint32_t kind = r->record.kind;
	const char *problem = take(r, &r->now, sizeof(r->now));

	if (problem)
		return problem;
	if (kind == CAPTURE_CONTROL)
		return play_control(r);
	if (kind == CAPTURE_RESET)
		mali_sim_reset(r->sim);
	else if (!sim_step(r->sim))
		return "no event is due where the capture has one: this model differs from the "
		       "recorded one";
	return NULL;
}

static const char *play_final(struct replay *r)
{
	const struct kept_page *page;
	uint64_t pa;
	size_t i = 0;

	if (r->record.size != sizeof(pa) + PAGEMAP_PAGE)
		return "a FINAL record is not a page";
	memcpy(&pa, r->payload, sizeof(pa));
	page = pagemap_find(&r->ram, pa);
	r->report->pages++;
	while (page && i < PAGEMAP_PAGE && page->data[i] == r->payload[sizeof(pa) + i])
		i++;
	if (i == PAGEMAP_PAGE)
		return NULL;
	r->report->pages_different++;
	if (r->options->log)
		fprintf(r->options->log, "memory differs from 0x%" PRIx64 " on\n", pa + i);
	return NULL;
}

static const char *play_record(struct replay *r)
{
	switch (r->record.kind) {
	case CAPTURE_READ:
	case CAPTURE_WRITE:
		return play_access(r);
	case CAPTURE_STEP:
	case CAPTURE_CONTROL:
	case CAPTURE_RESET:
		return play_timed(r);
	case CAPTURE_FINAL:
		return play_final(r);
	case CAPTURE_END:
		return take(r, &r->report->touches_recorded, sizeof(uint64_t));
	default:
		return "a record of unknown kind";
	}
}

static void trace(const struct replay *r)
{
	static const char *const names[] = {"?",       "STATE", "READ", "WRITE", "STEP",
					    "CONTROL", "RESET", "MEM",  "FINAL", "END"};
	uint32_t kind = r->record.kind;
	struct capture_access a = {0};

	if (!r->options->trace || !r->options->log)
		return;
	memcpy(&a, r->payload, r->record.size < sizeof(a) ? r->record.size : sizeof(a));
	fprintf(r->options->log, "%zu: touch %" PRIu64 ": %s %" PRIu64, r->at, r->report->touches,
		names[kind <= CAPTURE_END ? kind : 0], a.now);
	if (kind == CAPTURE_READ || kind == CAPTURE_WRITE)
		fprintf(r->options->log, " 0x%05x 0x%08x", a.offset, a.value);
	fprintf(r->options->log, "\n");
}

/* What the played record did not touch is put in place all the same: later ones may look at it. */
static void put_rest(struct replay *r)
{
	while (r->mem_at < r->mem_end && load_record(r, r->mem_at)) {
		put_memory(r);
		r->mem_at = r->next;
	}
}

/* Playing and touching load other records, so the loop keeps its own place. */
static const char *play_all(struct replay *r)
{
	size_t at = 8, after = 8;
	const char *problem;
	uint32_t kind = 0;

	for (; kind != CAPTURE_END; at = after) {
		r->report->at = at;
		if (!load_record(r, at))
			return "the file ends in the middle of a record";
		kind = r->record.kind;
		after = r->next;
		r->report->records++;
		trace(r);
		if (!r->sim && kind != CAPTURE_STATE)
			return "the file does not begin with a STATE record";
		if (kind == CAPTURE_MEM)
			continue;
		r->mem_end = at;
		problem = kind == CAPTURE_STATE ? play_state(r) : play_record(r);
		if (problem)
			return problem;
		put_rest(r);
		r->mem_at = after;
	}
	return NULL;
}

bool replay_run(const void *file, size_t size, const struct replay_options *options,
		struct replay_report *report)
{
	struct replay r = {
	    .file = file,
	    .size = size,
	    .mem_at = 8,
	    .options = options,
	    .report = report,
	};

	*report = (struct replay_report){0};
	r.ram.limit = options->page_limit ? options->page_limit : PAGES_DEFAULT;
	if (size < 8 || memcmp(file, CAPTURE_MAGIC, 8) != 0)
		report->problem = "not a capture file";
	else
		report->problem = play_all(&r);
	if (r.sim)
		r.sim->replay_touch = NULL; /* what dying touches was not recorded */
	mali_sim_destroy(r.sim);
	pagemap_free(&r.ram);
	return !report->problem && !report->reads_different && !report->pages_different &&
	       report->touches == report->touches_recorded;
}
