/* SPDX-License-Identifier: MIT */
/*
 * Every rule of gpu/rules.def, broken on purpose; and what stock drivers do, which must break none.
 * The list of cases is checked against the .def file: a rule without a case fails here.
 */
#include "check.h"
#include "driver.h"

#include "gpu/sim.h"

#define GPU_COMMAND   0x30
#define L2_PWRON      0x1a0
#define L2_PWROFF     0x1e0
#define SHADER_PWRON  0x180
#define SHADER_PWROFF 0x1c0
#define AS(n, r)      (0x2400u + (n) * 0x40u + (r))
#define TRANSTAB      0x00
#define MEMATTR       0x08
#define LOCKADDR      0x10
#define COMMAND       0x18
#define STATUS        0x28
#define TRANSCFG      0x30
#define UPDATE        1
#define LOCK          2

static struct fixture fx;

static void write_read_only(void)
{
	fx_write(&fx, 0x000, 1);
}

static void write_flush_id(void)
{
	fx_write(&fx, 0x10000, 1);
}

static void write_as_status(void)
{
	fx_write(&fx, AS(1, STATUS), 1);
}

static void mmio_unaligned(void)
{
	fx_read(&fx, 2);
}

static void mmio_outside(void)
{
	fx_write(&fx, MALI_SIM_MMIO_SIZE, 0);
}

static void irq_reserved(void)
{
	fx_write(&fx, 0x24, 1u << 31);
}

static void unknown_command(void)
{
	fx_write(&fx, GPU_COMMAND, 0x55);
}

static void unknown_reset(void)
{
	fx_write(&fx, GPU_COMMAND, 1 | 3 << 8);
}

static void unknown_flush(void)
{
	fx_power_l2(&fx);
	fx_write(&fx, GPU_COMMAND, 4 | 0x4 << 8);
}

static void unknown_time(void)
{
	fx_write(&fx, GPU_COMMAND, 3 | 2 << 8);
}

static void command_in_reset(void)
{
	fx_write(&fx, GPU_COMMAND, 0x101);
	fx_write(&fx, GPU_COMMAND, 4 | 0x33 << 8);
}

static void reset_in_reset(void)
{
	fx_write(&fx, GPU_COMMAND, 0x101);
	fx_write(&fx, GPU_COMMAND, 0x101);
}

static void flush_busy(void)
{
	fx_power_l2(&fx);
	fx_write(&fx, GPU_COMMAND, 4 | 0x33 << 8);
	fx_write(&fx, GPU_COMMAND, 4 | 0x33 << 8);
}

static void power_absent(void)
{
	fx_power_l2(&fx);
	fx_write(&fx, SHADER_PWRON, 0x80);
}

static void power_turns_back(void)
{
	fx_write(&fx, L2_PWRON, 1);
	fx_write(&fx, L2_PWROFF, 1);
}

static void power_no_l2(void)
{
	fx_write(&fx, SHADER_PWRON, 1);
}

/* That the MCU runs is the firmware model's business; here it is only asked. */
static void l2_off_as(void)
{
	fx_power_l2(&fx);
	fx_write(&fx, AS(1, COMMAND), UPDATE);
	fx_write(&fx, L2_PWROFF, 1);
}

static void as_absent(void)
{
	fx_write(&fx, AS(8, TRANSTAB), 0);
}

static void as_busy_command(void)
{
	fx_power_l2(&fx);
	fx_write(&fx, AS(1, COMMAND), UPDATE);
	fx_write(&fx, AS(1, COMMAND), UPDATE);
}

static void as_busy_register(void)
{
	fx_power_l2(&fx);
	fx_write(&fx, AS(1, COMMAND), UPDATE);
	fx_write(&fx, AS(1, TRANSTAB), 0x1000);
}

static void as_command(void)
{
	fx_power_l2(&fx);
	fx_write(&fx, AS(1, COMMAND), 6);
}

