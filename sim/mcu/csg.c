// SPDX-License-Identifier: MIT
/*
 * csg.c - the group interface: CSG_REQ's state, endpoint configuration and status update, the
 * streams' doorbells.
 *
 * A request is picked up when the group's bit in GLB_DB_REQ was toggled, takes the time of cost.h
 * and is then done and acknowledged in one write of CSG_ACK. SUSPEND is acknowledged later, when
 * what the group's streams have in flight is done and the suspend buffer is written.
 */
#include "gpu/id.h"
#include "mcu/state.h"

#define NO_STATE UINT32_MAX

void csg_ack(struct mali_sim *sim, struct group *g, uint32_t bits, uint32_t value)
{
	struct iface *i = &sim->mcu->iface;
	struct iface_block *b = &i->csg[g->index];
	uint32_t old = iface_r32(i, b->out, CSG_OUT_ACK);
	uint32_t new = (old & ~bits) | (value & bits);

	if (new == old)
		return;
	iface_w32(i, b->out, CSG_OUT_ACK, new);
	if ((new ^ old) & iface_r32(i, b->in, CSG_IN_ACK_IRQ_MASK))
		irq_raise(sim, MALI_SIM_IRQ_JOB, BIT32(g->index));
}

static uint32_t acked_state(struct mali_sim *sim, const struct group *g)
{
	struct iface *i = &sim->mcu->iface;

	return iface_r32(i, i->csg[g->index].out, CSG_OUT_ACK) & CSG_STATE_MASK;
}

static uint64_t state_cost(uint32_t state)
{
	switch (state) {
	case CSG_STATE_START:
		return COST_CSG_START;
	case CSG_STATE_SUSPEND:
		return COST_CSG_SUSPEND;
	case CSG_STATE_RESUME:
		return COST_CSG_RESUME;
	default:
		return COST_CSG_TERMINATE;
	}
}

/* "csg-req-lost": this state request stays unanswered until the host asks for another. */
static bool request_lost(struct mali_sim *sim, struct group *g, uint32_t state)
{
	const struct fault *f = inject_peek(sim, FAULT_CSG_REQ_LOST);

	if (g->lost_state == state)
		return true;
	g->lost_state = NO_STATE;
	if (!f || (f->group != UINT64_MAX && f->group != g->index))
		return false;
	if (!inject_hit(sim, FAULT_CSG_REQ_LOST))
		return false;
	g->lost_state = state;
	return true;
}

void csg_doorbell(struct mali_sim *sim, struct group *g)
{
	struct iface *i = &sim->mcu->iface;
	uint32_t req = iface_r32(i, i->csg[g->index].in, CSG_IN_REQ);
	uint32_t state = req & CSG_STATE_MASK;
	bool wanted = state != acked_state(sim, g);
	bool pending = g->state_picked || g->state == GROUP_SUSPENDING;

	if (pending && state != (g->picked & CSG_STATE_MASK)) {
		/* giving up on a request by TERMINATE is what drivers do when it takes too long */
		if (state != CSG_STATE_TERMINATE)
			complain(sim, RULE_CSG_REQ_CHANGED, "slot %u: from %u to %u", g->index,
				 g->picked & CSG_STATE_MASK, state);
		pending = g->state_picked = false;
	}
	if (wanted && !pending && request_lost(sim, g, state))
		wanted = false;
	if (!wanted)
		g->lost_state = state == acked_state(sim, g) ? NO_STATE : g->lost_state;
	g->picked = req;
	if (wanted && !pending) {
		g->state_picked = true;
		event_arm_in(sim, &g->request, state_cost(state));
	} else if (!event_armed(&g->request)) {
		event_arm_in(sim, &g->request, COST_CSG_OTHER);
	}
}

/* Take over endpoint masks and priority, and say so where they cannot be met. */
static void configure_endpoints(struct mali_sim *sim, struct group *g)
{
	struct iface *i = &sim->mcu->iface;
	uint32_t in = i->csg[g->index].in;

	g->ep_req = iface_r32(i, in, CSG_IN_EP_REQ);
	g->allow_compute = iface_r64(i, in, CSG_IN_ALLOW_COMPUTE);
	g->allow_fragment = iface_r64(i, in, CSG_IN_ALLOW_FRAGMENT);
	g->allow_tiler = iface_r32(i, in, CSG_IN_ALLOW_OTHER);
	if ((g->allow_compute | g->allow_fragment) & ~G610_SHADER_PRESENT ||
	    g->allow_tiler & ~G610_TILER_PRESENT ||
	    EP_COMPUTE(g->ep_req) > (unsigned int)__builtin_popcountll(g->allow_compute) ||
	    EP_FRAGMENT(g->ep_req) > (unsigned int)__builtin_popcountll(g->allow_fragment) ||
	    EP_TILER(g->ep_req) > (unsigned int)__builtin_popcount(g->allow_tiler))
		complain(sim, RULE_CSG_ENDPOINTS,
			 "slot %u: compute 0x%llx, fragment 0x%llx, tiler 0x%x, CSG_EP_REQ 0x%x",
			 g->index, (unsigned long long)g->allow_compute,
			 (unsigned long long)g->allow_fragment, g->allow_tiler, g->ep_req);
	g->allow_compute &= G610_SHADER_PRESENT;
	g->allow_fragment &= G610_SHADER_PRESENT;
	g->allow_tiler &= G610_TILER_PRESENT;
	g->priority = EP_PRIORITY(g->ep_req);
	sched_priorities_changed(sim);
}

