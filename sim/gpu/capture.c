/* SPDX-License-Identifier: MIT */
/*
 * capture.c - the recording side. It keeps a copy of every page that the GPU touched, as the GPU
 * left it. When a later touch finds the page changed, the CPU has written, and the change goes into
 * the file. What the GPU itself wrote is folded into the copy when the event that wrote it is over.
 *
 * The firmware maps whole pages of its interface, which it shares with the driver word by word. For
 * those nobody can say who wrote what: every change goes into the file, at the next touch, and the
 * end of the capture is not compared there.
 *
 * In real time vCPUs write while an event is being done, and it may see a word that the file holds
 * for the next event only. On the virtual clock, where vCPUs stand still meanwhile, a capture is
 * exact.
 */
#include "gpu/capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpu/pagemap.h"
#include "gpu/sim.h"
#include "mcu/mcu.h"

#define NAME_MAX_LENGTH 64
#define PAGES_MAX       (1u << 20) /* 4 GiB */

_Static_assert(WORD_COUNT <= CAPTURE_WORDS, "struct capture_state has too little room");

struct mali_capture {
	FILE *file;
	char name[NAME_MAX_LENGTH];
	bool running, failed;
	uint64_t touches;
	struct pagemap pages;
	struct kept_page *dirty; /* written since the last settle */
};

static bool running(const struct mali_sim *sim)
{
	return sim->capture && sim->capture->running && !sim->capture->failed;
}

static void fail(struct mali_sim *sim, const char *why)
{
	sim->capture->failed = true;
	log_note(sim, "info", "capture %s ended early: %s", sim->capture->name, why);
}

static void put(struct mali_sim *sim, enum capture_kind kind, const void *a, size_t a_size,
		const void *b, size_t b_size)
{
	struct capture_record r = {kind, (uint32_t)(a_size + b_size)};
	FILE *f = sim->capture->file;

	if (fwrite(&r, sizeof(r), 1, f) != 1 || (a_size && fwrite(a, a_size, 1, f) != 1) ||
	    (b_size && fwrite(b, b_size, 1, f) != 1))
		fail(sim, strerror(errno));
}

/* ---- memory ---- */

static uint8_t *host_page(struct mali_sim *sim, uint64_t pa)
{
	uint64_t len = 0;
	uint8_t *host = sim->ops.ram(sim->opaque, pa & ~(uint64_t)(PAGEMAP_PAGE - 1), &len);

	return len >= PAGEMAP_PAGE ? host : NULL;
}

/* What the GPU wrote in this event, as far as it got, becomes part of the copy. */
static void fold_page(struct mali_sim *sim, struct kept_page *page)
{
	if (page->dirty_end > page->dirty_start)
		memcpy(page->data + page->dirty_start, host_page(sim, page->pa) + page->dirty_start,
		       page->dirty_end - page->dirty_start);
}

static void fold_all(struct mali_sim *sim)
{
	struct mali_capture *c = sim->capture;

	while (c->dirty) {
		struct kept_page *page = c->dirty;

		fold_page(sim, page);
		c->dirty = page->next_dirty;
		page->dirty_start = page->dirty_end = 0;
	}
}

/* One range a page is enough: what lies between two writes did not change since the event's first
 * touch. */
static void note_write(struct mali_capture *c, struct kept_page *page, size_t at, size_t len)
{
	page->written = true;
	if (page->dirty_end == 0) {
		page->dirty_start = at;
		page->next_dirty = c->dirty;
		c->dirty = page;
	}
	if (at < page->dirty_start)
		page->dirty_start = at;
	if (at + len > page->dirty_end)
		page->dirty_end = at + len;
}

