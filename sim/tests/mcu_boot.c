// SPDX-License-Identifier: MIT
/* Boot, global requests, halt, sleep, and the firmware going away on demand. */
#include "check.h"
#include "driver.h"

#define CYCLE_COUNT 0x90

static struct driver d;

static void boot_fills_in_the_interface(void)
{
	drv_start(&d);
	CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 0);
	CHECK(drv_enable(&d));
	CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 1);
	CHECK_EQ(drv_r32(&d, DRV_SHARED), 0x01010000);
	CHECK_EQ(drv_r32(&d, DRV_SHARED + GLB_CTL_INSTR_FEATURES), 0x71);
	for (unsigned int g = 0; g < 8; g++) {
		uint32_t ctl = DRV_SHARED + 0x1000 + g * 0xa0;

		CHECK(drv_r32(&d, ctl + CSG_CTL_SUSPEND_SIZE) >= 8 * 1024);
		CHECK(drv_r32(&d, ctl + CSG_CTL_PROTM_SUSPEND_SIZE) != 0);
		for (unsigned int s = 0; s < 8; s++)
			CHECK_EQ(drv_r32(&d, ctl + 0x40 + s * 12), 95 | 8 << 8 | 7 << 16);
	}
	CHECK(fx_read(&d.fx, GPU_IRQ_RAW) & GPU_IRQ_MCU_STATUS);
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void configuration_is_acknowledged_with_an_interrupt(void)
{
	REQUIRE(drv_boot(&d));
	CHECK_EQ(drv_r32(&d, DRV_GLB_OUT) & (GLB_IDLE_ENABLE | GLB_COUNTER_ENABLE),
		 GLB_IDLE_ENABLE | GLB_COUNTER_ENABLE);
	CHECK(drv_glb(&d, GLB_PING, MS));
	CHECK(fx_read64(&d.fx, CYCLE_COUNT) != 0); /* COUNTER_ENABLE */
	CHECK_EQ(drv_irqs(&d), JOB_IRQ_GLOBAL);
	CHECK(drv_glb(&d, GLB_PING, MS)); /* and back */
	CHECK_EQ(drv_irqs(&d), JOB_IRQ_GLOBAL);
	/* a request that the mask leaves out is acknowledged in silence */
	CHECK(drv_glb(&d, GLB_FWCFG_UPDATE, MS));
	CHECK_EQ(drv_irqs(&d), 0);
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void nothing_happens_without_a_doorbell(void)
{
	REQUIRE(drv_boot(&d));
	drv_w32(&d, DRV_GLB_IN, drv_r32(&d, DRV_GLB_IN) ^ GLB_PING);
	fx_advance(&d.fx, 100 * MS);
	CHECK((drv_r32(&d, DRV_GLB_IN) ^ drv_r32(&d, DRV_GLB_OUT)) & GLB_PING);
	drv_doorbell(&d, 0);
	fx_advance(&d.fx, MS);
	CHECK(!((drv_r32(&d, DRV_GLB_IN) ^ drv_r32(&d, DRV_GLB_OUT)) & GLB_PING));
	drv_stop(&d);
}

static void halt_then_warm_boot(void)
{
	REQUIRE(drv_boot(&d));
	for (int round = 0; round < 3; round++) {
		drv_w32(&d, DRV_GLB_IN, drv_r32(&d, DRV_GLB_IN) | GLB_HALT);
		drv_doorbell(&d, 0);
		fx_advance(&d.fx, MS);
		CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 2);
		CHECK_EQ(drv_r32(&d, DRV_GLB_OUT) & GLB_HALT, 0);
		CHECK_EQ(drv_r32(&d, DRV_GLB_OUT + GLB_OUT_FATAL_STATUS), 0);
		fx_write(&d.fx, MCU_CONTROL, 0);
		CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 0);
		drv_w32(&d, DRV_GLB_IN, drv_r32(&d, DRV_GLB_IN) & ~GLB_HALT);
		CHECK(drv_enable(&d));
		drv_configure(&d);
		CHECK(drv_glb(&d, GLB_PING, MS));
	}
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void cold_boot_after_reset(void)
{
	REQUIRE(drv_boot(&d));
	fx_write(&d.fx, MCU_CONTROL, 0);
	fx_write(&d.fx, 0x30, 0x101); /* soft reset */
	fx_advance(&d.fx, 10 * MS);
	CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 0);
	fx_power_l2(&d.fx);
	fx_as_enable(&d.fx, 0, d.mcu_root);
	fx_write(&d.fx, JOB_IRQ_MASK, ~0u);
	drv_layout(&d);
	CHECK(drv_enable(&d));
	drv_configure(&d);
	CHECK(drv_glb(&d, GLB_PING, MS));
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void sleep_and_wake(void)
{
	REQUIRE(drv_boot(&d));
	CHECK(drv_glb(&d, GLB_SLEEP, MS));
	CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 2);
	drv_w32(&d, DRV_GLB_IN, drv_r32(&d, DRV_GLB_IN) ^ GLB_PING);
	drv_doorbell(&d, 0);
	fx_advance(&d.fx, MS);
	CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 1);
	CHECK(!((drv_r32(&d, DRV_GLB_IN) ^ drv_r32(&d, DRV_GLB_OUT)) & GLB_PING));
	drv_stop(&d);
}

