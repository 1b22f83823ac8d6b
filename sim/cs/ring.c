/* SPDX-License-Identifier: MIT */
/*
 * ring.c - the ring buffer's input and output pages.
 *
 * Input: insert at 0, extract-init at 8; output: extract at 0, active at 8
 * (mali_kbase_csf_registers.h, CS_USER_INPUT_BLOCK and CS_USER_OUTPUT_BLOCK). Both live in the
 * MCU's address space (panthor_fw.c: panthor_fw_alloc_queue_iface_mem()). Offsets are bytes and run
 * freely; the ring is a power of two.
 */
#include "cs/exception.h"
#include "cs/exec.h"
#include "cs/mem.h"
#include "gpu/sim.h"

static bool reach(struct cs *cs, uint64_t va, enum mmu_access access, void **host)
{
	switch (cs_mem_map_mcu(cs, va, 8, access, host)) {
	case CS_MEM_OK:
		return true;
	case CS_MEM_STALL:
		cs->stop = CS_STOP_MMU;
		return false;
	default:
		cs_raise_fatal(cs, CS_EXC_CS_CONFIG_FAULT, 0, va);
		return false;
	}
}

bool cs_ring_refresh(struct cs *cs)
{
	uint64_t insert;
	void *host;

	if (!reach(cs, cs->cfg.ring_input_va, MMU_READ, &host))
		return false;
	insert = cs_get64(host);
	/* More in the ring than fits, or half an instruction: the positions are not ones. */
	if (insert & 7 || insert - cs->extract > cs->cfg.ring_size) {
		complain(cs->sim, RULE_CS_RING_OVERRUN,
			 "CSG %u CS %u: insert 0x%llx extract 0x%llx size 0x%x", cs->cfg.group,
			 cs->cfg.index, (unsigned long long)insert, (unsigned long long)cs->extract,
			 cs->cfg.ring_size);
		cs_raise_fatal(cs, CS_EXC_CS_CONFIG_FAULT, 0, insert);
		return false;
	}
	cs->insert = insert;
	return true;
}

bool cs_ring_publish(struct cs *cs, uint32_t active)
{
	enum cs_stop stop = cs->stop;
	void *extract, *state;

	if (!reach(cs, cs->cfg.ring_output_va, MMU_WRITE, &extract) ||
	    !reach(cs, cs->cfg.ring_output_va + 8, MMU_WRITE, &state)) {
		if (stop == CS_STOP_FATAL)
			cs->stop = stop;
		return false;
	}
	cs_put64(extract, cs->extract);
	cs_put32(state, active);
	return true;
}

static bool config_works(const struct cs_config *cfg)
{
	return cfg->as < MMU_AS_COUNT && cfg->ring_size >= 64 &&
	       !(cfg->ring_size & (cfg->ring_size - 1)) && !(cfg->ring_base & 63) &&
	       !(cfg->ring_input_va & 7) && !(cfg->ring_output_va & 7);
}

/* Everything that does not come from the host or from an image. */
void cs_ring_attach(struct cs *cs, struct mali_sim *sim, const struct cs_owner *owner,
		    const struct cs_config *cfg)
{
	cs->sim = sim;
	cs->owner = owner;
	cs->cfg = *cfg;
	cs->started = true;
	cs->bad_config = !config_works(cfg);
}

void cs_start(struct cs *cs, struct mali_sim *sim, const struct cs_owner *owner,
	      const struct cs_config *cfg)
{
	void *host;

	cs_stop_now(cs);
	*cs = (struct cs){0};
	cs_ring_attach(cs, sim, owner, cfg);
	if (cs->bad_config)
		return;
	if (cs_mem_map_mcu(cs, cfg->ring_input_va + 8, 8, MMU_READ, &host) != CS_MEM_OK) {
		cs->bad_config = true;
		return;
	}
	cs->extract = cs_get64(host);
	cs->insert = cs->extract;
	if (cs->extract & 7)
		cs->bad_config = true;
}
