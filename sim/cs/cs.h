/* SPDX-License-Identifier: MIT */
/*
 * cs.h - one command stream: the state that a queue has on the hardware and the verbs on it.
 *
 * The MCU owns the streams and decides who runs; cs_run() interprets a bounded number of
 * instructions and says why it stopped. Operations that hardware does in the background (loads and
 * stores, cache flushes, deferred sync operations, RUN_*) finish later, through events, and hold a
 * scoreboard entry until then; registers loaded from memory change only at that point, so that a
 * stream that forgets its WAIT goes wrong here as it would on hardware.
 *
 * What the owner does: cs_start(), then cs_run() whenever cs_runnable(); after every CS_EVENT_WAKE
 * it looks again, after CS_EVENT_SYNC at every stream that stopped with CS_STOP_SYNC. It calls
 * cs_memory_changed() for the streams of an address space when an AS command on it finished.
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
struct cs_endpoints;

/* What stream features report on a G610: 96 registers, 8 scoreboard entries (panfrost_noop.c). */
#define CS_REG_COUNT 96
#define CS_SB_COUNT  8

/** enum cs_stop - why cs_run() returned. */
enum cs_stop {
	CS_STOP_BUDGET,   /* more to do */
	CS_STOP_EMPTY,    /* extract caught up with insert, scoreboards may still be busy */
	CS_STOP_SB,       /* WAIT: a scoreboard entry is busy (cs->wait.sb_mask) */
	CS_STOP_SYNC,     /* SYNC_WAIT: the condition does not hold */
	CS_STOP_PROGRESS, /* PROGRESS_WAIT */
	CS_STOP_RESOURCE, /* REQ_RESOURCE: not granted */
	CS_STOP_FLUSH,    /* FLUSH_CACHE2 while the stream's last one is not done */
	CS_STOP_HEAP,     /* out of tiler heap memory; cs_heap_reply() resumes */
	CS_STOP_MMU,   /* an access is stalled by its address space; cs_memory_changed() resumes */
	CS_STOP_FAULT, /* a CS_FAULT was raised; cs_ack_fault() lets it go on */
	CS_STOP_FATAL, /* a CS_FATAL was raised: the stream is dead */
	CS_STOP_DEFERRED, /* too many operations in the background: waits for one to finish */
	CS_STOP_PROTM,    /* PROT_REGION: waits for protected mode, which the model does not have */
};

/** enum cs_event - what a stream tells its owner as it happens. */
enum cs_event {
	CS_EVENT_SYNC,     /* a sync object was written with system scope: others may be waiting,
			    * and the host wants to know */
	CS_EVENT_FAULT,    /* cs->fault was filled */
	CS_EVENT_FATAL,    /* cs->fatal was filled */
	CS_EVENT_OOM,      /* cs->heap says what is missing */
	CS_EVENT_WAKE,     /* something finished in the background: cs_run() may get further */
	CS_EVENT_PROGRESS, /* the progress timer starts anew; PROGRESS_WAITs of the group look again
			    */
	CS_EVENT_SYNC_GROUP, /* a sync object was written with group scope: streams of the same
			      * group may be waiting, the host is not told */
};

/**
 * struct cs_owner - what a stream needs of whoever runs it.
 * @event: told as it happens, from cs_run() or from an event; must not call cs_run() itself.
 * @sibling: stream @index of the same group, NULL when there is none (PROGRESS_WAIT); the hook may
 * be NULL.
 * @grant: whether the group may have these endpoints now (bits as cs_wait.resource); NULL: always.
 * @endpoints: who executes RUN_*; NULL: nobody, each raises a CS_FAULT. See cs/endpoint.h.
 */
struct cs_owner {
	void (*event)(struct mali_sim *sim, struct cs *cs, enum cs_event ev);
	struct cs *(*sibling)(struct mali_sim *sim, struct cs *cs, unsigned int index);
	bool (*grant)(struct mali_sim *sim, struct cs *cs, uint32_t resources);
	const struct cs_endpoints *endpoints;
};

