// SPDX-License-Identifier: MIT
/*
 * submit_fault.c - see submit_fault.h.
 */
#include <errno.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "submit_fault.h"

/* Genxml v10.xml knows opcodes up to 53; kbase's list of GPU exceptions calls this
 * CS_INVALID_INSTRUCTION. */
#define INVALID_OPCODE 0xff

void submit_expect_page_fault(void)
{
	igt_emit_ignore_dmesg_regex("Unhandled Page fault");
	submit_expect_fatal();
}

void submit_expect_fatal(void)
{
	igt_emit_ignore_dmesg_regex("CS_FATAL|CS_FAULT|CSG slot [0-9]+ CS slot");
}

void submit_emit_invalid(struct csb *s)
{
	csb_emit(s, (uint64_t)INVALID_OPCODE << 56);
}

uint32_t submit_assert_dead(int fd, uint32_t group, uint32_t queue)
{
	struct drm_panthor_group_get_state state = submit_group_state(fd, group);

	igt_assert(state.state & DRM_PANTHOR_GROUP_STATE_FATAL_FAULT);
	igt_assert(!(state.state & DRM_PANTHOR_GROUP_STATE_TIMEDOUT));
	igt_assert(state.fatal_queues & (1u << queue));
	igt_assert_eq(__submit_job(fd, group, queue, NULL, NULL, 0), -EINVAL);
	return state.fatal_queues;
}

void submit_assert_faults(struct submit_arena *a, const struct csb *s)
{
	uint32_t group = submit_group_create(a->fd, a->vm, 1);
	uint32_t done = syncobj_create(a->fd, 0);
	struct drm_panthor_sync_op out = submit_out(done);

	submit_job(a->fd, group, 0, s, &out, 1);
	submit_assert_error(a->fd, done, EINVAL);
	submit_assert_dead(a->fd, group, 0);
	syncobj_destroy(a->fd, done);
	igt_panthor_group_destroy(a->fd, group, 0);
}
