// SPDX-License-Identifier: MIT
/*
 * idle.c - CSG_IDLE when a group has nothing to do, GLB_IDLE_EVENT when no group has, for the time
 * of GLB_IDLE_TIMER.
 *
 * Each is told once, until the group (or the GPU) was busy again. The global timer's value is read
 * when IDLE_ENABLE goes from 0 to 1 (mali_kbase_csf_firmware.c switches the timer off before it
 * gives it a new value, and on again behind that).
 */
#include "mcu/state.h"

static struct group *to_group(struct event *ev)
{
	return (struct group *)((char *)ev - offsetof(struct group, idle));
}

bool idle_group(struct group *g)
{
	for (unsigned int s = 0; s < MCU_STREAMS; s++)
		if (g->stream[s].hwif || g->stream[s].ready || !stream_idle(&g->stream[s]))
			return false;
	return true;
}

static bool all_idle(struct mali_sim *sim)
{
	for (unsigned int g = 0; g < MCU_GROUPS; g++)
		if (sim->mcu->group[g].state != GROUP_OFF && !idle_group(&sim->mcu->group[g]))
			return false;
	return true;
}

/* The GPU as a whole became busy or idle. */
static void check_gpu(struct mali_sim *sim)
{
	struct mali_mcu *m = sim->mcu;
	bool busy = !all_idle(sim);

	if (busy && !m->was_busy)
		cores_busy(sim);
	if (!busy && m->was_busy)
		cores_idle(sim);
	m->was_busy = busy;
	if (busy) {
		m->idle_told = false;
		event_cancel(sim, &m->idle);
		return;
	}
	if (m->idle_enabled && !m->idle_told && !event_armed(&m->idle))
		event_arm_in(sim, &m->idle, m->idle_ns);
}

void idle_check(struct mali_sim *sim, struct group *g)
{
	if (!sim->mcu->running)
		return;
	if (g->state == GROUP_RUNNING && idle_group(g)) {
		if (!g->idle_told && !event_armed(&g->idle))
			event_arm_in(sim, &g->idle, COST_CSG_IDLE);
	} else {
		event_cancel(sim, &g->idle);
		g->idle_told = false;
	}
	check_gpu(sim);
}

static void group_idle_event(struct mali_sim *sim, struct event *ev)
{
	struct group *g = to_group(ev);

	if (!mcu_enter(sim, ev) || g->state != GROUP_RUNNING || !idle_group(g))
		return;
	g->idle_told = true;
	publish_group(sim, g, CSG_IDLE);
}

static void gpu_idle_event(struct mali_sim *sim, struct event *ev)
{
	if (!mcu_enter(sim, ev) || !all_idle(sim))
		return;
	sim->mcu->idle_told = true;
	glb_event(sim, GLB_IDLE_EVENT);
}

void idle_configure(struct mali_sim *sim, bool on, uint64_t ns)
{
	struct mali_mcu *m = sim->mcu;

	m->idle_enabled = on;
	if (!on) {
		event_cancel(sim, &m->idle);
		return;
	}
	m->idle_ns = ns;
	/* nothing ran yet: there is no idleness to tell of until something did */
	m->idle_told = !m->was_busy;
	check_gpu(sim);
}

void idle_init(struct mali_sim *sim)
{
	event_init(&sim->mcu->idle, gpu_idle_event);
	for (unsigned int g = 0; g < MCU_GROUPS; g++)
		event_init(&sim->mcu->group[g].idle, group_idle_event);
}
