/* SPDX-License-Identifier: MIT */
/*
 * event.c - a binary heap of deadlines, ordered by time and then by the order of arming, so that
 * two runs with the same input do the same things in the same order.
 */
#include "gpu/event.h"

#include <stdio.h>
#include <stdlib.h>

#include "gpu/sim.h"

/* Factor of the "slow" fault when it is asked for without one. */
#define SLOW_DEFAULT_FACTOR 10

static bool before(const struct event *a, const struct event *b)
{
	return a->when != b->when ? a->when < b->when : a->seq < b->seq;
}

static void place(struct event_queue *q, size_t i, struct event *ev)
{
	q->heap[i] = ev;
	ev->pos = i + 1;
}

static void sift_up(struct event_queue *q, size_t i)
{
	struct event *ev = q->heap[i];

	while (i > 0 && before(ev, q->heap[(i - 1) / 2])) {
		place(q, i, q->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	place(q, i, ev);
}

static void sift_down(struct event_queue *q, size_t i)
{
	struct event *ev = q->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= q->count)
			break;
		if (child + 1 < q->count && before(q->heap[child + 1], q->heap[child]))
			child++;
		if (!before(q->heap[child], ev))
			break;
		place(q, i, q->heap[child]);
		i = child;
	}
	place(q, i, ev);
}

/* The number of events is that of the objects that embed one, so this stops growing early; a host
 * that cannot give a few kilobytes cannot go on in any defined way. */
static void grow(struct event_queue *q)
{
	if (q->count < q->room)
		return;
	q->room = q->room ? q->room * 2 : 64;
	q->heap = realloc(q->heap, q->room * sizeof(*q->heap));
	if (!q->heap) {
		fprintf(stderr, "mali_sim: out of host memory for the event queue\n");
		abort();
	}
}

void event_init(struct event *ev, void (*fn)(struct mali_sim *sim, struct event *ev))
{
	*ev = (struct event){.fn = fn};
}

void event_arm(struct mali_sim *sim, struct event *ev, uint64_t when)
{
	struct event_queue *q = &sim->events;

	if (event_armed(ev))
		event_cancel(sim, ev);
	grow(q);
	ev->when = when;
	ev->seq = q->seq++;
	place(q, q->count++, ev);
	sift_up(q, ev->pos - 1);
}

void event_arm_in(struct mali_sim *sim, struct event *ev, uint64_t delay)
{
	const struct fault *slow = inject_peek(sim, FAULT_SLOW);
	uint64_t when;

	if (slow) {
		uint64_t factor = slow->factor == UINT64_MAX ? SLOW_DEFAULT_FACTOR : slow->factor;

		if (__builtin_mul_overflow(delay, factor, &delay))
			delay = UINT64_MAX;
		/* Not inject_hit(), which would log each event. */
		sim->stats.struck++;
	}
	if (__builtin_add_overflow(sim_now(sim), delay, &when))
		when = UINT64_MAX;
	event_arm(sim, ev, when);
}

void event_cancel(struct mali_sim *sim, struct event *ev)
{
	struct event_queue *q = &sim->events;
	struct event *last;
	size_t i = ev->pos - 1;

	if (!event_armed(ev))
		return;
	ev->pos = 0;
	last = q->heap[--q->count];
	if (last == ev)
		return;
	place(q, i, last);
	sift_up(q, i);
	sift_down(q, last->pos - 1);
}

bool event_run_due(struct mali_sim *sim, uint64_t now)
{
	struct event_queue *q = &sim->events;
	struct event *ev;

	if (q->count == 0 || q->heap[0]->when > now)
		return false;
	ev = q->heap[0];
	event_cancel(sim, ev);
	ev->fn(sim, ev);
	return true;
}

void event_expire(struct mali_sim *sim, struct event *ev)
{
	if (!event_armed(ev) || ev->when > sim_now(sim))
		return;
	event_cancel(sim, ev);
	ev->fn(sim, ev);
}

uint64_t event_next(const struct mali_sim *sim)
{
	return sim->events.count ? sim->events.heap[0]->when : UINT64_MAX;
}

void event_queue_free(struct event_queue *q)
{
	for (size_t i = 0; i < q->count; i++)
		q->heap[i]->pos = 0;
	free(q->heap);
	*q = (struct event_queue){0};
}
