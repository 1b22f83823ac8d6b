// SPDX-License-Identifier: MIT
/* Groups and streams: start, run, suspend, resume, terminate, status, events, faults. */
#include <stdlib.h>

#include "check.h"
#include "driver.h"

static struct driver d;

/* The MOV job: store a value, tell with a sync object. Registers 92 to 95 are the kernel's in
 * Panthor. */
static size_t mov_job(uint64_t *out, unsigned int word, uint32_t value, unsigned int sync_word)
{
	const uint64_t job[] = {
	    I_MOVE48(0, DRV_DATA_VA + word * 4),
	    I_MOVE32(2, value),
	    I_STORE(0, 2),
	    I_WAIT(0xff),
	    I_MOVE48(4, DRV_DATA_VA + sync_word * 4),
	    I_MOVE48(6, 1),
	    I_SYNC_ADD64(4, 6),
	};

	memcpy(out, job, sizeof(job));
	return sizeof(job) / sizeof(job[0]);
}

static void run_mov(unsigned int g, unsigned int as, unsigned int s, unsigned int word,
		    uint32_t value)
{
	uint64_t job[8];

	drv_submit(&d, g, s, job, mov_job(job, word, value, 64));
	CHECK(drv_wait_done(&d, g, s, 10 * MS));
	fx_advance(&d.fx, 100 * US);
	CHECK_EQ(*drv_data32(&d, as, word), value);
}

