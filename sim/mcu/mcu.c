// SPDX-License-Identifier: MIT
/*
 * mcu.c - the microcontroller that the firmware runs on: MCU_CONTROL, MCU_STATUS, boot, halt,
 * sleep.
 *
 * States and what moves between them are drawn in docs/model-mcu.md. Everything the firmware does
 * is an event; an event that finds address space 0 locked by a page-table update is parked until
 * mcu_memory_changed(), as the real MCU's accesses would stall.
 */
#include "mcu/mcu.h"

#include <errno.h>
#include <stdlib.h>

#include "mcu/state.h"

/* AS_FAULTSTATUS.SOURCE_ID of the MCU's own accesses. A guess: no public source lists the numbers.
 */
#define MCU_SOURCE_ID 0

/* The core clock, when a timer counts GPU cycles: 1 GHz, the RK3588's highest operating point. */
#define GPU_HZ 1000000000ull

static void cancel_all(struct mali_sim *sim)
{
	struct mali_mcu *m = sim->mcu;

	event_cancel(sim, &m->boot);
	event_cancel(sim, &m->service);
	event_cancel(sim, &m->halt);
	event_cancel(sim, &m->ring);
	event_cancel(sim, &m->idle);
	m->parked_count = 0;
	m->rung = 0;
	m->halting = false;
}

/* Drop the firmware with all it had: groups, timers, what it waited for. */
static void stop_firmware(struct mali_sim *sim)
{
	struct mali_mcu *m = sim->mcu;

	m->running = m->wedged = m->sleeping = false;
	cancel_all(sim);
	for (unsigned int g = 0; g < MCU_GROUPS; g++)
		csg_stop(sim, &m->group[g]);
	sched_reset(sim);
}

void mcu_set_status(struct mali_sim *sim, enum mcu_status status)
{
	if (sim->mcu->status == status)
		return;
	sim->mcu->status = status;
	irq_raise(sim, MALI_SIM_IRQ_GPU, GPU_IRQ_MCU_STATUS);
}

static void park(struct mali_mcu *m, struct event *ev)
{
	for (unsigned int n = 0; n < m->parked_count; n++)
		if (m->parked[n] == ev)
			return;
	if (m->parked_count < sizeof(m->parked) / sizeof(m->parked[0]))
		m->parked[m->parked_count++] = ev;
}

/* The MCU's own access faulted: the driver is told, the firmware answers nothing any more. */
static void mcu_faulted(struct mali_sim *sim, const struct mmu_fault *fault)
{
	log_fault(sim, "firmware: access to 0x%llx faulted with 0x%x; it stops answering",
		  (unsigned long long)fault->va, fault->code);
	mmu_report(sim, MCU_AS, fault, MCU_SOURCE_ID);
	sim->mcu->wedged = true;
}

bool mcu_enter(struct mali_sim *sim, struct event *ev)
{
	struct mali_mcu *m = sim->mcu;
	struct mmu_fault fault;

	if (!m->running || m->wedged)
		return false;
	switch (iface_enter(sim, &fault)) {
	case MMU_OK:
		return true;
	case MMU_STALL:
		if (ev)
			park(m, ev);
		return false;
	default:
		mcu_faulted(sim, &fault);
		return false;
	}
}

/* A boot that the firmware cannot get through leaves MCU_STATUS at FATAL. */
static void boot_failed(struct mali_sim *sim, const char *why)
{
	log_note(sim, "info", "firmware does not boot: %s", why);
	mcu_set_status(sim, MCU_FATAL);
}

/* Acknowledge words live in the section and survive a warm boot, so the events that the host has
 * not acknowledged are those in which request and acknowledgement differ. */
static void adopt_events(struct mali_mcu *m)
{
	struct iface *i = &m->iface;

	for (unsigned int g = 0; g < MCU_GROUPS; g++) {
		struct group *grp = &m->group[g];

		grp->raised = (iface_r32(i, i->csg[g].in, CSG_IN_REQ) ^
			       iface_r32(i, i->csg[g].out, CSG_OUT_ACK)) &
			      CSG_EVENTS;
		for (unsigned int s = 0; s < MCU_STREAMS; s++)
			grp->stream[s].raised = (iface_r32(i, i->cs[g][s].in, CS_IN_REQ) ^
						 iface_r32(i, i->cs[g][s].out, CS_OUT_ACK)) &
						CS_EVENTS;
	}
}

static void booted(struct mali_sim *sim)
{
	struct mali_mcu *m = sim->mcu;
	struct iface *i = &m->iface;

	iface_publish(sim);
	adopt_events(m);
	m->running = true;
	m->wedged = m->sleeping = false;
	m->lost_mask = 0;
	m->idle_enabled = m->idle_told = m->was_busy = false;
	m->progress_ns = 0;
	m->pwroff_ns = 0;
	m->alloc_en = 0;
	m->halt_seen = iface_r32(i, i->glb.in, GLB_IN_REQ) & GLB_HALT;
	if (m->halt_seen)
		complain(sim, RULE_MCU_BOOT_HALT, "the firmware ignores it until it is cleared");
	mcu_set_status(sim, MCU_ENABLED);
	log_note(sim, "info", "firmware booted");
	irq_raise(sim, MALI_SIM_IRQ_JOB, JOB_IRQ_GLOBAL);
}

