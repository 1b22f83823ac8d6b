/* SPDX-License-Identifier: MIT */
/*
 * command.c - the GPU_COMMAND register. Codes, payloads and the fault register's fields are those
 * of mali_kbase_gpu_regmap_csf.h: a code in bits 7:0, a payload above it.
 */
#include "gpu/command.h"

#include "gpu/sim.h"
#include "mcu/mcu.h"

enum {
	CODE_NOP,
	CODE_RESET,
	CODE_PRFCNT,
	CODE_TIME,
	CODE_FLUSH,
	CODE_PROTECTED,
	CODE_HALT,
	CODE_CLEAR_FAULT
};
enum { RESET_FAST, RESET_SOFT, RESET_HARD };
enum { TIME_DISABLE, TIME_ENABLE };

/* Bits of GPU_IRQ_RAWSTAT. */
#define IRQ_FAULT           (1u << 0)
#define IRQ_RESET_COMPLETED (1u << 8)
#define IRQ_PRFCNT_SAMPLED  (1u << 16)
#define IRQ_CLEAN_COMPLETED (1u << 17)

/* GPU_STATUS (panthor_gpu_regs.h; bit 6: mali_kbase_gpu_regmap.h). Of the other bits there, the
 * performance counters' (2) and protected mode's (7) never show: the model has neither. */
#define STATUS_ACTIVE       (1u << 0)
#define STATUS_PWR_ACTIVE   (1u << 1)
#define STATUS_PAGE_FAULT   (1u << 4)
#define STATUS_CYCLES_COUNT (1u << 6)

/* GPU_FAULTSTATUS: bit 10 address valid, bit 11 address space valid, bits 15:12 which one. */
#define FAULT_ADDRESS_VALID (1u << 10)
#define FAULT_AS_VALID      (1u << 11)

/* Guesses: Panthor gives either 100 ms; boards are said to take tens of microseconds for a reset.
 */
#define RESET_NS 30000
#define FLUSH_NS 5000

/* LATEST_FLUSH is 24 bits wide and a submit's 0 means "none", so it never shows 0 (panthor_drm.h,
 * drm_panthor_queue_submit.latest_flush; panthor_sched.c refuses wider values). */
#define FLUSH_ID_MASK 0xffffffu

void gpu_count_flush(struct mali_sim *sim)
{
	if (mutated(sim, FLUSH_ID_STUCK))
		return;
	sim->latest_flush = (sim->latest_flush + 1) & FLUSH_ID_MASK;
	if (sim->latest_flush == 0)
		sim->latest_flush = 1;
}

/* ---- clocks ---- */

uint64_t gpu_timestamp(const struct mali_sim *sim)
{
	uint64_t hz = sim->ops.timestamp_hz, now = sim_now(sim), ticks = now;

	if (mutated(sim, TIMESTAMP_ZERO))
		return 0;
	if (hz != 0)
		ticks = now / 1000000000 * hz + now % 1000000000 * hz / 1000000000;
	return ticks + sim->timestamp_offset;
}

/* The core clock of the modelled board is 1 GHz, an RK3588's highest point: a cycle is a
 * nanosecond. */
uint64_t gpu_cycles(const struct mali_sim *sim)
{
	const struct gpu_command *c = &sim->command;

	if (mutated(sim, TIMESTAMP_ZERO))
		return 0;
	return c->cycles + (c->cycles_on ? sim_now(sim) - c->cycles_since : 0);
}

/* The counter counts while the host or the firmware wants it to. */
static void update_cycle_counter(struct mali_sim *sim)
{
	struct gpu_command *c = &sim->command;
	bool on = c->cycles_host || c->cycles_firmware;

	if (on == c->cycles_on)
		return;
	if (on)
		c->cycles_since = sim_now(sim);
	else
		c->cycles += sim_now(sim) - c->cycles_since;
	c->cycles_on = on;
}

void gpu_cycles_firmware(struct mali_sim *sim, bool on)
{
	sim->command.cycles_firmware = on;
	update_cycle_counter(sim);
}

uint32_t gpu_status(const struct mali_sim *sim)
{
	uint32_t status = 0;

	if (sim->command.resetting || sim->command.flushing || mcu_busy(sim) || mmu_any_active(sim))
		status |= STATUS_ACTIVE;
	if (power_in_transition(sim))
		status |= STATUS_PWR_ACTIVE;
	if (mmu_any_faulted(sim))
		status |= STATUS_PAGE_FAULT;
	if (sim->command.cycles_on)
		status |= STATUS_CYCLES_COUNT;
	return status;
}

/* ---- faults ---- */

void gpu_fault(struct mali_sim *sim, unsigned int as, const struct mmu_fault *fault,
	       uint16_t source_id)
{
	struct gpu_command *c = &sim->command;

	if (c->fault_status == 0) {
		c->fault_status = fault->code | (uint32_t)fault->access << 8 | FAULT_ADDRESS_VALID |
				  FAULT_AS_VALID | (as & 0xf) << 12 | (uint32_t)source_id << 16;
		c->fault_address = fault->va;
	}
	irq_raise(sim, MALI_SIM_IRQ_GPU, IRQ_FAULT);
}

