// SPDX-License-Identifier: MIT
/*
 * stream.c - the stream interface: CS_REQ's start and stop, and what a running stream tells the
 * host (faults, tiler-heap requests, extract events).
 */
#include "mcu/state.h"

/* Smallest ring that any driver makes (mali_kbase_csf.c, panthor_sched.c: 4 KiB). */
#define RING_MIN 4096u

static struct stream *to_stream(struct cs *cs)
{
	return (struct stream *)((char *)cs - offsetof(struct stream, cs));
}

static bool ring_malformed(const struct cs_config *cfg)
{
	return cfg->ring_size < RING_MIN || cfg->ring_size & (cfg->ring_size - 1) ||
	       cfg->ring_base & 63;
}

void stream_config(struct mali_sim *sim, struct stream *s, struct cs_config *cfg)
{
	struct iface *i = &sim->mcu->iface;
	uint32_t in = i->cs[s->group->index][s->index].in;
	uint32_t config = iface_r32(i, in, CS_IN_CONFIG);

	s->priority = CS_CONFIG_PRIORITY(config);
	s->doorbell = CS_CONFIG_DOORBELL(config);
	s->idle_flags = iface_r32(i, in, CS_IN_REQ) & CS_IDLE_FLAGS;
	*cfg = (struct cs_config){
	    .as = s->group->as,
	    .group = s->group->index,
	    .index = s->index,
	    .ring_base = iface_r64(i, in, CS_IN_BASE),
	    .ring_size = iface_r32(i, in, CS_IN_SIZE),
	    .ring_input_va = iface_r64(i, in, CS_IN_USER_INPUT),
	    .ring_output_va = iface_r64(i, in, CS_IN_USER_OUTPUT),
	};
	/* cs_start() answers with CS_FATAL; the complaint names the cause */
	if (ring_malformed(cfg))
		complain(sim, RULE_CS_RING, "slot %u, stream %u: %u bytes at 0x%llx",
			 s->group->index, s->index, cfg->ring_size,
			 (unsigned long long)cfg->ring_base);
}

/* A stream starts with nothing to tell: events that the slot's last group left unacknowledged are
 * gone. */
static void forget_events(struct mali_sim *sim, struct stream *s)
{
	struct iface *i = &sim->mcu->iface;
	struct iface_block *b = &i->cs[s->group->index][s->index];
	uint32_t req = iface_r32(i, b->in, CS_IN_REQ);
	uint32_t ack = iface_r32(i, b->out, CS_OUT_ACK);

	iface_w32(i, b->out, CS_OUT_ACK, (ack & ~CS_EVENTS) | (req & CS_EVENTS));
	s->pending = s->raised = 0;
}

void stream_adopt(struct mali_sim *sim, struct stream *s)
{
	forget_events(sim, s);
	s->started = true;
	s->since = s->cs.count - (s->cs.depth ? LONG_RUN : 0);
	s->furthest = s->cs.extract;
	s->extract = s->cs.extract;
}

void stream_lost(struct mali_sim *sim, struct stream *s)
{
	struct iface *i = &sim->mcu->iface;
	uint32_t in = i->cs[s->group->index][s->index].in;

	stream_stop(sim, s);
	if ((iface_r32(i, in, CS_IN_REQ) & CS_STATE_MASK) != CS_STATE_START)
		return;
	forget_events(sim, s);
	s->started = true;
	s->cs.stop = CS_STOP_FATAL;
	s->cs.fatal = (struct cs_exception){.type = CS_FATAL_FW_INTERNAL};
	publish_stream(sim, s, CS_FATAL);
}

/* The ring's pages may be locked by a page-table update of address space 0. */
static bool ring_stalls(struct mali_sim *sim, const struct cs_config *cfg)
{
	struct mmu_fault fault;
	size_t len = 8;
	void *host;

	return mmu_map(sim, MCU_AS, cfg->ring_input_va, &len, MMU_READ, &host, &fault) == MMU_STALL;
}

/* Return: whether the stream was started; if not, it is tried again. */
static bool start(struct mali_sim *sim, struct stream *s)
{
	struct cs_config cfg;

	stream_config(sim, s, &cfg);
	if (ring_stalls(sim, &cfg))
		return false;
	cs_start(&s->cs, sim, &stream_owner, &cfg);
	stream_adopt(sim, s);
	return true;
}

void stream_stop(struct mali_sim *sim, struct stream *s)
{
	sched_remove(sim, s);
	if (s->started)
		cs_stop_now(&s->cs);
	s->started = s->hung = false;
	s->pending = 0;
}

/* The host answered a heap request: it made CS_REQ's bit equal to CS_ACK's and wrote the chunk. */
static void heap_reply(struct mali_sim *sim, struct stream *s)
{
	struct iface *i = &sim->mcu->iface;
	uint32_t in = i->cs[s->group->index][s->index].in;

	cs_heap_reply(&s->cs, iface_r64(i, in, CS_IN_HEAP_START), iface_r64(i, in, CS_IN_HEAP_END));
}

