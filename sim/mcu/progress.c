// SPDX-License-Identifier: MIT
/*
 * progress.c - the progress timer: a group whose endpoint work does not get further for
 * GLB_PROGRESS_TIMER gets CSG_PROGRESS_TIMER_EVENT.
 *
 * The timer watches work that was handed to endpoints, not the instructions of a stream: an endless
 * loop of branches does not set it off, and drivers have a timeout of their own for that
 * (panthor_sched.c: JOB_TIMEOUT_MS). Here it runs while a stream of the group waits for its
 * scoreboard or hangs.
 */
#include "mcu/state.h"

static struct group *to_group(struct event *ev)
{
	return (struct group *)((char *)ev - offsetof(struct group, progress));
}

static bool watched(const struct group *g)
{
	for (unsigned int n = 0; n < MCU_STREAMS; n++) {
		const struct stream *s = &g->stream[n];

		if (s->started && (s->hung || s->cs.stop == CS_STOP_SB))
			return true;
	}
	return false;
}

void progress_check(struct mali_sim *sim, struct group *g, bool restart)
{
	uint64_t timeout = sim->mcu->progress_ns;

	if (g->state != GROUP_RUNNING || !timeout || !watched(g))
		event_cancel(sim, &g->progress);
	else if (restart || !event_armed(&g->progress))
		event_arm_in(sim, &g->progress, timeout);
}

static void progress_event(struct mali_sim *sim, struct event *ev)
{
	struct group *g = to_group(ev);

	if (mcu_enter(sim, ev) && g->state == GROUP_RUNNING && watched(g))
		publish_group(sim, g, CSG_PROGRESS_EVENT);
}

void progress_init(struct group *g)
{
	event_init(&g->progress, progress_event);
}
