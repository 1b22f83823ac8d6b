/* SPDX-License-Identifier: MIT */
/* GPU_COMMAND and the power domains: resets, flushes, transitions. */
#include "check.h"
#include "fixture.h"

#include "gpu/sim.h"

#define IRQ_RAWSTAT           0x20
#define IRQ_CLEAR             0x24
#define IRQ_MASK              0x28
#define GPU_COMMAND           0x30
#define GPU_STATUS            0x34
#define FAULT_STATUS          0x3c
#define FAULT_ADDRESS         0x40
#define SHADER_READY          0x140
#define TILER_READY           0x150
#define L2_READY              0x160
#define SHADER_PWRON          0x180
#define TILER_PWRON           0x190
#define L2_PWRON              0x1a0
#define SHADER_PWROFF         0x1c0
#define L2_PWROFF             0x1e0
#define L2_PWRTRANS           0x220
#define MMU_IRQ_MASK          0x2008
#define LATEST_FLUSH          0x10000
#define SOFT_RESET            0x101
#define HARD_RESET            0x201
#define FAST_RESET            0x001
#define FLUSH(l2, lsc, other) (4 | (l2) << 8 | (lsc) << 12 | (other) << 16)

#define IRQ_RESET_COMPLETED (1u << 8)
#define IRQ_POWER_SINGLE    (1u << 9)
#define IRQ_POWER_ALL       (1u << 10)
#define IRQ_CLEAN_COMPLETED (1u << 17)
#define MS                  1000000ull

static struct fixture fx;

