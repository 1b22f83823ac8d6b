/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mali-csf-clock.c - see mali-csf-clock.h. */

#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "qapi/error.h"
#include "system/cpu-timers.h"
#include "mali-csf-clock.h"
#include "trace.h"

#define NEVER UINT64_MAX

uint64_t mali_clock_now(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void mali_clock_run(MaliClock *c)
{
    /* reading the clock is not free, and nobody may be listening */
    if (trace_event_get_state_backends(TRACE_MALI_CSF_RUN)) {
        trace_mali_csf_run(mali_clock_now());
    }
    c->run(c->opaque);
}

/* The -icount mode: a deadline of the virtual clock has come. */
static void mali_clock_timer(void *opaque)
{
    mali_clock_run(opaque);
}

/* Nanoseconds until there is something to do: 0 now, -1 nothing in sight. */
static int64_t mali_clock_wait_ns(const MaliClock *c)
{
    uint64_t now;

    if (!c->running || c->deadline == NEVER) {
        return -1;
    }
    now = mali_clock_now();
    return c->deadline <= now ? 0 : MIN(c->deadline - now, INT64_MAX);
}

/* Sleep until kicked, or for @ns (-1: without limit). Drops the lock. */
static void mali_clock_sleep(MaliClock *c, int64_t ns)
{
    GPollFD fd = {
        .fd = event_notifier_get_fd(&c->kick),
        .events = G_IO_IN,
    };

    c->sleep_until = ns < 0 ? NEVER : c->deadline;
    qemu_mutex_unlock(&c->lock);
    qemu_poll_ns(&fd, 1, ns);
    event_notifier_test_and_clear(&c->kick);
    qemu_mutex_lock(&c->lock);
    c->sleep_until = 0;
}

static void *mali_clock_thread(void *opaque)
{
    MaliClock *c = opaque;

    qemu_mutex_lock(&c->lock);
    while (!c->quit) {
        int64_t ns = mali_clock_wait_ns(c);

        if (ns != 0) {
            mali_clock_sleep(c, ns);
            continue;
        }
        c->deadline = NEVER;
        c->busy = true;
        qemu_mutex_unlock(&c->lock);
        mali_clock_run(c);
        qemu_mutex_lock(&c->lock);
        c->busy = false;
        qemu_cond_broadcast(&c->idle);
    }
    qemu_mutex_unlock(&c->lock);
    return NULL;
}

/*
 * The machine stops or goes on. A stopped machine's memory must not change, so
 * wait for the GPU to come to rest: the clock stands still by now, so the GPU
 * runs out of things that are due. It never needs the BQL, which we hold.
 */
static void mali_clock_vm_state(void *opaque, bool running, RunState state)
{
    MaliClock *c = opaque;

    QEMU_LOCK_GUARD(&c->lock);
    c->running = running;
    event_notifier_set(&c->kick);
    while (!running && c->busy) {
        qemu_cond_wait(&c->idle, &c->lock);
    }
}

bool mali_clock_init(MaliClock *c, MaliClockFn *run, void *opaque,
                     Error **errp)
{
    int ret;

    c->run = run;
    c->opaque = opaque;
    c->deadline = NEVER;
    if (icount_enabled()) {
        c->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, mali_clock_timer, c);
        return true;
    }

    ret = event_notifier_init(&c->kick, false);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "mali-csf: no event notifier");
        return false;
    }
    qemu_mutex_init(&c->lock);
    qemu_cond_init(&c->idle);
    return true;
}

void mali_clock_start(MaliClock *c)
{
    if (c->timer) {
        return;
    }
    c->running = runstate_is_running();
    c->vmstate = qemu_add_vm_change_state_handler(mali_clock_vm_state, c);
    qemu_thread_create(&c->thread, "mali-csf", mali_clock_thread, c,
                       QEMU_THREAD_JOINABLE);
}

void mali_clock_stop(MaliClock *c)
{
    if (c->timer) {
        timer_del(c->timer);
        return;
    }
    if (!c->vmstate) {
        return;
    }
    qemu_del_vm_change_state_handler(c->vmstate);
    c->vmstate = NULL;
    WITH_QEMU_LOCK_GUARD(&c->lock) {
        c->quit = true;
        event_notifier_set(&c->kick);
    }
    qemu_thread_join(&c->thread);
}

void mali_clock_free(MaliClock *c)
{
    if (c->timer) {
        timer_free(c->timer);
        c->timer = NULL;
        return;
    }
    event_notifier_cleanup(&c->kick);
    qemu_cond_destroy(&c->idle);
    qemu_mutex_destroy(&c->lock);
}

static void mali_clock_wake_timer(MaliClock *c, uint64_t deadline)
{
    if (deadline > INT64_MAX) {
        timer_del(c->timer);
    } else {
        timer_mod_ns(c->timer, deadline);
    }
}

void mali_clock_wake(MaliClock *c, uint64_t deadline)
{
    trace_mali_csf_wake(deadline);
    if (c->timer) {
        mali_clock_wake_timer(c, deadline);
        return;
    }

    QEMU_LOCK_GUARD(&c->lock);
    c->deadline = deadline;
    if (deadline < c->sleep_until) {
        event_notifier_set(&c->kick);
    }
}
