/* SPDX-License-Identifier: MIT */
/*
 * gpu_fuzz_tables.c - any bytes as page tables and configuration: a translation ends in memory of
 * the guest or in a fault, and never elsewhere.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixture.h"
#include "gpu/sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TABLES 8u

static struct fixture fx;

/* What the model hands out has to be guest memory; a fuzzer wants a crash, a test a failed check.
 */
static void must(bool good)
{
	CHECK(good);
#ifdef FUZZER
	if (!good)
		abort();
#endif
}

static void access_at(uint64_t va, enum mmu_access access)
{
	struct mmu_fault fault = {0};
	size_t len = 8192;
	uint8_t *host = NULL;

	switch (mmu_map(fx.sim, 1, va, &len, access, (void **)&host, &fault)) {
	case MMU_OK:
		must(len >= 1 && len <= FX_PAGE);
		must(host >= fx.ram && host + len <= fx.ram + FX_RAM_SIZE);
		break;
	case MMU_FAULT:
		must(fault.va == va && fault.code >= 0x80);
		mmu_report(fx.sim, 1, &fault, 0);
		break;
	case MMU_STALL:
		break;
	}
}

/* An entry of a table: sometimes as it comes, mostly made to lead somewhere. */
static uint64_t entry(uint64_t raw, uint64_t tables)
{
	switch (raw >> 60) {
	case 0:
		return raw;
	case 1:
	case 2:
		return (raw & 0x00f0000000000fffull) | (FX_RAM_BASE + (raw & 0xfff000)) | 1;
	default:
		return (tables + (raw >> 12) % TABLES * FX_PAGE) | (raw & 0xffc) | 3;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t tables, word;

	fx_start(&fx);
	fx_power_l2(&fx);
	tables = fx_alloc(&fx, TABLES);
	for (size_t i = 0; i + 8 <= size && i < TABLES * FX_PAGE / 8; i += 8) {
		memcpy(&word, data + i, 8);
		/* Spread: each word of input makes an entry of one of the tables. */
		((uint64_t *)fx_host(&fx, tables))[i / 8 * 37 % (TABLES * 512)] =
		    entry(word, tables);
	}
	fx_as_enable(&fx, 1, tables);
	if (size >= 8) {
		memcpy(&word, data, 8);
		fx_write64(&fx, 0x2470, 6 | (word & 0x1fffffffffull & ~0xfull)); /* TRANSCFG */
		fx_as_command(&fx, 1, 1);
	}
	for (size_t i = 0; i + 8 <= size && i < 512; i += 8) {
		memcpy(&word, data + i, 8);
		access_at(word, word & 3);
		access_at(word & 0xffffffffffffull, word & 3);
		access_at((uint64_t)(i * 37 % 512) << 39 | (word & 0x7fffffffffull), word >> 2 & 3);
		if ((word & 0xff) == 0)
			fx_as_flush(&fx, 1, word & 0xfffffffff000ull, FX_PAGE);
	}
	fx_stop(&fx);
	return 0;
}

#ifndef FUZZER

static void random_tables(void)
{
	uint8_t data[4096];

	srandom(4);
	for (int i = 0; i < 200; i++) {
		for (size_t k = 0; k < sizeof(data); k++)
			data[k] = (uint8_t)random();
		LLVMFuzzerTestOneInput(data, sizeof(data));
	}
}

int main(void)
{
	return check_run((struct check_test[]){TEST(random_tables), {0}});
}

#endif
