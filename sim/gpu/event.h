/* SPDX-License-Identifier: MIT */
/* event.h - things that happen later: a queue of deadlines in guest time. */
#ifndef GPU_EVENT_H
#define GPU_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mali_sim;

/**
 * struct event - embed one wherever something can be due.
 * @when: deadline in ns of guest time, valid while armed.
 * @seq: order among equal deadlines, so that two runs do the same (first armed, first run).
 * @pos: place in the heap plus one; 0 while not armed.
 * @fn: what to do; may arm or cancel any event, its own included.
 */
struct event {
	uint64_t when;
	uint64_t seq;
	size_t pos;
	void (*fn)(struct mali_sim *sim, struct event *ev);
};

struct event_queue {
	struct event **heap;
	size_t count, room;
	uint64_t seq;
};

/** event_init() - prepare @ev; does not arm it. */
void event_init(struct event *ev, void (*fn)(struct mali_sim *sim, struct event *ev));

/** event_arm() - make @ev due at @when; an armed one is moved. */
void event_arm(struct mali_sim *sim, struct event *ev, uint64_t when);

/** event_arm_in() - make @ev due @delay ns from now. */
void event_arm_in(struct mali_sim *sim, struct event *ev, uint64_t delay);

/** event_cancel() - @ev is no longer due. Fine when it was not armed. */
void event_cancel(struct mali_sim *sim, struct event *ev);

static inline bool event_armed(const struct event *ev)
{
	return ev->pos != 0;
}

/** event_run_due() - run the earliest event when it is due. Return: false when none was. */
bool event_run_due(struct mali_sim *sim, uint64_t now);

/** event_expire() - run @ev now if its deadline has passed: a register read must not show what is
 * already over, however late the host gets round to mali_sim_run(). */
void event_expire(struct mali_sim *sim, struct event *ev);

/** event_next() - earliest deadline, UINT64_MAX when there is none. */
uint64_t event_next(const struct mali_sim *sim);

/** event_queue_free() - forget all events and free the queue. */
void event_queue_free(struct event_queue *q);

#endif /* GPU_EVENT_H */
