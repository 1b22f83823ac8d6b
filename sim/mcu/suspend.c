// SPDX-License-Identifier: MIT
/*
 * suspend.c - suspend buffers: a group's streams written to, and started again from, guest memory.
 *
 * The layout is the model's own (a driver must not look inside): a header of 64 bytes, then
 * CS_SAVE_SIZE bytes for each of the 8 streams. Guest memory is hostile: everything that is read
 * back is checked, here and in cs_restore().
 */
#include <string.h>

#include "mcu/state.h"

#define SUSPEND_MAGIC   0x50535554u /* "TUSP" */
#define SUSPEND_VERSION 1u

/* Source id of the firmware's accesses, as in mcu.c. */
#define SUSPEND_SOURCE_ID 0

struct suspend_header {
	uint32_t magic, version;
	uint32_t started; /* a bit for each stream that follows */
	uint32_t sum;     /* of everything after the header */
};

/* A plain sum catches a buffer that was overwritten or never written; it is no protection against
 * intent. */
static uint32_t checksum(const uint8_t *image, size_t n)
{
	uint32_t sum = SUSPEND_MAGIC;

	for (size_t k = 0; k < n; k++)
		sum = (sum << 5 | sum >> 27) ^ image[k];
	return sum;
}

static enum mmu_result report(struct mali_sim *sim, const struct mmu_fault *fault)
{
	log_fault(sim, "firmware: suspend buffer access to 0x%llx faulted with 0x%x",
		  (unsigned long long)fault->va, fault->code);
	mmu_report(sim, MCU_AS, fault, SUSPEND_SOURCE_ID);
	return MMU_FAULT;
}

enum mmu_result suspend_save(struct mali_sim *sim, struct group *g)
{
	uint8_t image[MCU_SUSPEND_SIZE] = {0};
	struct suspend_header h = {.magic = SUSPEND_MAGIC, .version = SUSPEND_VERSION};
	struct mmu_fault fault;
	enum mmu_result r;

	for (unsigned int s = 0; s < MCU_STREAMS; s++) {
		if (!g->stream[s].started)
			continue;
		h.started |= BIT32(s);
		cs_save(&g->stream[s].cs, image + MCU_SUSPEND_HEADER + s * CS_SAVE_SIZE);
	}
	h.sum = checksum(image + MCU_SUSPEND_HEADER, sizeof(image) - MCU_SUSPEND_HEADER);
	memcpy(image, &h, sizeof(h));
	r = mmu_write(sim, MCU_AS, g->suspend_buf, image, sizeof(image), &fault);
	return r == MMU_FAULT ? report(sim, &fault) : r;
}

static enum mmu_result refuse(struct mali_sim *sim, struct group *g, const char *why)
{
	complain(sim, RULE_CSG_RESUME_IMAGE, "slot %u, buffer 0x%llx: %s", g->index,
		 (unsigned long long)g->suspend_buf, why);
	return MMU_FAULT;
}

/* "suspend-lose": the registers do not come back. */
static void lose_registers(struct mali_sim *sim, struct stream *s)
{
	if (mutated(sim, SUSPEND_LOSE))
		memset(s->cs.regs, 0, sizeof(s->cs.regs));
}

static enum mmu_result load_streams(struct mali_sim *sim, struct group *g, const uint8_t *image,
				    uint32_t started)
{
	for (unsigned int n = 0; n < MCU_STREAMS; n++) {
		struct stream *s = &g->stream[n];
		struct cs_config cfg;

		if (!(started & BIT32(n)))
			continue;
		stream_config(sim, s, &cfg);
		if (!cs_restore(&s->cs, sim, &stream_owner, &cfg,
				image + MCU_SUSPEND_HEADER + n * CS_SAVE_SIZE))
			return refuse(sim, g, "a stream's state is malformed");
		stream_adopt(sim, s);
		lose_registers(sim, s);
		sched_kick(sim, s);
	}
	return MMU_OK;
}

enum mmu_result suspend_load(struct mali_sim *sim, struct group *g)
{
	uint8_t image[MCU_SUSPEND_SIZE];
	struct suspend_header h;
	struct mmu_fault fault;
	enum mmu_result r = mmu_read(sim, MCU_AS, g->suspend_buf, image, sizeof(image), &fault);

	if (r == MMU_FAULT)
		return report(sim, &fault);
	if (r != MMU_OK)
		return r;
	memcpy(&h, image, sizeof(h));
	if (h.magic != SUSPEND_MAGIC || h.version != SUSPEND_VERSION || h.started >> MCU_STREAMS)
		return refuse(sim, g, "no suspended group in it");
	if (h.sum != checksum(image + MCU_SUSPEND_HEADER, sizeof(image) - MCU_SUSPEND_HEADER))
		return refuse(sim, g, "its contents changed since the suspend");
	return load_streams(sim, g, image, h.started);
}
