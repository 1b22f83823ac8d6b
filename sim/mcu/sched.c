// SPDX-License-Identifier: MIT
/*
 * sched.c - which streams execute: resident groups share four hardware interfaces.
 *
 * A stream that can get further is ready. The four that run are those of the highest group priority
 * (CSG_EP_REQ.PRIORITY), within a group of the highest stream priority (CS_CONFIG.PRIORITY), 15
 * first; a stream of higher priority takes the interface of the lowest that runs. Among equals a
 * time slice passes the interfaces round. A stream that waits gives its interface back. That
 * priorities are strict, and that drivers rotate them for fairness, is what panthor_sched.c (each
 * slot gets its own priority, rotated by the tick) and mali_kbase_csf_scheduler.c say; the slice's
 * length is a guess (cost.h).
 */
#include "mcu/state.h"

/* Instructions that a stream executes before its interface looks around again. */
#define BUDGET 64

/* Order of urgency, higher first. */
static unsigned int urgency(const struct mali_sim *sim, const struct stream *s)
{
	unsigned int p = s->group->priority * 16u + s->priority;

	if (mutated(sim, PRIORITY_FLAT))
		return 0;
	return mutated(sim, PRIORITY_INVERTED) ? 255 - p : p;
}

static struct stream *most_urgent(struct mali_sim *sim)
{
	struct stream *best = NULL;

	for (unsigned int g = 0; g < MCU_GROUPS; g++) {
		for (unsigned int n = 0; n < MCU_STREAMS; n++) {
			struct stream *s = &sim->mcu->group[g].stream[n];

			if (!s->ready)
				continue;
			if (!best || urgency(sim, s) > urgency(sim, best) ||
			    (urgency(sim, s) == urgency(sim, best) && s->turn < best->turn))
				best = s;
		}
	}
	return best;
}

static struct hwif *free_hwif(struct mali_sim *sim)
{
	for (unsigned int n = 0; n < MCU_HWIFS; n++)
		if (!sim->mcu->hwif[n].stream && !event_armed(&sim->mcu->hwif[n].run))
			return &sim->mcu->hwif[n];
	return NULL;
}

static struct hwif *least_urgent(struct mali_sim *sim)
{
	struct hwif *worst = NULL;

	for (unsigned int n = 0; n < MCU_HWIFS; n++) {
		struct hwif *hw = &sim->mcu->hwif[n];

		if (hw->stream &&
		    (!worst || urgency(sim, hw->stream) < urgency(sim, worst->stream)))
			worst = hw;
	}
	return worst;
}

static void make_ready(struct mali_sim *sim, struct stream *s)
{
	s->ready = true;
	s->turn = sim->mcu->turn++;
}

static void give(struct mali_sim *sim, struct hwif *hw, struct stream *s)
{
	hw->stream = s;
	hw->slice_end = sim_now(sim) + COST_SLICE;
	hw->holding = false;
	s->hwif = hw;
	s->ready = false;
	event_arm_in(sim, &hw->run, COST_SWITCH);
}

/* Take the stream off; it stays ready, unless it waits: then what it waits for makes it ready. */
static void preempt(struct mali_sim *sim, struct hwif *hw)
{
	struct stream *s = hw->stream;

	hw->stream = NULL;
	s->hwif = NULL;
	if (!hw->holding)
		make_ready(sim, s);
	hw->holding = false;
}

static void dispatch(struct mali_sim *sim)
{
	struct stream *s;

	if (!sim->mcu->running)
		return;
	while ((s = most_urgent(sim))) {
		struct hwif *hw = free_hwif(sim);

		if (!hw) {
			hw = least_urgent(sim);
			if (!hw || mutated(sim, SLICE_NEVER) ||
			    urgency(sim, hw->stream) >= urgency(sim, s))
				return;
			preempt(sim, hw);
		}
		give(sim, hw, s);
	}
}

/* Whether the interface should go to an equal that waits. */
static bool slice_over(struct mali_sim *sim, const struct hwif *hw)
{
	const struct stream *next = most_urgent(sim);

	return next && !mutated(sim, SLICE_NEVER) && sim_now(sim) >= hw->slice_end &&
	       urgency(sim, next) >= urgency(sim, hw->stream);
}

/* "job-hang": the stream stops here for good, as one whose endpoint work never ends. */
static bool hangs(struct mali_sim *sim, struct stream *s)
{
	const struct fault *f = inject_peek(sim, FAULT_JOB_HANG);

	if (!f || (f->group != UINT64_MAX && f->group != s->group->index) ||
	    (f->stream != UINT64_MAX && f->stream != s->index) || cs_idle(&s->cs))
		return false;
	s->hung = inject_hit(sim, FAULT_JOB_HANG);
	return s->hung;
}

/* Waits that end by themselves and soon, so that giving the interface away would not pay. */
static bool short_wait(enum cs_stop stop)
{
	return stop == CS_STOP_SB || stop == CS_STOP_FLUSH || stop == CS_STOP_DEFERRED;
}

static void release(struct hwif *hw)
{
	hw->stream->hwif = NULL;
	hw->stream = NULL;
}