/* A fault turns an address space off at any time, so also between a host's doorbell and the
 * firmware's look: what the host can answer for is that it was on when it rang. */
static bool has_space(const struct mali_sim *sim, unsigned int as)
{
	return as < MMU_AS_COUNT &&
	       (mmu_as_enabled(sim, as) || sim->mcu->enabled_at_ring & BIT32(as));
}

static void occupy(struct mali_sim *sim, struct group *g)
{
	struct iface *i = &sim->mcu->iface;
	uint32_t in = i->csg[g->index].in;

	if (g->state != GROUP_OFF) {
		complain(sim, RULE_CSG_START_RUNNING, "slot %u", g->index);
		csg_stop(sim, g);
	}
	g->as = iface_r32(i, in, CSG_IN_CONFIG) & CSG_CONFIG_AS_MASK;
	g->suspend_buf = iface_r64(i, in, CSG_IN_SUSPEND_BUF);
	if (!has_space(sim, g->as))
		complain(sim, RULE_CSG_AS, "slot %u, address space %u", g->index, g->as);
	if (!g->suspend_buf || g->suspend_buf & 0xfff)
		complain(sim, RULE_CSG_SUSPEND_BUF, "slot %u: 0x%llx", g->index,
			 (unsigned long long)g->suspend_buf);
	configure_endpoints(sim, g);
	g->state = GROUP_RUNNING;
	g->idle_told = false;
	cores_busy(sim);
}

/* Return: whether RESUME is done; if not, the buffer cannot be reached now and it is tried again.
 */
static bool resume(struct mali_sim *sim, struct group *g)
{
	switch (suspend_load(sim, g)) {
	case MMU_STALL:
		g->state = GROUP_OFF;
		g->state_picked = true;
		event_arm_in(sim, &g->request, COST_CSG_OTHER);
		return false;
	case MMU_FAULT:
		for (unsigned int s = 0; s < MCU_STREAMS; s++)
			stream_lost(sim, &g->stream[s]);
		return true;
	case MMU_OK:
		break;
	}
	return true;
}

/* Do a state request. Return: whether to acknowledge it now. */
static bool do_state(struct mali_sim *sim, struct group *g, uint32_t state)
{
	switch (state) {
	case CSG_STATE_START:
		occupy(sim, g);
		return true;
	case CSG_STATE_RESUME:
		occupy(sim, g);
		return resume(sim, g);
	case CSG_STATE_SUSPEND:
		if (g->state == GROUP_OFF) {
			complain(sim, RULE_CSG_SUSPEND_STOPPED, "slot %u", g->index);
			return true;
		}
		g->state = GROUP_SUSPENDING;
		for (unsigned int s = 0; s < MCU_STREAMS; s++)
			sched_remove(sim, &g->stream[s]);
		return false;
	case CSG_STATE_TERMINATE:
		csg_stop(sim, g);
		return true;
	default:
		complain(sim, RULE_CSG_STATE, "slot %u: %u", g->index, state);
		return false;
	}
}

void csg_stop(struct mali_sim *sim, struct group *g)
{
	event_cancel(sim, &g->idle);
	event_cancel(sim, &g->progress);
	for (unsigned int s = 0; s < MCU_STREAMS; s++)
		stream_stop(sim, &g->stream[s]);
	g->state = GROUP_OFF;
	g->stalled_rings = 0;
	if (!sim->mcu->running) { /* the whole firmware stops */
		event_cancel(sim, &g->request);
		g->state_picked = false;
		g->lost_state = NO_STATE;
		g->pending = 0;
	}
	idle_check(sim, g);
}

/* Whether nothing of the group is left in the background. Accesses that a page-table update stalls
 * go on when it is done; those behind a page fault do not, and are lost with the group. */