/* Put the bytes from the first to the last that differ into the file and the copy. */
static void put_changes(struct mali_sim *sim, struct kept_page *page, const uint8_t *host, bool all)
{
	size_t first = 0, end = PAGEMAP_PAGE;
	uint8_t now[PAGEMAP_PAGE];
	struct capture_mem mem;

	memcpy(now, host, sizeof(now)); /* vCPUs go on writing: look at it once */
	while (!all && first < end && now[first] == page->data[first])
		first++;
	while (!all && end > first && now[end - 1] == page->data[end - 1])
		end--;
	if (first == end)
		return;
	memcpy(page->data + first, now + first, end - first);
	mem = (struct capture_mem){sim->capture->touches, page->pa + first};
	put(sim, CAPTURE_MEM, &mem, sizeof(mem), now + first, end - first);
}

static void record_touch(struct mali_sim *sim, uint64_t pa, size_t len, bool write)
{
	struct mali_capture *c = sim->capture;
	struct kept_page *page = pagemap_find(&c->pages, pa);
	uint8_t *host = host_page(sim, pa);
	bool fresh = !page;

	if (!host)
		return;
	if (fresh)
		page = pagemap_add(&c->pages, pa);
	if (!page) {
		fail(sim, "too many pages");
		return;
	}
	/* Within one event the GPU's own writes come first: they are no changes by the CPU. */
	fold_page(sim, page);
	put_changes(sim, page, host, fresh);
	if (write && len < PAGEMAP_PAGE)
		note_write(c, page, pa % PAGEMAP_PAGE, len);
}

void capture_touch(struct mali_sim *sim, uint64_t pa, size_t len, bool write)
{
	if (sim->replay_touch)
		sim->replay_touch(sim);
	if (!running(sim))
		return;
	record_touch(sim, pa, len, write);
	sim->capture->touches++;
}

/* ---- what happens ---- */

/* Whether the GPU is in a state that a new model can be put into: everything off, nothing pending,
 * no fault on demand. Panthor gets there whenever its runtime suspend has finished, 6.12 by a
 * reset, 7.3 without. */
static bool at_rest(const struct mali_sim *sim)
{
	for (int d = 0; d < POWER_COUNT; d++)
		if (sim->power.domain[d].ready || sim->power.domain[d].target)
			return false;
	for (unsigned int i = 0; i < MMU_AS_COUNT; i++)
		if (mmu_as_enabled(sim, i) || sim->mmu.as[i].active || sim->mmu.as[i].locked)
			return false;
	for (int i = 0; i < FAULT_COUNT; i++)
		if (inject_peek(sim, i))
			return false;
	return mcu_read_status(sim) == MCU_DISABLED && sim->inject.mutation == MUTATION_NONE &&
	       sim->events.count == 0 && !sim->command.resetting && !sim->command.flushing;
}

static void begin(struct mali_sim *sim)
{
	struct mali_capture *c = sim->capture;
	struct capture_state s = {
	    .now = sim_now(sim),
	    .timestamp_hz = sim->ops.timestamp_hz,
	    .timestamp_offset = sim->timestamp_offset,
	    .cycles = gpu_cycles(sim),
	    .latest_flush = sim->latest_flush,
	    .cycles_on = sim->command.cycles_on,
	};

	memcpy(s.irq_raw, sim->irqs.raw, sizeof(s.irq_raw));
	memcpy(s.irq_mask, sim->irqs.mask, sizeof(s.irq_mask));
	memcpy(s.word, sim->regs.word, sizeof(sim->regs.word));
	c->running = true;
	put(sim, CAPTURE_STATE, &s, sizeof(s), NULL, 0);
	log_note(sim, "info", "capture %s begins", c->name);
}

void capture_settle(struct mali_sim *sim)
{
	struct mali_capture *c = sim->capture;

	if (!c)
		return;
	if (!c->running && at_rest(sim))
		begin(sim);
	else if (running(sim))
		fold_all(sim);
}

static void put_access(struct mali_sim *sim, enum capture_kind kind, uint32_t offset,
		       uint32_t value)
{
	struct capture_access a = {sim_now(sim), offset, value};

	if (running(sim))
		put(sim, kind, &a, sizeof(a), NULL, 0);
}

