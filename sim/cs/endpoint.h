/* SPDX-License-Identifier: MIT */
/*
 * endpoint.h - the boundary to the shader cores and the tiler.
 *
 * A RUN_* instruction becomes a task: a snapshot of the stream's registers and the instruction.
 * Whoever executes such work attaches a table to the stream's owner. With none attached each RUN_*
 * raises CS_FAULT INSTR_INVALID_ENC, which is what shader cores report of an instruction that they
 * cannot decode (mali_kbase_csf_registers.h: CS_FAULT_EXCEPTION_TYPE_INSTR_INVALID_ENC):
 * recoverable, and true: these decode none.
 */
#ifndef CS_ENDPOINT_H
#define CS_ENDPOINT_H

#include <stdint.h>

#include "cs/cs.h"
#include "cs/isa.h"

/**
 * struct cs_task - work for an endpoint.
 * @kind: CS_OP_RUN_COMPUTE, RUN_COMPUTE_INDIRECT, RUN_IDVS, RUN_TILING, RUN_FULLSCREEN or
 * RUN_FRAGMENT.
 * @in: the instruction, decoded. @pc: where it is.
 * @as: address space. @granted: endpoints that the stream holds.
 * @regs: the registers when it was issued.
 * @heap: tiler heap context.
 * @priv: the endpoint's own.
 */
struct cs_task {
	enum cs_opcode kind;
	struct cs_instr in;
	uint64_t pc;
	unsigned int as, group, stream;
	uint32_t granted;
	uint32_t regs[CS_REG_COUNT];
	struct cs_heap heap;
	struct cs_op *op;
	void *priv;
};

/**
 * struct cs_endpoints - who executes tasks.
 * @start: begin; ends in cs_task_done(), later or before it returns.
 * @cancel: the stream was stopped: forget @task, which is freed afterwards.
 */
struct cs_endpoints {
	void (*start)(struct mali_sim *sim, struct cs_task *task);
	void (*cancel)(struct mali_sim *sim, struct cs_task *task);
};

/** cs_task_done() - the endpoint is through with @task, which is freed. @fault: NULL, or what went
 *  wrong: raised as CS_FAULT. */
void cs_task_done(struct cs_task *task, const struct cs_exception *fault);

/** cs_task_drop() - the stream lets go of a task that is under way. */
void cs_task_drop(struct cs *cs, struct cs_task *task);

#endif /* CS_ENDPOINT_H */
