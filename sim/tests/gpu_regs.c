/* SPDX-License-Identifier: MIT */
/* What the GPU says it is, its clocks, its interrupt blocks, and the window's edges. */
#include "check.h"
#include "fixture.h"

#include "gpu/sim.h"

#define GPU_IRQ_RAWSTAT 0x20
#define GPU_IRQ_CLEAR   0x24
#define GPU_IRQ_MASK    0x28
#define GPU_IRQ_STATUS  0x2c
#define GPU_COMMAND     0x30
#define GPU_STATUS      0x34
#define CYCLES_ACTIVE   (1u << 6)
#define CYCLE_COUNT     0x90
#define TIMESTAMP       0x98
#define TS_OFFSET       0x88
#define LATEST_FLUSH    0x10000

static struct fixture fx;

/* The kernel log of a Rock 5B and Mesa's dump of a G610; not taken from id.h. */
static void reports_a_g610(void)
{
	static const struct {
		uint32_t offset, value;
	} want[] = {
	    {0x000, 0xa8670005}, {0x004, 0x07120306}, {0x008, 0},          {0x00c, 0x809},
	    {0x010, 0x301},      {0x014, 0x2830},     {0x018, 0xff},       {0x01c, 0x040a0412},
	    {0x060, 0},          {0x064, 0},          {0x0a0, 2048},       {0x0a4, 1024},
	    {0x0a8, 1024},       {0x0ac, 0x04010000}, {0x0b0, 0xc1ffff9e}, {0x100, 0x50005},
	    {0x104, 0},          {0x110, 1},          {0x114, 0},          {0x120, 1},
	    {0x124, 0},          {0x280, 0},          {0x300, 0},          {0x304, 31},
	};

	fx_start(&fx);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		if (fx_read(&fx, want[i].offset) != want[i].value)
			check_failed(__FILE__, __LINE__, "register 0x%x is 0x%x, not 0x%x",
				     want[i].offset, fx_read(&fx, want[i].offset), want[i].value);
	CHECK_EQ(fx_logged(&fx, "unimp"), 0);
	fx_stop(&fx);
}

static void unknown_registers_read_zero_and_say_so_once(void)
{
	fx_start(&fx);
	CHECK_EQ(fx_read(&fx, 0x3000), 0);
	CHECK_EQ(fx_read(&fx, 0x3000), 0);
	fx_write(&fx, 0x3000, 1);
	CHECK_EQ(fx_logged(&fx, "] unimp register 0x03000"), 1);
	fx_write(&fx, 0x3004, 7);
	CHECK_EQ(fx_logged(&fx, "] unimp "), 2);
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void later_architectures_registers_are_not_there(void)
{
	static const uint32_t later[] = {0xc0,  0xd0,  0xd4,  0xd8,  0xdc,
					 0x188, 0x320, 0x340, 0x35c, 0x708};

	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
		fx_start(&fx);
		fx_write(&fx, later[i], 1);
		CHECK_EQ(fx_read(&fx, later[i]), 0);
		CHECK_EQ(fx_logged(&fx, "of a later architecture"), 1);
		CHECK_EQ(fx_complaints(&fx), 0);
		CHECK(regs_name(later[i]) != NULL);
		fx_stop(&fx);
	}
}

static void timestamp_counts_at_the_cpu_rate(void)
{
	uint64_t a, b;

	fx.timestamp_hz = 24000000; /* an RK3588's */
	fx_start(&fx);
	a = fx_read64(&fx, TIMESTAMP);
	CHECK_EQ(a, 24000000);
	fx_advance(&fx, 500000000);
	CHECK_EQ(fx_read64(&fx, TIMESTAMP), 36000000);
	fx_write64(&fx, TS_OFFSET, 0x100000000ull);
	b = fx_read64(&fx, TIMESTAMP);
	CHECK_EQ(b, 0x100000000ull + 36000000);
	CHECK_EQ(fx_read64(&fx, TS_OFFSET), 0x100000000ull);
	fx_stop(&fx);
	fx.timestamp_hz = 0;
	fx_start(&fx);
	CHECK_EQ(fx_read64(&fx, TIMESTAMP), 1000000000);
	fx_stop(&fx);
}

static void cycle_counter_starts_and_stops(void)
{
	fx_start(&fx);
	fx_advance(&fx, 1000);
	CHECK_EQ(fx_read64(&fx, CYCLE_COUNT), 0);
	CHECK_EQ(fx_read(&fx, GPU_STATUS) & CYCLES_ACTIVE, 0);
	fx_write(&fx, GPU_COMMAND, 3 | 1 << 8);
	fx_advance(&fx, 1000);
	CHECK_EQ(fx_read64(&fx, CYCLE_COUNT), 1000);
	CHECK_EQ(fx_read(&fx, GPU_STATUS) & CYCLES_ACTIVE, CYCLES_ACTIVE);
	fx_write(&fx, GPU_COMMAND, 3 | 1 << 8); /* already on */
	fx_advance(&fx, 500);
	fx_write(&fx, GPU_COMMAND, 3);
	fx_advance(&fx, 1000);
	CHECK_EQ(fx_read64(&fx, CYCLE_COUNT), 1500);
	CHECK_EQ(fx_read(&fx, GPU_STATUS) & CYCLES_ACTIVE, 0);
	fx_write(&fx, GPU_COMMAND, 3 | 1 << 8);
	fx_advance(&fx, 5);
	CHECK_EQ(fx_read64(&fx, CYCLE_COUNT), 1505);
	/* the firmware keeps it going when the host stops it */
	gpu_cycles_firmware(fx.sim, true);
	fx_write(&fx, GPU_COMMAND, 3);
	fx_advance(&fx, 10);
	CHECK_EQ(fx_read64(&fx, CYCLE_COUNT), 1515);
	gpu_cycles_firmware(fx.sim, false);
	fx_advance(&fx, 10);
	CHECK_EQ(fx_read64(&fx, CYCLE_COUNT), 1515);
	fx_stop(&fx);
}

