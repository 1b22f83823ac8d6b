/* SPDX-License-Identifier: MIT */
/* exec.h - the functions behind isa.def's instructions, and what they share. */
#ifndef CS_EXEC_H
#define CS_EXEC_H

#include "cs/cs.h"
#include "cs/isa.h"

typedef enum cs_step cs_exec_fn(struct cs *cs, const struct cs_instr *in);

/* alu.c */
cs_exec_fn cs_exec_nop, cs_exec_move, cs_exec_move32, cs_exec_add32, cs_exec_add64, cs_exec_umin32;
/* ldst.c */
cs_exec_fn cs_exec_load_multiple, cs_exec_store_multiple;
/* flow.c */
cs_exec_fn cs_exec_branch, cs_exec_call, cs_exec_jump, cs_exec_set_exception_handler;
/* scoreboard.c */
cs_exec_fn cs_exec_wait, cs_exec_set_sb_entry;
/* sync.c */
cs_exec_fn cs_exec_sync_op, cs_exec_sync_wait;
/* flush.c */
cs_exec_fn cs_exec_flush_cache2;
/* heap.c */
cs_exec_fn cs_exec_heap_set, cs_exec_heap_operation, cs_exec_finish_fragment;
/* state.c */
cs_exec_fn cs_exec_store_state, cs_exec_error_barrier, cs_exec_trace_point, cs_exec_prot_region;
/* progress.c */
cs_exec_fn cs_exec_progress_store, cs_exec_progress_load, cs_exec_progress_wait;
/* resource.c */
cs_exec_fn cs_exec_req_resource;
/* endpoint.c */
cs_exec_fn cs_exec_run, cs_exec_run_idvs, cs_exec_finish_tiling;

/** cs_reg64() - the register pair at @reg; the caller's operands were checked. */
static inline uint64_t cs_reg64(const struct cs *cs, int64_t reg)
{
	return (uint64_t)cs->regs[reg + 1] << 32 | cs->regs[reg];
}

static inline void cs_set_reg64(struct cs *cs, int64_t reg, uint64_t value)
{
	cs->regs[reg] = (uint32_t)value;
	cs->regs[reg + 1] = (uint32_t)(value >> 32);
}

/** cs_invalid() - CS_FATAL CS_INVALID_INSTRUCTION for the instruction at the program counter; with
 * the mutation fault-silent it is skipped instead. Return: what the caller returns. */
enum cs_step cs_invalid(struct cs *cs, const struct cs_instr *in, const char *why);

/** cs_check() - an instruction's operands: registers that exist, pairs that are aligned, entries
 * that exist, values that are defined, nothing that is still in flight. Return: NULL, or why it is
 * invalid. */
const char *cs_check(struct cs *cs, const struct cs_instr *in);

/** cs_set_pc() - @pc in the current frame, or ring position when there is none. */
void cs_set_pc(struct cs *cs, uint64_t pc);

/** cs_pop() - leave frames that have nothing left. */
void cs_pop(struct cs *cs);

/** cs_enter_handler() - run the tiler-OOM handler, then the current instruction again. Return:
 * false when none is set. */
bool cs_enter_handler(struct cs *cs);

/** cs_sync_holds() - whether what SYNC_WAIT waits for (cs->wait) is so now. An access that stalls
 *  counts as yes: running finds out. */
bool cs_sync_holds(struct cs *cs);

/** cs_progress_holds() - the same for PROGRESS_WAIT. */
bool cs_progress_holds(struct cs *cs);

/** cs_flushing() - whether a flush of the stream is under way. */
bool cs_flushing(const struct cs *cs);

/** cs_heap_gate() - before work that takes tiler memory: the heap-oom fault and what follows it.
 * Return: CS_STEP_DONE when the work may go on, else what the caller returns. */
enum cs_step cs_heap_gate(struct cs *cs);

/** cs_ring_refresh() / cs_ring_publish() - read insert from the ring's input page; write extract
 * and active to the output page. Return: false when a CS_FATAL was raised, or the page is stalled
 * (CS_STOP_MMU). */
bool cs_ring_refresh(struct cs *cs);
bool cs_ring_publish(struct cs *cs, uint32_t active);

/** cs_ring_attach() - what starting and resuming have in common: owner and configuration. */
void cs_ring_attach(struct cs *cs, struct mali_sim *sim, const struct cs_owner *owner,
		    const struct cs_config *cfg);

#endif /* CS_EXEC_H */