static void configure(uint64_t transtab, uint64_t memattr, uint64_t transcfg)
{
	fx_power_l2(&fx);
	fx_write64(&fx, AS(1, TRANSTAB), transtab);
	fx_write64(&fx, AS(1, MEMATTR), memattr);
	fx_write64(&fx, AS(1, TRANSCFG), transcfg);
	fx_as_command(&fx, 1, UPDATE);
}

static void transcfg_mode(void)
{
	configure(0, 0, 8); /* 64 KiB granule */
}

static void transcfg_reserved(void)
{
	configure(0, 0, 6 | 1ull << 60);
}

static void transtab_unaligned(void)
{
	configure(FX_RAM_BASE + 8, 0, 6);
}

static void transtab_wide(void)
{
	configure(1ull << 40, 0, 6);
}

static void memattr_reserved(void)
{
	configure(FX_RAM_BASE, 0x3ull << 28, 6);
}

static void lock_small(void)
{
	fx_power_l2(&fx);
	fx_write64(&fx, AS(1, LOCKADDR), 13);
	fx_as_command(&fx, 1, LOCK);
}

static void lock_reserved(void)
{
	fx_power_l2(&fx);
	fx_write64(&fx, AS(1, LOCKADDR), 0x100 | 14);
	fx_as_command(&fx, 1, LOCK);
}

static void pt_pa_width(void)
{
	uint64_t root = fx_pt_new(&fx);
	struct mmu_fault fault;
	size_t len = 1;
	void *host;

	fx_power_l2(&fx);
	fx_as_enable(&fx, 1, root);
	fx_map(&fx, root, 0, 1ull << 41, FX_PAGE, 0);
	mmu_map(fx.sim, 1, 0, &len, MMU_READ, &host, &fault);
}

static const struct {
	enum strict_rule rule;
	void (*fn)(void);
} cases[] = {
    {RULE_WRITE_READ_ONLY, write_read_only},
    {RULE_WRITE_READ_ONLY, write_flush_id},
    {RULE_WRITE_READ_ONLY, write_as_status},
    {RULE_MMIO_UNALIGNED, mmio_unaligned},
    {RULE_MMIO_UNALIGNED, mmio_outside},
    {RULE_IRQ_RESERVED, irq_reserved},
    {RULE_GPU_COMMAND, unknown_command},
    {RULE_GPU_COMMAND, unknown_reset},
    {RULE_GPU_COMMAND, unknown_flush},
    {RULE_GPU_COMMAND, unknown_time},
    {RULE_COMMAND_IN_RESET, command_in_reset},
    {RULE_COMMAND_IN_RESET, reset_in_reset},
    {RULE_FLUSH_BUSY, flush_busy},
    {RULE_POWER_ABSENT, power_absent},
    {RULE_POWER_TRANSITION, power_turns_back},
    {RULE_POWER_NO_L2, power_no_l2},
    {RULE_L2_OFF_AS, l2_off_as},
    {RULE_AS_ABSENT, as_absent},
    {RULE_AS_BUSY, as_busy_command},
    {RULE_AS_BUSY, as_busy_register},
    {RULE_AS_COMMAND, as_command},
    {RULE_AS_TRANSCFG, transcfg_mode},
    {RULE_AS_TRANSCFG, transcfg_reserved},
    {RULE_AS_TRANSTAB, transtab_unaligned},
    {RULE_AS_TRANSTAB, transtab_wide},
    {RULE_AS_MEMATTR, memattr_reserved},
    {RULE_LOCK_REGION, lock_small},
    {RULE_LOCK_REGION, lock_reserved},
    {RULE_PT_PA_WIDTH, pt_pa_width},
};

#define CASE_COUNT (sizeof(cases) / sizeof(cases[0]))

static void each_rule_is_noticed(void)
{
	for (size_t i = 0; i < CASE_COUNT; i++) {
		const char *name = strict_rule_name(cases[i].rule);

		fx_start(&fx);
		cases[i].fn();
		if (fx_complained(&fx, name) != 1) {
			check_failed(__FILE__, __LINE__, "case %zu: %zu complaints of %s", i,
				     fx_complained(&fx, name), name);
			fx_log_dump(&fx);
		}
		fx_stop(&fx);
	}
}

