/* SPDX-License-Identifier: MIT */
/*
 * cs_fuzz.c - any bytes as a command stream: no crash, no access outside guest memory, no run
 * without end.
 *
 * Built with libFuzzer (option `fuzz`) the fuzzer makes the bytes; built without, main() runs a
 * fixed number of random streams, so that every test run has tried some. The first bytes choose
 * what else happens: injected faults, what the host answers, which registers already point at
 * something.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "cs_rig.h"
#include "gpu/sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const requests[] = {
    "ping",
    "inject heap-oom count=3",
    "inject bus-fault",
    "mutate fault-silent",
    "inject slow factor=3",
    "mutate mmu-fault-silent",
};

/* Plausible addresses, so that not every access is a fault. */
static void point_somewhere(struct cs *cs)
{
	static const uint64_t places[] = {RIG_DATA_VA,      RIG_CODE_VA, RIG_DATA_VA + 0x100,
					  RIG_RO_VA,        RIG_HOLE_VA, RIG_DATA_VA + 0xfff8,
					  RIG_CODE_VA + 64, 64};

	for (unsigned int i = 0; i < CS_REG_COUNT; i += 2) {
		cs->regs[i] = (uint32_t)places[i / 2 % 8];
		cs->regs[i + 1] = 0;
	}
	for (unsigned int i = 6; i < CS_REG_COUNT; i += 8)
		cs->regs[i] = 8 * i; /* lengths */
}

static bool answer(struct rig *r, unsigned int round)
{
	switch (r->cs.stop) {
	case CS_STOP_FAULT:
		cs_ack_fault(&r->cs);
		return true;
	case CS_STOP_HEAP:
		cs_heap_reply(&r->cs, round & 1 ? RIG_DATA_VA + 0x4000 : 0, RIG_DATA_VA + 0x4000);
		return true;
	case CS_STOP_MMU:
	case CS_STOP_SB:
		if (round & 2)
			fx_as_disable(&r->fx, RIG_AS);
		else
			fx_as_enable(&r->fx, RIG_AS, r->root);
		cs_memory_changed(&r->cs);
		return true;
	default:
		return false;
	}
}

static void run(struct rig *r)
{
	uint8_t image[CS_SAVE_SIZE];
	uint64_t cost;

	for (unsigned int round = 0; round < 24; round++) {
		for (int i = 0; i < 50 && cs_runnable(&r->cs); i++) {
			rig_run(r, 64, &cost);
			fx_advance(&r->fx, cost);
		}
		fx_settle(&r->fx, 100000);
		if (round == 5 && !cs_in_flight(&r->cs)) {
			cs_save(&r->cs, image);
			if (!cs_restore(&r->cs, r->fx.sim, &r->owner, &r->cfg, image))
				abort(); /* what was saved has to be taken back */
			continue;
		}
		if (!answer(r, round) && !cs_runnable(&r->cs))
			break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rig r;
	size_t n;

	if (size < 16)
		return 0;
	rig_start(&r);
	fx_control(&r.fx, requests[data[0] % (sizeof(requests) / sizeof(requests[0]))]);
	point_somewhere(&r.cs);
	n = size - 8 < 0x10000 ? size - 8 : 0x10000;
	memcpy(r.code, data + 8, n);
	for (size_t i = 0; i < n / 8 && i < RIG_RING_SIZE / 8; i++)
		rig_put(&r, r.code[i]);
	run(&r);
	rig_stop(&r);
	return 0;
}

#ifndef FUZZER

/* Mostly instructions that exist with operands that do. */
static uint64_t random_instr(void)
{
	static const uint8_t ops[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  11, 16, 17, 18,
				      20, 20, 21, 21, 22, 22, 23, 24, 25, 32, 32, 33, 34, 36,
				      37, 38, 39, 40, 42, 43, 44, 47, 48, 49, 50, 51, 52, 53};
	uint64_t word = (uint64_t)random() << 33 ^ (uint64_t)random() << 11 ^ (uint64_t)random();

	word &= 0x005e5e5e00ffffffull; /* registers even and below 95 */
	if (random() % 4)
		word &= ~0xffull << 16; /* no wait mask, and loads of nothing */
	if (random() % 4)
		word &= ~0xffffull | 0x38;
	if (random() % 8 == 0)
		word |= 3ull << 16;
	return word |
	       OP(random() % 50 ? ops[(size_t)random() % sizeof(ops)] : (uint64_t)random() % 256);
}

static void random_streams(void)
{
	uint64_t stream[200];

	srandom(2);
	for (int i = 0; i < 400; i++) {
		size_t n = 3 + (size_t)random() % 190;

		stream[0] = (uint64_t)random();
		for (size_t k = 1; k < n; k++)
			stream[k] = random_instr();
		LLVMFuzzerTestOneInput((const uint8_t *)stream, n * 8);
	}
}

int main(void)
{
	return check_run((struct check_test[]){TEST(random_streams), {0}});
}

#endif
