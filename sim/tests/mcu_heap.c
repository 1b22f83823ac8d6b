// SPDX-License-Identifier: MIT
/* The tiler-heap handshake, sleeping with groups, and the end of everything in the middle of work.
 */
#include "check.h"
#include "driver.h"

static struct driver d;

#define HEAP_CTX      (DRV_DATA_VA + 0x1000)
#define CHUNK         (DRV_DATA_VA + 0x8000)
#define I_HEAP_SET(a) (48ull << 56 | (uint64_t)(a) << 40)
#define I_VT_START    (49ull << 56)

static void submit_heap_job(unsigned int g)
{
	const uint64_t job[] = {
	    I_MOVE48(0, HEAP_CTX),    I_HEAP_SET(0),       I_VT_START,   I_WAIT(0xff),
	    I_MOVE48(4, DRV_DATA_VA), I_MOVE32(6, 0x600d), I_STORE(4, 6)};

	drv_submit(&d, g, 0, job, 7);
}

static void reply(unsigned int g, uint64_t chunk)
{
	drv_w64(&d, drv_cs_in(g, 0) + CS_IN_HEAP_START, chunk);
	drv_w64(&d, drv_cs_in(g, 0) + CS_IN_HEAP_END, chunk);
	drv_ack_cs(&d, g, 0, CS_TILER_OOM);
	drv_streams_doorbell(&d, g, 1);
	drv_ring_groups(&d, 1u << g);
}

static void heap_request_is_answered(void)
{
	uint32_t out = drv_cs_out(0, 0);

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	fx_control(&d.fx, "inject heap-oom");
	submit_heap_job(0);
	fx_advance(&d.fx, MS);
	CHECK_EQ(drv_cs_events(&d, 0, 0), CS_TILER_OOM);
	CHECK_EQ(drv_r64(&d, out + CS_OUT_HEAP_ADDRESS), HEAP_CTX);
	CHECK(!drv_done(&d, 0, 0));
	CHECK(drv_irqs(&d) & 1);
	reply(0, CHUNK | 1);
	CHECK(drv_wait_done(&d, 0, 0, MS));
	fx_advance(&d.fx, MS);
	CHECK_EQ(*drv_data32(&d, 1, 0), 0x600d);
	drv_no_complaints(&d);
	drv_stop(&d);
}

