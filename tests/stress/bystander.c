// SPDX-License-Identifier: MIT
/*
 * bystander.c - resets under load. Clients with jobs in flight all the time, each on its own VM and
 * slot, look on while another makes the driver reset the GPU, STRESS_ROUNDS times, by the fault
 * STRESS_FAULT:
 *
 *   csg-req-lost  a group's termination is not acknowledged: all bystanders' jobs must be done,
 * once and right as-stuck      a VM's address space hangs: the same mcu-hang      the firmware
 * answers nobody: bystanders may lose what is in flight, with an error, and start anew
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "model.h"
#include "stress.h"
#include "submit_gate.h"
#include "sw_sync.h"

IGT_TEST_DESCRIPTION("Clients that work on while the GPU is reset for another.");

#define CLIENTS   5
#define IN_FLIGHT 4

/* Time for a reset to be over: after a fence failed, before the next fault. */
#define PAUSE_US 60000

struct client {
	struct submit_bench b;
	struct csb add;
	uint64_t word;
	uint32_t done[IN_FLIGHT];
	uint32_t submitted, ended;
};

static struct client clients[CLIENTS];
static uint64_t total, lost;

static void client_open(struct client *c)
{
	memset(c, 0, sizeof(*c));
	submit_bench_open_beside(&c->b, 1);
	c->word = submit_alloc(&c->b.arena, 4);
	submit_stream_begin(&c->add, &c->b.arena, 8);
	submit_emit_add_word(&c->add, c->word, 1);
	for (unsigned int i = 0; i < IN_FLIGHT; i++)
		c->done[i] = syncobj_create(c->b.fd, 0);
}

static void client_close(struct client *c)
{
	for (unsigned int i = 0; i < IN_FLIGHT; i++)
		syncobj_destroy(c->b.fd, c->done[i]);
	submit_bench_close(&c->b);
}

/* Return: false when the group is lost. */
static bool client_submit(struct client *c)
{
	struct drm_panthor_sync_op out = submit_out(c->done[c->submitted % IN_FLIGHT]);

	if (__submit_job(c->b.fd, c->b.group, 0, &c->add, &out, 1))
		return false;
	c->submitted++;
	return true;
}

/* The eldest job in flight ends. Return: false when it failed. */
static bool client_reap(struct client *c)
{
	uint32_t done = c->done[c->ended % IN_FLIGHT];

	igt_assert_f(submit_wait(c->b.fd, done, SUBMIT_PATIENCE_MS),
		     "a job of a bystander does not end\n");
	if (submit_fence_status(c->b.fd, done) < 0)
		return false;
	c->ended++;
	total++;
	/* Jobs are done once, in order, before they are called done. */
	igt_assert_lte_u64(c->ended, submit_read32(&c->b.arena, c->word));
	return true;
}

/* One job ends, one begins. @may_lose: a client whose group is lost starts anew. */
static void client_step(struct client *c, bool may_lose)
{
	bool alive = true;

	while (alive && c->submitted - c->ended < IN_FLIGHT)
		alive = client_submit(c);
	if (alive && client_reap(c))
		return;
	igt_assert_f(may_lose, "a bystander's job is lost\n");
	lost++;
	client_close(c);
	client_open(c);
}

static void step_all(unsigned int times, bool may_lose)
{
	for (unsigned int n = 0; n < times; n++)
		for (unsigned int i = 0; i < CLIENTS; i++)
			client_step(&clients[i], may_lose);
}

/* What is in flight ends, and has been done as often as it was submitted. */
static void drain(struct client *c)
{
	while (c->ended < c->submitted)
		igt_assert(client_reap(c));
	igt_assert_eq_u32(submit_read32(&c->b.arena, c->word), c->submitted);
}

/* A group that runs, and is destroyed without the firmware's consent. */
static void lose_request(const char *fault)
{
	struct submit_bench b;
	struct submit_gate g;

	submit_bench_open_beside(&b, 1);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	model_inject("%s", fault);
	igt_panthor_group_destroy(b.fd, b.group, 0);
	igt_assert(submit_wait(b.fd, g.opened, SUBMIT_PATIENCE_MS));
	igt_assert_lt(submit_fence_status(b.fd, g.opened), 0);
	submit_device_close(b.fd);
	munmap(b.arena.bo.map, b.arena.bo.size);
}

/* A VM that runs, and changes while its address space hangs. */
static void hang_space(void)
{
	struct drm_panthor_vm_bind_op op = {
	    .flags = DRM_PANTHOR_VM_BIND_OP_TYPE_MAP,
	    .va = 0x40000000,
	    .size = 4096,
	};
	struct drm_panthor_vm_bind bind = {.ops = DRM_PANTHOR_OBJ_ARRAY(1, &op)};
	struct submit_bench b;
	struct submit_gate g;

	submit_bench_open_beside(&b, 1);
	submit_gate_hold(&g, &b.arena, b.group, 0);
	bind.vm_id = b.arena.vm;
	op.bo_handle = b.arena.bo.handle;
	model_inject("as-stuck");
	igt_assert(igt_ioctl(b.fd, DRM_IOCTL_PANTHOR_VM_BIND, &bind) == -1);
	submit_device_close(b.fd);
	munmap(b.arena.bo.map, b.arena.bo.size);
}

static void strike(const char *fault)
{
	uint64_t struck = model_stat("struck");

	if (!strcmp(fault, "as-stuck"))
		hang_space();
	else
		lose_request(fault);
	igt_assert_f(model_stat("struck") > struck, "%s did not strike\n", fault);
}

int igt_simple_main()
{
	const char *fault = stress_text("STRESS_FAULT", "csg-req-lost");
	unsigned int rounds = stress_number("STRESS_ROUNDS", 1);
	bool may_lose = !strcmp(fault, "mcu-hang") || !strcmp(fault, "mcu-fatal");

	model_require();
	model_request(NULL, 0, "expect all");
	for (unsigned int i = 0; i < CLIENTS; i++)
		client_open(&clients[i]);
	step_all(8, false);
	for (unsigned int n = 0; n < rounds; n++) {
		strike(fault);
		step_all(8, may_lose);
		usleep(PAUSE_US);
		step_all(8, may_lose);
		model_clear("all");
	}
	for (unsigned int i = 0; i < CLIENTS; i++) {
		if (!may_lose)
			drain(&clients[i]);
		client_close(&clients[i]);
	}
	submit_assert_device_works();
	igt_assert_f(!may_lose || lost, "%s harmed nobody\n", fault);
	igt_info("%u resets, %llu jobs done, %llu lost\n", rounds, (unsigned long long)total,
		 (unsigned long long)lost);
}