/* Each kind of damage to the layout is refused in words, with MCU_STATUS at FATAL. */
static void malformed_layout_is_refused(void)
{
	static const struct {
		uint32_t offset, value;
	} damage[] = {
	    {GLB_CTL_GROUP_NUM, 7},
	    {GLB_CTL_GROUP_NUM, 0xffffffff},
	    {GLB_CTL_GROUP_STRIDE, 0},
	    {GLB_CTL_GROUP_STRIDE, 0xfffffff0},
	    {GLB_CTL_GROUP_STRIDE, 0xa2},
	    {GLB_CTL_INPUT_VA, 0},
	    {GLB_CTL_INPUT_VA, 0xfffffff8},
	    {GLB_CTL_OUTPUT_VA, DRV_SHARED + 2},
	    {0x1000 + CSG_CTL_STREAM_NUM, 9},
	    {0x1000 + CSG_CTL_INPUT_VA, 0x03fffff8},
	    {0x1000 + CSG_CTL_STREAM_STRIDE, 0},
	    {0x1000 + CSG_CTL_STREAM_STRIDE, 0x100},
	    {0x10a0 + CSG_CTL_OUTPUT_VA, 0xffff0000},
	    {0x1040 + CS_CTL_INPUT_VA, 8},
	    {0x1040 + CS_CTL_OUTPUT_VA, 0x0403fff8},
	};

	for (size_t n = 0; n < sizeof(damage) / sizeof(damage[0]); n++) {
		drv_start(&d);
		drv_w32(&d, DRV_SHARED + damage[n].offset, damage[n].value);
		CHECK(!drv_enable(&d));
		CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 3);
		CHECK_EQ(fx_logged(&d.fx, "firmware does not boot"), 1);
		drv_stop(&d);
	}
}

static void blocks_beyond_what_is_mapped_fault(void)
{
	drv_start(&d);
	drv_w32(&d, DRV_SHARED + GLB_CTL_INPUT_VA, DRV_SHARED + 0x20000);
	CHECK(!drv_enable(&d));
	CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 3);
	drv_stop(&d);
}

static void section_unmapped_while_running(void)
{
	REQUIRE(drv_boot(&d));
	fx_unmap(&d.fx, d.mcu_root, DRV_GLB_IN, 4096);
	fx_as_flush(&d.fx, 0, DRV_GLB_IN, 4096);
	CHECK(!drv_glb(&d, GLB_PING, 10 * MS));
	CHECK_EQ(fx_logged(&d.fx, "] fault firmware"), 1);
	CHECK(fx_read(&d.fx, 0x2000) & 1); /* MMU interrupt of address space 0 */
	drv_stop(&d);
}

