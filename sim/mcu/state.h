/* SPDX-License-Identifier: MIT */
/*
 * state.h - what the firmware remembers, and the verbs that its parts offer each other.
 *
 * One struct for the MCU, one for each group slot, one for each stream of a slot, one for each
 * hardware interface that streams take turns on. Files: mcu.c (boot, halt, sleep, registers), glb.c
 * (global requests), csg.c (group requests), stream.c (stream requests and the stream's own
 * events), status.c (status words), suspend.c (suspend buffers), publish.c (events to the host),
 * sched.c (who runs), idle.c, progress.c, cores.c (shader power).
 */
#ifndef MCU_STATE_H
#define MCU_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "cs/cs.h"
#include "gpu/event.h"
#include "gpu/sim.h"
#include "mcu/bits.h"
#include "mcu/cost.h"
#include "mcu/iface.h"
#include "mcu/mcu.h"

/*
 * Streams that execute at the same time. MediaTek's additions to kbase for the same generation name
 * them: mtk_whitebox_force_terminate_csg.c, NR_HW_INTERFACES 4 (CSHWIF 0 to 3).
 */
#define MCU_HWIFS 4

/* Bytes that a group takes in its suspend buffer: a header and its streams, whole pages. */
#define MCU_SUSPEND_HEADER 64
#define MCU_SUSPEND_SIZE   ((MCU_SUSPEND_HEADER + MCU_STREAMS * CS_SAVE_SIZE + 0xfff) & ~0xfffu)

/* Doorbell pages of the register window: 0x80000 to 0x200000 by 64 KiB (panthor_regs.h:
 * CSF_DOORBELL). */
#define MCU_DOORBELLS 24

struct group;
struct hwif;

/** struct stream - one stream of a group slot. */
struct stream {
	struct cs cs;
	struct group *group;
	struct hwif *hwif; /* where it executes; NULL when it does not */
	unsigned int index;
	bool started;        /* CS_STATE_START was done */
	bool ready;          /* waits for a hardware interface */
	bool hung;           /* "job-hang" struck: it never gets further */
	uint8_t priority;    /* CS_CONFIG.PRIORITY */
	uint8_t doorbell;    /* CS_CONFIG.USER_DOORBELL */
	uint32_t idle_flags; /* CS_REQ.IDLE_* */
	uint64_t turn;       /* order among streams of equal priority */
	uint64_t since;      /* instructions it had executed when it last got further in its ring */
	uint64_t furthest;   /* ring position that it reached */
	uint64_t extract;    /* as of the last look, for CS_EXTRACT_EVENT */
	uint32_t pending;    /* CS_EVENTS that the host was not told of yet */
	uint32_t raised;     /* CS_EVENTS that the host has not acknowledged */
};

enum group_state { GROUP_OFF, GROUP_RUNNING, GROUP_SUSPENDING };

/** struct group - one group slot. */
struct group {
	struct stream stream[MCU_STREAMS];
	unsigned int index;
	enum group_state state;
	unsigned int as;
	uint8_t priority;
	uint32_t ep_req;
	uint64_t allow_compute, allow_fragment;
	uint32_t allow_tiler;
	uint64_t suspend_buf;

	struct event request;   /* the requests that were picked up get done */
	uint32_t picked;        /* CSG_REQ as it was picked up */
	bool state_picked;      /* a state request is among them */
	uint32_t stalled_rings; /* streams to look at again when memory can be reached */
	uint32_t lost_state;    /* a request that "csg-req-lost" swallowed; ~0 for none */

	struct event idle;
	bool idle_told; /* since the group was last busy */
	struct event progress;

	uint32_t pending; /* CSG_EVENTS that the host was not told of yet */
	uint32_t raised;  /* CSG_EVENTS that the host has not acknowledged */
};

/** struct hwif - a hardware interface. Busy while its event is armed, with or without a stream. */
struct hwif {
	struct event run;
	struct stream *stream;
	uint64_t slice_end;
	uint64_t busy_until; /* end of the last batch's time */
	bool holding; /* the stream waits for its scoreboard and keeps the interface meanwhile */
};

