/* SPDX-License-Identifier: MIT */
/* The control channel's verbs, faults on demand and mutations as they are asked for. */
#include "check.h"
#include "fixture.h"

#include "gpu/sim.h"

#define GPU_IRQ_RAWSTAT 0x20
#define GPU_IRQ_CLEAR   0x24
#define GPU_IRQ_MASK    0x28
#define JOB_IRQ_RAWSTAT 0x1000
#define JOB_IRQ_MASK    0x1008

static struct fixture fx;

static bool is_error(const char *request)
{
	return strncmp(fx_control(&fx, request), "error ", 6) == 0;
}

static void verbs_answer(void)
{
	fx_start(&fx);
	CHECK_STR(fx_control(&fx, "ping"), "ok");
	CHECK_STR(fx_control(&fx, "  ping \r\n"), "ok");
	CHECK(strncmp(fx_control(&fx, "version"), "ok tyr-g610 ", 12) == 0);
	CHECK(strstr(fx_control(&fx, "faults"), " irq-lost") != NULL);
	CHECK(strstr(fx_control(&fx, "mutations"), " mmu-leak") != NULL);
	CHECK(strstr(fx_control(&fx, "mutations"), "none") == NULL);
	CHECK(strstr(fx_control(&fx, "rules"), " as-busy") != NULL);
	fx_read(&fx, 0);
	CHECK(strstr(fx_control(&fx, "stats"), " mmio_reads=1 ") != NULL);
	CHECK(strstr(fx_control(&fx, "stats"), "time_ns=1000000000") != NULL);
	fx_stop(&fx);
}

static void bad_requests_say_what_is_wrong(void)
{
	static const char *const bad[] = {
	    "",
	    "pong",
	    "expect",
	    "expect no-such-rule",
	    "inject",
	    "inject no-such-fault",
	    "inject slow factor",
	    "inject slow factor=",
	    "inject slow factor=x",
	    "inject slow factor=-1",
	    "inject slow colour=1",
	    "inject irq-lost line=uart",
	    "inject slow factor=99999999999999999999",
	    "clear no-such-fault",
	    "mutate",
	    "mutate no-such-mutation",
	};
	char big[1000];

	fx_start(&fx);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!is_error(bad[i]))
			check_failed(__FILE__, __LINE__, "\"%s\" was accepted", bad[i]);
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	CHECK(is_error(big));
	for (int i = 0; i < FAULT_COUNT; i++)
		CHECK(inject_peek(fx.sim, i) == NULL);
	fx_stop(&fx);
}

static void a_short_reply_buffer_is_respected(void)
{
	char reply[8];

	fx_start(&fx);
	memset(reply, 'x', sizeof(reply));
	CHECK_EQ(mali_sim_control(fx.sim, "faults", reply, 4), 0);
	CHECK_EQ(reply[3], 0);
	CHECK_EQ(reply[4], 'x');
	fx_stop(&fx);
}

static void all_names_are_accepted(void)
{
	char request[128];

	fx_start(&fx);
	for (int i = 0; i < FAULT_COUNT; i++) {
		snprintf(request, sizeof(request), "inject %s count=2 as=1 va=0x1000 delay=5",
			 inject_name(i));
		CHECK_STR(fx_control(&fx, request), "ok");
		CHECK(inject_peek(fx.sim, i) != NULL);
		CHECK_EQ(inject_peek(fx.sim, i)->va, 0x1000);
		CHECK_EQ(inject_peek(fx.sim, i)->group, UINT64_MAX);
	}
	CHECK_STR(fx_control(&fx, "clear"), "ok");
	CHECK(inject_peek(fx.sim, FAULT_SLOW) == NULL);
	for (int i = 0; i < MUTATION_COUNT; i++) {
		snprintf(request, sizeof(request), "mutate %s", mutation_name(i));
		CHECK_STR(fx_control(&fx, request), "ok");
		CHECK_EQ(fx.sim->inject.mutation, i);
	}
	fx_stop(&fx);
}

static void counts_run_out(void)
{
	fx_start(&fx);
	fx_control(&fx, "inject ping-lost count=2");
	CHECK(inject_hit(fx.sim, FAULT_PING_LOST));
	CHECK(inject_hit(fx.sim, FAULT_PING_LOST));
	CHECK(!inject_hit(fx.sim, FAULT_PING_LOST));
	CHECK(strstr(fx_control(&fx, "stats"), " struck=2") != NULL);
	fx_control(&fx, "inject ping-lost count=0");
	for (int i = 0; i < 100; i++)
		CHECK(inject_hit(fx.sim, FAULT_PING_LOST));
	CHECK_STR(fx_control(&fx, "clear ping-lost"), "ok");
	CHECK(!inject_hit(fx.sim, FAULT_PING_LOST));
	CHECK_EQ(fx.sim->stats.struck, 102);
	fx_stop(&fx);
}

static void a_lost_interrupt_comes_back_with_the_next(void)
{
	fx_start(&fx);
	fx_write(&fx, GPU_IRQ_MASK, 3);
	fx_write(&fx, JOB_IRQ_MASK, 1);
	fx_control(&fx, "inject irq-lost line=gpu");
	fx_write(&fx, JOB_IRQ_RAWSTAT, 1);
	CHECK(fx.line[MALI_SIM_IRQ_JOB]); /* another line's */
	fx_write(&fx, GPU_IRQ_RAWSTAT, 1);
	CHECK(!fx.line[MALI_SIM_IRQ_GPU]);
	fx_write(&fx, GPU_IRQ_MASK, 1); /* writing the mask does not bring it back */
	CHECK(!fx.line[MALI_SIM_IRQ_GPU]);
	CHECK_EQ(fx_read(&fx, GPU_IRQ_RAWSTAT), 1); /* but it is there to be read */
	fx_write(&fx, GPU_IRQ_RAWSTAT, 2);
	CHECK(fx.line[MALI_SIM_IRQ_GPU]);
	fx_stop(&fx);
}

static void timestamps_can_lie(void)
{
	fx_start(&fx);
	fx_control(&fx, "mutate timestamp-zero");
	CHECK_EQ(fx_read64(&fx, 0x98), 0);
	fx_control(&fx, "mutate none");
	CHECK(fx_read64(&fx, 0x98) != 0);
	fx_stop(&fx);
}

static void faults_survive_a_reset(void)
{
	fx_start(&fx);
	fx_control(&fx, "inject as-stuck");
	fx_control(&fx, "mutate mmu-leak");
	mali_sim_reset(fx.sim);
	CHECK(inject_peek(fx.sim, FAULT_AS_STUCK) != NULL);
	CHECK(mutated(fx.sim, MMU_LEAK));
	fx_stop(&fx);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(verbs_answer),
	    TEST(bad_requests_say_what_is_wrong),
	    TEST(a_short_reply_buffer_is_respected),
	    TEST(all_names_are_accepted),
	    TEST(counts_run_out),
	    TEST(a_lost_interrupt_comes_back_with_the_next),
	    TEST(timestamps_can_lie),
	    TEST(faults_survive_a_reset),
	    {0},
	});
}