/* ---- resets ---- */

static void reset_done(struct mali_sim *sim, struct event *ev)
{
	uint32_t kind = sim->command.reset_kind;

	sim_reset_parts(sim, kind == RESET_FAST);
	irq_raise(sim, MALI_SIM_IRQ_GPU, IRQ_RESET_COMPLETED);
}

static void start_reset(struct mali_sim *sim, uint32_t payload)
{
	struct gpu_command *c = &sim->command;

	if (payload > RESET_HARD) {
		complain(sim, RULE_GPU_COMMAND, "reset of kind %u", payload);
		return;
	}
	/*
	 * A hard reset is what drivers try when a soft one hangs (kbase_pm_do_reset). An injected
	 * hang (its event is not armed) lasts one reset: who has no hard one may ask again.
	 */
	if (event_armed(&c->reset_done) && payload != RESET_HARD) {
		complain(sim, RULE_COMMAND_IN_RESET, "reset of kind %u", payload);
		return;
	}
	c->resetting = true;
	c->reset_kind = payload;
	event_cancel(sim, &c->reset_done);
	if (payload == RESET_HARD || !inject_hit(sim, FAULT_RESET_STUCK))
		event_arm_in(sim, &c->reset_done, RESET_NS);
}

/* ---- cache flushes ---- */

static void flush_done(struct mali_sim *sim, struct event *ev)
{
	sim->command.flushing = false;
	gpu_count_flush(sim);
	irq_raise(sim, MALI_SIM_IRQ_GPU, IRQ_CLEAN_COMPLETED);
}

static void start_flush(struct mali_sim *sim, uint32_t payload)
{
	struct gpu_command *c = &sim->command;

	/* Bits 3:0 L2, 7:4 load/store caches, 11:8 the rest, each 0 to 3; the rest is read only and
	 * can only be invalidated (Mesa's cs_flush_mode has no other value for it). */
	if ((payload & ~0xfffu) || (payload & 0xccc)) {
		complain(sim, RULE_GPU_COMMAND, "flush of 0x%x", payload);
		return;
	}
	if (c->flushing) {
		complain(sim, RULE_FLUSH_BUSY, "flush of 0x%x while 0x%x is being done", payload,
			 c->flush_what);
		return;
	}
	c->flushing = true;
	c->flush_what = payload;
	if (!inject_hit(sim, FAULT_FLUSH_STUCK))
		event_arm_in(sim, &c->flush_done, FLUSH_NS);
}

/* ---- the register ---- */

static void clear_fault(struct mali_sim *sim)
{
	sim->command.fault_status = 0;
	sim->command.fault_address = 0;
}

static void start_time(struct mali_sim *sim, uint32_t payload)
{
	if (payload > TIME_ENABLE)
		complain(sim, RULE_GPU_COMMAND, "time command %u", payload);
	else
		sim->command.cycles_host = payload == TIME_ENABLE;
	update_cycle_counter(sim);
}

void command_write(struct mali_sim *sim, uint32_t value)
{
	uint32_t code = value & 0xff, payload = value >> 8;

	event_expire(sim, &sim->command.reset_done);
	event_expire(sim, &sim->command.flush_done);
	if (sim->command.resetting && code != CODE_RESET && code != CODE_NOP) {
		complain(sim, RULE_COMMAND_IN_RESET, "command 0x%x", value);
		return;
	}
	switch (code) {
	case CODE_NOP:
		break;
	case CODE_RESET:
		start_reset(sim, payload);
		break;
	case CODE_PRFCNT:
		/* The MCU samples for the host; a direct sample has no counters behind it yet. */
		log_unimp(sim, "GPU_COMMAND 0x%x: performance counters", value);
		irq_raise(sim, MALI_SIM_IRQ_GPU, IRQ_PRFCNT_SAMPLED);
		break;
	case CODE_TIME:
		start_time(sim, payload);
		break;
	case CODE_FLUSH:
		start_flush(sim, payload);
		break;
	case CODE_PROTECTED:
		log_unimp(sim, "GPU_COMMAND 0x%x: protected mode", value);
		break;
	case CODE_HALT:
		log_unimp(sim, "GPU_COMMAND 0x%x: finish halt", value);
		break;
	case CODE_CLEAR_FAULT:
		clear_fault(sim);
		break;
	default:
		complain(sim, RULE_GPU_COMMAND, "command 0x%x", value);
		break;
	}
}

void command_init(struct mali_sim *sim)
{
	event_init(&sim->command.reset_done, reset_done);
	event_init(&sim->command.flush_done, flush_done);
	command_reset(sim);
}

void command_reset(struct mali_sim *sim)
{
	struct gpu_command *c = &sim->command;

	event_cancel(sim, &c->reset_done);
	event_cancel(sim, &c->flush_done);
	c->resetting = false;
	c->flushing = false;
	c->cycles_on = c->cycles_host = c->cycles_firmware = false;
	c->cycles = 0;
	clear_fault(sim);
}
