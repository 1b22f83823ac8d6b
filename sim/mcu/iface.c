// SPDX-License-Identifier: MIT
/* iface.c - the layout of the interface section, checked against a G610, and its pages. */
#include "mcu/iface.h"

#include <stdio.h>

#include "mcu/state.h"

/* Group control blocks start one page into the section, stream control blocks 0x40 into a group's
 * (mali_kbase_csf_registers.h: GROUP_CONTROL_0, STREAM_CONTROL_0; panthor_fw.c:
 * CSF_*_CONTROL_OFFSET). */
#define GROUP_CONTROL  0x1000u
#define STREAM_CONTROL 0x40u
#define MAX_STRIDE     0x1000u

/* What Rock 5B's firmware reports (design.md: "CSF FW v1.1.0"). */
#define IFACE_VERSION 0x01010000u

/* Bytes of the blocks, as panthor_fw.h declares them; GLB_IN also holds the words up to
 * GLB_PWROFF_TIMER_CONFIG. */
#define GLB_IN_SIZE  0x90u
#define GLB_OUT_SIZE 0x1cu
#define CSG_IN_SIZE  0x58u
#define CSG_OUT_SIZE 0x20u
#define CS_IN_SIZE   0x58u
#define CS_OUT_SIZE  0xd8u

#define BASE ((uint32_t)MCU_SHARED_VA)

static enum mmu_result map_pages(struct mali_sim *sim, unsigned int first, unsigned int end,
				 struct mmu_fault *fault)
{
	struct iface *i = &sim->mcu->iface;

	for (unsigned int n = first; n < end; n++) {
		size_t len = 4096;
		void *host;
		enum mmu_result r = mmu_map(sim, MCU_AS, MCU_SHARED_VA + n * 4096ull, &len,
					    MMU_WRITE, &host, fault);

		if (r != MMU_OK)
			return r;
		i->page[n] = host;
	}
	return MMU_OK;
}

/* Whether a block of @size bytes at @va is inside the section; if so its pages count as used. */
static bool take_block(struct iface *i, uint32_t va, uint32_t size)
{
	uint32_t end = va - BASE + size;

	if (va < BASE || va % 8 || end > IFACE_PAGES * 4096u)
		return false;
	if ((end + 4095) / 4096 > i->pages)
		i->pages = (end + 4095) / 4096;
	return true;
}

static uint32_t group_control(const struct iface *i, unsigned int g)
{
	return BASE + GROUP_CONTROL + g * iface_r32(i, BASE, GLB_CTL_GROUP_STRIDE);
}

static uint32_t stream_control(const struct iface *i, unsigned int g, unsigned int s)
{
	uint32_t group = group_control(i, g);

	return group + STREAM_CONTROL + s * iface_r32(i, group, CSG_CTL_STREAM_STRIDE);
}

static const char *load_group(struct iface *i, unsigned int g)
{
	uint32_t ctl = group_control(i, g);

	i->csg[g].in = iface_r32(i, ctl, CSG_CTL_INPUT_VA);
	i->csg[g].out = iface_r32(i, ctl, CSG_CTL_OUTPUT_VA);
	if (!take_block(i, i->csg[g].in, CSG_IN_SIZE) ||
	    !take_block(i, i->csg[g].out, CSG_OUT_SIZE))
		return "a group's input or output block is outside the shared section";
	if (iface_r32(i, ctl, CSG_CTL_STREAM_NUM) != MCU_STREAMS)
		return "the image does not offer 8 streams a group";
	for (unsigned int s = 0; s < MCU_STREAMS; s++) {
		uint32_t cs = stream_control(i, g, s);

		i->cs[g][s].in = iface_r32(i, cs, CS_CTL_INPUT_VA);
		i->cs[g][s].out = iface_r32(i, cs, CS_CTL_OUTPUT_VA);
		if (!take_block(i, i->cs[g][s].in, CS_IN_SIZE) ||
		    !take_block(i, i->cs[g][s].out, CS_OUT_SIZE))
			return "a stream's input or output block is outside the shared section";
	}
	return NULL;
}

