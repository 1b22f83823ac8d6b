// SPDX-License-Identifier: MIT
/*
 * publish.c - what the firmware tells the host without being asked: an event toggles its bit in
 * CSG_ACK or CS_ACK when the host has acknowledged the one before, and interrupts where the host
 * asked for that.
 *
 * Events come from wherever a stream makes them, also while address space 0 is locked by a
 * page-table update; they are kept in `pending` until the interface can be written.
 *
 * The order that makes no event get lost: whatever the event is about (a sync object, a fault word)
 * is in memory before the request word is read; the fence keeps the two apart, as the guest's CPUs
 * run meanwhile.
 */
#include "mcu/state.h"

/* Interrupt the host about @bits of a stream, when it asked for that. */
static void interrupt(struct mali_sim *sim, struct stream *s, uint32_t bits)
{
	struct iface *i = &sim->mcu->iface;
	struct iface_block *csg = &i->csg[s->group->index];
	uint32_t irq_req;

	if (!(bits & iface_r32(i, i->cs[s->group->index][s->index].in, CS_IN_ACK_IRQ_MASK)))
		return;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	irq_req = iface_r32(i, csg->out, CSG_OUT_IRQ_REQ);
	if (!((irq_req ^ iface_r32(i, csg->in, CSG_IN_IRQ_ACK)) & BIT32(s->index)))
		iface_w32(i, csg->out, CSG_OUT_IRQ_REQ, irq_req ^ BIT32(s->index));
	irq_raise(sim, MALI_SIM_IRQ_JOB, BIT32(s->group->index));
}

void publish_cs_ack(struct mali_sim *sim, struct stream *s, uint32_t bits, uint32_t value)
{
	struct iface *i = &sim->mcu->iface;
	struct iface_block *cs = &i->cs[s->group->index][s->index];
	uint32_t old = iface_r32(i, cs->out, CS_OUT_ACK);
	uint32_t new = (old & ~bits) | (value & bits);

	if (new == old)
		return;
	iface_w32(i, cs->out, CS_OUT_ACK, new);
	interrupt(sim, s, new ^ old);
}

static void flush_group(struct mali_sim *sim, struct group *g)
{
	struct iface *i = &sim->mcu->iface;
	struct iface_block *b = &i->csg[g->index];
	uint32_t events = g->pending;
	uint32_t req, ack;

	g->pending = 0;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	req = iface_r32(i, b->in, CSG_IN_REQ);
	ack = iface_r32(i, b->out, CSG_OUT_ACK);
	events &= ~(req ^ ack); /* those that the host still has to acknowledge stay as they are */
	g->raised |= events;
	csg_ack(sim, g, events, ~ack);
}

/* The words that go with an event have to be in place before its bit moves. */
static void write_exceptions(struct iface *i, uint32_t out, const struct stream *s, uint32_t events)
{
	const struct cs *cs = &s->cs;

	if (events & CS_FAULT) {
		iface_w32(i, out, CS_OUT_FAULT, cs->fault.type | cs->fault.data << 8);
		iface_w64(i, out, CS_OUT_FAULT_INFO, cs->fault.info);
	}
	if (events & CS_FATAL) {
		iface_w32(i, out, CS_OUT_FATAL, cs->fatal.type | cs->fatal.data << 8);
		iface_w64(i, out, CS_OUT_FATAL_INFO, cs->fatal.info);
	}
	if (events & CS_TILER_OOM) {
		iface_w32(i, out, CS_OUT_HEAP_VT_START, cs->heap.vt_start);
		iface_w32(i, out, CS_OUT_HEAP_VT_END, cs->heap.vt_end);
		iface_w32(i, out, CS_OUT_HEAP_FRAG_END, cs->heap.frag_end);
		iface_w64(i, out, CS_OUT_HEAP_ADDRESS, cs->heap.context);
	}
}

static void flush_stream(struct mali_sim *sim, struct stream *s)
{
	struct iface *i = &sim->mcu->iface;
	struct iface_block *b = &i->cs[s->group->index][s->index];
	uint32_t events = s->pending;
	uint32_t req, ack;

	s->pending = 0;
	write_exceptions(i, b->out, s, events);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	req = iface_r32(i, b->in, CS_IN_REQ);
	ack = iface_r32(i, b->out, CS_OUT_ACK);
	if (events & CS_EXTRACT_EVENT && !((req ^ ack) & CS_EXTRACT_EVENT))
		events &= ~CS_EXTRACT_EVENT; /* not asked for */
	events &= ~(req ^ ack) | CS_EXTRACT_EVENT;
	s->raised |= events & CS_EVENTS;
	publish_cs_ack(sim, s, events, ~ack);
}

static bool reachable(struct mali_sim *sim)
{
	struct mmu_fault fault;

	return sim->mcu->running && !sim->mcu->wedged && iface_enter(sim, &fault) == MMU_OK;
}

void publish_group(struct mali_sim *sim, struct group *g, uint32_t events)
{
	g->pending |= events;
	if (reachable(sim))
		flush_group(sim, g);
}

void publish_stream(struct mali_sim *sim, struct stream *s, uint32_t events)
{
	s->pending |= events;
	if (reachable(sim))
		flush_stream(sim, s);
}

void publish_all(struct mali_sim *sim)
{
	struct mali_mcu *m = sim->mcu;

	if (!reachable(sim))
		return;
	for (unsigned int g = 0; g < MCU_GROUPS; g++) {
		for (unsigned int s = 0; s < MCU_STREAMS; s++)
			if (m->group[g].stream[s].pending)
				flush_stream(sim, &m->group[g].stream[s]);
		if (m->group[g].pending)
			flush_group(sim, &m->group[g]);
	}
}
