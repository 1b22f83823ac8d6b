/* SPDX-License-Identifier: MIT */
/*
 * submit_fault.h - jobs that go wrong, and how a group looks afterwards.
 *
 * What the driver does about each kind is read from panthor_sched.c: a fatal event of a queue marks
 * it in fatal_queues and the group is terminated; its own jobs end with -EINVAL, jobs of the
 * group's other queues with -ECANCELED (group_term_post_processing). An unhandled page fault marks
 * the queue that reported it or, when none did, all queues of every resident group of the VM
 * (tick_ctx_init).
 */
#ifndef SUBMIT_FAULT_H
#define SUBMIT_FAULT_H

#include "submit_job.h"

/* A GPU address that no arena maps, below the driver's half of the address space. */
#define SUBMIT_NOWHERE 0x70000000ull

/**
 * submit_expect_page_fault() / submit_expect_fatal() - this subtest makes the kernel log a page
 * fault, or the fatal event of a queue.
 */
void submit_expect_page_fault(void);
void submit_expect_fatal(void);

/**
 * submit_emit_invalid() - an instruction with an opcode that does not exist.
 */
void submit_emit_invalid(struct csb *s);

/**
 * submit_assert_dead() - the group reports a fatal fault on @queue and takes no more jobs.
 *
 * Return: the mask of fatal queues.
 */
uint32_t submit_assert_dead(int fd, uint32_t group, uint32_t queue);

/**
 * submit_assert_faults() - run @s on a fresh group of @a's VM; it must end with -EINVAL and leave
 * the group dead. The group is destroyed.
 */
void submit_assert_faults(struct submit_arena *a, const struct csb *s);

#endif /* SUBMIT_FAULT_H */
