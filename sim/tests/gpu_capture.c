/* SPDX-License-Identifier: MIT */
/* A job is recorded on one model and played back on another; what a damaged file does. */
#include "check.h"
#include "driver.h"

#include <stdlib.h>
#include <unistd.h>

#include "gpu/capture.h"
#include "gpu/replay.h"
#include "gpu/sim.h"

#define GPU_COMMAND 0x30
#define SOFT_RESET  0x101
#define STORED      0xdeadbeefu

static struct driver d;
static char path[128];
static uint8_t *file;
static size_t file_size;

static void read_back(void)
{
	FILE *f = fopen(path, "rb");

	file_size = 0;
	file = malloc(16 << 20);
	if (f && file)
		file_size = fread(file, 1, 16 << 20, f);
	if (f)
		fclose(f);
}

static void prepare(void)
{
	drv_start(&d);
	snprintf(d.fx.capture_dir, sizeof(d.fx.capture_dir), "/tmp/tyr-capture-XXXXXX");
	CHECK(mkdtemp(d.fx.capture_dir) != NULL);
	snprintf(path, sizeof(path), "%s/job", d.fx.capture_dir);
}

static void finish(void)
{
	unlink(path);
	rmdir(d.fx.capture_dir);
	free(file);
	file = NULL;
	drv_stop(&d);
}

/* Everything after the reset that starts the recording, as a driver's resume does it. */
static bool boot_again(void)
{
	fx_write(&d.fx, GPU_COMMAND, SOFT_RESET);
	fx_settle(&d.fx, 100 * MS);
	fx_power_l2(&d.fx);
	fx_as_enable(&d.fx, 0, d.mcu_root);
	fx_write(&d.fx, JOB_IRQ_MASK, ~0u);
	if (!drv_enable(&d))
		return false;
	drv_configure(&d);
	return true;
}

static void store_a_value(void)
{
	uint64_t job[] = {
	    I_MOVE48(2, DRV_DATA_VA),
	    I_MOVE32(4, STORED),
	    I_STORE(2, 4),
	    I_WAIT(0xff),
	};

	drv_submit(&d, 0, 0, job, 4);
	CHECK(drv_wait_done(&d, 0, 0, 1000 * MS));
	fx_settle(&d.fx, MS);
}

/* Return: whether there is a capture of two jobs in `file`. */
static bool record(void)
{
	prepare();
	CHECK_STR(fx_control(&d.fx, "capture start job"), "ok");
	if (!boot_again())
		return false;
	drv_group_run(&d, 0, 1, 1, 0);
	store_a_value();
	CHECK_EQ(*drv_data32(&d, 1, 0), STORED);
	*drv_data32(&d, 1, 0) = 0; /* the CPU writes in between */
	store_a_value();
	CHECK_EQ(*drv_data32(&d, 1, 0), STORED);
	CHECK_STR(fx_control(&d.fx, "capture stop"), "ok");
	read_back();
	return file_size > 8;
}

static bool play(struct replay_report *r)
{
	struct replay_options options = {0};

	return replay_run(file, file_size, &options, r);
}

static void a_job_plays_back_the_same(void)
{
	struct replay_report r;

	REQUIRE(record());
	CHECK(play(&r));
	if (r.problem)
		check_failed(__FILE__, __LINE__, "%s at %zu", r.problem, r.at);
	CHECK(r.reads > 10 && r.pages >= 2 && r.touches > 10);
	CHECK_EQ(r.touches, r.touches_recorded);
	CHECK_EQ(r.reads_different, 0);
	CHECK_EQ(r.pages_different, 0);
	finish();
}

static bool value_at(size_t i, uint32_t value)
{
	uint32_t v;

	memcpy(&v, file + i, 4);
	return v == value;
}

/* The last STORED in the file is in the FINAL record of the data page. */
static void a_different_result_is_noticed(void)
{
	struct replay_report r;
	size_t i;

	REQUIRE(record());
	for (i = file_size - 4; i > 0 && !value_at(i, STORED); i--)
		;
	REQUIRE(i > 0);
	file[i] ^= 1;
	CHECK(!play(&r));
	CHECK_EQ(r.pages_different, 1);
	CHECK_EQ(r.reads_different, 0);
	finish();
}