/* panthor_sched.c: "Tiler OOM events will be re-issued next time the group is scheduled." */
static void heap_request_comes_again_after_a_resume(void)
{
	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	fx_control(&d.fx, "inject heap-oom");
	submit_heap_job(0);
	fx_advance(&d.fx, MS);
	CHECK_EQ(drv_cs_events(&d, 0, 0), CS_TILER_OOM);
	CHECK(drv_group_state(&d, 0, CSG_STATE_SUSPEND, 10 * MS));
	drv_group_program(&d, 0, 1, 1, 15); /* not acknowledged */
	drv_irqs(&d);
	CHECK(drv_group_state(&d, 0, CSG_STATE_RESUME, 10 * MS));
	fx_advance(&d.fx, MS);
	CHECK_EQ(drv_cs_events(&d, 0, 0), CS_TILER_OOM);
	CHECK(drv_irqs(&d) & 1);
	reply(0, CHUNK | 1);
	CHECK(drv_wait_done(&d, 0, 0, MS));
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void groups_outlive_a_sleep(void)
{
	const uint64_t wait[] = {
	    I_MOVE48(0, DRV_DATA_VA + 64), I_MOVE48(2, 0), I_SYNC_WAIT64_GT(0, 2),
	    I_MOVE48(4, DRV_DATA_VA),      I_MOVE32(6, 7), I_STORE(4, 6)};

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	drv_submit(&d, 0, 0, wait, 6);
	fx_advance(&d.fx, MS);
	CHECK(drv_glb(&d, GLB_SLEEP, MS));
	fx_advance(&d.fx, 50 * MS);
	CHECK_EQ(fx_read(&d.fx, MCU_STATUS), 2);
	*drv_data32(&d, 1, 16) = 1;
	drv_doorbell(&d, 1); /* a user doorbell does not wake it */
	fx_advance(&d.fx, MS);
	CHECK(!drv_done(&d, 0, 0));
	drv_doorbell(&d, 0);
	CHECK(drv_wait_done(&d, 0, 0, 10 * MS));
	fx_advance(&d.fx, MS);
	CHECK_EQ(*drv_data32(&d, 1, 0), 7);
	drv_stop(&d);
}

/* A page-table update has the group's own memory locked while the group is suspended: no store is
 * lost. */
static void suspend_waits_for_locked_memory(void)
{
	const uint64_t job[] = {I_MOVE48(0, DRV_DATA_VA), I_MOVE32(2, 0x5707e), I_STORE(0, 2)};

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	fx_advance(&d.fx, MS);
	fx_write64(&d.fx, 0x2410 + 0x40, DRV_DATA_VA | 15); /* 64 KiB */
	fx_as_command(&d.fx, 1, 2);
	drv_submit(&d, 0, 0, job, 3);
	CHECK(!drv_group_state(&d, 0, CSG_STATE_SUSPEND, 10 * MS));
	CHECK_EQ(*drv_data32(&d, 1, 0), 0);
	fx_as_command(&d.fx, 1, 3);
	fx_advance(&d.fx, MS);
	CHECK_EQ(drv_r32(&d, drv_csg_out(0)) & 7, CSG_STATE_SUSPEND);
	CHECK_EQ(*drv_data32(&d, 1, 0), 0x5707e);
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void doorbells_can_be_switched_off(void)
{
	REQUIRE(drv_boot(&d));
	fx_write(&d.fx, MCU_CONTROL, MCU_CONTROL_AUTO | MCU_CONTROL_DB_DISABLE);
	CHECK(!drv_glb(&d, GLB_PING, 10 * MS));
	fx_write(&d.fx, MCU_CONTROL, MCU_CONTROL_AUTO);
	drv_doorbell(&d, 0);
	fx_advance(&d.fx, MS);
	CHECK(!((drv_r32(&d, DRV_GLB_IN) ^ drv_r32(&d, DRV_GLB_OUT)) & GLB_PING));
	drv_no_complaints(&d);
	drv_stop(&d);
}

/* Reset, disable, soft reset and the end of the model, each at many points of a busy GPU's life. */
static void stops_at_any_point(void)
{
	for (uint64_t at = 0; at < 200 * US; at += 1700) {
		const uint64_t loop[] = {I_MOVE48(0, DRV_DATA_VA), I_STORE(0, 9), I_LOAD(10, 0),
					 I_WAIT(0xff), I_BRANCH_ALWAYS(-4)};

		REQUIRE(drv_boot(&d));
		for (unsigned int g = 0; g < 3; g++) {
			drv_group_program(&d, g, 1, 2, g);
			for (unsigned int s = 0; s < 2; s++)
				drv_submit(&d, g, s, loop, 5);
			drv_w32(&d, drv_csg_in(g), CSG_STATE_START);
		}
		drv_ring_groups(&d, 7);
		fx_advance(&d.fx, at);
		switch (at / 1700 % 4) {
		case 0:
			fx_write(&d.fx, MCU_CONTROL, 0);
			break;
		case 1:
			mali_sim_reset(d.fx.sim);
			break;
		case 2:
			fx_write(&d.fx, 0x30, 0x101);
			break;
		default:
			break;
		}
		fx_advance(&d.fx, MS);
		drv_stop(&d);
	}
}

int main(void)
{
	return check_run((struct check_test[]){TEST(heap_request_is_answered),
					       TEST(heap_request_comes_again_after_a_resume),
					       TEST(suspend_waits_for_locked_memory),
					       TEST(groups_outlive_a_sleep),
					       TEST(doorbells_can_be_switched_off),
					       TEST(stops_at_any_point),
					       {0}});
}