/* The control blocks have to lie in pages that are mapped before anything of them is read. */
static const char *check_strides(struct iface *i)
{
	uint32_t groups = iface_r32(i, BASE, GLB_CTL_GROUP_NUM);
	uint32_t stride = iface_r32(i, BASE, GLB_CTL_GROUP_STRIDE);

	if (groups != MCU_GROUPS)
		return "the image does not offer 8 groups";
	if (stride < STREAM_CONTROL || stride > MAX_STRIDE || stride % 4)
		return "the stride of the groups is out of range";
	return NULL;
}

static const char *check_stream_stride(struct iface *i)
{
	for (unsigned int g = 0; g < MCU_GROUPS; g++) {
		uint32_t stride = iface_r32(i, group_control(i, g), CSG_CTL_STREAM_STRIDE);

		if (stride < 12 || stride % 4 ||
		    STREAM_CONTROL + MCU_STREAMS * stride >
			iface_r32(i, BASE, GLB_CTL_GROUP_STRIDE))
			return "the stride of the streams is out of range";
	}
	return NULL;
}

enum mmu_result iface_load(struct mali_sim *sim, const char **problem, struct mmu_fault *fault)
{
	struct iface *i = &sim->mcu->iface;
	enum mmu_result r;

	*problem = NULL;
	i->pages = 0;
	r = map_pages(sim, 0, 2, fault);
	if (r != MMU_OK)
		return r;
	*problem = check_strides(i);
	if (*problem)
		return MMU_FAULT;
	/* group_control() of the slot after the last is the end of the control blocks */
	if (!take_block(i, BASE, group_control(i, MCU_GROUPS) - BASE)) {
		*problem = "the group control blocks are outside the shared section";
		return MMU_FAULT;
	}
	r = map_pages(sim, 2, i->pages, fault);
	if (r != MMU_OK)
		return r;
	*problem = check_stream_stride(i);
	i->glb.in = iface_r32(i, BASE, GLB_CTL_INPUT_VA);
	i->glb.out = iface_r32(i, BASE, GLB_CTL_OUTPUT_VA);
	if (!*problem &&
	    (!take_block(i, i->glb.in, GLB_IN_SIZE) || !take_block(i, i->glb.out, GLB_OUT_SIZE)))
		*problem = "the global input or output block is outside the shared section";
	for (unsigned int g = 0; g < MCU_GROUPS && !*problem; g++)
		*problem = load_group(i, g);
	if (*problem)
		return MMU_FAULT;
	return map_pages(sim, 0, i->pages, fault);
}

void iface_publish(struct mali_sim *sim)
{
	struct iface *i = &sim->mcu->iface;

	iface_w32(i, BASE, GLB_CTL_VERSION, IFACE_VERSION);
	iface_w32(i, BASE, GLB_CTL_FEATURES, 0);
	for (unsigned int g = 0; g < MCU_GROUPS; g++) {
		iface_w32(i, group_control(i, g), CSG_CTL_FEATURES, 0);
		iface_w32(i, group_control(i, g), CSG_CTL_SUSPEND_SIZE, MCU_SUSPEND_SIZE);
		/* no protected mode in the model; a page, because drivers allocate what is said
		 * here */
		iface_w32(i, group_control(i, g), CSG_CTL_PROTM_SUSPEND_SIZE, 4096);
		for (unsigned int s = 0; s < MCU_STREAMS; s++)
			iface_w32(i, stream_control(i, g, s), CS_CTL_FEATURES,
				  STREAM_FEATURES(CS_REG_COUNT - 1, CS_SB_COUNT));
	}
	iface_w32(i, i->glb.out, GLB_OUT_FATAL_STATUS, 0);
}

enum mmu_result iface_enter(struct mali_sim *sim, struct mmu_fault *fault)
{
	return map_pages(sim, 0, sim->mcu->iface.pages, fault);
}

uint32_t iface_ring_ack(struct iface *i, uint32_t in, enum iface_word req, uint32_t out,
			enum iface_word ack)
{
	uint32_t rung = iface_r32(i, in, req) ^ iface_r32(i, out, ack);

	if (rung) {
		iface_w32(i, out, ack, iface_r32(i, out, ack) ^ rung);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
	}
	return rung;
}