static void an_interrupt_line_follows_status(void)
{
	fx_start(&fx);
	fx_write(&fx, GPU_IRQ_RAWSTAT, 1 << 8); /* writable, to test the line */
	CHECK_EQ(fx_read(&fx, GPU_IRQ_RAWSTAT), 1 << 8);
	CHECK_EQ(fx_read(&fx, GPU_IRQ_STATUS), 0);
	CHECK(!fx.line[MALI_SIM_IRQ_GPU]);
	fx_write(&fx, GPU_IRQ_MASK, 1 << 8);
	CHECK(fx.line[MALI_SIM_IRQ_GPU]);
	CHECK_EQ(fx_read(&fx, GPU_IRQ_STATUS), 1 << 8);
	fx_write(&fx, GPU_IRQ_MASK, 0);
	CHECK(!fx.line[MALI_SIM_IRQ_GPU]);
	fx_write(&fx, GPU_IRQ_MASK, 3 << 8);
	fx_write(&fx, GPU_IRQ_CLEAR, 1 << 9);
	CHECK(fx.line[MALI_SIM_IRQ_GPU]);
	fx_write(&fx, GPU_IRQ_CLEAR, 1 << 8);
	CHECK(!fx.line[MALI_SIM_IRQ_GPU]);
	CHECK(!fx.line[MALI_SIM_IRQ_JOB] && !fx.line[MALI_SIM_IRQ_MMU]);
	fx_stop(&fx);
}

static void all_blocks_are_apart(void)
{
	static const uint32_t base[] = {0x1000, 0x2000, 0x20};

	fx_start(&fx);
	for (int i = 0; i < MALI_SIM_IRQ_COUNT; i++) {
		fx_write(&fx, base[i] + 8, 1);
		fx_write(&fx, base[i], 1);
		for (int j = 0; j < MALI_SIM_IRQ_COUNT; j++)
			CHECK_EQ(fx.line[j], j <= i);
	}
	fx_stop(&fx);
}

static void panthor_may_clear_and_unmask_everything(void)
{
	fx_start(&fx);
	fx_write(&fx, 0x1004, UINT32_MAX);
	fx_write(&fx, 0x1008, UINT32_MAX);
	fx_write(&fx, 0x2004, UINT32_MAX);
	fx_write(&fx, 0x2008, UINT32_MAX);
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void plain_words_remember_until_reset(void)
{
	fx_start(&fx);
	fx_write(&fx, 0x304, 0);
	fx_write(&fx, 0x48, 0x1234);
	fx_write(&fx, 0x40010, 0x5678);
	fx_write(&fx, 0x40000, 1);
	CHECK_EQ(fx_read(&fx, 0x40010), 0x5678);
	CHECK_EQ(fx_read(&fx, 0x40000) | fx_read(&fx, 0x40004) | fx_read(&fx, 0x40100), 0);
	CHECK_EQ(fx_read(&fx, 0x304), 0);
	CHECK_EQ(fx_read(&fx, 0x48), 0x1234);
	mali_sim_reset(fx.sim);
	CHECK_EQ(fx_read(&fx, 0x304), 31);
	CHECK_EQ(fx_read(&fx, 0x48), 0);
	fx_stop(&fx);
}

static void doorbells_and_flush_page_are_there(void)
{
	fx_start(&fx);
	for (uint32_t i = 0x80000; i < MALI_SIM_MMIO_SIZE; i += 0x10000)
		CHECK_EQ(fx_read(&fx, i), 0);
	CHECK_EQ(fx_read(&fx, LATEST_FLUSH), 1);
	CHECK_EQ(fx_logged(&fx, "unimp"), 0);
	fx_stop(&fx);
}

static void table_has_names(void)
{
	CHECK_STR(regs_name(0), "GPU_ID");
	CHECK_STR(regs_name(0x704), "MCU_STATUS");
	CHECK(regs_name(0x38) == NULL);
	CHECK(regs_name(0x10000) == NULL);
}

static void a_foreign_abi_is_refused(void)
{
	struct mali_sim_ops ops = {.abi = MALI_SIM_ABI + 1};

	CHECK(mali_sim_create(&ops, NULL) == NULL);
	ops.abi = MALI_SIM_ABI; /* callbacks missing */
	CHECK(mali_sim_create(&ops, NULL) == NULL);
	CHECK(mali_sim_create(NULL, NULL) == NULL);
	mali_sim_destroy(NULL);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(reports_a_g610),
	    TEST(unknown_registers_read_zero_and_say_so_once),
	    TEST(later_architectures_registers_are_not_there),
	    TEST(timestamp_counts_at_the_cpu_rate),
	    TEST(cycle_counter_starts_and_stops),
	    TEST(an_interrupt_line_follows_status),
	    TEST(all_blocks_are_apart),
	    TEST(panthor_may_clear_and_unmask_everything),
	    TEST(plain_words_remember_until_reset),
	    TEST(doorbells_and_flush_page_are_there),
	    TEST(table_has_names),
	    TEST(a_foreign_abi_is_refused),
	    {0},
	});
}
