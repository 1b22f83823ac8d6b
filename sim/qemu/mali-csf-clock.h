/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mali-csf-clock.h - gives the GPU its time.
 *
 * In real time a thread of its own runs the GPU beside the vCPUs. With -icount
 * a timer on the virtual clock runs it in the vCPU's thread, so that two runs
 * of one guest do the same things at the same virtual times.
 */
#ifndef HW_MALI_MALI_CSF_CLOCK_H
#define HW_MALI_MALI_CSF_CLOCK_H

#include "qemu/event_notifier.h"
#include "qemu/thread.h"
#include "qemu/timer.h"
#include "system/runstate.h"

/* Does what is due. Called with the BQL only in the -icount mode. */
typedef void MaliClockFn(void *opaque);

/**
 * MaliClock:
 * @timer: the -icount mode's timer; NULL in real time, where the rest is used.
 * @lock: protects all that follows; never held while @run is called.
 * @idle: signalled whenever @busy ends.
 * @kick: ends the thread's sleep.
 * @deadline: when to call @run next, ns of QEMU_CLOCK_VIRTUAL.
 * @sleep_until: deadline the thread sleeps for; 0 while it is awake.
 * @running: the machine runs.
 * @busy: @run is being called.
 */
typedef struct MaliClock {
    MaliClockFn *run;
    void *opaque;
    QEMUTimer *timer;

    QemuThread thread;
    QemuMutex lock;
    QemuCond idle;
    EventNotifier kick;
    VMChangeStateEntry *vmstate;
    uint64_t deadline;
    uint64_t sleep_until;
    bool running;
    bool busy;
    bool quit;
} MaliClock;

/**
 * mali_clock_init: prepare; nothing runs before mali_clock_start().
 *
 * Returns: false with @errp set when the host has no file descriptor left.
 */
bool mali_clock_init(MaliClock *c, MaliClockFn *run, void *opaque,
                     Error **errp);

/* mali_clock_start: begin to serve deadlines. */
void mali_clock_start(MaliClock *c);

/* mali_clock_stop: serve no more; on return @run is not being called. */
void mali_clock_stop(MaliClock *c);

/* mali_clock_free: undo mali_clock_init(); the clock must be stopped. */
void mali_clock_free(MaliClock *c);

/* mali_clock_now: guest time in ns, stopped while the machine is stopped. */
uint64_t mali_clock_now(void);

/**
 * mali_clock_wake: call @run at or soon after @deadline (ns), replacing the
 * deadline before; UINT64_MAX cancels. From any thread, with any lock held
 * but the clock's own.
 */
void mali_clock_wake(MaliClock *c, uint64_t deadline);

#endif /* HW_MALI_MALI_CSF_CLOCK_H */