static void locked_section_only_delays(void)
{
	REQUIRE(drv_boot(&d));
	fx_write64(&d.fx, 0x2410, DRV_SHARED | 21); /* 4 MiB from the section's start */
	fx_as_command(&d.fx, 0, 2);
	CHECK(!drv_glb(&d, GLB_PING, 10 * MS));
	fx_as_command(&d.fx, 0, 3); /* UNLOCK */
	fx_advance(&d.fx, MS);
	CHECK(!((drv_r32(&d, DRV_GLB_IN) ^ drv_r32(&d, DRV_GLB_OUT)) & GLB_PING));
	drv_stop(&d);
}

static void injected_boot_faults(void)
{
	uint64_t t0;

	drv_start(&d);
	fx_control(&d.fx, "inject mcu-boot-fail");
	CHECK(!drv_enable(&d));
	fx_write(&d.fx, MCU_CONTROL, 0);
	fx_control(&d.fx, "inject mcu-slow-boot delay=50000000");
	t0 = d.fx.now;
	CHECK(drv_enable(&d));
	CHECK(d.fx.now - t0 >= 50 * MS);
	fx_write(&d.fx, MCU_CONTROL, 0);
	t0 = d.fx.now;
	CHECK(drv_enable(&d)); /* used up */
	CHECK(d.fx.now - t0 < 10 * MS);
	drv_stop(&d);
}

static void injected_silence(void)
{
	REQUIRE(drv_boot(&d));
	fx_control(&d.fx, "inject ping-lost");
	CHECK(!drv_glb(&d, GLB_PING, 200 * MS));
	CHECK(drv_glb(&d, GLB_FWCFG_UPDATE, MS)); /* the rest is answered */
	CHECK((drv_r32(&d, DRV_GLB_IN) ^ drv_r32(&d, DRV_GLB_OUT)) & GLB_PING);
	fx_control(&d.fx, "inject mcu-hang");
	CHECK(!drv_glb(&d, GLB_FWCFG_UPDATE, 200 * MS));
	CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 1);
	fx_write(&d.fx, MCU_CONTROL, 0);
	drv_layout(&d);
	CHECK(drv_enable(&d));
	CHECK(drv_glb(&d, GLB_PING, MS));
	fx_control(&d.fx, "inject mcu-fatal");
	CHECK(!drv_glb(&d, GLB_PING, 200 * MS));
	CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 3);
	drv_stop(&d);
}

static void slow_stretches_the_boot(void)
{
	uint64_t t0, normal;

	drv_start(&d);
	t0 = d.fx.now;
	CHECK(drv_enable(&d));
	normal = d.fx.now - t0;
	fx_write(&d.fx, MCU_CONTROL, 0);
	fx_control(&d.fx, "inject slow factor=10 count=0");
	t0 = d.fx.now;
	CHECK(drv_enable(&d));
	CHECK(d.fx.now - t0 >= 9 * normal);
	drv_stop(&d);
}

int main(void)
{
	return check_run(
	    (struct check_test[]){TEST(boot_fills_in_the_interface),
				  TEST(configuration_is_acknowledged_with_an_interrupt),
				  TEST(nothing_happens_without_a_doorbell),
				  TEST(halt_then_warm_boot),
				  TEST(cold_boot_after_reset),
				  TEST(sleep_and_wake),
				  TEST(malformed_layout_is_refused),
				  TEST(blocks_beyond_what_is_mapped_fault),
				  TEST(section_unmapped_while_running),
				  TEST(locked_section_only_delays),
				  TEST(injected_boot_faults),
				  TEST(injected_silence),
				  TEST(slow_stretches_the_boot),
				  {0}});
}
