/* SPDX-License-Identifier: MIT */
/*
 * lock.h - a lock that serves in the order of asking. A plain mutex does not: the run loop would
 * take it again before a vCPU that waits for it has even woken up, and yielding until it has costs
 * a time slice of every other thread of a loaded host each time.
 */
#ifndef GPU_LOCK_H
#define GPU_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct fair_lock {
	pthread_mutex_t mutex; /* held for the counters only */
	pthread_cond_t turn;
	uint64_t next, serving; /* the next ticket; the ticket that holds the lock */
};

void fair_lock_init(struct fair_lock *l);
void fair_lock_destroy(struct fair_lock *l);

/** fair_lock() / fair_unlock() - take a ticket and wait for its turn; give the turn on. */
void fair_lock(struct fair_lock *l);
void fair_unlock(struct fair_lock *l);

/** fair_lock_wanted() - whether another thread waits; asked by the holder. */
bool fair_lock_wanted(struct fair_lock *l);

#endif /* GPU_LOCK_H */
