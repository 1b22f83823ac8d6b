// SPDX-License-Identifier: MIT
/*
 * glb.c - the global interface: requests of GLB_REQ, the groups' doorbells in GLB_DB_REQ.
 *
 * GLB_REQ is looked at when doorbell 0 was rung, never by itself. A request is a bit that differs
 * from GLB_ACK and is acknowledged by making it equal, which works for bits that are toggled (PING,
 * CFG_*) and for levels (IDLE_ENABLE, COUNTER_ENABLE) alike. HALT is the exception: it is never
 * acknowledged, the firmware acts on 0 -> 1 and MCU_STATUS shows the result (panthor_fw.c,
 * mali_kbase_csf_firmware.c).
 */
#include "gpu/id.h"
#include "mcu/state.h"

/* Requests that only need an acknowledgement in this model. */
#define ACK_ONLY                                                                     \
	(GLB_COUNTER_ENABLE | GLB_PING | GLB_FWCFG_UPDATE | GLB_CFG_EVICTION_TIMER | \
	 GLB_ITER_TRACE_ENABLE)
/* Requests that are acknowledged though the model does nothing for them. */
#define NOT_MODELLED (GLB_PROTM_ENTER | GLB_PRFCNT_ENABLE | GLB_PRFCNT_SAMPLE | GLB_DEBUG_CSF)

/* Set @bits of GLB_ACK to @value's; interrupt the host for those it unmasked. */
static void glb_ack(struct mali_sim *sim, uint32_t bits, uint32_t value)
{
	struct iface *i = &sim->mcu->iface;
	uint32_t old = iface_r32(i, i->glb.out, GLB_OUT_ACK);
	uint32_t new = (old & ~bits) | (value & bits);

	if (new == old)
		return;
	iface_w32(i, i->glb.out, GLB_OUT_ACK, new);
	if ((new ^ old) & iface_r32(i, i->glb.in, GLB_IN_ACK_IRQ_MASK))
		irq_raise(sim, MALI_SIM_IRQ_JOB, JOB_IRQ_GLOBAL);
}

void glb_event(struct mali_sim *sim, uint32_t bit)
{
	struct iface *i = &sim->mcu->iface;
	uint32_t req = iface_r32(i, i->glb.in, GLB_IN_REQ);
	uint32_t ack = iface_r32(i, i->glb.out, GLB_OUT_ACK);

	if (!((req ^ ack) & bit)) /* the last one was acknowledged */
		glb_ack(sim, bit, ~ack);
}

static void configure_cores(struct mali_sim *sim)
{
	struct mali_mcu *m = sim->mcu;
	uint64_t mask = iface_r64(&m->iface, m->iface.glb.in, GLB_IN_ALLOC_EN);

	if (mask & ~G610_SHADER_PRESENT)
		complain(sim, RULE_ALLOC_EN, "GLB_ALLOC_EN=0x%llx, present 0x%llx",
			 (unsigned long long)mask, (unsigned long long)G610_SHADER_PRESENT);
	m->alloc_en = mask & G610_SHADER_PRESENT;
}

static uint64_t read_timer(struct mali_sim *sim, enum iface_word value, enum iface_word config)
{
	struct iface *i = &sim->mcu->iface;

	return mcu_timer_ns(sim, iface_r32(i, i->glb.in, value), iface_r32(i, i->glb.in, config));
}

/* Do the configuration requests in @todo. */
static void configure(struct mali_sim *sim, uint32_t todo, uint32_t req)
{
	struct mali_mcu *m = sim->mcu;
	struct iface *i = &m->iface;

	/* in units of 1024 GPU cycles (kbase: GLB_PROGRESS_TIMER_TIMEOUT_SCALE; panthor:
	 * PROGRESS_TIMEOUT_SCALE_SHIFT) */
	if (todo & GLB_CFG_PROGRESS_TIMER)
		m->progress_ns = (uint64_t)iface_r32(i, i->glb.in, GLB_IN_PROGRESS_TIMER) << 10;
	if (todo & GLB_CFG_ALLOC_EN)
		configure_cores(sim);
	if (todo & GLB_CFG_PWROFF_TIMER)
		m->pwroff_ns = read_timer(sim, GLB_IN_PWROFF_TIMER, GLB_IN_PWROFF_TIMER_CONFIG);
	gpu_cycles_firmware(sim, req & GLB_COUNTER_ENABLE);
	if (!!(req & GLB_IDLE_ENABLE) != m->idle_enabled)
		idle_configure(sim, req & GLB_IDLE_ENABLE,
			       read_timer(sim, GLB_IN_IDLE_TIMER, GLB_IN_IDLE_TIMER_CONFIG));
}

/* "ping-lost": the PING that is pending stays unanswered until the host toggles it again. */
static uint32_t without_lost(struct mali_sim *sim, uint32_t todo, uint32_t req)
{
	struct mali_mcu *m = sim->mcu;

	if (m->lost_mask & (req ^ m->lost_req)) /* toggled since */
		m->lost_mask = 0;
	if ((todo & ~m->lost_mask & GLB_PING) && inject_hit(sim, FAULT_PING_LOST)) {
		m->lost_mask = GLB_PING;
		m->lost_req = req;
	}
	return todo & ~m->lost_mask;
}

static void requests(struct mali_sim *sim)
{
	struct mali_mcu *m = sim->mcu;
	struct iface *i = &m->iface;
	uint32_t req = iface_r32(i, i->glb.in, GLB_IN_REQ);
	uint32_t todo = req ^ iface_r32(i, i->glb.out, GLB_OUT_ACK);
	bool halt = (req & GLB_HALT) && !m->halt_seen;

	m->halt_seen = req & GLB_HALT;
	todo = without_lost(sim, todo, req);
	configure(sim, todo, req);
	if (todo & NOT_MODELLED)
		log_unimp(
		    sim,
		    "GLB_REQ 0x%x: acknowledged, but protected mode, performance counters and "
		    "firmware debug are not modelled",
		    todo & NOT_MODELLED);
	glb_ack(sim,
		todo & (ACK_ONLY | NOT_MODELLED | GLB_CFG_PROGRESS_TIMER | GLB_CFG_ALLOC_EN |
			GLB_CFG_PWROFF_TIMER | GLB_IDLE_ENABLE | GLB_SLEEP),
		req);
	if (todo & GLB_SLEEP)
		mcu_sleep(sim);
	else if (halt)
		mcu_halt_request(sim);
}

void glb_service(struct mali_sim *sim, struct event *ev)
{
	struct mali_mcu *m = sim->mcu;
	struct iface *i = &m->iface;
	uint32_t rung;

	if (!mcu_enter(sim, ev))
		return;
	rung = iface_ring_ack(i, i->glb.in, GLB_IN_DB_REQ, i->glb.out, GLB_OUT_DB_ACK);
	for (unsigned int g = 0; g < MCU_GROUPS; g++)
		if (rung & BIT32(g))
			csg_doorbell(sim, &m->group[g]);
	requests(sim);
}
