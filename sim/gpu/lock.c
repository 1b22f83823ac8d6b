/* SPDX-License-Identifier: MIT */
/* lock.c - see lock.h. */
#include "gpu/lock.h"

void fair_lock_init(struct fair_lock *l)
{
	pthread_mutex_init(&l->mutex, NULL);
	pthread_cond_init(&l->turn, NULL);
	l->next = l->serving = 0;
}

void fair_lock_destroy(struct fair_lock *l)
{
	pthread_cond_destroy(&l->turn);
	pthread_mutex_destroy(&l->mutex);
}

void fair_lock(struct fair_lock *l)
{
	uint64_t ticket;

	pthread_mutex_lock(&l->mutex);
	ticket = __atomic_fetch_add(&l->next, 1, __ATOMIC_RELAXED);
	while (ticket != l->serving)
		pthread_cond_wait(&l->turn, &l->mutex);
	pthread_mutex_unlock(&l->mutex);
}

void fair_unlock(struct fair_lock *l)
{
	bool wanted;

	pthread_mutex_lock(&l->mutex);
	l->serving++;
	wanted = l->next != l->serving;
	pthread_mutex_unlock(&l->mutex);
	if (wanted)
		pthread_cond_broadcast(&l->turn);
}

bool fair_lock_wanted(struct fair_lock *l)
{
	/* `serving` moves only when the caller lets it; the other side is a hint */
	return __atomic_load_n(&l->next, __ATOMIC_RELAXED) - l->serving > 1;
}
