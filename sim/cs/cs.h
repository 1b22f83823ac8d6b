/* SPDX-License-Identifier: MIT */
/*
 * cs.h - one command stream: the state that a queue has on the hardware and the verbs on it.
 *
 * The MCU owns the streams and decides who runs; cs_run() interprets a bounded number of
 * instructions and says why it stopped. Operations that hardware does in the background (loads and
 * stores, cache flushes, deferred sync operations, RUN_*) finish later, through events, and hold a
 * scoreboard entry until then; registers loaded from memory change only at that point, so that a stream
 * that forgets its WAIT goes wrong here as it would on hardware.
 */
#ifndef CS_CS_H
#define CS_CS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gpu/mmu.h"

struct mali_sim;
struct cs;
struct cs_op;

/* What stream features report on a G610: 96 registers, 8 scoreboard entries (panfrost_noop.c). */
#define CS_REG_COUNT 96
#define CS_SB_COUNT  8

/** enum cs_stop - why cs_run() returned. */
enum cs_stop {
	CS_STOP_BUDGET,	  /* more to do */
	CS_STOP_EMPTY,	  /* extract caught up with insert, scoreboards may still be busy */
	CS_STOP_SB,	  /* WAIT: a scoreboard entry is busy */
	CS_STOP_SYNC,	  /* SYNC_WAIT: the condition does not hold */
	CS_STOP_PROGRESS, /* PROGRESS_WAIT */
	CS_STOP_RESOURCE, /* REQ_RESOURCE: not granted */
	CS_STOP_FLUSH,	  /* waits for a cache flush */
	CS_STOP_HEAP,	  /* out of tiler heap memory; cs_heap_reply() resumes */
	CS_STOP_MMU,	  /* an access is stalled by its address space */
	CS_STOP_FAULT,	  /* a CS_FAULT was raised; cs_ack_fault() lets it go on */
	CS_STOP_FATAL,	  /* a CS_FATAL was raised: the stream is dead */
};

/** enum cs_event - what a stream tells its owner as it happens. */
enum cs_event {
	CS_EVENT_SYNC,	/* a sync object was written: others may be waiting, the host may want to know */
	CS_EVENT_FAULT, /* cs->fault was filled */
	CS_EVENT_FATAL, /* cs->fatal was filled */
	CS_EVENT_OOM,	/* cs->heap says what is missing */
	CS_EVENT_WAKE,	/* something finished in the background: cs_run() may get further */
	CS_EVENT_PROGRESS, /* the progress timer starts anew */
};

struct cs_owner {
	void (*event)(struct mali_sim *sim, struct cs *cs, enum cs_event ev);
};

/** struct cs_exception - what CS_FAULT/CS_FATAL and their INFO registers show. */
struct cs_exception {
	uint8_t type;  /* mali_kbase_csf_registers.h: CS_FAULT_EXCEPTION_TYPE_*, CS_FATAL_EXCEPTION_TYPE_* */
	uint32_t data; /* 24 bits */
	uint64_t info;
};

/** struct cs_wait - what a stream waits for, for the CS_STATUS_* words. */
struct cs_wait {
	uint16_t sb_mask;
	bool sync, sync64;
	uint8_t cond;
	uint64_t sync_va, sync_value;
	uint32_t progress_queue, progress_value;
	uint32_t resource; /* endpoints asked for: bit 0 compute, 1 fragment, 2 tiler, 3 IDVS */
};

/** struct cs_heap - the tiler heap context and the statistics the host reads when it runs out. */
struct cs_heap {
	uint64_t context; /* HEAP_SET */
	uint32_t vt_start, vt_end, frag_end;
};

#define CS_CALL_DEPTH 8 /* H: see cs/flow.c for the source */

struct cs_frame {
	uint64_t pc, end; /* GPU VA of the next instruction and of the buffer's end */
};

/** struct cs_config - what CS_INPUT says when a stream starts. */
struct cs_config {
	unsigned int as; /* address space of its group */
	unsigned int group, index;
	uint64_t ring_base;
	uint32_t ring_size; /* bytes, a power of two */
	uint64_t ring_input_va;	 /* insert u64, extract-init u64 */
	uint64_t ring_output_va; /* extract u64, active u32 */
};

struct cs {
	struct mali_sim *sim;
	const struct cs_owner *owner;
	struct cs_config cfg;

	uint32_t regs[CS_REG_COUNT];
	uint64_t extract; /* ring position in bytes, free running */
	struct cs_frame call[CS_CALL_DEPTH];
	unsigned int depth; /* 0: executing from the ring */

	uint32_t sb[CS_SB_COUNT]; /* operations in flight per entry */
	uint8_t sb_endpoint, sb_other; /* SET_SB_ENTRY */
	struct cs_op *ops; /* in flight; owned */

	enum cs_stop stop;
	struct cs_wait wait;
	struct cs_exception fault, fatal;
	struct cs_heap heap;
	uint64_t handler_va[2];	 /* SET_EXCEPTION_HANDLER */
	uint32_t handler_len[2];
	uint64_t progress; /* PROGRESS_STORE/LOAD counter */
	bool error;	   /* propagated by SYNC_* with error propagation */
	uint32_t granted;  /* resources held (REQ_RESOURCE) */
	uint64_t count;	   /* instructions executed, for statistics */
};

/** cs_start() - begin at the position that the ring's input page gives (extract-init), registers zero. */
void cs_start(struct cs *cs, struct mali_sim *sim, const struct cs_owner *owner,
	      const struct cs_config *cfg);

/** cs_stop_now() - drop everything in flight; used for STOP, terminate and reset. */
void cs_stop_now(struct cs *cs);

/**
 * cs_run() - interpret up to @budget instructions.
 * @cost_ns: receives the guest time that they take.
 *
 * Publishes extract and active to the ring's output page before it returns.
 * Return: why it stopped, also in cs->stop.
 */
enum cs_stop cs_run(struct cs *cs, unsigned int budget, uint64_t *cost_ns);

/** cs_runnable() - whether cs_run() would get further now: re-evaluates what the stream waits for. */
bool cs_runnable(struct cs *cs);

/** cs_idle() - nothing left in the ring, no scoreboard entry busy. */
bool cs_idle(struct cs *cs);

/** cs_in_flight() - operations in the background that a suspend has to wait for. */
bool cs_in_flight(const struct cs *cs);

/** cs_ack_fault() - the host acknowledged CS_FAULT. */
void cs_ack_fault(struct cs *cs);

/** cs_heap_reply() - the host answered an out-of-memory event. @chunk_start/@chunk_end: the new chunks' list,
 *  0/0 when it has none: then incremental rendering or failure, as the stream's handler decides. */
void cs_heap_reply(struct cs *cs, uint64_t chunk_start, uint64_t chunk_end);

/* Bytes that one stream takes in a suspend buffer. */
#define CS_SAVE_SIZE 1024

/** cs_save() / cs_restore() - to and from a suspend buffer image. cs_restore() checks what it reads (guest memory
 *  is hostile). Return: false when it is not an image that cs_save() could have written. */
void cs_save(const struct cs *cs, uint8_t image[CS_SAVE_SIZE]);
bool cs_restore(struct cs *cs, struct mali_sim *sim, const struct cs_owner *owner,
		const struct cs_config *cfg, const uint8_t image[CS_SAVE_SIZE]);

#endif /* CS_CS_H */
