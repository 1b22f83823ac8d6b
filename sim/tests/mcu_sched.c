// SPDX-License-Identifier: MIT
/* Who runs: four hardware interfaces, priorities, time slices, and the mutations that get them
 * wrong. */
#include "check.h"
#include "driver.h"

static struct driver d;

/* Counts in register 9 and stores the count at word @word, for ever. */
static void submit_counter(unsigned int g, unsigned int s, unsigned int word)
{
	const uint64_t loop[] = {I_MOVE48(0, DRV_DATA_VA + word * 4), I_ADD32(9, 9, 1),
				 I_STORE(0, 9), I_WAIT(0xff), I_BRANCH_ALWAYS(-4)};

	drv_submit(&d, g, s, loop, 5);
}

static uint32_t progress(unsigned int word, uint64_t ns)
{
	uint32_t before = *drv_data32(&d, 1, word);

	fx_advance(&d.fx, ns);
	return *drv_data32(&d, 1, word) - before;
}

/* Loops without waits: they hold their interface. */
static void submit_hog(unsigned int g, unsigned int s)
{
	const uint64_t loop[] = {I_ADD32(9, 9, 1), I_BRANCH_ALWAYS(-2)};

	drv_submit(&d, g, s, loop, 2);
}

static void four_streams_run_at_once(void)
{
	REQUIRE(drv_boot(&d));
	for (unsigned int g = 0; g < 4; g++)
		drv_group_run(&d, g, 1, 1, 15 - g);
	for (unsigned int g = 0; g < 4; g++)
		submit_counter(g, 0, g);
	fx_advance(&d.fx, MS);
	for (unsigned int g = 0; g < 4; g++)
		CHECK(progress(g, 5 * MS) > 10);
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void low_priority_waits_for_an_interface(void)
{
	uint32_t before;

	REQUIRE(drv_boot(&d));
	for (unsigned int g = 0; g < 5; g++)
		drv_group_run(&d, g, 1, 1, g == 4 ? 3 : 10 + g);
	fx_advance(&d.fx, MS);
	for (unsigned int g = 0; g < 4; g++)
		submit_hog(g, 0);
	fx_advance(&d.fx, MS);
	submit_counter(4, 0, 4);
	CHECK_EQ(progress(4, 20 * MS), 0);
	CHECK(drv_group_state(&d, 2, CSG_STATE_TERMINATE, 10 * MS));
	before = *drv_data32(&d, 1, 4);
	fx_advance(&d.fx, MS);
	CHECK(*drv_data32(&d, 1, 4) > before);
	drv_stop(&d);
}

static void high_priority_preempts(void)
{
	REQUIRE(drv_boot(&d));
	for (unsigned int g = 0; g < 5; g++)
		drv_group_run(&d, g, 1, 1, g == 4 ? 15 : 5);
	for (unsigned int g = 0; g < 4; g++)
		submit_hog(g, 0);
	fx_advance(&d.fx, MS);
	submit_counter(4, 0, 4);
	CHECK(progress(4, MS) > 10);
	drv_stop(&d);
}

static void priority_change_takes_effect(void)
{
	REQUIRE(drv_boot(&d));
	for (unsigned int g = 0; g < 5; g++)
		drv_group_run(&d, g, 1, 1, g == 4 ? 0 : 10);
	fx_advance(&d.fx, MS);
	for (unsigned int g = 0; g < 4; g++)
		submit_hog(g, 0);
	submit_counter(4, 0, 4);
	CHECK_EQ(progress(4, 10 * MS), 0);
	drv_w32(&d, drv_csg_in(4) + CSG_IN_EP_REQ, 4 | 4 << 8 | 1 << 16 | 15u << 28);
	CHECK(drv_group_request(&d, 4, CSG_EP_CFG, MS));
	CHECK(progress(4, 5 * MS) > 10);
	drv_no_complaints(&d);
	drv_stop(&d);
}

static void equals_share_by_slices(void)
{
	REQUIRE(drv_boot(&d));
	for (unsigned int g = 0; g < 8; g++)
		drv_group_run(&d, g, 1, 1, 7);
	for (unsigned int g = 0; g < 7; g++)
		submit_hog(g, 0);
	submit_counter(7, 0, 7);
	CHECK(progress(7, 20 * MS) > 100);
	drv_stop(&d);
}

static void stream_priority_counts_within_a_group(void)
{
	REQUIRE(drv_boot(&d));
	drv_group_program(&d, 0, 1, 6, 9);
	for (unsigned int s = 0; s < 6; s++)
		drv_w32(&d, drv_cs_in(0, s) + CS_IN_CONFIG, (s == 5 ? 1 : 8) | 1 << 8);
	CHECK(drv_group_state(&d, 0, CSG_STATE_START, 10 * MS));
	for (unsigned int s = 0; s < 4; s++)
		submit_hog(0, s);
	submit_counter(0, 5, 5);
	CHECK_EQ(progress(5, 20 * MS), 0);
	submit_counter(0, 4, 4); /* an equal of the hogs gets its slices */
	CHECK(progress(4, 20 * MS) > 100);
	CHECK_EQ(progress(5, MS), 0);
	drv_stop(&d);
}

static void all_streams_of_all_groups_finish(void)
{
	REQUIRE(drv_boot(&d));
	for (unsigned int g = 0; g < 8; g++)
		drv_group_run(&d, g, 1, 8, 15 - g);
	for (unsigned int round = 0; round < 20; round++)
		for (unsigned int g = 0; g < 8; g++)
			for (unsigned int s = 0; s < 8; s++) {
				const uint64_t job[] = {I_MOVE48(0, DRV_DATA_VA), I_MOVE48(2, 1),
							I_SYNC_ADD64(0, 2)};

				drv_submit(&d, g, s, job, 3);
			}
	for (unsigned int g = 0; g < 8; g++)
		for (unsigned int s = 0; s < 8; s++)
			CHECK(drv_wait_done(&d, g, s, 100 * MS));
	fx_advance(&d.fx, MS);
	CHECK_EQ(*drv_data32(&d, 1, 0), 20 * 64);
	drv_no_complaints(&d);
	drv_stop(&d);
}

#define I_BRANCH_POSITIVE(reg, n) (22ull << 56 | (uint64_t)(reg) << 40 | 3ull << 28 | (uint16_t)(n))

/* Counts rounds of some 200 instructions in register 9 and stores the count at word 0, for ever. */
static void submit_rounds(unsigned int g, unsigned int s)
{
	const uint64_t loop[] = {I_MOVE48(0, DRV_DATA_VA), I_MOVE32(4, 100), I_ADD32(4, 4, -1),
				 I_BRANCH_POSITIVE(4, -2), I_ADD32(9, 9, 1), I_STORE(0, 9),
				 I_BRANCH_ALWAYS(-6)};

	drv_submit(&d, g, s, loop, 7);
}

/* A loop pauses, and the longer it is one the longer, up to a limit (cost.h, LONG_RUN). */
static void loops_pause_longer_and_longer(void)
{
	uint32_t young, older, old, oldest;

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	submit_rounds(0, 0);
	young = progress(0, 20 * MS);
	fx_advance(&d.fx, 80 * MS);
	older = progress(0, 20 * MS);
	fx_advance(&d.fx, 500 * MS);
	old = progress(0, 20 * MS);
	fx_advance(&d.fx, 1000 * MS);
	oldest = progress(0, 20 * MS);
	CHECK(young > 4 * older);
	CHECK(older > old + old / 2);
	CHECK(old <= oldest + 1);
	CHECK(oldest > 0); /* it is not stopped */
	drv_no_complaints(&d);
	drv_stop(&d);
}

/* A stream of jobs, each long but no loop, gets further: the last takes no longer than the first.
 */
static void jobs_do_not_pause(void)
{
	const uint64_t job[] = {I_MOVE32(4, 2000), I_ADD32(4, 4, -1), I_BRANCH_POSITIVE(4, -2)};
	uint64_t took[100];

	REQUIRE(drv_boot(&d));
	drv_group_run(&d, 0, 1, 1, 15);
	for (unsigned int n = 0; n < 100; n++) {
		uint64_t t0 = d.fx.now;

		drv_submit(&d, 0, 0, job, 3);
		REQUIRE(drv_wait_done(&d, 0, 0, 10 * MS));
		took[n] = d.fx.now - t0;
	}
	CHECK(took[99] < took[0] + took[0] / 10);
	drv_no_complaints(&d);
	drv_stop(&d);
}

/* What two runs do is the same to the nanosecond. */
static void deterministic(void)
{
	uint64_t took[2];

	for (int run = 0; run < 2; run++) {
		uint64_t t0;

		REQUIRE(drv_boot(&d));
		for (unsigned int g = 0; g < 6; g++)
			drv_group_run(&d, g, 1, 1, g);
		t0 = d.fx.now;
		for (unsigned int g = 0; g < 5; g++)
			submit_hog(g, 0);
		submit_counter(5, 0, 5);
		fx_advance(&d.fx, 5 * MS);
		took[run] = d.fx.now - t0 + *drv_data32(&d, 1, 5);
		drv_stop(&d);
	}
	CHECK_EQ(took[0], took[1]);
}

static void priority_mutations_are_seen(void)
{
	static const char *const mutation[] = {"mutate priority-inverted", "mutate slice-never"};
	uint32_t got[2];

	for (int n = 0; n < 2; n++) {
		REQUIRE(drv_boot(&d));
		fx_control(&d.fx, mutation[n]);
		for (unsigned int g = 0; g < 5; g++)
			drv_group_run(&d, g, 1, 1, g == 4 ? 15 : 5);
		for (unsigned int g = 0; g < 4; g++)
			submit_hog(g, 0);
		fx_advance(&d.fx, MS);
		submit_counter(4, 0, 4);
		got[n] = progress(4, 20 * MS);
		drv_stop(&d);
	}
	CHECK_EQ(got[0], 0);
	CHECK_EQ(got[1], 0);

	REQUIRE(drv_boot(&d)); /* flat: the low one gets its slices */
	fx_control(&d.fx, "mutate priority-flat");
	for (unsigned int g = 0; g < 5; g++)
		drv_group_run(&d, g, 1, 1, g == 4 ? 0 : 15);
	fx_advance(&d.fx, MS);
	for (unsigned int g = 0; g < 4; g++)
		submit_hog(g, 0);
	submit_counter(4, 0, 4);
	CHECK(progress(4, 20 * MS) > 100);
	drv_stop(&d);
}

int main(void)
{
	return check_run((struct check_test[]){TEST(four_streams_run_at_once),
					       TEST(low_priority_waits_for_an_interface),
					       TEST(high_priority_preempts),
					       TEST(priority_change_takes_effect),
					       TEST(equals_share_by_slices),
					       TEST(stream_priority_counts_within_a_group),
					       TEST(all_streams_of_all_groups_finish),
					       TEST(loops_pause_longer_and_longer),
					       TEST(jobs_do_not_pause),
					       TEST(deterministic),
					       TEST(priority_mutations_are_seen),
					       {0}});
}
