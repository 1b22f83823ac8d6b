// SPDX-License-Identifier: MIT
/*
 * submit_gate.c - see submit_gate.h.
 */
#include "igt.h"
#include "igt_syncobj.h"
#include "submit_gate.h"

void submit_gate_build(struct submit_gate *g, struct submit_arena *a)
{
	g->arena = a;
	g->group = 0;
	g->word = submit_alloc(a, 4);
	g->beats = submit_alloc(a, 4);
	submit_stream_begin(&g->stream, a, 16);
	submit_emit_count_until(&g->stream, g->beats, g->word);
	g->opened = syncobj_create(a->fd, 0);
}

void submit_gate_close(struct submit_gate *g, struct submit_arena *a, uint32_t group,
		       uint32_t queue)
{
	struct drm_panthor_sync_op out;

	submit_gate_build(g, a);
	g->group = group;
	out = submit_out(g->opened);
	submit_job(a->fd, group, queue, &g->stream, &out, 1);
}

void submit_gate_hold(struct submit_gate *g, struct submit_arena *a, uint32_t group, uint32_t queue)
{
	submit_gate_close(g, a, group, queue);
	submit_gate_assert_closed(g);
}

void submit_gate_assert_closed(const struct submit_gate *g)
{
	uint32_t beats = submit_read32(g->arena, g->beats);

	for (unsigned int ms = 0; ms < SUBMIT_PATIENCE_MS; ms += 20) {
		if (submit_poll32(g->arena, g->beats, beats + 2, 20))
			return;
		submit_assert_held(g->arena->fd, g->opened, 0);
	}
	igt_assert_f(false, "the gate's job does not run\n");
}

void submit_gate_open(struct submit_gate *g)
{
	submit_write32(g->arena, g->word, 1);
}
