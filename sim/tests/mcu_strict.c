/* SPDX-License-Identifier: MIT */
/*
 * Every rule of mcu/rules.def, broken on purpose. What was seen is checked against the .def file at
 * the end: a rule that no test here breaks fails there.
 */
#include "check.h"
#include "driver.h"

#include "gpu/strict.h"

static struct driver d;
static bool seen[RULE_COUNT];

/* The rule was broken so many times, and said so. */
static void broken_at(int line, enum strict_rule rule, size_t times)
{
	const char *name = strict_rule_name(rule);
	size_t n = fx_complained(&d.fx, name);

	seen[rule] = true;
	if (n != times)
		check_failed(__FILE__, line, "%zu complaints of %s, not %zu", n, name, times);
}

#define BROKEN(ident, times) broken_at(__LINE__, RULE_##ident, times)

static void boot_rules(void)
{
	fx_start(&d.fx);
	fx_write(&d.fx, MCU_CONTROL, 1);
	fx_advance(&d.fx, 10 * MS);
	BROKEN(MCU_BOOT_L2, 1);
	CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 3);
	fx_write(&d.fx, MCU_CONTROL, 0);
	fx_power_l2(&d.fx);
	fx_write(&d.fx, MCU_CONTROL, 2);
	fx_advance(&d.fx, 10 * MS);
	BROKEN(MCU_BOOT_AS, 1);
	fx_write(&d.fx, MCU_CONTROL, 3);
	BROKEN(MCU_CONTROL_VALUE, 1);
	fx_stop(&d.fx);

	REQUIRE(drv_boot(&d));
	fx_write(&d.fx, MCU_CONTROL, 2);
	BROKEN(MCU_ENABLE_TWICE, 1);
	CHECK(drv_glb(&d, GLB_PING, MS));
	drv_w64(&d, DRV_GLB_IN + GLB_IN_ALLOC_EN, 0xff);
	CHECK(drv_glb(&d, GLB_CFG_ALLOC_EN, MS));
	BROKEN(ALLOC_EN, 1);
	fx_write(&d.fx, MCU_CONTROL, 0);
	drv_w32(&d, DRV_GLB_IN, drv_r32(&d, DRV_GLB_IN) | GLB_HALT);
	CHECK(drv_enable(&d));
	BROKEN(MCU_BOOT_HALT, 1);
	drv_stop(&d);
}

static void group_rules(void)
{
	REQUIRE(drv_boot(&d));
	drv_group_program(&d, 0, 1, 1, 15);
	drv_w32(&d, drv_csg_in(0) + CSG_IN_CONFIG, 7); /* not enabled */
	drv_w64(&d, drv_csg_in(0) + CSG_IN_SUSPEND_BUF, 0x123);
	drv_w64(&d, drv_csg_in(0) + CSG_IN_ALLOW_COMPUTE, 0xff);
	drv_w32(&d, drv_cs_in(0, 0) + CS_IN_SIZE, 3000);
	CHECK(drv_group_state(&d, 0, CSG_STATE_START, 10 * MS));
	BROKEN(CSG_AS, 1);
	BROKEN(CSG_SUSPEND_BUF, 1);
	BROKEN(CSG_ENDPOINTS, 2);
	BROKEN(CS_RING, 1);
	fx_advance(&d.fx, MS);
	CHECK_EQ(drv_r32(&d, drv_cs_out(0, 0) + CS_OUT_FATAL) & 0xff, 0x40); /* CS_CONFIG_FAULT */
	CHECK(drv_group_state(&d, 0, CSG_STATE_RESUME, 10 * MS));
	BROKEN(CSG_START_RUNNING, 1);
	CHECK(drv_group_state(&d, 0, CSG_STATE_TERMINATE, 10 * MS));
	CHECK(drv_group_state(&d, 0, CSG_STATE_SUSPEND, 10 * MS));
	BROKEN(CSG_SUSPEND_STOPPED, 1);
	CHECK(!drv_group_state(&d, 0, 5, 10 * MS));
	BROKEN(CSG_STATE, 1);
	drv_stop(&d);
}

/* Address space 1 is turned off before the doorbell for START, or behind it: the host cannot know
 * better then. */
static void space_off(bool before)
{
	uint32_t in = drv_csg_in(0);

	REQUIRE(drv_boot(&d));
	drv_group_program(&d, 0, 1, 1, 15);
	drv_w32(&d, in, (drv_r32(&d, in) & ~CSG_STATE_MASK) | CSG_STATE_START);
	if (before)
		fx_as_disable(&d.fx, 1);
	drv_ring_groups(&d, 1);
	if (!before)
		fx_as_disable(&d.fx, 1);
	fx_advance(&d.fx, MS);
	BROKEN(CSG_AS, before);
	drv_stop(&d);
}

static void space_rule(void)
{
	space_off(true);
	space_off(false);
}

static void resume_rule(void)
{
	REQUIRE(drv_boot(&d));
	drv_group_program(&d, 0, 1, 1, 15);
	CHECK(drv_group_state(&d, 0, CSG_STATE_RESUME, 10 * MS));
	BROKEN(CSG_RESUME_IMAGE, 1);
	drv_stop(&d);
}

static void request_rules(void)
{
	uint32_t in = drv_csg_in(0);

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	drv_w32(&d, in, (drv_r32(&d, in) & ~7u) | CSG_STATE_SUSPEND);
	drv_ring_groups(&d, 1);
	fx_advance(&d.fx, 5 * US);
	drv_w32(&d, in, (drv_r32(&d, in) & ~7u) | CSG_STATE_RESUME);
	drv_ring_groups(&d, 1);
	fx_advance(&d.fx, MS);
	BROKEN(CSG_REQ_CHANGED, 1);
	drv_stop(&d);

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	fx_advance(&d.fx, MS);
	drv_ack_csg(&d, 0, CSG_EVENTS);
	drv_w32(&d, in, drv_r32(&d, in) ^ CSG_PROGRESS_EVENT);
	drv_w32(&d, drv_cs_in(0, 0), drv_r32(&d, drv_cs_in(0, 0)) ^ CS_TILER_OOM);
	drv_streams_doorbell(&d, 0, 1);
	drv_ring_groups(&d, 1);
	fx_advance(&d.fx, MS);
	BROKEN(CSG_EVENT_ACK, 1);
	BROKEN(CS_EVENT_ACK, 1);
	drv_w32(&d, drv_cs_in(0, 0), drv_r32(&d, drv_cs_in(0, 0)) | 7);
	drv_streams_doorbell(&d, 0, 1);
	drv_ring_groups(&d, 1);
	fx_advance(&d.fx, MS);
	BROKEN(CS_STATE, 1);
	drv_w32(&d, DRV_GLB_IN, drv_r32(&d, DRV_GLB_IN) | GLB_HALT);
	drv_doorbell(&d, 0);
	fx_advance(&d.fx, MS);
	BROKEN(HALT_GROUPS, 1);
	drv_stop(&d);
}

static void each_rule_has_a_case(void)
{
	static const enum strict_rule rules[] = {
#define RULE(ident, name, sentence, source) RULE_##ident,
#include "mcu/rules.def"
#undef RULE
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (!seen[rules[i]])
			check_failed(__FILE__, __LINE__, "no case for %s",
				     strict_rule_name(rules[i]));
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(boot_rules),
	    TEST(group_rules),
	    TEST(space_rule),
	    TEST(resume_rule),
	    TEST(request_rules),
	    TEST(each_rule_has_a_case), /* behind the others */
	    {0},
	});
}