/* Events that the host has acknowledged since the last look. */
static void event_acks(struct mali_sim *sim, struct stream *s, uint32_t req, uint32_t ack)
{
	uint32_t differ = (req ^ ack) & CS_EVENTS;
	uint32_t acked = s->raised & ~differ;

	if (differ & ~s->raised)
		complain(sim, RULE_CS_EVENT_ACK, "slot %u, stream %u: bits 0x%x", s->group->index,
			 s->index, differ & ~s->raised);
	s->raised = differ;
	if (!s->started)
		return;
	if (acked & CS_FAULT)
		cs_ack_fault(&s->cs);
	if (acked & CS_TILER_OOM && s->cs.stop == CS_STOP_HEAP)
		heap_reply(sim, s);
}

bool stream_doorbell(struct mali_sim *sim, struct stream *s)
{
	struct iface *i = &sim->mcu->iface;
	struct iface_block *b = &i->cs[s->group->index][s->index];
	uint32_t req = iface_r32(i, b->in, CS_IN_REQ);
	uint32_t ack = iface_r32(i, b->out, CS_OUT_ACK);

	event_acks(sim, s, req, ack);
	switch (req & CS_STATE_MASK) {
	case CS_STATE_START:
		if (!s->started && !start(sim, s))
			return false;
		s->idle_flags = req & CS_IDLE_FLAGS;
		break;
	case CS_STATE_STOP:
		stream_stop(sim, s);
		break;
	default:
		complain(sim, RULE_CS_STATE, "slot %u, stream %u: %u", s->group->index, s->index,
			 req & CS_STATE_MASK);
		return true;
	}
	publish_cs_ack(sim, s, CS_STATE_MASK, req);
	sched_kick(sim, s);
	return true;
}

void stream_ran(struct mali_sim *sim, struct stream *s)
{
	if (s->cs.extract != s->extract) {
		s->extract = s->cs.extract;
		publish_stream(sim, s, CS_EXTRACT_EVENT);
	}
	progress_check(sim, s->group, false);
	idle_check(sim, s->group);
}

bool stream_idle(struct stream *s)
{
	if (!s->started)
		return true;
	if (s->hung)
		return false;
	switch (s->cs.stop) {
	case CS_STOP_EMPTY:
		return s->idle_flags & CS_IDLE_EMPTY && !s->ready && cs_idle(&s->cs);
	case CS_STOP_SYNC:
		return s->idle_flags & CS_IDLE_SYNC_WAIT && !s->ready && !cs_busy_mask(&s->cs);
	case CS_STOP_RESOURCE:
		return s->idle_flags & CS_IDLE_RESOURCE_REQ && !s->ready && !cs_busy_mask(&s->cs);
	default:
		return false;
	}
}

static void stream_event(struct mali_sim *sim, struct cs *cs, enum cs_event ev)
{
	struct stream *s = to_stream(cs);

	switch (ev) {
	case CS_EVENT_SYNC:
		publish_group(sim, s->group, CSG_SYNC_UPDATE);
		sched_kick_sync(sim, NULL);
		break;
	case CS_EVENT_SYNC_GROUP:
		sched_kick_sync(sim, s->group);
		break;
	case CS_EVENT_FAULT:
		publish_stream(sim, s, CS_FAULT);
		break;
	case CS_EVENT_FATAL:
		publish_stream(sim, s, CS_FATAL);
		break;
	case CS_EVENT_OOM:
		publish_stream(sim, s, CS_TILER_OOM);
		break;
	case CS_EVENT_WAKE:
		sched_kick(sim, s);
		csg_drained(sim, s->group);
		progress_check(sim, s->group, true);
		break;
	case CS_EVENT_PROGRESS:
		progress_check(sim, s->group, true);
		sched_kick_group(sim, s->group);
		break;
	}
}

static struct cs *stream_sibling(struct mali_sim *sim, struct cs *cs, unsigned int index)
{
	struct group *g = to_stream(cs)->group;

	return index < MCU_STREAMS && g->stream[index].started ? &g->stream[index].cs : NULL;
}

/* REQ_RESOURCE: granted when the group's endpoint masks name an endpoint of each kind that is asked
 * for. */
static bool stream_grant(struct mali_sim *sim, struct cs *cs, uint32_t resources)
{
	const struct group *g = to_stream(cs)->group;
	uint32_t have = (g->allow_compute ? 1u : 0) | (g->allow_fragment ? 2u : 0) |
			(g->allow_tiler ? 4u : 0) | (g->allow_compute && g->allow_tiler ? 8u : 0);

	return !(resources & ~have);
}

const struct cs_owner stream_owner = {
    .event = stream_event,
    .sibling = stream_sibling,
    .grant = stream_grant,
};