/** struct cs_exception - what CS_FAULT/CS_FATAL and their INFO registers show. */
struct cs_exception {
	uint8_t type;  /* cs/exception.h */
	uint32_t data; /* 24 bits */
	uint64_t info;
};

/** struct cs_wait - what a stream waits for, for the CS_STATUS_* words. */
struct cs_wait {
	uint16_t sb_mask;
	bool sync, sync64;
	bool reject; /* SYNC_WAIT: an error that the object carries is ignored */
	uint8_t cond;
	uint64_t sync_va, sync_value;
	uint32_t progress_queue;
	uint64_t progress_value;
	uint32_t resource; /* endpoints asked for: bit 0 compute, 1 fragment, 2 tiler, 3 IDVS */
};

/** struct cs_heap - the tiler heap context and the statistics the host reads when it runs out. */
struct cs_heap {
	uint64_t context; /* HEAP_SET */
	uint32_t vt_start, vt_end, frag_end;
};

/** enum cs_heap_state - where the stream is in asking the host for tiler memory. */
enum cs_heap_state {
	CS_HEAP_CLEAR,
	CS_HEAP_ASKED,   /* the host was told, CS_STOP_HEAP */
	CS_HEAP_HANDLED, /* the exception handler ran or runs: the work is tried again behind it */
	CS_HEAP_AGAIN,   /* could not ask, or was suspended before the answer: it asks again */
};

/*
 * Frames of the call stack: a G610 has 8 with the active one (decode_csf.c), the ring is the
 * lowest. An exception handler may use as many again.
 */
#define CS_CALL_DEPTH  7
#define CS_FRAME_COUNT (2 * CS_CALL_DEPTH + 1)

struct cs_frame {
	uint64_t start, pc,
	    end; /* GPU VA of the buffer, of the next instruction, of the buffer's end */
};

/** struct cs_config - what CS_INPUT says when a stream starts. */
struct cs_config {
	unsigned int as; /* address space of its group */
	unsigned int group, index;
	uint64_t ring_base;      /* in the group's address space */
	uint32_t ring_size;      /* bytes, a power of two */
	uint64_t ring_input_va;  /* in the MCU's: insert u64, extract-init u64 */
	uint64_t ring_output_va; /* in the MCU's: extract u64, active u32 */
};

/* The last instructions executed, for the log line of a fault. */
#define CS_HISTORY 4

struct cs_past {
	uint64_t pc, instr;
};

struct cs {
	struct mali_sim *sim;
	const struct cs_owner *owner;
	struct cs_config cfg;

	uint32_t regs[CS_REG_COUNT];
	uint8_t loads[CS_REG_COUNT];  /* loads in flight that will write the register */
	uint8_t stores[CS_REG_COUNT]; /* stores in flight that will read it */
	uint64_t extract;             /* ring position in bytes, free running */
	uint64_t insert;              /* as last read from the ring's input page */
	struct cs_frame call[CS_FRAME_COUNT];
	unsigned int depth;   /* 0: executing from the ring */
	unsigned int handler; /* depth of the exception handler's frame, 0: not in one */

	uint32_t sb[CS_SB_COUNT];      /* operations in flight per entry */
	uint8_t sb_endpoint, sb_other; /* SET_SB_ENTRY */
	struct cs_op *ops;             /* in flight, oldest first; owned */
	unsigned int op_count;

