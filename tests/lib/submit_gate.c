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
	g->word = submit_alloc(a, 4);
	submit_write32(a, g->word, 0);
	g->started = submit_alloc(a, 4);
	submit_stream_begin(&g->stream, a, 8);
	submit_emit_store32(&g->stream, g->started, 1);
	submit_emit_spin_until(&g->stream, g->word);
	g->opened = syncobj_create(a->fd, 0);
}

void submit_gate_close(struct submit_gate *g, struct submit_arena *a, uint32_t group,
		       uint32_t queue)
{
	struct drm_panthor_sync_op out;

	submit_gate_build(g, a);
	out = submit_out(g->opened);
	submit_job(a->fd, group, queue, &g->stream, &out, 1);
}

void submit_gate_assert_started(const struct submit_gate *g, uint32_t group)
{
	submit_assert_reaches(g->arena, group, g->started, 1);
}

void submit_gate_hold(struct submit_gate *g, struct submit_arena *a, uint32_t group, uint32_t queue)
{
	submit_gate_close(g, a, group, queue);
	submit_gate_assert_started(g, group);
}

void submit_gate_assert_closed(const struct submit_gate *g)
{
	submit_assert_held(g->arena->fd, g->opened, 0);
}

void submit_gate_open(struct submit_gate *g)
{
	submit_write32(g->arena, g->word, 1);
}
