// SPDX-License-Identifier: MIT
/*
 * cores.c - the firmware powers shader cores and tiler: on when a group has work, off when nothing
 * ran for GLB_PWROFF_TIMER. A timer of zero leaves the cores to the host
 * (mali_kbase_csf_firmware.c: set_shader_poweroff_timer(), DISABLE_GLB_PWROFF_TIMER).
 */
#include "gpu/id.h"
#include "mcu/state.h"

/* A domain takes no new request while it is in transition (mali_kbase_pm_driver.c waits for
 * PWRTRANS). */
#define SETTLE_NS 20000

static void switch_cores(struct mali_sim *sim, bool on)
{
	struct mali_mcu *m = sim->mcu;
	void (*verb)(struct mali_sim *, enum power_domain, uint64_t) = on ? power_on : power_off;

	event_cancel(sim, &m->settle);
	if (m->cores_on == on)
		return;
	if (power_transition(sim, POWER_SHADER) || power_transition(sim, POWER_TILER)) {
		m->cores_want = on;
		event_arm_in(sim, &m->settle, SETTLE_NS);
		return;
	}
	m->cores_on = on;
	verb(sim, POWER_TILER, G610_TILER_PRESENT);
	verb(sim, POWER_SHADER, on ? m->alloc_en : power_ready(sim, POWER_SHADER));
}

void cores_busy(struct mali_sim *sim)
{
	event_cancel(sim, &sim->mcu->pwroff);
	if (sim->mcu->pwroff_ns && sim->mcu->alloc_en)
		switch_cores(sim, true);
}

void cores_idle(struct mali_sim *sim)
{
	if (sim->mcu->cores_on)
		event_arm_in(sim, &sim->mcu->pwroff, sim->mcu->pwroff_ns);
}

void cores_off(struct mali_sim *sim)
{
	event_cancel(sim, &sim->mcu->pwroff);
	switch_cores(sim, false);
}

static void pwroff_event(struct mali_sim *sim, struct event *ev)
{
	switch_cores(sim, false);
}

static void settle_event(struct mali_sim *sim, struct event *ev)
{
	if (power_l2_ready(sim))
		switch_cores(sim, sim->mcu->cores_want);
}

void cores_reset(struct mali_sim *sim)
{
	event_cancel(sim, &sim->mcu->pwroff);
	event_cancel(sim, &sim->mcu->settle);
	sim->mcu->cores_on = false;
}

void cores_init(struct mali_sim *sim)
{
	event_init(&sim->mcu->settle, settle_event);
	event_init(&sim->mcu->pwroff, pwroff_event);
}
