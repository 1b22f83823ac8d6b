/* SPDX-License-Identifier: MIT */
/*
 * power.c - the L2, the tiler and the shader cores. A write to PWRON or PWROFF starts a transition;
 * PWRTRANS shows the cores in it; at its end READY changes and POWER_CHANGED_SINGLE is raised, and
 * POWER_CHANGED_ALL once no domain is in transition (mali_kbase_gpu_regmap_csf.h).
 *
 * While the MCU runs, its firmware powers the tiler and the shader cores (panthor_gpu.c,
 * panthor_gpu_resume()); it uses the same functions.
 */
#include "gpu/power.h"

#include "gpu/id.h"
#include "gpu/sim.h"
#include "mcu/mcu.h"

#define IRQ_POWER_CHANGED_SINGLE (1u << 9)
#define IRQ_POWER_CHANGED_ALL    (1u << 10)

/* Guesses; Panthor gives 20 ms and polls every 100 us. */
static const uint32_t transition_ns[POWER_COUNT] = {
    [POWER_SHADER] = 10000,
    [POWER_TILER] = 5000,
    [POWER_L2] = 20000,
};

static const char *const names[POWER_COUNT] = {"shader", "tiler", "L2"};

static const uint64_t present[POWER_COUNT] = {
    [POWER_SHADER] = G610_SHADER_PRESENT,
    [POWER_TILER] = G610_TILER_PRESENT,
    [POWER_L2] = G610_L2_PRESENT,
};

static enum power_domain domain_of_event(const struct mali_sim *sim, const struct event *ev)
{
	for (int d = 0; d < POWER_COUNT; d++)
		if (&sim->power.domain[d].transition == ev)
			return d;
	return POWER_L2;
}

bool power_l2_ready(const struct mali_sim *sim)
{
	return sim->power.domain[POWER_L2].ready != 0;
}

bool power_l2_wanted(const struct mali_sim *sim)
{
	return power_l2_ready(sim) || sim->power.domain[POWER_L2].target != 0;
}

bool power_in_transition(const struct mali_sim *sim)
{
	for (int d = 0; d < POWER_COUNT; d++)
		if (power_transition(sim, d))
			return true;
	return false;
}

uint64_t power_ready(struct mali_sim *sim, enum power_domain d)
{
	event_expire(sim, &sim->power.domain[d].transition);
	return sim->power.domain[d].ready;
}

uint64_t power_transition(const struct mali_sim *sim, enum power_domain d)
{
	const struct power_state *p = &sim->power.domain[d];

	return p->ready ^ p->target;
}

static void transition_done(struct mali_sim *sim, struct event *ev)
{
	enum power_domain d = domain_of_event(sim, ev);
	struct power_state *p = &sim->power.domain[d];

	p->ready = p->target;
	/* The TLBs are part of what the L2 domain powers. */
	if (d == POWER_L2 && p->ready == 0)
		mmu_flush_all(sim);
	irq_raise(sim, MALI_SIM_IRQ_GPU, IRQ_POWER_CHANGED_SINGLE);
	if (!power_in_transition(sim))
		irq_raise(sim, MALI_SIM_IRQ_GPU, IRQ_POWER_CHANGED_ALL);
}

static bool check_cores(struct mali_sim *sim, enum power_domain d, uint64_t cores)
{
	if (!(cores & ~present[d]))
		return true;
	complain(sim, RULE_POWER_ABSENT, "%s cores 0x%llx of 0x%llx", names[d],
		 (unsigned long long)cores, (unsigned long long)present[d]);
	return false;
}

static void start(struct mali_sim *sim, enum power_domain d, uint64_t target)
{
	struct power_state *p = &sim->power.domain[d];

	p->target = target;
	if (p->ready == target) {
		/* kbase waits for POWER_CHANGED after each request, changed or not. */
		irq_raise(sim, MALI_SIM_IRQ_GPU, IRQ_POWER_CHANGED_SINGLE | IRQ_POWER_CHANGED_ALL);
		return;
	}
	if ((target & ~p->ready) && inject_hit(sim, FAULT_POWER_STUCK))
		return;
	event_arm_in(sim, &p->transition, transition_ns[d]);
}

void power_on(struct mali_sim *sim, enum power_domain d, uint64_t cores)
{
	struct power_state *p = &sim->power.domain[d];

	check_cores(sim, d, cores);
	event_expire(sim, &p->transition);
	if (event_armed(&p->transition) && (p->target & cores) != cores &&
	    (power_transition(sim, d) & cores))
		complain(sim, RULE_POWER_TRANSITION, "%s on 0x%llx", names[d],
			 (unsigned long long)cores);
	if (d != POWER_L2 && !power_l2_ready(sim))
		complain(sim, RULE_POWER_NO_L2, "%s on 0x%llx", names[d],
			 (unsigned long long)cores);
	start(sim, d, p->target | (cores & present[d]));
}

void power_off(struct mali_sim *sim, enum power_domain d, uint64_t cores)
{
	struct power_state *p = &sim->power.domain[d];

	check_cores(sim, d, cores);
	event_expire(sim, &p->transition);
	if (event_armed(&p->transition) && (p->target & cores) &&
	    (power_transition(sim, d) & cores))
		complain(sim, RULE_POWER_TRANSITION, "%s off 0x%llx", names[d],
			 (unsigned long long)cores);
	if (d == POWER_L2 && mcu_read_status(sim) == MCU_ENABLED)
		complain(sim, RULE_L2_OFF_MCU, "L2 off 0x%llx", (unsigned long long)cores);
	if (d == POWER_L2 && mmu_any_active(sim))
		complain(sim, RULE_L2_OFF_AS, "L2 off 0x%llx", (unsigned long long)cores);
	start(sim, d, p->target & ~cores);
}

void power_init(struct mali_sim *sim)
{
	for (int d = 0; d < POWER_COUNT; d++)
		event_init(&sim->power.domain[d].transition, transition_done);
	power_reset(sim);
}

void power_reset(struct mali_sim *sim)
{
	for (int d = 0; d < POWER_COUNT; d++) {
		struct power_state *p = &sim->power.domain[d];

		event_cancel(sim, &p->transition);
		p->ready = 0;
		p->target = 0;
	}
	mmu_flush_all(sim);
}