static void mov_job_runs_and_tells(void)
{
	uint32_t irqs;

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	drv_irqs(&d);
	run_mov(0, 1, 0, 0, 0xdeadbeef);
	CHECK_EQ(*drv_data32(&d, 1, 64), 1);
	CHECK_EQ(drv_csg_events(&d, 0) & CSG_SYNC_UPDATE, CSG_SYNC_UPDATE);
	irqs = drv_irqs(&d);
	CHECK_EQ(irqs & 1, 1);
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void events_come_once_until_acknowledged(void)
{
	uint32_t ack;

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 3, 2, 1, 15);
	run_mov(3, 2, 0, 0, 1);
	ack = drv_r32(&d, drv_csg_out(3)) & CSG_SYNC_UPDATE;
	run_mov(3, 2, 0, 1, 2);
	CHECK_EQ(drv_r32(&d, drv_csg_out(3)) & CSG_SYNC_UPDATE, ack);
	drv_ack_csg(&d, 3, CSG_EVENTS);
	drv_ring_groups(&d, 1 << 3);
	fx_advance(&d.fx, MS);
	CHECK_EQ(drv_csg_events(&d, 3), 0);
	drv_irqs(&d);
	run_mov(3, 2, 0, 2, 3);
	CHECK_EQ(drv_csg_events(&d, 3) & CSG_SYNC_UPDATE, CSG_SYNC_UPDATE);
	CHECK(drv_irqs(&d) & 1 << 3);
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void masked_events_do_not_interrupt(void)
{
	REQUIRE(drv_boot(&d));
	drv_group_program(&d, 0, 1, 1, 15);
	drv_w32(&d, drv_csg_in(0) + CSG_IN_ACK_IRQ_MASK, 0);
	drv_w32(&d, drv_cs_in(0, 0) + CS_IN_ACK_IRQ_MASK, 0);
	CHECK(drv_group_state(&d, 0, CSG_STATE_START, 10 * MS));
	drv_irqs(&d);
	run_mov(0, 1, 0, 0, 5);
	CHECK(drv_csg_events(&d, 0) & CSG_SYNC_UPDATE);
	CHECK_EQ(drv_irqs(&d) & 1, 0);
	drv_stop(&d);
}

static void user_doorbell_of_another_group_is_not_heard(void)
{
	uint64_t job[8];

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	fx_advance(&d.fx, MS); /* it looked at the empty ring */
	drv_emit(&d, 0, 0, job, mov_job(job, 0, 7, 64));
	*(volatile uint64_t *)d.q[0][0].in = d.q[0][0].insert;
	drv_doorbell(&d, 5);
	fx_advance(&d.fx, 10 * MS);
	CHECK(!drv_done(&d, 0, 0));
	drv_doorbell(&d, 1);
	CHECK(drv_wait_done(&d, 0, 0, MS));
	drv_stop(&d);
}

/* The group's doorbell is looked at between the host's ring of the streams and its START: the rings
 * keep. */
static void streams_rung_before_the_start_do_start(void)
{
	REQUIRE(drv_boot(&d));
	drv_group_program(&d, 0, 1, 2, 15);
	drv_ring_groups(&d, 1);
	fx_advance(&d.fx, MS);
	CHECK(drv_group_state(&d, 0, CSG_STATE_START, 10 * MS));
	run_mov(0, 1, 1, 0, 3);
	run_mov(0, 1, 0, 0, 4);
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void ring_wraps(void)
{
	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	for (unsigned int n = 0; n < 200; n++)
		run_mov(0, 1, 0, n % 16, n + 1000);
	CHECK_EQ(*drv_data32(&d, 1, 64), 200);
	CHECK(d.q[0][0].insert > 2 * DRV_RING_SIZE);
	drv_no_complaints(&d);
	drv_stop(&d);
}

/* Suspend in the middle of a loop: registers and position come back in another slot and address
 * space. */
static void suspend_and_resume_keep_registers(void)
{
	const uint64_t first[] = {I_MOVE32(10, 0xabc), I_MOVE48(0, DRV_DATA_VA)};
	const uint64_t second[] = {I_STORE(0, 10)};

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	drv_submit(&d, 0, 0, first, 2);
	CHECK(drv_wait_done(&d, 0, 0, MS));
	CHECK(drv_group_state(&d, 0, CSG_STATE_SUSPEND, 10 * MS));
	CHECK(drv_r32(&d, drv_csg_out(0) + CSG_OUT_STATUS_STATE) & CSG_STATUS_STATE_IDLE);
	drv_emit(&d, 0, 0, second, 1);
	drv_kick(&d, 0, 0); /* nobody listens */
	fx_advance(&d.fx, 10 * MS);
	CHECK(!drv_done(&d, 0, 0));
	drv_w32(&d, drv_cs_in(0, 0), drv_r32(&d, drv_cs_in(0, 0)) & ~CS_STATE_MASK);
	drv_group_program(&d, 0, 1, 1, 15);
	CHECK(drv_group_state(&d, 0, CSG_STATE_RESUME, 10 * MS));
	CHECK(drv_wait_done(&d, 0, 0, 10 * MS));
	fx_advance(&d.fx, MS);
	CHECK_EQ(*drv_data32(&d, 1, 0), 0xabc);
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void suspend_lose_loses(void)
{
	const uint64_t first[] = {I_MOVE32(10, 0xabc), I_MOVE48(0, DRV_DATA_VA)};
	const uint64_t second[] = {I_MOVE48(0, DRV_DATA_VA), I_STORE(0, 10)};

	REQUIRE(drv_boot(&d));
	fx_control(&d.fx, "mutate suspend-lose");
	drv_group_run(&d, 0, 1, 1, 15);
	drv_submit(&d, 0, 0, first, 2);
	CHECK(drv_wait_done(&d, 0, 0, MS));
	CHECK(drv_group_state(&d, 0, CSG_STATE_SUSPEND, 10 * MS));
	drv_group_program(&d, 0, 1, 1, 15);
	CHECK(drv_group_state(&d, 0, CSG_STATE_RESUME, 10 * MS));
	*drv_data32(&d, 1, 0) = 77;
	drv_submit(&d, 0, 0, second, 2);
	CHECK(drv_wait_done(&d, 0, 0, 10 * MS));
	fx_advance(&d.fx, MS);
	CHECK_EQ(*drv_data32(&d, 1, 0), 0);
	drv_stop(&d);
}

static void endless_loop_suspends_and_terminates(void)
{
	const uint64_t loop[] = {I_ADD32(9, 9, 1), I_BRANCH_ALWAYS(-2)};

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	drv_submit(&d, 0, 0, loop, 2);
	fx_advance(&d.fx, 5 * MS);
	CHECK(!drv_done(&d, 0, 0));
	CHECK(drv_group_state(&d, 0, CSG_STATE_SUSPEND, 10 * MS));
	CHECK(!(drv_r32(&d, drv_csg_out(0) + CSG_OUT_STATUS_STATE) & CSG_STATUS_STATE_IDLE));
	drv_group_program(&d, 0, 1, 1, 15);
	CHECK(drv_group_state(&d, 0, CSG_STATE_RESUME, 10 * MS));
	fx_advance(&d.fx, 5 * MS);
	CHECK(drv_group_state(&d, 0, CSG_STATE_TERMINATE, 10 * MS));
	CHECK(fx_settle(&d.fx, 100 * MS) < 100 * MS); /* nothing goes on in the background */
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void blocked_status_is_what_a_driver_reads(void)
{
	const uint64_t wait[] = {I_MOVE48(0, DRV_DATA_VA + 8 * 4), I_MOVE48(2, 0x100000005),
				 I_SYNC_WAIT64_GT(0, 2)};
	uint32_t out = drv_cs_out(0, 1);

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 2, 15);
	drv_submit(&d, 0, 1, wait, 3);
	fx_advance(&d.fx, MS);
	CHECK(drv_group_request(&d, 0, CSG_STATUS_UPDATE, MS));
	CHECK_EQ(drv_r32(&d, out + CS_OUT_STATUS_BLOCKED_REASON), 3);
	CHECK_EQ(drv_r64(&d, out + CS_OUT_STATUS_SYNC_POINTER), DRV_DATA_VA + 32);
	CHECK_EQ(drv_r32(&d, out + CS_OUT_STATUS_SYNC_VALUE), 5);
	CHECK_EQ(drv_r32(&d, out + CS_OUT_STATUS_SYNC_VALUE_HI), 1);
	CHECK_EQ(drv_r32(&d, out + CS_OUT_STATUS_WAIT), 1u << 31 | 1u << 30 | 1u << 24);
	CHECK_EQ(drv_r32(&d, out + CS_OUT_STATUS_SCOREBOARDS), 0);
	CHECK_EQ(drv_r32(&d, drv_cs_out(0, 0) + CS_OUT_STATUS_BLOCKED_REASON), 0);
	CHECK_EQ(drv_r32(&d, drv_csg_out(0) + CSG_OUT_STATUS_STATE),
		 1); /* blocked counts as idle */
	CHECK(drv_csg_events(&d, 0) & CSG_IDLE);
	drv_stop(&d);
}

static void sync_objects_pass_between_groups(void)
{
	const uint64_t wait[] = {
	    I_MOVE48(0, DRV_DATA_VA + 8 * 4), I_MOVE48(2, 0),  I_SYNC_WAIT64_GT(0, 2),
	    I_MOVE48(4, DRV_DATA_VA),         I_MOVE32(6, 99), I_STORE(4, 6)};
	const uint64_t signal[] = {I_MOVE48(0, DRV_DATA_VA + 8 * 4), I_MOVE48(2, 1),
				   I_SYNC_ADD64(0, 2)};

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	drv_group_run(&d, 1, 1, 1, 14);
	drv_submit(&d, 0, 0, wait, 6);
	fx_advance(&d.fx, MS);
	CHECK(!drv_done(&d, 0, 0));
	drv_submit(&d, 1, 0, signal, 3);
	CHECK(drv_wait_done(&d, 0, 0, MS));
	fx_advance(&d.fx, MS);
	CHECK_EQ(*drv_data32(&d, 1, 0), 99);
	drv_stop(&d);
}

static void bad_instruction_is_fatal_for_its_stream(void)
{
	const uint64_t bad[] = {I_BAD};
	uint32_t out = drv_cs_out(2, 1);

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 2, 1, 2, 15);
	drv_irqs(&d);
	drv_submit(&d, 2, 1, bad, 1);
	fx_advance(&d.fx, MS);
	CHECK_EQ(drv_cs_events(&d, 2, 1), CS_FATAL);
	CHECK_EQ(drv_r32(&d, out + CS_OUT_FATAL) & 0xff, 0x49); /* CS_INVALID_INSTRUCTION */
	CHECK((drv_r32(&d, drv_csg_out(2) + CSG_OUT_IRQ_REQ) ^
	       drv_r32(&d, drv_csg_in(2) + CSG_IN_IRQ_ACK)) &
	      2);
	CHECK(drv_irqs(&d) & 4);
	run_mov(2, 1, 0, 3, 33); /* the other stream goes on */
	drv_ack_cs(&d, 2, 1, CS_FATAL);
	CHECK(drv_group_state(&d, 2, CSG_STATE_TERMINATE, 10 * MS));
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void fault_waits_for_the_acknowledgement(void)
{
	uint64_t job[12] = {I_RUN_COMPUTE};
	size_t n = 1 + mov_job(job + 1, 5, 55, 64);

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	drv_submit(&d, 0, 0, job, n);
	fx_advance(&d.fx, MS);
	CHECK_EQ(drv_cs_events(&d, 0, 0), CS_FAULT);
	CHECK(!drv_done(&d, 0, 0));
	drv_ack_cs(&d, 0, 0, CS_FAULT);
	drv_streams_doorbell(&d, 0, 1);
	drv_ring_groups(&d, 1);
	CHECK(drv_wait_done(&d, 0, 0, MS));
	drv_stop(&d);
}

static void page_fault_stalls_until_the_driver_acts(void)
{
	const uint64_t store[] = {I_MOVE48(0, 0x7000000000ull), I_MOVE32(2, 1), I_STORE(0, 2),
				  I_WAIT(1)};

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	drv_submit(&d, 0, 0, store, 4);
	fx_advance(&d.fx, MS);
	CHECK(fx_read(&d.fx, 0x2000) & 2);
	CHECK_EQ(drv_cs_events(&d, 0, 0), 0);
	/* Panthor's answer: the address space goes away, the group is terminated */
	fx_as_disable(&d.fx, 1);
	fx_advance(&d.fx, MS);
	CHECK(drv_cs_events(&d, 0, 0) & (CS_FATAL | CS_FAULT));
	drv_ack_cs(&d, 0, 0, CS_FATAL | CS_FAULT);
	CHECK(drv_group_state(&d, 0, CSG_STATE_TERMINATE, 10 * MS));
	drv_stop(&d);
}

static void slot_is_reused_after_a_fatal(void)
{
	const uint64_t bad[] = {I_BAD};

	REQUIRE(drv_boot(&d));
	for (int round = 0; round < 3; round++) {
		drv_group_run(&d, 0, 1, 1, 15);
		drv_submit(&d, 0, 0, bad, 1);
		fx_advance(&d.fx, MS);
		CHECK_EQ(drv_cs_events(&d, 0, 0), CS_FATAL);
		/* not acknowledged: the next group must not be hurt by that */
		CHECK(drv_group_state(&d, 0, CSG_STATE_TERMINATE, 10 * MS));
		*(uint64_t *)d.q[0][0].out = d.q[0][0].insert;
	}
	drv_stop(&d);
}

static void idle_events(void)
{
	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	run_mov(0, 1, 0, 0, 1);
	CHECK(drv_csg_events(&d, 0) & CSG_IDLE);
	CHECK(!((drv_r32(&d, DRV_GLB_IN) ^ drv_r32(&d, DRV_GLB_OUT)) & GLB_IDLE_EVENT));
	drv_ack_csg(&d, 0, CSG_EVENTS);
	drv_irqs(&d);
	fx_advance(&d.fx, 12 * MS); /* the timer is 10 ms */
	CHECK((drv_r32(&d, DRV_GLB_IN) ^ drv_r32(&d, DRV_GLB_OUT)) & GLB_IDLE_EVENT);
	CHECK(drv_irqs(&d) & JOB_IRQ_GLOBAL);
	CHECK_EQ(drv_csg_events(&d, 0), 0); /* told once */
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void no_idle_event_before_anything_ran(void)
{
	REQUIRE(drv_boot(&d));
	fx_advance(&d.fx, 100 * MS);
	CHECK_EQ(drv_irqs(&d), 0);
	drv_stop(&d);
}

static void cores_follow_the_work(void)
{
	REQUIRE(drv_boot(&d));
	CHECK_EQ(fx_read(&d.fx, 0x140), 0);
	drv_group_run(&d, 0, 1, 1, 15);
	run_mov(0, 1, 0, 0, 1);
	CHECK_EQ(fx_read(&d.fx, 0x140), 0x50005);
	fx_advance(&d.fx, 30 * MS);
	CHECK_EQ(fx_read(&d.fx, 0x140), 0);
	run_mov(0, 1, 0, 0, 2);
	CHECK_EQ(fx_read(&d.fx, 0x140), 0x50005);
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void hung_job_sets_off_the_progress_timer(void)
{
	uint64_t job[8];

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	fx_advance(&d.fx, MS);
	fx_control(&d.fx, "inject job-hang");
	drv_submit(&d, 0, 0, job, mov_job(job, 0, 1, 64));
	fx_advance(&d.fx, 2000 * MS);
	CHECK_EQ(drv_csg_events(&d, 0) & CSG_PROGRESS_EVENT, 0);
	fx_advance(&d.fx, 1000 * MS);
	CHECK_EQ(drv_csg_events(&d, 0) & CSG_PROGRESS_EVENT, CSG_PROGRESS_EVENT);
	CHECK(!drv_group_state(&d, 0, CSG_STATE_SUSPEND, 500 * MS));
	CHECK(drv_group_state(&d, 0, CSG_STATE_TERMINATE, 10 * MS));
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void lost_group_request(void)
{
	REQUIRE(drv_boot(&d));
	fx_control(&d.fx, "inject csg-req-lost group=2");
	drv_group_run(&d, 1, 1, 1, 15);
	drv_group_program(&d, 2, 1, 1, 14);
	CHECK(!drv_group_state(&d, 2, CSG_STATE_START, 200 * MS));
	drv_ring_groups(&d, 1 << 2); /* ringing again does not help */
	fx_advance(&d.fx, 10 * MS);
	CHECK_EQ(drv_r32(&d, drv_csg_out(2)) & 7, 0);
	CHECK(drv_glb(&d, GLB_PING, MS));
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void resume_from_garbage_is_fatal(void)
{
	uint8_t *buf;

	REQUIRE(drv_boot(&d));
	drv_group_program(&d, 0, 1, 1, 15);
	CHECK(drv_group_state(&d, 0, CSG_STATE_RESUME, 10 * MS));
	CHECK_EQ(fx_complained(&d.fx, "csg-resume-image"), 1);
	CHECK_EQ(drv_cs_events(&d, 0, 0), CS_FATAL);
	CHECK_EQ(drv_r32(&d, drv_cs_out(0, 0) + CS_OUT_FATAL) & 0xff, 0x68);
	drv_ack_cs(&d, 0, 0, CS_FATAL);
	CHECK(drv_group_state(&d, 0, CSG_STATE_TERMINATE, 10 * MS));
	drv_group_run(&d, 0, 1, 1, 15);
	CHECK(drv_group_state(&d, 0, CSG_STATE_SUSPEND, 10 * MS));
	buf = fx_host(&d.fx, d.suspend_pa[0]);
	srand(1);
	for (int n = 0; n < 200; n++) { /* one bit of the image is wrong */
		unsigned int at = 64 + rand() % (8 * 1024), bit = 1u << rand() % 8;

		buf[at] ^= bit;
		drv_group_program(&d, 0, 1, 1, 15);
		CHECK(drv_group_state(&d, 0, CSG_STATE_RESUME, 10 * MS));
		CHECK_EQ(drv_cs_events(&d, 0, 0), CS_FATAL);
		CHECK(drv_group_state(&d, 0, CSG_STATE_TERMINATE, 10 * MS));
		drv_ack_cs(&d, 0, 0, CS_FATAL);
		buf[at] ^= bit;
	}
	drv_stop(&d);
}

/* A page-table update of address space 0 that covers everything comes at the worst time. */
static void locks_of_the_firmware_space_only_delay(void)
{
	uint64_t job[8];

	REQUIRE(drv_boot(&d));
	drv_group_program(&d, 0, 1, 1, 15);
	fx_write64(&d.fx, 0x2410, DRV_SHARED | 21);
	fx_as_command(&d.fx, 0, 2);
	CHECK(!drv_group_state(&d, 0, CSG_STATE_START, 10 * MS));
	fx_as_command(&d.fx, 0, 3);
	fx_advance(&d.fx, MS);
	CHECK_EQ(drv_r32(&d, drv_csg_out(0)) & 7, CSG_STATE_START);
	drv_submit(&d, 0, 0, job, mov_job(job, 0, 42, 64));
	fx_as_command(&d.fx, 0, 2);
	fx_advance(&d.fx, 10 * MS);
	fx_as_command(&d.fx, 0, 3);
	CHECK(drv_wait_done(&d, 0, 0, 10 * MS));
	fx_advance(&d.fx, MS);
	CHECK(drv_csg_events(&d, 0) & CSG_SYNC_UPDATE);
	CHECK(drv_csg_events(&d, 0) & CSG_IDLE);
	fx_as_command(&d.fx, 0, 2);
	CHECK(!drv_group_state(&d, 0, CSG_STATE_SUSPEND, 10 * MS));
	fx_as_command(&d.fx, 0, 3);
	fx_advance(&d.fx, MS);
	CHECK_EQ(drv_r32(&d, drv_csg_out(0)) & 7, CSG_STATE_SUSPEND);
	drv_no_complaints(&d);
	drv_stop(&d);
}

int main(void)
{
	return check_run((struct check_test[]){TEST(mov_job_runs_and_tells),
					       TEST(events_come_once_until_acknowledged),
					       TEST(masked_events_do_not_interrupt),
					       TEST(user_doorbell_of_another_group_is_not_heard),
					       TEST(streams_rung_before_the_start_do_start),
					       TEST(ring_wraps),
					       TEST(suspend_and_resume_keep_registers),
					       TEST(suspend_lose_loses),
					       TEST(endless_loop_suspends_and_terminates),
					       TEST(blocked_status_is_what_a_driver_reads),
					       TEST(sync_objects_pass_between_groups),
					       TEST(bad_instruction_is_fatal_for_its_stream),
					       TEST(fault_waits_for_the_acknowledgement),
					       TEST(page_fault_stalls_until_the_driver_acts),
					       TEST(slot_is_reused_after_a_fatal),
					       TEST(idle_events),
					       TEST(no_idle_event_before_anything_ran),
					       TEST(cores_follow_the_work),
					       TEST(hung_job_sets_off_the_progress_timer),
					       TEST(lost_group_request),
					       TEST(resume_from_garbage_is_fatal),
					       TEST(locks_of_the_firmware_space_only_delay),
					       {0}});
}