static void put_time(struct mali_sim *sim, enum capture_kind kind, const char *text)
{
	uint64_t now = sim_now(sim);

	if (running(sim))
		put(sim, kind, &now, sizeof(now), text, strlen(text));
}

void capture_read(struct mali_sim *sim, uint32_t offset, uint32_t value)
{
	put_access(sim, CAPTURE_READ, offset, value);
}

void capture_write(struct mali_sim *sim, uint32_t offset, uint32_t value)
{
	put_access(sim, CAPTURE_WRITE, offset, value);
}

void capture_step(struct mali_sim *sim)
{
	put_time(sim, CAPTURE_STEP, "");
}

void capture_control(struct mali_sim *sim, const char *line)
{
	put_time(sim, CAPTURE_CONTROL, line);
}

void capture_power_on(struct mali_sim *sim)
{
	put_time(sim, CAPTURE_RESET, "");
}

/* ---- starting and stopping ---- */

static bool good_name(const char *name)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t n = strlen(name);

	return n > 0 && n < NAME_MAX_LENGTH && name[0] != '.' && strspn(name, allowed) == n;
}

static void put_finals(struct mali_sim *sim)
{
	struct mali_capture *c = sim->capture;

	for (size_t i = 0; i < c->pages.room; i++) {
		struct kept_page *page = c->pages.slot[i];

		if (page && page->written)
			put(sim, CAPTURE_FINAL, &page->pa, sizeof(page->pa), page->data,
			    PAGEMAP_PAGE);
	}
	put(sim, CAPTURE_END, &c->touches, sizeof(c->touches), NULL, 0);
}

void capture_free(struct mali_sim *sim)
{
	struct mali_capture *c = sim->capture;

	if (!c)
		return;
	if (running(sim)) {
		fold_all(sim);
		put_finals(sim);
	}
	fclose(c->file);
	pagemap_free(&c->pages);
	free(c);
	sim->capture = NULL;
}

static const char *start(struct mali_sim *sim, const char *name)
{
	char path[4096];
	struct mali_capture *c;

	if (!sim->ops.capture_dir)
		return "captures are off: the machine was started without a directory for them";
	if (!good_name(name))
		return "a capture's name is letters, digits, dot, dash and underscore";
	if (sim->capture)
		return "a capture is being made; stop it first";
	c = calloc(1, sizeof(*c));
	if (!c)
		return "out of memory";
	c->pages.limit = PAGES_MAX;
	snprintf(c->name, sizeof(c->name), "%s", name);
	snprintf(path, sizeof(path), "%s/%s", sim->ops.capture_dir, name);
	c->file = fopen(path, "wbx"); /* never over an older one */
	if (!c->file || fwrite(CAPTURE_MAGIC, 8, 1, c->file) != 1) {
		if (c->file)
			fclose(c->file);
		free(c);
		return "cannot create the file: it exists, or the directory does not";
	}
	sim->capture = c;
	log_note(sim, "info", "capture %s waits until the GPU is at rest", name);
	return NULL;
}

static const char *stop(struct mali_sim *sim)
{
	struct mali_capture *c = sim->capture;
	const char *problem = NULL;

	if (!c)
		return "no capture is being made";
	if (c->failed)
		problem = "the capture ended early; the log says why";
	else if (!c->running)
		problem = "the GPU was not at rest since: nothing was recorded";
	log_note(sim, "info", "capture %s ends: %llu touches, %zu pages", c->name,
		 (unsigned long long)c->touches, c->pages.count);
	capture_free(sim);
	return problem;
}

const char *capture_request(struct mali_sim *sim, const char *args)
{
	if (strncmp(args, "start ", 6) == 0)
		return start(sim, args + 6 + strspn(args + 6, " "));
	if (strcmp(args, "stop") == 0)
		return stop(sim);
	return "say start NAME or stop";
}