static void boot_event(struct mali_sim *sim, struct event *ev)
{
	struct mmu_fault fault;
	const char *problem;

	if (inject_hit(sim, FAULT_MCU_BOOT_FAIL))
		return;
	if (!power_l2_ready(sim) && power_l2_wanted(sim)) {
		event_arm_in(sim, ev, COST_BOOT);
		return;
	}
	if (!power_l2_ready(sim)) {
		complain(sim, RULE_MCU_BOOT_L2, "MCU_CONTROL=%u", sim->mcu->control);
		boot_failed(sim, "the L2 is off");
		return;
	}
	if (!mmu_as_enabled(sim, MCU_AS)) {
		complain(sim, RULE_MCU_BOOT_AS, "MCU_CONTROL=%u", sim->mcu->control);
		boot_failed(sim, "address space 0 is unmapped");
		return;
	}
	switch (iface_load(sim, &problem, &fault)) {
	case MMU_OK:
		booted(sim);
		return;
	case MMU_STALL:
		park(sim->mcu, ev);
		return;
	default:
		if (!problem)
			mmu_report(sim, MCU_AS, &fault, MCU_SOURCE_ID);
		boot_failed(sim, problem ? problem : "the shared section is not mapped");
	}
}

static void start_boot(struct mali_sim *sim)
{
	const struct fault *slow = inject_peek(sim, FAULT_MCU_SLOW_BOOT);
	uint64_t delay = COST_BOOT;

	if (slow) {
		delay += slow->delay == UINT64_MAX ? 0 : slow->delay;
		inject_hit(sim, FAULT_MCU_SLOW_BOOT);
	}
	stop_firmware(sim);
	mcu_set_status(sim, MCU_DISABLED);
	event_arm_in(sim, &sim->mcu->boot, delay);
}

void mcu_write_control(struct mali_sim *sim, uint32_t value)
{
	struct mali_mcu *m = sim->mcu;
	uint32_t request = value & MCU_CONTROL_REQ_MASK;
	bool doorbells = (m->control ^ value) == MCU_CONTROL_DB_DISABLE;

	if ((value & ~(MCU_CONTROL_REQ_MASK | MCU_CONTROL_DB_DISABLE)) || request == 3) {
		complain(sim, RULE_MCU_CONTROL_VALUE, "MCU_CONTROL=0x%x", value);
		if (request == 3)
			return;
	}
	m->control = value & (MCU_CONTROL_REQ_MASK | MCU_CONTROL_DB_DISABLE);
	if (request == MCU_CONTROL_DISABLE) {
		stop_firmware(sim);
		cores_off(sim);
		mcu_set_status(sim, MCU_DISABLED);
		return;
	}
	if (m->sleeping || doorbells)
		return; /* only bit 31 changes; a doorbell wakes a sleeping MCU */
	if (m->status == MCU_ENABLED || event_armed(&m->boot)) {
		complain(sim, RULE_MCU_ENABLE_TWICE, "MCU_CONTROL=%u", value);
		return;
	}
	start_boot(sim);
}

uint32_t mcu_read_control(const struct mali_sim *sim)
{
	return sim->mcu->control;
}

uint32_t mcu_read_status(const struct mali_sim *sim)
{
	return sim->mcu->status;
}

/* GLB_HALT or GLB_SLEEP is done, or a sleeping MCU was woken. */
static void halt_event(struct mali_sim *sim, struct event *ev)
{
	struct mali_mcu *m = sim->mcu;

	if (m->sleeping) {
		m->sleeping = false;
		m->running = true;
		mcu_set_status(sim, MCU_ENABLED);
		event_arm_in(sim, &m->service, COST_DOORBELL);
		publish_all(sim);
		for (unsigned int g = 0; g < MCU_GROUPS; g++)
			sched_kick_group(sim, &m->group[g]);
		return;
	}
	stop_firmware(sim);
	cores_off(sim);
	mcu_set_status(sim, MCU_HALTED);
}

void mcu_halt_request(struct mali_sim *sim)
{
	struct mali_mcu *m = sim->mcu;

	for (unsigned int g = 0; g < MCU_GROUPS; g++)
		if (m->group[g].state != GROUP_OFF)
			complain(sim, RULE_HALT_GROUPS, "group slot %u", g);
	m->halting = true;
	event_arm_in(sim, &m->halt, COST_HALT);
}

void mcu_sleep(struct mali_sim *sim)
{
	struct mali_mcu *m = sim->mcu;

	for (unsigned int g = 0; g < MCU_GROUPS; g++)
		for (unsigned int s = 0; s < MCU_STREAMS; s++)
			sched_remove(sim, &m->group[g].stream[s]);
	m->sleeping = true;
	m->running = false;
	cores_off(sim);
	mcu_set_status(sim, MCU_HALTED);
}

