/* SPDX-License-Identifier: MIT */
/* fixture.c - the fake machine: RAM, clock, interrupt lines, log. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define L2_READY 0x160
#define L2_PWRON 0x1a0

static void *ops_ram(void *opaque, uint64_t pa, uint64_t *len)
{
	struct fixture *fx = opaque;

	if (pa < FX_RAM_BASE || pa >= FX_RAM_BASE + FX_RAM_SIZE)
		return NULL;
	*len = FX_RAM_BASE + FX_RAM_SIZE - pa;
	return fx->ram + (pa - FX_RAM_BASE);
}

static void ops_irq(void *opaque, enum mali_sim_irq line, bool level)
{
	struct fixture *fx = opaque;

	fx->edges[line] += level && !fx->line[line];
	fx->line[line] = level;
}

static uint64_t ops_now(void *opaque)
{
	return ((struct fixture *)opaque)->now;
}

static void ops_wake(void *opaque, uint64_t deadline)
{
	((struct fixture *)opaque)->deadline = deadline;
}

static void *must(void *p)
{
	if (!p) {
		fprintf(stderr, "fixture: out of memory\n");
		abort();
	}
	return p;
}

static void ops_log(void *opaque, const char *line)
{
	struct fixture *fx = opaque;

	if (fx->log_count == fx->log_room) {
		fx->log_room = fx->log_room ? fx->log_room * 2 : 64;
		fx->log = must(realloc(fx->log, fx->log_room * sizeof(*fx->log)));
	}
	fx->log[fx->log_count++] = must(strdup(line));
}

void fx_start(struct fixture *fx)
{
	struct mali_sim_ops ops = {
	    .abi = MALI_SIM_ABI,
	    .ram = ops_ram,
	    .irq = ops_irq,
	    .now = ops_now,
	    .wake = ops_wake,
	    .log = ops_log,
	    .timestamp_hz = fx->timestamp_hz,
	    .capture_dir = fx->capture_dir,
	};

	*fx = (struct fixture){.next_free = FX_RAM_BASE,
			       .now = 1000000000,
			       .deadline = UINT64_MAX,
			       .timestamp_hz = fx->timestamp_hz};
	fx->ram = must(calloc(1, FX_RAM_SIZE));
	fx->sim = must(mali_sim_create(&ops, fx));
}

void fx_stop(struct fixture *fx)
{
	mali_sim_destroy(fx->sim);
	for (size_t i = 0; i < fx->log_count; i++)
		free(fx->log[i]);
	free(fx->log);
	free(fx->ram);
	*fx = (struct fixture){0};
}

uint32_t fx_read(struct fixture *fx, uint32_t offset)
{
	return mali_sim_read32(fx->sim, offset);
}

void fx_write(struct fixture *fx, uint32_t offset, uint32_t value)
{
	mali_sim_write32(fx->sim, offset, value);
}

uint64_t fx_read64(struct fixture *fx, uint32_t offset)
{
	uint32_t hi, lo;

	/* As drivers do: again when the high half moved in between. */
	do {
		hi = fx_read(fx, offset + 4);
		lo = fx_read(fx, offset);
	} while (fx_read(fx, offset + 4) != hi);
	return (uint64_t)hi << 32 | lo;
}

void fx_write64(struct fixture *fx, uint32_t offset, uint64_t value)
{
	fx_write(fx, offset, (uint32_t)value);
	fx_write(fx, offset + 4, (uint32_t)(value >> 32));
}

void fx_power_l2(struct fixture *fx)
{
	fx_write(fx, L2_PWRON, 1);
	for (int i = 0; i < 100 && !fx_read(fx, L2_READY); i++)
		fx_advance(fx, 10000);
}

void fx_advance(struct fixture *fx, uint64_t ns)
{
	uint64_t end = fx->now + ns;

	while (fx->deadline <= end) {
		if (fx->deadline > fx->now)
			fx->now = fx->deadline;
		mali_sim_run(fx->sim);
	}
	fx->now = end;
}

uint64_t fx_settle(struct fixture *fx, uint64_t limit_ns)
{
	uint64_t start = fx->now;

	while (fx->deadline <= start + limit_ns)
		fx_advance(fx, fx->deadline > fx->now ? fx->deadline - fx->now : 0);
	return fx->now - start;
}

bool fx_wait(struct fixture *fx, bool (*done)(struct fixture *fx, void *arg), void *arg,
	     uint64_t limit_ns)
{
	uint64_t end = fx->now + limit_ns;

	while (!done(fx, arg)) {
		if (fx->deadline > end)
			return false;
		fx_advance(fx, fx->deadline > fx->now ? fx->deadline - fx->now : 0);
	}
	return true;
}

uint64_t fx_alloc(struct fixture *fx, size_t pages)
{
	uint64_t pa = fx->next_free;

	if (pa + pages * FX_PAGE > FX_RAM_BASE + FX_RAM_SIZE) {
		fprintf(stderr, "fixture: the test wants more than %u bytes of RAM\n", FX_RAM_SIZE);
		abort();
	}
	fx->next_free += pages * FX_PAGE;
	return pa;
}

void *fx_host(struct fixture *fx, uint64_t pa)
{
	return fx->ram + (pa - FX_RAM_BASE);
}

size_t fx_logged(const struct fixture *fx, const char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < fx->log_count; i++)
		n += strstr(fx->log[i], text) != NULL;
	return n;
}

size_t fx_complaints(const struct fixture *fx)
{
	return fx_logged(fx, "] complaint ");
}

size_t fx_complained(const struct fixture *fx, const char *rule)
{
	char text[128];

	snprintf(text, sizeof(text), "] complaint %s: ", rule);
	return fx_logged(fx, text);
}

void fx_log_dump(const struct fixture *fx)
{
	for (size_t i = 0; i < fx->log_count; i++)
		printf("# %s\n", fx->log[i]);
}

const char *fx_control(struct fixture *fx, const char *request)
{
	static char reply[4096];

	mali_sim_control(fx->sim, request, reply, sizeof(reply));
	return reply;
}
