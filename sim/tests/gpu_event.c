/* SPDX-License-Identifier: MIT */
/* The event queue: order, moving, cancelling, scaling. */
#include "check.h"
#include "fixture.h"

#include "gpu/sim.h"

#define COUNT 200

static struct fixture fx;
static unsigned int order[COUNT], ran;
static struct event events[COUNT];

static void note(struct mali_sim *sim, struct event *ev)
{
	order[ran++] = (unsigned int)(ev - events);
}

static void prepare(void)
{
	fx_start(&fx);
	ran = 0;
	for (int i = 0; i < COUNT; i++)
		event_init(&events[i], note);
}

static void run_all(void)
{
	while (event_run_due(fx.sim, UINT64_MAX))
		;
}

static void runs_in_time_order(void)
{
	prepare();
	/* 7 and COUNT share no factor: every deadline is used once, in a scattered order. */
	for (unsigned int i = 0; i < COUNT; i++)
		event_arm(fx.sim, &events[i], 7 * i % COUNT);
	run_all();
	CHECK_EQ(ran, COUNT);
	for (unsigned int i = 0; i < COUNT; i++)
		CHECK_EQ(7 * order[i] % COUNT, i);
	fx_stop(&fx);
}

static void equal_deadlines_run_as_armed(void)
{
	prepare();
	for (int i = 0; i < COUNT; i++)
		event_arm(fx.sim, &events[i], 5);
	run_all();
	for (unsigned int i = 0; i < COUNT; i++)
		CHECK_EQ(order[i], i);
	fx_stop(&fx);
}

static void cancel_removes_any(void)
{
	prepare();
	for (int i = 0; i < COUNT; i++)
		event_arm(fx.sim, &events[i], (uint64_t)(i * 37 % 101));
	for (int i = 0; i < COUNT; i += 3)
		event_cancel(fx.sim, &events[i]);
	event_cancel(fx.sim, &events[0]); /* again: harmless */
	run_all();
	CHECK_EQ(ran, COUNT - (COUNT + 2) / 3);
	for (unsigned int i = 0; i < ran; i++) {
		CHECK(order[i] % 3 != 0);
		if (i > 0)
			CHECK(order[i - 1] * 37 % 101 <= order[i] * 37 % 101);
	}
	fx_stop(&fx);
}

static void arming_again_moves(void)
{
	prepare();
	event_arm(fx.sim, &events[0], 10);
	event_arm(fx.sim, &events[1], 20);
	event_arm(fx.sim, &events[0], 30);
	CHECK_EQ(event_next(fx.sim), 20);
	run_all();
	CHECK_EQ(ran, 2);
	CHECK_EQ(order[0], 1);
	CHECK_EQ(order[1], 0);
	CHECK_EQ(event_next(fx.sim), UINT64_MAX);
	fx_stop(&fx);
}

static void nothing_runs_early(void)
{
	prepare();
	event_arm(fx.sim, &events[0], 10);
	CHECK(!event_run_due(fx.sim, 9));
	CHECK(event_armed(&events[0]));
	CHECK(event_run_due(fx.sim, 10));
	CHECK(!event_armed(&events[0]));
	fx_stop(&fx);
}

static void expire_runs_only_what_is_over(void)
{
	prepare();
	event_arm_in(fx.sim, &events[0], 100);
	event_expire(fx.sim, &events[0]);
	CHECK_EQ(ran, 0);
	fx.now += 100;
	event_expire(fx.sim, &events[0]);
	CHECK_EQ(ran, 1);
	event_expire(fx.sim, &events[0]);
	CHECK_EQ(ran, 1);
	fx_stop(&fx);
}

static void slow_scales_and_saturates(void)
{
	prepare();
	CHECK_STR(fx_control(&fx, "inject slow factor=3"), "ok");
	event_arm_in(fx.sim, &events[0], 1000);
	CHECK_EQ(events[0].when, fx.now + 3000);
	CHECK_STR(fx_control(&fx, "inject slow"), "ok");
	event_arm_in(fx.sim, &events[0], 1000);
	CHECK_EQ(events[0].when, fx.now + 10000);
	event_arm_in(fx.sim, &events[0], UINT64_MAX / 2);
	CHECK_EQ(events[0].when, UINT64_MAX);
	event_cancel(fx.sim, &events[0]);
	CHECK_EQ(fx.sim->stats.struck, 3);
	CHECK_STR(fx_control(&fx, "clear slow"), "ok");
	event_arm_in(fx.sim, &events[0], 1000);
	CHECK_EQ(events[0].when, fx.now + 1000);
	CHECK_EQ(fx.sim->stats.struck, 3);
	event_cancel(fx.sim, &events[0]);
	fx_stop(&fx);
}

static void rearm(struct mali_sim *sim, struct event *ev)
{
	ran++;
	event_arm_in(sim, ev, 0);
}

static void an_endless_event_does_not_hang_a_run(void)
{
	struct event ev;

	prepare();
	event_init(&ev, rearm);
	event_arm_in(fx.sim, &ev, 0);
	mali_sim_run(fx.sim);
	CHECK(ran > 1);
	CHECK_EQ(fx.deadline, fx.now); /* it asked to come back at once */
	event_cancel(fx.sim, &ev);
	fx_stop(&fx);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(runs_in_time_order),
	    TEST(equal_deadlines_run_as_armed),
	    TEST(cancel_removes_any),
	    TEST(arming_again_moves),
	    TEST(nothing_runs_early),
	    TEST(expire_runs_only_what_is_over),
	    TEST(slow_scales_and_saturates),
	    TEST(an_endless_event_does_not_hang_a_run),
	    {0},
	});
}