static bool drained(struct mali_sim *sim, struct group *g)
{
	for (unsigned int n = 0; n < MCU_STREAMS; n++) {
		struct stream *s = &g->stream[n];

		if (!s->started)
			continue;
		if (s->hung || cs_in_flight(&s->cs) ||
		    (cs_ops_stalled(&s->cs) && !sim->mmu.as[g->as & (MMU_AS_COUNT - 1)].faulted))
			return false;
	}
	return true;
}

void csg_drained(struct mali_sim *sim, struct group *g)
{
	if (g->state != GROUP_SUSPENDING)
		return;
	if (!drained(sim, g))
		return;
	if (!event_armed(&g->request))
		event_arm_in(sim, &g->request, 0);
}

/* The group is quiet: write its state out and free the slot. */
static void finish_suspend(struct mali_sim *sim, struct group *g, struct event *ev)
{
	if (!drained(sim, g))
		return;
	status_update(sim, g);
	switch (suspend_save(sim, g)) {
	case MMU_STALL:
		event_arm_in(sim, ev, COST_CSG_OTHER);
		return;
	case MMU_FAULT:
		return; /* reported; the request is never acknowledged */
	case MMU_OK:
		break;
	}
	csg_stop(sim, g);
	csg_ack(sim, g, CSG_STATE_MASK, CSG_STATE_SUSPEND);
}

/* Only for a running group: a host rings the streams of a group before it asks for START, and that
 * may be seen apart (a ring for the slot's last group is looked at in between). */
static void stream_doorbells(struct mali_sim *sim, struct group *g)
{
	struct iface *i = &sim->mcu->iface;
	struct iface_block *b = &i->csg[g->index];
	uint32_t rung =
	    iface_ring_ack(i, b->in, CSG_IN_DB_REQ, b->out, CSG_OUT_DB_ACK) | g->stalled_rings;

	g->stalled_rings = 0;
	for (unsigned int s = 0; s < MCU_STREAMS; s++)
		if (rung & BIT32(s) && !stream_doorbell(sim, &g->stream[s]))
			g->stalled_rings |= BIT32(s);
	if (g->stalled_rings)
		event_arm_in(sim, &g->request, COST_CSG_OTHER);
}

/* The host acknowledges events by making its bits equal to the firmware's; anything else is a
 * mistake. */
static void check_event_acks(struct mali_sim *sim, struct group *g)
{
	struct iface *i = &sim->mcu->iface;
	struct iface_block *b = &i->csg[g->index];
	uint32_t differ =
	    (iface_r32(i, b->in, CSG_IN_REQ) ^ iface_r32(i, b->out, CSG_OUT_ACK)) & CSG_EVENTS;

	if (differ & ~g->raised)
		complain(sim, RULE_CSG_EVENT_ACK, "slot %u: bits 0x%x", g->index,
			 differ & ~g->raised);
	g->raised = differ;
}

static void request_event(struct mali_sim *sim, struct event *ev)
{
	struct group *g = (struct group *)((char *)ev - offsetof(struct group, request));
	struct iface *i = &sim->mcu->iface;
	uint32_t req, todo, done = 0;

	if (!mcu_enter(sim, ev))
		return;
	req = iface_r32(i, i->csg[g->index].in, CSG_IN_REQ);
	todo = (req ^ iface_r32(i, i->csg[g->index].out, CSG_OUT_ACK)) &
	       (CSG_EP_CFG | CSG_STATUS_UPDATE);
	check_event_acks(sim, g);
	if (g->state_picked) {
		if ((req ^ g->picked) & CSG_STATE_MASK)
			complain(sim, RULE_CSG_REQ_CHANGED, "slot %u: from %u to %u", g->index,
				 g->picked & CSG_STATE_MASK, req & CSG_STATE_MASK);
		g->state_picked = false;
		if (do_state(sim, g, g->picked & CSG_STATE_MASK))
			done |= CSG_STATE_MASK;
	}
	if (todo & CSG_EP_CFG && g->state != GROUP_OFF)
		configure_endpoints(sim, g);
	if (g->state == GROUP_RUNNING)
		stream_doorbells(sim, g);
	if (todo & CSG_STATUS_UPDATE)
		status_update(sim, g);
	csg_ack(sim, g, done | todo, (g->picked & CSG_STATE_MASK) | (req & ~CSG_STATE_MASK));
	if (g->state == GROUP_SUSPENDING)
		finish_suspend(sim, g, ev);
	idle_check(sim, g);
}

void csg_init(struct mali_sim *sim, struct group *g, unsigned int index)
{
	g->index = index;
	g->lost_state = NO_STATE;
	event_init(&g->request, request_event);
	progress_init(g);
	for (unsigned int s = 0; s < MCU_STREAMS; s++) {
		g->stream[s].group = g;
		g->stream[s].index = s;
	}
}
