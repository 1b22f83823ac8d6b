// SPDX-License-Identifier: MIT
/*
 * submit_bench.c - see submit_bench.h.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "drmtest.h"
#include "igt.h"
#include "igt_syncobj.h"
#include "submit_bench.h"

/* Files that a subtest may have open at once; the isolation and process tests need a few dozen. */
#define MAX_FILES 64

#define ARENA_SIZE (256 * 1024)

static int files[MAX_FILES];
static unsigned int file_count;

int submit_device_open(void)
{
	int fd = drm_open_driver_render(DRIVER_PANTHOR);

	igt_assert(file_count < MAX_FILES);
	files[file_count++] = fd;
	return fd;
}

void submit_device_close(int fd)
{
	for (unsigned int i = 0; i < file_count; i++) {
		if (files[i] == fd)
			files[i] = files[--file_count];
	}
	drm_close_driver(fd);
}

/* A mapping of a buffer holds its file as an open descriptor does. */
static void unmap_buffers(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long from, to;
	char line[512];

	if (!maps)
		return;
	while (fgets(line, sizeof(line), maps)) {
		if (strstr(line, " /dev/dri/") && sscanf(line, "%lx-%lx", &from, &to) == 2)
			munmap((void *)from, to - from);
	}
	fclose(maps);
}

void submit_close_all(void)
{
	if (file_count)
		unmap_buffers();
	while (file_count)
		submit_device_close(files[0]);
}

void submit_bench_open(struct submit_bench *b, unsigned int queues)
{
	submit_close_all();
	submit_bench_open_beside(b, queues);
}

void submit_bench_open_beside(struct submit_bench *b, unsigned int queues)
{
	b->fd = submit_device_open();
	submit_arena_init(&b->arena, b->fd, ARENA_SIZE);
	b->group = submit_group_create(b->fd, b->arena.vm, queues);
	b->done = syncobj_create(b->fd, 0);
}

void submit_bench_close(struct submit_bench *b)
{
	syncobj_destroy(b->fd, b->done);
	igt_panthor_group_destroy(b->fd, b->group, 0);
	submit_arena_fini(&b->arena);
	submit_device_close(b->fd);
}

void submit_bench_run(struct submit_bench *b, const struct csb *s)
{
	submit_run(b->fd, b->group, 0, s);
}

void submit_bench_start(struct submit_bench *b, uint32_t queue, const struct csb *s)
{
	struct drm_panthor_sync_op out = submit_out(b->done);

	submit_job(b->fd, b->group, queue, s, &out, 1);
}

void submit_assert_device_works(void)
{
	struct submit_bench b;
	struct csb s;
	uint64_t word;

	submit_bench_open_beside(&b, 1);
	word = submit_alloc(&b.arena, 4);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_store32(&s, word, 0x600dc0de);
	submit_bench_run(&b, &s);
	igt_assert_eq_u32(submit_read32(&b.arena, word), 0x600dc0de);
	submit_bench_close(&b);
}