/* The same value as an operand of the recorded stream: then the job itself does something else. */
static void a_different_stream_is_noticed(void)
{
	struct replay_report r;
	size_t i;

	REQUIRE(record());
	for (i = 0; i < file_size - 4 && !value_at(i, STORED); i++)
		;
	REQUIRE(i < file_size - 4);
	for (; i < file_size - 4; i++)
		if (value_at(i, STORED) && file[i + 7] == 2) /* MOVE32 */
			file[i] ^= 1;
	CHECK(!play(&r));
	CHECK(r.pages_different >= 1);
	finish();
}

static void damaged_files_do_no_harm(void)
{
	struct replay_options options = {.page_limit = 4096};
	struct replay_report r;
	size_t whole, step;

	REQUIRE(record());
	whole = file_size;
	step = whole / 61 + 1;
	for (file_size = 0; file_size < whole; file_size += step) {
		CHECK(!play(&r));
		CHECK(r.problem != NULL);
	}
	file_size = whole;
	for (size_t i = 0; i < whole; i += step) {
		uint8_t keep = file[i];

		file[i] ^= 0x41;
		replay_run(file, file_size, &options, &r);
		file[i] = keep;
	}
	CHECK(play(&r));
	finish();
}

static void requests_are_checked(void)
{
	static const char *const bad[] = {
	    "capture",          "capture start",     "capture start ", "capture start ../x",
	    "capture start .x", "capture start a/b", "capture stop",   "capture pause",
	};
	char reply[256];

	prepare();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strncmp(fx_control(&d.fx, bad[i]), "error ", 6) != 0)
			check_failed(__FILE__, __LINE__, "\"%s\" was accepted", bad[i]);
	CHECK_STR(fx_control(&d.fx, "capture start job"), "ok");
	CHECK(strncmp(fx_control(&d.fx, "capture start other"), "error ", 6) == 0);
	/* The L2 stays on: there is nothing to play. */
	snprintf(reply, sizeof(reply), "%s", fx_control(&d.fx, "capture stop"));
	CHECK(strstr(reply, "not at rest") != NULL);
	/* An older capture is not overwritten. */
	CHECK(strncmp(fx_control(&d.fx, "capture start job"), "error ", 6) == 0);
	finish();
}

/* What 7.3's fast suspend leaves: no reset, but everything off; stored registers as they were. */
static void rest_without_a_reset_will_do(void)
{
	struct replay_report r;

	prepare();
	fx_write(&d.fx, 0x304, 7);
	fx_write(&d.fx, GPU_COMMAND, 3 | 1 << 8); /* cycle counter on */
	CHECK_STR(fx_control(&d.fx, "capture start job"), "ok");
	fx_as_disable(&d.fx, 0);
	CHECK_EQ(fx_logged(&d.fx, "capture job begins"), 0);
	fx_write(&d.fx, 0x1e0, 1); /* L2_PWROFF */
	fx_settle(&d.fx, 100 * MS);
	CHECK_EQ(fx_logged(&d.fx, "capture job begins"), 1);
	fx_power_l2(&d.fx);
	fx_as_enable(&d.fx, 0, d.mcu_root);
	REQUIRE(drv_enable(&d));
	CHECK_EQ(fx_read(&d.fx, 0x304), 7);
	CHECK(fx_read(&d.fx, 0x90) != 0);
	CHECK_STR(fx_control(&d.fx, "capture stop"), "ok");
	read_back();
	CHECK(play(&r));
	CHECK(r.reads > 2);
	finish();
}

static void destroying_ends_a_capture_well(void)
{
	struct replay_report r;

	prepare();
	fx_control(&d.fx, "capture start job");
	REQUIRE(boot_again());
	mali_sim_destroy(d.fx.sim);
	d.fx.sim = NULL;
	read_back();
	CHECK(play(&r));
	CHECK(r.records > 10);
	finish();
}

int main(void)
{
	return check_run((struct check_test[]){
	    TEST(a_job_plays_back_the_same),
	    TEST(a_different_result_is_noticed),
	    TEST(a_different_stream_is_noticed),
	    TEST(damaged_files_do_no_harm),
	    TEST(requests_are_checked),
	    TEST(rest_without_a_reset_will_do),
	    TEST(destroying_ends_a_capture_well),
	    {0},
	});
}