	enum cs_stop stop;
	struct cs_wait wait;
	struct cs_exception fault, fatal;
	bool fault_pending; /* CS_FAULT raised and not acknowledged */
	struct cs_heap heap;
	enum cs_heap_state heap_state;
	bool heap_replied;             /* the host answered */
	uint64_t heap_start, heap_end; /* what it answered */
	uint64_t handler_va;           /* SET_EXCEPTION_HANDLER, tiler OOM: 0 when there is none */
	uint32_t handler_len;
	uint64_t progress;     /* PROGRESS_STORE/LOAD counter */
	bool error;            /* the stream is in the error state until ERROR_BARRIER */
	uint64_t anchor;       /* a branch that was taken, to find endless loops */
	unsigned int branches; /* taken since */
	bool changed;          /* something but branches was executed since, or completed */
	bool spinning;         /* cs_run() met an endless loop */
	bool again; /* the instruction at the program counter was executed before and blocked */
	bool retry; /* memory changed since an access stalled */
	bool bad_config;     /* cs_start() was given something that cannot work */
	bool announce_fault; /* restored: what was pending has to be told again */
	bool announce_fatal;
	bool started;        /* between cs_start() and cs_stop_now() */
	uint32_t granted;    /* resources held (REQ_RESOURCE) */
	uint64_t count;      /* instructions executed, for statistics */
	uint64_t cost;       /* ns, of the cs_run() that is under way */
	uint64_t ring_calls; /* CALLs executed from the ring */
	struct cs_past past[CS_HISTORY];
};

/** cs_start() - begin at the position that the ring's input page gives (extract-init), registers
 * zero. A configuration that cannot work ends in CS_FATAL CS_CONFIG_FAULT at the first cs_run(). */
void cs_start(struct cs *cs, struct mali_sim *sim, const struct cs_owner *owner,
	      const struct cs_config *cfg);

/** cs_stop_now() - drop everything in flight; used for STOP, terminate and reset. Fine on a zeroed
 * struct. */
void cs_stop_now(struct cs *cs);

/**
 * cs_run() - interpret up to @budget instructions.
 * @cost_ns: receives the guest time that they take.
 *
 * Publishes extract and active to the ring's output page before it returns.
 * Return: why it stopped, also in cs->stop.
 */
enum cs_stop cs_run(struct cs *cs, unsigned int budget, uint64_t *cost_ns);

/** cs_runnable() - whether cs_run() would get further now: re-evaluates what the stream waits for.
 */
bool cs_runnable(struct cs *cs);

/** cs_idle() - nothing left in the ring, no scoreboard entry busy. */
bool cs_idle(struct cs *cs);

/** cs_in_flight() - operations in the background that a suspend has to wait for. Operations that an
 *  address space stalls do not count: they are dropped with the stream's fault. */
bool cs_in_flight(const struct cs *cs);

/** cs_ops_stalled() - whether any operation in the background is stalled by its address space. */
bool cs_ops_stalled(const struct cs *cs);

/** cs_memory_changed() - an AS command on the stream's address space finished: stalled accesses try
 * again. */
void cs_memory_changed(struct cs *cs);

/** cs_ack_fault() - the host acknowledged CS_FAULT. */
void cs_ack_fault(struct cs *cs);

/** cs_heap_reply() - the host answered an out-of-memory event. @chunk_start/@chunk_end: the new
 * chunks' list, 0/0 when it has none: then incremental rendering or failure, as the stream's
 * handler decides. */
void cs_heap_reply(struct cs *cs, uint64_t chunk_start, uint64_t chunk_end);

/** cs_pc() - GPU VA of the next instruction (CS_STATUS_CMD_PTR). */
uint64_t cs_pc(const struct cs *cs);

/** cs_busy_mask() - a bit for each busy scoreboard entry (CS_STATUS_SCOREBOARDS). */
uint16_t cs_busy_mask(const struct cs *cs);

/* Bytes that one stream takes in a suspend buffer. */
#define CS_SAVE_SIZE 1024

/** cs_save() / cs_restore() - to and from a suspend buffer image. cs_restore() checks what it reads
 * (guest memory is hostile). Return: false when it is not an image that cs_save() could have
 * written. */
void cs_save(const struct cs *cs, uint8_t image[CS_SAVE_SIZE]);
bool cs_restore(struct cs *cs, struct mali_sim *sim, const struct cs_owner *owner,
		const struct cs_config *cfg, const uint8_t image[CS_SAVE_SIZE]);

#endif /* CS_CS_H */
