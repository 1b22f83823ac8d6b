/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scheduler's inside: slots, and the lists of groups. Included by the files of the scheduler
 * (docs/kmd.md) and by those that show or dump it.
 */
#ifndef TYR_SLOT_H
#define TYR_SLOT_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "group.h"

/* The firmware has four bits for the priority of a group, and wants no two groups to share one. */
#define TYR_SLOTS_MAX 16

/* The firmware answers a request within this time, or never. */
#define TYR_REQUEST_TIMEOUT_MS 100

/**
 * struct tyr_slot - a group slot of the firmware
 * @group: who has it, with a reference; changed under the scheduler's lock and its event lock.
 * @priority: what the firmware was told; 15 is the most urgent.
 * @asked: requests that were made and not waited for yet, CSG_*.
 * @look: the group went idle in the firmware's eyes: ask why. Set by events, atomically.
 */
struct tyr_slot {
	struct tyr_group *group;
	u8 priority;
	u32 asked;
	atomic_t look;
};

/**
 * struct tyr_sched - the scheduler
 * @tdev: the device.
 * @slots: the slots, and @count how many there are.
 * @stopped: the GPU is off or being reset: no slot may be given. Under @lock.
 * @gone: the device is unplugged: no group may keep it awake any more. Under @list_lock.
 * @vm_fault: a VM of a resident group had a fault.
 * @look: a slot's @look is set.
 * @late: slots that have not answered in time, since all was well. Under @lock.
 * @runnable: groups that want a slot, by priority, first come first.
 * @waiting: how many they are.
 * @blocked: groups whose busy queues all wait for sync objects, resident or not.
 * @killed: groups that are to leave the hardware, or have to be told that they are not on it.
 * @busy: groups that have something to run.
 * @wq: for @work, @unblock.
 * @heap_wq: for what allocates memory for tiler heaps.
 * @work: the policy, run when something changed or a slice is over.
 * @unblock: looks at the sync objects of blocked groups.
 * @slice_end: when the slice ends, in jiffies.
 * @slicing: somebody waits for that.
 */
struct tyr_sched {
	struct tyr_device *tdev;
	/** @lock: which group has which slot; held while waiting for the firmware. */
	struct mutex lock;
	/** @event_lock: a group does not lose its slot while an event of it is looked at. */
	struct mutex event_lock;
	struct tyr_slot slots[TYR_SLOTS_MAX];
	u32 count;
	bool stopped;
	bool gone;
	bool vm_fault;
	int look;
	u32 late;

	/** @list_lock: the lists, and where groups are. The innermost lock. */
	spinlock_t list_lock;
	struct list_head runnable[TYR_GROUP_PRIORITIES];
	u32 waiting;
	struct list_head blocked;
	struct list_head killed;

	atomic_t busy;
	struct workqueue_struct *wq;
	struct workqueue_struct *heap_wq;
	struct delayed_work work;
	struct work_struct unblock;
	unsigned long slice_end;
	bool slicing;
};

/**
 * struct tyr_plan - what one run of the policy is going to change
 * @kill: slots whose groups are dead.
 * @evict: slots whose groups have to make room.
 * @add: groups that get a slot, with references.
 * @count: how many they are.
 * @unmet: groups keep waiting.
 * @slice_over: equals and less urgent groups may be evicted.
 * @turned: a bit for each priority of which the eldest has left.
 */
struct tyr_plan {
	u32 kill;
	u32 evict;
	struct tyr_group *add[TYR_SLOTS_MAX];
	u32 count;
	bool unmet;
	bool slice_over;
	u32 turned;
};

/*
 * slot.c: requests are made for any number of slots, then the firmware is told once, then waited
 * for.
 */
int tyr_slot_bind(struct tyr_sched *sched, u32 slot, struct tyr_group *group);
void tyr_slot_unbind(struct tyr_sched *sched, u32 slot);
void tyr_slot_start(struct tyr_sched *sched, u32 slot);
void tyr_slot_set_priority(struct tyr_sched *sched, u32 slot, u8 priority);
void tyr_slot_ask(struct tyr_sched *sched, u32 slot, u32 value, u32 mask);
u32 tyr_slot_wait(struct tyr_sched *sched, u32 slots);
u32 tyr_slot_late(struct tyr_sched *sched, u32 slots);
void tyr_slot_report_late(struct tyr_sched *sched, u32 late);
u32 tyr_slot_blocked(struct tyr_sched *sched, u32 slot);

/* event.c */
void tyr_event_slot(struct tyr_sched *sched, u32 slot, bool live);

/* unblock.c */
void tyr_unblock_work(struct work_struct *work);
void tyr_unblock_later(struct tyr_sched *sched, struct tyr_group *group, u32 blocked);

/* sched.c */
bool tyr_sched_blocked(struct tyr_sched *sched, struct tyr_group *group, u32 blocked);
void tyr_sched_unlist(struct tyr_sched *sched, struct tyr_group *group, enum tyr_group_place place);

/* policy.c */
void tyr_policy_run(struct tyr_sched *sched);

/* leave.c */
bool tyr_leave_room(struct tyr_sched *sched, const struct tyr_plan *plan);
bool tyr_leave_all(struct tyr_sched *sched, bool restart);
void tyr_leave_lost(struct tyr_sched *sched);
void tyr_leave_bury(struct tyr_sched *sched);

/* enter.c */
void tyr_enter(struct tyr_sched *sched, struct tyr_plan *plan);

/* status.c */
void tyr_status_look(struct tyr_sched *sched);
bool tyr_status_refresh(struct tyr_sched *sched, struct tyr_group *group);

#endif