struct mali_mcu {
	uint32_t control;
	enum mcu_status status;
	bool running;  /* firmware answers */
	bool wedged;   /* enabled, but does not answer anything any more (fault or injection) */
	bool sleeping; /* halted by GLB_SLEEP, groups kept */
	bool halting, halt_seen;

	struct iface iface;
	struct event boot, service, halt, ring;
	uint32_t rung;            /* user doorbells that were rung */
	uint32_t enabled_at_ring; /* address spaces that were on at the last global doorbell */
	struct event *parked[64]; /* wait for address space 0 to translate again */
	unsigned int parked_count;

	uint32_t lost_req, lost_mask; /* global requests that "ping-lost" swallowed */

	bool idle_enabled, idle_told, was_busy;
	uint64_t idle_ns;
	struct event idle;
	uint64_t progress_ns; /* 0: no progress timer */
	uint64_t pwroff_ns;   /* 0: the host powers the cores */
	uint64_t alloc_en;
	struct event pwroff;
	bool cores_on, cores_want;
	struct event settle; /* cores_want waits for a transition to end */

	struct group group[MCU_GROUPS];
	struct hwif hwif[MCU_HWIFS];
	uint64_t turn;
};

/** mcu_enter() - to be called first in every event that looks at the interface. Return: false when
 * address space 0 cannot be reached now: the event runs again when it can, or never when it
 * faulted. */
bool mcu_enter(struct mali_sim *sim, struct event *ev);

/** mcu_set_status() - change MCU_STATUS and tell the host. */
void mcu_set_status(struct mali_sim *sim, enum mcu_status status);

/** mcu_timer_ns() - a GLB_*_TIMER word in ns; @config is its CONFIG word. */
uint64_t mcu_timer_ns(struct mali_sim *sim, uint32_t value, uint32_t config);

/** mcu_sleep() / mcu_halt_request() - GLB_SLEEP and GLB_HALT. */
void mcu_sleep(struct mali_sim *sim);
void mcu_halt_request(struct mali_sim *sim);

/* glb.c */
/** glb_service() - look at the global requests and the groups' doorbells; the event of the global
 * doorbell. */
void glb_service(struct mali_sim *sim, struct event *ev);
/** glb_event() - raise GLB_IDLE_EVENT. */
void glb_event(struct mali_sim *sim, uint32_t bit);

/* csg.c */
void csg_init(struct mali_sim *sim, struct group *g, unsigned int index);
/** csg_doorbell() - the group's bit in GLB_DB_REQ was toggled. */
void csg_doorbell(struct mali_sim *sim, struct group *g);
/** csg_stop() - drop the group from the slot; nothing is saved. */
void csg_stop(struct mali_sim *sim, struct group *g);
/** csg_drained() - a suspending group may be ready to be saved. */
void csg_drained(struct mali_sim *sim, struct group *g);
/** csg_ack() - set @bits of CSG_ACK to @value's and interrupt the host where it asked for that. */
void csg_ack(struct mali_sim *sim, struct group *g, uint32_t bits, uint32_t value);

/* stream.c */
extern const struct cs_owner stream_owner;
/** stream_config() - read CS_CONFIG and where the ring is; complains about a malformed ring. */
void stream_config(struct mali_sim *sim, struct stream *s, struct cs_config *cfg);
/** stream_adopt() - its command stream was started or restored: it belongs to the hardware now. */
void stream_adopt(struct mali_sim *sim, struct stream *s);
/** stream_lost() - its state cannot be brought back: CS_FATAL FIRMWARE_INTERNAL_ERROR if the host
 * wants it started. */
void stream_lost(struct mali_sim *sim, struct stream *s);
/** stream_doorbell() - look at the stream's requests. Return: false when memory that it needs is
 * locked now: try again. */
