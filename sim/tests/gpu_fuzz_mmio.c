/* SPDX-License-Identifier: MIT */
/*
 * gpu_fuzz_mmio.c - any sequence of register accesses, requests, time and words in the firmware
 * interface, on a booted GPU with a group that runs: no crash, no hang, no access outside guest
 * memory.
 *
 * Built with libFuzzer (option `fuzz`) the fuzzer makes the bytes; built without, main() plays a
 * fixed number of random ones, so that every test run has tried some.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct driver d;

/* Registers with something behind them; the rest of the window is reached through plain offsets. */
static const uint32_t registers[] = {
    0x20,   0x24,   0x28,   0x30,    0x30,    0x30,    0x88,    0x8c,    0x180,
    0x190,  0x1a0,  0x1c0,  0x1d0,   0x1e0,   0x304,   0x700,   0x700,   0x1000,
    0x1004, 0x1008, 0x2000, 0x2004,  0x2008,  0x2400,  0x2404,  0x2408,  0x240c,
    0x2410, 0x2414, 0x2418, 0x2418,  0x2430,  0x2434,  0x2440,  0x2450,  0x2458,
    0x2470, 0x2474, 0x2640, 0x10000, 0x80000, 0x80000, 0x90000, 0xa0000, 0x1f0000,
};

/* Values that pass a first check. */
static const uint32_t values[] = {
    0, 1, 2, 3, 4, 5, 6, 0x101, 0x201, 0x33304, 0x23304, 0x103, 0x50005, 14, 63, 0x1c6, 0xffffffff,
};

static const char *const requests[] = {
    "inject irq-lost",
    "inject as-stuck",
    "inject bus-fault",
    "inject slow factor=7",
    "inject reset-stuck",
    "inject power-stuck",
    "inject flush-stuck",
    "inject mcu-hang",
    "inject mcu-boot-fail",
    "inject ping-lost",
    "inject csg-req-lost",
    "inject job-hang",
    "inject mcu-fatal",
    "clear all",
    "mutate mmu-leak",
    "mutate mmu-fault-silent",
    "mutate priority-inverted",
    "mutate none",
    "mark fuzz",
    "stats",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Where a word of the interface section goes: blocks are spread over 0xc000 bytes. */
static void poke(uint16_t where, uint32_t value)
{
	uint32_t *word = (uint32_t *)(d.shared + where % 0xc000 / 4 * 4);

	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static void one(const uint8_t *op)
{
	uint32_t value;
	uint16_t where;

	memcpy(&value, op + 4, 4);
	memcpy(&where, op + 2, 2);
	switch (op[0] % 8) {
	case 0:
		fx_write(&d.fx, registers[op[1] % COUNT(registers)], values[value % COUNT(values)]);
		break;
	case 1:
		fx_write(&d.fx, registers[op[1] % COUNT(registers)], value);
		break;
	case 2:
		fx_write(&d.fx, (uint32_t)op[1] << 16 | where, value);
		break;
	case 3:
		fx_read(&d.fx, (uint32_t)(op[1] & 0x1f) << 16 | where);
		break;
	case 4:
		fx_advance(&d.fx, value % 5000000);
		break;
	case 5:
		fx_control(&d.fx, requests[op[1] % COUNT(requests)]);
		break;
	case 6:
		poke(where, value);
		break;
	case 7: /* toggle requests where they are looked at, and ring */
		poke((uint16_t)(0x2000 + where % 0x2000), values[value % COUNT(values)]);
		fx_write(&d.fx, 0x80000u + (op[1] % 3u) * 0x10000u, 1);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (drv_boot(&d)) {
		drv_group_run(&d, 0, 1, 1, 0);
		for (size_t i = 0; i + 8 <= size && i < 8 * 256; i += 8)
			one(data + i);
		fx_advance(&d.fx, 1000000);
	}
	drv_stop(&d);
	return 0;
}

#ifndef FUZZER

static void random_accesses(void)
{
	uint8_t data[8 * 256];

	srandom(3);
	for (int i = 0; i < 150; i++) {
		for (size_t k = 0; k < sizeof(data); k++)
			data[k] = (uint8_t)random();
		LLVMFuzzerTestOneInput(data, sizeof(data));
	}
}

int main(void)
{
	return check_run((struct check_test[]){TEST(random_accesses), {0}});
}

#endif
