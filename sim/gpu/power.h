/* SPDX-License-Identifier: MIT */
/* power.h - the power domains (L2, tiler, shader cores): ready, transition, and their register
 * verbs. */
#ifndef GPU_POWER_H
#define GPU_POWER_H

#include <stdbool.h>
#include <stdint.h>

#include "gpu/event.h"

struct mali_sim;

enum power_domain { POWER_SHADER, POWER_TILER, POWER_L2, POWER_COUNT };

struct power_state {
	uint64_t ready;  /* cores that are on */
	uint64_t target; /* cores that will be on when the transition ends */
	struct event transition;
};

struct gpu_power {
	struct power_state domain[POWER_COUNT];
};

/** power_init() - called once, at creation. */
void power_init(struct mali_sim *sim);

/** power_reset() - everything off, no transition pending. */
void power_reset(struct mali_sim *sim);

/** power_on() / power_off() - what a write of @cores to the domain's PWRON or PWROFF does. */
void power_on(struct mali_sim *sim, enum power_domain d, uint64_t cores);
void power_off(struct mali_sim *sim, enum power_domain d, uint64_t cores);

/** power_ready() - cores of the domain that are on; power_transition() - those that change. */
uint64_t power_ready(struct mali_sim *sim, enum power_domain d);
uint64_t power_transition(const struct mali_sim *sim, enum power_domain d);

/** power_in_transition() - whether any domain is changing. */
bool power_in_transition(const struct mali_sim *sim);

/** power_l2_ready() - whether memory can be reached: the L2 is on. */
bool power_l2_ready(const struct mali_sim *sim);

/** power_l2_wanted() - whether the L2 is on or on its way there: 7.3's Panthor enables the MCU
 * without waiting for it, as its poll for READY also ends at 0 (panthor_gpu_block_power_on(): (mask
 * & val) == val). */
bool power_l2_wanted(const struct mali_sim *sim);

#endif /* GPU_POWER_H */