/* Time that a batch takes on top: see LONG_RUN. */
static uint64_t pause_of(struct stream *s, enum cs_stop stop)
{
	uint64_t stuck;

	if (s->cs.extract > s->furthest || (stop != CS_STOP_BUDGET && !short_wait(stop)))
		s->since = s->cs.count;
	if (s->cs.extract > s->furthest)
		s->furthest = s->cs.extract;
	stuck = (s->cs.count - s->since) / LONG_RUN;
	return COST_PAUSE * (stuck < PAUSE_MOST ? stuck : PAUSE_MOST);
}

/* A batch was executed and takes @cost; what becomes of the interface. */
static void after_batch(struct mali_sim *sim, struct hwif *hw, enum cs_stop stop, uint64_t cost)
{
	cost += pause_of(hw->stream, stop);
	hw->holding = short_wait(stop) && sim_now(sim) < hw->slice_end;
	event_arm_in(sim, &hw->run, cost ? cost : 1);
	hw->busy_until = hw->run.when;
	if (hw->holding)
		event_arm(sim, &hw->run,
			  hw->slice_end > hw->busy_until ? hw->slice_end : hw->busy_until);
	else if (stop != CS_STOP_BUDGET)
		release(hw);
}

/* The stream that holds its interface can get further. */
static void resume_held(struct mali_sim *sim, struct hwif *hw)
{
	uint64_t now = sim_now(sim);

	hw->holding = false;
	event_arm(sim, &hw->run, hw->busy_until > now ? hw->busy_until : now);
}

static void run_event(struct mali_sim *sim, struct event *ev)
{
	struct hwif *hw = (struct hwif *)((char *)ev - offsetof(struct hwif, run));
	struct stream *s = hw->stream;
	uint64_t cost = 0;
	enum cs_stop stop;

	if (!s) { /* the last batch's time is over */
		dispatch(sim);
		return;
	}
	if (hw->holding) { /* the wait is a long one */
		release(hw);
		dispatch(sim);
		idle_check(sim, s->group);
		return;
	}
	if (slice_over(sim, hw)) {
		preempt(sim, hw);
		dispatch(sim);
		return;
	}
	if (hangs(sim, s)) {
		release(hw);
		dispatch(sim);
		progress_check(sim, s->group, true);
		return;
	}
	stop = cs_run(&s->cs, BUDGET, &cost);
	if (hw->stream == s) /* its own events did not stop it */
		after_batch(sim, hw, stop, cost);
	stream_ran(sim, s);
}

void sched_kick(struct mali_sim *sim, struct stream *s)
{
	if (!s->started || s->hung || s->ready || s->group->state != GROUP_RUNNING ||
	    !sim->mcu->running)
		return;
	if ((s->hwif && !s->hwif->holding) || !cs_runnable(&s->cs))
		return;
	if (s->hwif) {
		resume_held(sim, s->hwif);
		return;
	}
	make_ready(sim, s);
	idle_check(sim, s->group);
	dispatch(sim);
}

void sched_kick_group(struct mali_sim *sim, struct group *g)
{
	for (unsigned int n = 0; n < MCU_STREAMS; n++)
		sched_kick(sim, &g->stream[n]);
}

void sched_kick_sync(struct mali_sim *sim, const struct group *only)
{
	for (unsigned int g = 0; g < MCU_GROUPS; g++) {
		struct group *grp = &sim->mcu->group[g];

		if (only && grp != only)
			continue;
		for (unsigned int n = 0; n < MCU_STREAMS; n++)
			if (grp->stream[n].started && grp->stream[n].cs.stop == CS_STOP_SYNC)
				sched_kick(sim, &grp->stream[n]);
	}
}

void sched_memory_changed(struct mali_sim *sim, unsigned int as)
{
	uint64_t cost;

	for (unsigned int g = 0; g < MCU_GROUPS; g++) {
		for (unsigned int n = 0; n < MCU_STREAMS; n++) {
			struct stream *s = &sim->mcu->group[g].stream[n];

			if (!s->started || (as != MCU_AS && s->cs.cfg.as != as))
				continue;
			cs_memory_changed(&s->cs);
			if (s->group->state != GROUP_SUSPENDING)
				sched_kick(sim, s);
			else if (cs_ops_stalled(&s->cs))
				cs_run(&s->cs, 0, &cost); /* what is in flight, no instructions */
		}
		csg_drained(sim, &sim->mcu->group[g]);
	}
}

void sched_remove(struct mali_sim *sim, struct stream *s)
{
	struct hwif *hw = s->hwif;

	s->ready = false;
	if (!hw)
		return;
	if (hw->holding)
		resume_held(sim, hw); /* free when the last batch's time is over */
	release(hw);
	dispatch(sim);
}

void sched_priorities_changed(struct mali_sim *sim)
{
	dispatch(sim);
}

void sched_init(struct mali_sim *sim)
{
	for (unsigned int n = 0; n < MCU_HWIFS; n++)
		event_init(&sim->mcu->hwif[n].run, run_event);
}

void sched_reset(struct mali_sim *sim)
{
	for (unsigned int n = 0; n < MCU_HWIFS; n++) {
		event_cancel(sim, &sim->mcu->hwif[n].run);
		if (sim->mcu->hwif[n].stream)
			sim->mcu->hwif[n].stream->hwif = NULL;
		sim->mcu->hwif[n].stream = NULL;
	}
}
