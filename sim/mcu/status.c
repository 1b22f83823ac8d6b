// SPDX-License-Identifier: MIT
/*
 * status.c - the words that tell the host where a group's streams are: what they wait for, how far
 * they got, whether the group is idle. Written on STATUS_UPDATE and before a suspend is
 * acknowledged; Panthor decides from them which queues are idle and which are blocked
 * (panthor_sched.c: cs_slot_sync_queue_state_locked()).
 */
#include "mcu/state.h"

static uint32_t blocked_reason(enum cs_stop stop)
{
	switch (stop) {
	case CS_STOP_SB:
		return CS_REASON_SB_WAIT;
	case CS_STOP_PROGRESS:
		return CS_REASON_PROGRESS_WAIT;
	case CS_STOP_SYNC:
		return CS_REASON_SYNC_WAIT;
	case CS_STOP_DEFERRED:
		return CS_REASON_DEFERRED;
	case CS_STOP_RESOURCE:
		return CS_REASON_RESOURCE;
	case CS_STOP_FLUSH:
		return CS_REASON_FLUSH;
	default:
		return CS_REASON_UNBLOCKED;
	}
}

static uint32_t wait_word(const struct cs *cs)
{
	switch (cs->stop) {
	case CS_STOP_SB:
		return CS_WAIT_SB_SRC_WAIT | cs->wait.sb_mask;
	case CS_STOP_PROGRESS:
		return CS_WAIT_PROGRESS;
	case CS_STOP_PROTM:
		return CS_WAIT_PROTM;
	case CS_STOP_SYNC:
		return CS_WAIT_SYNC | CS_WAIT_COND(cs->wait.cond) |
		       (cs->wait.sync64 ? CS_WAIT_SYNC_64B : 0);
	default:
		return 0;
	}
}

static void stream_status(struct iface *i, const struct iface_block *b, const struct stream *s)
{
	const struct cs *cs = &s->cs;
	bool sync = s->started && cs->stop == CS_STOP_SYNC;

	iface_w64(i, b->out, CS_OUT_STATUS_CMD_PTR, s->started ? cs_pc(cs) : 0);
	iface_w32(i, b->out, CS_OUT_STATUS_WAIT, s->started ? wait_word(cs) : 0);
	iface_w32(i, b->out, CS_OUT_STATUS_REQ_RESOURCE,
		  s->started && cs->stop == CS_STOP_RESOURCE ? cs->wait.resource : 0);
	iface_w64(i, b->out, CS_OUT_STATUS_SYNC_POINTER, sync ? cs->wait.sync_va : 0);
	iface_w32(i, b->out, CS_OUT_STATUS_SYNC_VALUE, sync ? (uint32_t)cs->wait.sync_value : 0);
	iface_w32(i, b->out, CS_OUT_STATUS_SYNC_VALUE_HI,
		  sync && cs->wait.sync64 ? (uint32_t)(cs->wait.sync_value >> 32) : 0);
	iface_w32(i, b->out, CS_OUT_STATUS_SCOREBOARDS, s->started ? cs_busy_mask(cs) : 0);
	iface_w32(i, b->out, CS_OUT_STATUS_BLOCKED_REASON,
		  s->started ? blocked_reason(cs->stop) : CS_REASON_UNBLOCKED);
}

/* Endpoints that the group holds: while it is busy, all that it asked for; the model has no sharing
 * of them. */
static uint32_t endpoints_held(struct group *g)
{
	return g->state == GROUP_OFF || idle_group(g) ? 0 : g->ep_req & 0x000fffffu;
}

void status_update(struct mali_sim *sim, struct group *g)
{
	struct iface *i = &sim->mcu->iface;
	struct iface_block *b = &i->csg[g->index];

	for (unsigned int s = 0; s < MCU_STREAMS; s++)
		stream_status(i, &i->cs[g->index][s], &g->stream[s]);
	iface_w32(i, b->out, CSG_OUT_STATUS_EP_CURRENT, endpoints_held(g));
	iface_w32(i, b->out, CSG_OUT_STATUS_EP_REQ,
		  g->state == GROUP_OFF ? 0 : g->ep_req & 0x003fffffu);
	iface_w32(i, b->out, CSG_OUT_STATUS_STATE, idle_group(g) ? CSG_STATUS_STATE_IDLE : 0);
	iface_w32(i, b->out, CSG_OUT_RESOURCE_DEP, 0);
}