/* This one needs firmware that runs. */
static void l2_off_under_the_mcu(void)
{
	static struct driver d;

	REQUIRE(drv_boot(&d));
	fx_write(&d.fx, L2_PWROFF, 1);
	CHECK_EQ(fx_complained(&d.fx, "l2-off-mcu"), 1);
	drv_stop(&d);
}

/* l2-off-mcu: l2_off_under_the_mcu() above. */
static bool covered_elsewhere(enum strict_rule rule)
{
	return rule == RULE_L2_OFF_MCU;
}

static void each_rule_has_a_case(void)
{
	static const enum strict_rule gpu_rules[] = {
#define RULE(ident, name, sentence, source) RULE_##ident,
#include "gpu/rules.def"
#undef RULE
	};

	for (size_t r = 0; r < sizeof(gpu_rules) / sizeof(gpu_rules[0]); r++) {
		bool found = covered_elsewhere(gpu_rules[r]);

		for (size_t i = 0; i < CASE_COUNT; i++)
			found |= cases[i].rule == gpu_rules[r];
		if (!found)
			check_failed(__FILE__, __LINE__, "no case for %s",
				     strict_rule_name(gpu_rules[r]));
	}
}

static void each_rule_names_its_source(void)
{
	static const char *const texts[][3] = {
#define RULE(ident, name, sentence, source) {name, sentence, source},
#include "gpu/rules.def"
#include "mcu/rules.def"
#include "cs/rules.def"
#undef RULE
	};
	size_t count = sizeof(texts) / sizeof(texts[0]);

	for (size_t i = 0; i < count; i++) {
		CHECK(texts[i][1][0] && texts[i][2][0]);
		for (size_t j = 0; j < i; j++)
			CHECK(strcmp(texts[i][0], texts[j][0]) != 0);
	}
}

static void expected_ones_do_not_count(void)
{
	fx_start(&fx);
	CHECK_STR(fx_control(&fx, "expect gpu-command"), "ok");
	fx_write(&fx, GPU_COMMAND, 0x55);
	fx_write(&fx, 0, 1);
	CHECK_EQ(fx_complaints(&fx), 1);
	CHECK_EQ(fx_logged(&fx, "] expected gpu-command: "), 1);
	CHECK_STR(fx_control(&fx, "complaints"), "ok 1");
	CHECK_STR(fx_control(&fx, "mark the next test"), "ok");
	CHECK_EQ(fx_logged(&fx, "] mark the next test"), 1);
	fx_write(&fx, GPU_COMMAND, 0x55);
	CHECK_EQ(fx_complaints(&fx), 2);
	CHECK_STR(fx_control(&fx, "expect all"), "ok");
	fx_write(&fx, GPU_COMMAND, 0x55);
	fx_write(&fx, 0, 1);
	CHECK_STR(fx_control(&fx, "complaints"), "ok 2");
	fx_stop(&fx);
}

static void a_flood_is_cut_short(void)
{
	fx_start(&fx);
	for (int i = 0; i < 1000; i++)
		fx_write(&fx, 0, 1);
	CHECK(fx.log_count < 100);
	CHECK_STR(fx_control(&fx, "complaints"), "ok 1000");
	fx_control(&fx, "mark again");
	fx_write(&fx, 0, 1);
	CHECK_EQ(fx_complaints(&fx), 65);
	fx_stop(&fx);
}

static void a_line_has_time_kind_and_no_control_characters(void)
{
	fx_start(&fx);
	fx.now = 12345678901;
	fx_control(&fx, "mark a\tb\x1b[31m");
	CHECK_STR(fx.log[fx.log_count - 1], "[   12.345678] mark a b [31m");
	fx_stop(&fx);
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(each_rule_is_noticed),
	    TEST(l2_off_under_the_mcu),
	    TEST(each_rule_has_a_case),
	    TEST(each_rule_names_its_source),
	    TEST(expected_ones_do_not_count),
	    TEST(a_flood_is_cut_short),
	    TEST(a_line_has_time_kind_and_no_control_characters),
	    {0},
	});
}
