/* SPDX-License-Identifier: MIT */
/*
 * submit_job.h - groups, jobs and what became of them.
 */
#ifndef SUBMIT_JOB_H
#define SUBMIT_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "igt_panthor.h"
#include "submit_stream.h"

/* How long a job that must finish may take: ample, because the guest may be an emulated one. */
#define SUBMIT_PATIENCE_MS 20000

/**
 * submit_group_create() - a group of @queues queues with the smallest ring (4 KiB), medium priority
 * and all cores.
 *
 * Return: its handle.
 */
uint32_t submit_group_create(int fd, uint32_t vm, unsigned int queues);

/**
 * submit_group_create_with() - the same with a ring of @ring_size bytes (a power of two, 4 to 64
 * KiB) and group priority @priority (enum drm_panthor_group_priority).
 */
uint32_t submit_group_create_with(int fd, uint32_t vm, unsigned int queues, uint32_t ring_size,
				  uint8_t priority);

/**
 * submit_group_state() - GROUP_GET_STATE of a group.
 */
struct drm_panthor_group_get_state submit_group_state(int fd, uint32_t group);

/**
 * submit_assert_alive() - the group has neither faulted nor timed out.
 */
void submit_assert_alive(int fd, uint32_t group);

/*
 * The sync operations of a job: wait for, or signal, a binary syncobj or a point of a timeline.
 */
struct drm_panthor_sync_op submit_in(uint32_t syncobj);
struct drm_panthor_sync_op submit_in_point(uint32_t syncobj, uint64_t point);
struct drm_panthor_sync_op submit_out(uint32_t syncobj);
struct drm_panthor_sync_op submit_out_point(uint32_t syncobj, uint64_t point);

/**
 * submit_job() - queue @s (NULL: an empty job) on queue @queue with @n sync operations.
 */
void submit_job(int fd, uint32_t group, uint32_t queue, const struct csb *s,
		const struct drm_panthor_sync_op *syncs, uint32_t n);

/**
 * __submit_job() - the same for a job that may be refused.
 *
 * Return: 0, or the negative errno of GROUP_SUBMIT.
 */
int __submit_job(int fd, uint32_t group, uint32_t queue, const struct csb *s,
		 const struct drm_panthor_sync_op *syncs, uint32_t n);

/**
 * submit_fill() - describe a job for a GROUP_SUBMIT of several, without submitting it.
 */
struct drm_panthor_queue_submit submit_fill(uint32_t queue, const struct csb *s,
					    const struct drm_panthor_sync_op *syncs, uint32_t n);

/**
 * submit_jobs() - submit @n jobs in one GROUP_SUBMIT.
 */
void submit_jobs(int fd, uint32_t group, const struct drm_panthor_queue_submit *jobs, uint32_t n);

/**
 * submit_wait() - wait up to @ms milliseconds for a binary syncobj.
 *
 * Return: whether it signalled. 0 ms only looks.
 */
bool submit_wait(int fd, uint32_t syncobj, unsigned int ms);

/**
 * submit_wait_point() - the same for a point of a timeline.
 */
bool submit_wait_point(int fd, uint32_t syncobj, uint64_t point, unsigned int ms);

/**
 * submit_export() - the fence of a binary syncobj as a sync_file.
 */
int submit_export(int fd, uint32_t syncobj);

/**
 * submit_fence_status() - how the fence in a binary syncobj ended, read through a sync_file.
 *
 * Return: 0 when it has not signalled, 1 when it did, a negative errno when with an error.
 */
int submit_fence_status(int fd, uint32_t syncobj);

/**
 * submit_assert_done() - wait for a syncobj and require that its fence carries no error.
 */
void submit_assert_done(int fd, uint32_t syncobj);

/**
 * submit_assert_error() - wait for a syncobj and require that its fence carries @err (positive).
 */
void submit_assert_error(int fd, uint32_t syncobj, int err);

/**
 * submit_assert_error_in() - the same, within @ms milliseconds.
 */
void submit_assert_error_in(int fd, uint32_t syncobj, int err, unsigned int ms);

/**
 * submit_assert_done_or_error() - the job ran to its end just before one behind it on its queue
 * failed with @err: Panthor may call it done or failed (docs/findings.md).
 */
void submit_assert_done_or_error(int fd, uint32_t syncobj, int err);

/**
 * submit_assert_held() - watch for @ms milliseconds (0: look) that a syncobj does not signal.
 */
void submit_assert_held(int fd, uint32_t syncobj, unsigned int ms);

/**
 * submit_assert_point() - wait for a point of a timeline that a job of @group signals.
 */
void submit_assert_point(int fd, uint32_t group, uint32_t timeline, uint64_t point);

/**
 * submit_assert_reaches() - wait until a job of @group made the 32-bit word at @va at least @least.
 */
void submit_assert_reaches(const struct submit_arena *a, uint32_t group, uint64_t va,
			   uint32_t least);

/**
 * submit_run() - submit a job, wait for it, require that it succeeded.
 */
void submit_run(int fd, uint32_t group, uint32_t queue, const struct csb *s);

#endif /* SUBMIT_JOB_H */
