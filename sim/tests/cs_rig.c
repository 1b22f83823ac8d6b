/* SPDX-License-Identifier: MIT */
/* cs_rig.c - one command stream on the fake machine. */
#include "cs_rig.h"

#include <stddef.h>
#include <string.h>

#include "gpu/sim.h"

struct rig *rig_of(struct cs *cs)
{
	return (struct rig *)((char *)cs - offsetof(struct rig, cs));
}

static void count_event(struct mali_sim *sim, struct cs *cs, enum cs_event ev)
{
	rig_of(cs)->events[ev]++;
}

static void *map(struct rig *r, uint64_t root, uint64_t va, uint64_t size, unsigned int flags)
{
	return fx_host(&r->fx, fx_map_new(&r->fx, root, va, size, flags));
}

void rig_start(struct rig *r)
{
	memset(r, 0, sizeof(*r));
	fx_start(&r->fx);
	fx_power_l2(&r->fx);
	r->mcu_root = fx_pt_new(&r->fx);
	r->input = map(r, r->mcu_root, RIG_INPUT_VA, FX_PAGE, FX_NX);
	r->output = map(r, r->mcu_root, RIG_OUTPUT_VA, FX_PAGE, FX_NX);
	r->root = fx_pt_new(&r->fx);
	r->ring = map(r, r->root, RIG_RING_VA, RIG_RING_SIZE, FX_NX);
	r->code = map(r, r->root, RIG_CODE_VA, 0x10000, FX_NX);
	r->data = map(r, r->root, RIG_DATA_VA, 0x10000, FX_NX);
	map(r, r->root, RIG_RO_VA, FX_PAGE, FX_NX | FX_RO);
	fx_as_enable(&r->fx, 0, r->mcu_root);
	fx_as_enable(&r->fx, RIG_AS, r->root);
	r->owner = (struct cs_owner){.event = count_event};
	r->cfg = (struct cs_config){.as = RIG_AS,
				    .group = 2,
				    .index = 3,
				    .ring_base = RIG_RING_VA,
				    .ring_size = RIG_RING_SIZE,
				    .ring_input_va = RIG_INPUT_VA,
				    .ring_output_va = RIG_OUTPUT_VA};
	cs_start(&r->cs, r->fx.sim, &r->owner, &r->cfg);
}

void rig_stop(struct rig *r)
{
	cs_stop_now(&r->cs);
	fx_stop(&r->fx);
}

void rig_put(struct rig *r, uint64_t instr)
{
	r->ring[r->insert % RIG_RING_SIZE / 8] = instr;
	r->insert += 8;
	r->input[0] = r->insert;
}

enum cs_stop rig_run(struct rig *r, unsigned int budget, uint64_t *cost)
{
	enum cs_stop stop = cs_run(&r->cs, budget, cost);

	r->cost += *cost;
	mali_sim_run(r->fx.sim);
	return stop;
}

/* Beyond this nothing of a stream takes so long: what is due later is somebody else's. */
#define PATIENCE 1000000

enum cs_stop rig_go(struct rig *r)
{
	for (int i = 0; i < 10000; i++) {
		uint64_t cost;

		if (cs_runnable(&r->cs)) {
			rig_run(r, 64, &cost);
			fx_advance(&r->fx, cost);
		} else if (r->fx.deadline <= r->fx.now + PATIENCE) {
			fx_advance(&r->fx,
				   r->fx.deadline > r->fx.now ? r->fx.deadline - r->fx.now : 0);
		} else {
			break;
		}
	}
	return r->cs.stop;
}

enum cs_stop rig_job(struct rig *r, const uint64_t *instrs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		rig_put(r, instrs[i]);
	return rig_go(r);
}

uint32_t *rig_word(struct rig *r, size_t offset)
{
	return (uint32_t *)(r->data + offset);
}

uint64_t *rig_word64(struct rig *r, size_t offset)
{
	return (uint64_t *)(r->data + offset);
}