/* The injections that make the whole firmware go away strike when it is next asked for something.
 */
static bool struck(struct mali_sim *sim)
{
	if (inject_hit(sim, FAULT_MCU_FATAL)) {
		stop_firmware(sim);
		mcu_set_status(sim, MCU_FATAL);
		return true;
	}
	if (inject_hit(sim, FAULT_MCU_HANG)) {
		stop_firmware(sim); /* MCU_STATUS keeps saying ENABLED */
		return true;
	}
	return false;
}

static uint32_t enabled_spaces(const struct mali_sim *sim)
{
	uint32_t enabled = 0;

	for (unsigned int as = 0; as < MMU_AS_COUNT; as++)
		if (mmu_as_enabled(sim, as))
			enabled |= BIT32(as);
	return enabled;
}

void mcu_doorbell(struct mali_sim *sim, unsigned int n)
{
	struct mali_mcu *m = sim->mcu;

	if (n == 0)
		m->enabled_at_ring = enabled_spaces(sim);
	if (m->control & MCU_CONTROL_DB_DISABLE)
		return;
	if (m->sleeping && n == 0) {
		if (!event_armed(&m->halt))
			event_arm_in(sim, &m->halt, COST_WAKE);
		return;
	}
	if (!m->running || m->wedged || m->halting || struck(sim))
		return;
	if (n == 0) {
		if (!event_armed(&m->service))
			event_arm_in(sim, &m->service, COST_DOORBELL);
	} else if (n < MCU_DOORBELLS) {
		m->rung |= BIT32(n);
		if (!event_armed(&m->ring))
			event_arm_in(sim, &m->ring, COST_RING);
	}
}

static void ring_event(struct mali_sim *sim, struct event *ev)
{
	struct mali_mcu *m = sim->mcu;
	uint32_t rung = m->rung;

	m->rung = 0;
	for (unsigned int g = 0; g < MCU_GROUPS; g++)
		for (unsigned int s = 0; s < MCU_STREAMS; s++) {
			struct stream *st = &m->group[g].stream[s];

			if (st->started && rung >> st->doorbell & 1)
				sched_kick(sim, st);
		}
}

void mcu_memory_changed(struct mali_sim *sim, unsigned int as)
{
	struct mali_mcu *m = sim->mcu;

	if (as == MCU_AS) {
		unsigned int count = m->parked_count;

		m->parked_count = 0;
		for (unsigned int n = 0; n < count; n++)
			event_arm_in(sim, m->parked[n], 0);
		publish_all(sim);
	}
	sched_memory_changed(sim, as);
}

static uint64_t timestamp_hz(const struct mali_sim *sim)
{
	return sim->ops.timestamp_hz ? sim->ops.timestamp_hz : 1000000000ull;
}

uint64_t mcu_timer_ns(struct mali_sim *sim, uint32_t value, uint32_t config)
{
	/* Timer words count in units of 1024 ticks, or single ticks with NO_MODIFIER (kbase's
	 * convert_dur_to_idle_count()); ticks are the system timer's or the core clock's. */
	uint64_t ticks = (uint64_t)(value & TIMER_VALUE_MASK)
			 << (config & TIMER_CONFIG_NO_SHIFT ? 0 : 10);
	uint64_t hz = value & TIMER_SOURCE_GPU ? GPU_HZ : timestamp_hz(sim);

	return (uint64_t)((unsigned __int128)ticks * 1000000000u / hz);
}

int mcu_init(struct mali_sim *sim)
{
	struct mali_mcu *m = calloc(1, sizeof(*m));

	if (!m) {
		errno = ENOMEM;
		return -1;
	}
	sim->mcu = m;
	event_init(&m->boot, boot_event);
	event_init(&m->service, glb_service);
	event_init(&m->halt, halt_event);
	event_init(&m->ring, ring_event);
	for (unsigned int g = 0; g < MCU_GROUPS; g++)
		csg_init(sim, &m->group[g], g);
	sched_init(sim);
	idle_init(sim);
	cores_init(sim);
	return 0;
}

void mcu_free(struct mali_sim *sim)
{
	if (!sim->mcu)
		return;
	stop_firmware(sim);
	cores_reset(sim);
	free(sim->mcu);
	sim->mcu = NULL;
}

void mcu_reset(struct mali_sim *sim)
{
	stop_firmware(sim);
	cores_reset(sim);
	sim->mcu->control = 0;
	sim->mcu->status = MCU_DISABLED;
}

int mcu_busy(const struct mali_sim *sim)
{
	const struct mali_mcu *m = sim->mcu;

	for (unsigned int n = 0; n < MCU_HWIFS; n++)
		if (m->hwif[n].stream)
			return 1;
	for (unsigned int g = 0; g < MCU_GROUPS; g++)
		for (unsigned int s = 0; s < MCU_STREAMS; s++)
			if (m->group[g].stream[s].ready || cs_in_flight(&m->group[g].stream[s].cs))
				return 1;
	return 0;
}