static void soft_reset_turns_everything_off(void)
{
	uint64_t root;

	fx_start(&fx);
	fx_power_l2(&fx);
	root = fx_pt_new(&fx);
	fx_as_enable(&fx, 3, root);
	fx_write(&fx, MMU_IRQ_MASK, 0xffff);
	fx_write(&fx, IRQ_CLEAR, 0x700);
	fx_write(&fx, IRQ_MASK, IRQ_RESET_COMPLETED);
	fx_write(&fx, GPU_COMMAND, SOFT_RESET);
	CHECK(!(fx_read(&fx, IRQ_RAWSTAT) & IRQ_RESET_COMPLETED));
	CHECK(fx_read(&fx, GPU_STATUS) & 1);
	fx_settle(&fx, 100 * MS);
	CHECK_EQ(fx_read(&fx, IRQ_RAWSTAT), IRQ_RESET_COMPLETED);
	/* The mask of the GPU block lives on, so the interrupt arrives; the other blocks' do not.
	 */
	CHECK(fx.line[MALI_SIM_IRQ_GPU]);
	CHECK_EQ(fx_read(&fx, MMU_IRQ_MASK), 0);
	CHECK_EQ(fx_read(&fx, L2_READY), 0);
	CHECK(!mmu_as_enabled(fx.sim, 3));
	CHECK_EQ(fx_read64(&fx, 0x2400 + 3 * 0x40), 0);
	CHECK_EQ(fx_read(&fx, GPU_STATUS), 0);
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void fast_reset_keeps_the_power(void)
{
	fx_start(&fx);
	fx_power_l2(&fx);
	fx_write(&fx, GPU_COMMAND, FAST_RESET);
	fx_settle(&fx, 100 * MS);
	CHECK(fx_read(&fx, IRQ_RAWSTAT) & IRQ_RESET_COMPLETED);
	CHECK_EQ(fx_read(&fx, L2_READY), 1);
	fx_stop(&fx);
}

static void a_hard_reset_ends_a_stuck_one(void)
{
	fx_start(&fx);
	CHECK_STR(fx_control(&fx, "inject reset-stuck"), "ok");
	fx_write(&fx, GPU_COMMAND, SOFT_RESET);
	fx_advance(&fx, 500 * MS);
	CHECK(!(fx_read(&fx, IRQ_RAWSTAT) & IRQ_RESET_COMPLETED));
	fx_write(&fx, GPU_COMMAND, HARD_RESET);
	fx_settle(&fx, 100 * MS);
	CHECK(fx_read(&fx, IRQ_RAWSTAT) & IRQ_RESET_COMPLETED);
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void another_soft_reset_ends_a_stuck_one(void)
{
	fx_start(&fx);
	CHECK_STR(fx_control(&fx, "inject reset-stuck"), "ok");
	fx_write(&fx, GPU_COMMAND, SOFT_RESET);
	fx_advance(&fx, 500 * MS);
	CHECK(!(fx_read(&fx, IRQ_RAWSTAT) & IRQ_RESET_COMPLETED));
	fx_write(&fx, GPU_COMMAND, SOFT_RESET);
	fx_settle(&fx, 100 * MS);
	CHECK(fx_read(&fx, IRQ_RAWSTAT) & IRQ_RESET_COMPLETED);
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void flush_completes_and_moves_the_id(void)
{
	fx_start(&fx);
	fx_power_l2(&fx);
	fx_write(&fx, GPU_COMMAND, FLUSH(3, 3, 2));
	CHECK_EQ(fx_read(&fx, LATEST_FLUSH), 1);
	CHECK(fx_read(&fx, GPU_STATUS) & 1);
	fx_settle(&fx, 100 * MS);
	CHECK(fx_read(&fx, IRQ_RAWSTAT) & IRQ_CLEAN_COMPLETED);
	CHECK_EQ(fx_read(&fx, LATEST_FLUSH), 2);
	/* What sched.c of 7.3 asks for at a suspend. */
	fx_write(&fx, GPU_COMMAND, FLUSH(1, 1, 0));
	fx_settle(&fx, 100 * MS);
	CHECK_EQ(fx_read(&fx, LATEST_FLUSH), 3);
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void flush_id_wraps_past_zero(void)
{
	fx_start(&fx);
	fx.sim->latest_flush = 0xffffff;
	gpu_count_flush(fx.sim);
	CHECK_EQ(fx_read(&fx, LATEST_FLUSH), 1);
	CHECK_STR(fx_control(&fx, "mutate flush-id-stuck"), "ok");
	gpu_count_flush(fx.sim);
	CHECK_EQ(fx_read(&fx, LATEST_FLUSH), 1);
	fx_stop(&fx);
}

static void a_stuck_flush_ends_with_a_reset(void)
{
	fx_start(&fx);
	fx_power_l2(&fx);
	CHECK_STR(fx_control(&fx, "inject flush-stuck"), "ok");
	fx_write(&fx, GPU_COMMAND, FLUSH(3, 3, 2));
	fx_advance(&fx, 1000 * MS);
	CHECK(!(fx_read(&fx, IRQ_RAWSTAT) & IRQ_CLEAN_COMPLETED));
	fx_write(&fx, GPU_COMMAND, SOFT_RESET);
	fx_settle(&fx, 100 * MS);
	fx_power_l2(&fx);
	fx_write(&fx, GPU_COMMAND, FLUSH(3, 3, 2));
	fx_settle(&fx, 100 * MS);
	CHECK(fx_read(&fx, IRQ_RAWSTAT) & IRQ_CLEAN_COMPLETED);
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void power_goes_through_a_transition(void)
{
	fx_start(&fx);
	fx_write(&fx, L2_PWRON, 1);
	CHECK_EQ(fx_read(&fx, L2_READY), 0);
	CHECK_EQ(fx_read(&fx, L2_PWRTRANS), 1);
	CHECK(fx_read(&fx, GPU_STATUS) & 2);
	fx_settle(&fx, 20 * MS);
	CHECK_EQ(fx_read(&fx, L2_READY), 1);
	CHECK_EQ(fx_read(&fx, L2_PWRTRANS), 0);
	CHECK_EQ(fx_read(&fx, IRQ_RAWSTAT), IRQ_POWER_SINGLE | IRQ_POWER_ALL);
	fx_write(&fx, SHADER_PWRON, 0x50005);
	fx_write(&fx, TILER_PWRON, 1);
	fx_settle(&fx, 20 * MS);
	CHECK_EQ(fx_read(&fx, SHADER_READY), 0x50005);
	CHECK_EQ(fx_read(&fx, TILER_READY), 1);
	fx_write(&fx, SHADER_PWROFF, 0x10001);
	fx_settle(&fx, 20 * MS);
	CHECK_EQ(fx_read(&fx, SHADER_READY), 0x40004);
	fx_write(&fx, L2_PWROFF, 1);
	fx_settle(&fx, 20 * MS);
	CHECK_EQ(fx_read(&fx, L2_READY), 0);
	CHECK_EQ(fx_complaints(&fx), 0);
	fx_stop(&fx);
}

static void ready_shows_without_a_run(void)
{
	fx_start(&fx);
	fx_write(&fx, L2_PWRON, 1);
	fx.now += MS; /* the embedder is late: mali_sim_run() was not called */
	CHECK_EQ(fx_read(&fx, L2_PWRTRANS), 0);
	CHECK_EQ(fx_read(&fx, L2_READY), 1);
	fx_stop(&fx);
}

static void all_waits_for_the_last_domain(void)
{
	fx_start(&fx);
	fx_power_l2(&fx);
	fx_write(&fx, IRQ_CLEAR, 0x600);
	fx_write(&fx, SHADER_PWRON, 5);
	fx_write(&fx, TILER_PWRON, 1);
	fx_advance(&fx, 5000);
	CHECK_EQ(fx_read(&fx, IRQ_RAWSTAT), IRQ_POWER_SINGLE);
	fx_settle(&fx, 20 * MS);
	CHECK_EQ(fx_read(&fx, IRQ_RAWSTAT), IRQ_POWER_SINGLE | IRQ_POWER_ALL);
	fx_stop(&fx);
}

static void a_domain_can_be_stuck(void)
{
	fx_start(&fx);
	fx_power_l2(&fx);
	CHECK_STR(fx_control(&fx, "inject power-stuck"), "ok");
	fx_write(&fx, L2_PWROFF, 1); /* going down is not what sticks */
	fx_settle(&fx, 20 * MS);
	CHECK_EQ(fx_read(&fx, L2_READY), 0);
	fx_write(&fx, L2_PWRON, 1);
	fx_advance(&fx, 1000 * MS);
	CHECK_EQ(fx_read(&fx, L2_READY), 0);
	fx_write(&fx, GPU_COMMAND, SOFT_RESET);
	fx_settle(&fx, 100 * MS);
	fx_power_l2(&fx);
	CHECK_EQ(fx_read(&fx, L2_READY), 1);
	fx_stop(&fx);
}

static void gpu_fault_stays_until_cleared(void)
{
	struct mmu_fault a = {MMU_CODE_BUS, MMU_WRITE, 0x123456789000};
	struct mmu_fault b = {MMU_CODE_BUS, MMU_READ, 0x5000};

	fx_start(&fx);
	mmu_report(fx.sim, 2, &a, 0x1234);
	mmu_report(fx.sim, 4, &b, 0x1);
	CHECK_EQ(fx_read(&fx, FAULT_STATUS),
		 0x12342f80); /* source, AS 2, valid bits, write, bus fault */
	CHECK_EQ(fx_read64(&fx, FAULT_ADDRESS), 0x123456789000);
	CHECK(fx_read(&fx, IRQ_RAWSTAT) & 1);
	CHECK_EQ(fx_logged(&fx, "] fault "), 2);
	fx_write(&fx, GPU_COMMAND, 7);
	CHECK_EQ(fx_read(&fx, FAULT_STATUS), 0);
	fx_stop(&fx);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(soft_reset_turns_everything_off),
	    TEST(fast_reset_keeps_the_power),
	    TEST(a_hard_reset_ends_a_stuck_one),
	    TEST(another_soft_reset_ends_a_stuck_one),
	    TEST(flush_completes_and_moves_the_id),
	    TEST(flush_id_wraps_past_zero),
	    TEST(a_stuck_flush_ends_with_a_reset),
	    TEST(power_goes_through_a_transition),
	    TEST(ready_shows_without_a_run),
	    TEST(all_waits_for_the_last_domain),
	    TEST(a_domain_can_be_stuck),
	    TEST(gpu_fault_stays_until_cleared),
	    {0},
	});
}