bool stream_doorbell(struct mali_sim *sim, struct stream *s);
/** stream_stop() - take it off the hardware, nothing saved. */
void stream_stop(struct mali_sim *sim, struct stream *s);
/** stream_ran() - cs_run() returned: events that follow from that. */
void stream_ran(struct mali_sim *sim, struct stream *s);
/** stream_idle() - whether the stream counts as idle by the host's CS_REQ.IDLE_* flags. */
bool stream_idle(struct stream *s);

/* status.c */
/** status_update() - write the CS_STATUS_* and CSG_STATUS_* words. */
void status_update(struct mali_sim *sim, struct group *g);

/* suspend.c */
/** suspend_save() - write the group to its suspend buffer. Return: as mmu_write(), MMU_FAULT
 * reported. */
enum mmu_result suspend_save(struct mali_sim *sim, struct group *g);
/** suspend_load() - start the group's streams from its suspend buffer. Return: MMU_OK, MMU_STALL,
 * or MMU_FAULT when the buffer cannot be read or holds no suspended group; complained or reported.
 */
enum mmu_result suspend_load(struct mali_sim *sim, struct group *g);

/* publish.c */
/** publish_group() / publish_stream() - tell the host of events, now or when the interface can be
 * reached. */
void publish_group(struct mali_sim *sim, struct group *g, uint32_t events);
void publish_stream(struct mali_sim *sim, struct stream *s, uint32_t events);
/** publish_all() - tell the host what it was not told yet. */
void publish_all(struct mali_sim *sim);
/** publish_cs_ack() - set @bits of CS_ACK to @value's and interrupt the host where it asked for
 * that. */
void publish_cs_ack(struct mali_sim *sim, struct stream *s, uint32_t bits, uint32_t value);

/* sched.c */
void sched_init(struct mali_sim *sim);
void sched_reset(struct mali_sim *sim);
/** sched_kick() - something changed for @s: let it run when it can. */
void sched_kick(struct mali_sim *sim, struct stream *s);
/** sched_kick_sync() - a sync object was written: kick every stream that waits for one; those of
 * @only when it is not NULL. */
void sched_kick_sync(struct mali_sim *sim, const struct group *only);
/** sched_memory_changed() - an AS command on @as finished: streams that stalled on it try again. */
void sched_memory_changed(struct mali_sim *sim, unsigned int as);
/** sched_kick_group() - kick every stream of a group. */
void sched_kick_group(struct mali_sim *sim, struct group *g);
/** sched_remove() - take @s off its hardware interface and out of the queue. */
void sched_remove(struct mali_sim *sim, struct stream *s);
/** sched_priorities_changed() - preempt where a stream of higher priority waits. */
void sched_priorities_changed(struct mali_sim *sim);

/* idle.c */
void idle_init(struct mali_sim *sim);
/** idle_check() - @g or one of its streams changed: start or stop what depends on idleness. */
void idle_check(struct mali_sim *sim, struct group *g);
/** idle_configure() - GLB_REQ.IDLE_ENABLE is @on with the timer at @ns. */
void idle_configure(struct mali_sim *sim, bool on, uint64_t ns);
/** idle_group() - whether every started stream of @g is idle. */
bool idle_group(struct group *g);

/* progress.c */
void progress_init(struct group *g);
/** progress_check() - start or stop the group's progress timer; @restart when there was progress.
 */
void progress_check(struct mali_sim *sim, struct group *g, bool restart);

/* cores.c */
void cores_init(struct mali_sim *sim);
/** cores_busy() / cores_idle() - work for the shader cores came, or the last of it went. */
void cores_busy(struct mali_sim *sim);
void cores_idle(struct mali_sim *sim);
/** cores_off() - the firmware stops: shader cores and tiler off at once. */
void cores_off(struct mali_sim *sim);
/** cores_reset() - a GPU reset switched them off. */
void cores_reset(struct mali_sim *sim);

#endif /* MCU_STATE_H */
