// SPDX-License-Identifier: MIT
/*
 * panthor_submit_report.c - what the driver tells people: engine time and memory in fdinfo, and
 * what it leaves of a group that had a fault.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <xf86drm.h>

#include "igt.h"
#include "submit_bench.h"
#include "submit_fault.h"

IGT_TEST_DESCRIPTION("What the driver tells: fdinfo, and dumps of faults.");

#define DUMPS "/sys/class/devcoredump"

/* The switch of job profiling: a file of the device in sysfs. Return: how it opens. */
static int profiling_open(int fd, int flags)
{
	struct stat st;
	char path[96];

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device/profiling", major(st.st_rdev),
		 minor(st.st_rdev));
	return open(path, flags | O_CLOEXEC);
}

static void profiling_set(int fd, const char *value)
{
	int file = profiling_open(fd, O_WRONLY);

	igt_require_f(file >= 0, "needs the profiling switch in sysfs, writable\n");
	igt_assert_eq(write(file, value, strlen(value)), (ssize_t)strlen(value));
	close(file);
}

/* fdinfo of @fd, as text that the next call overwrites. */
static const char *fdinfo(int fd)
{
	static char text[8192];
	char path[64];
	size_t n;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	igt_assert(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	return text;
}

/* The value of a key, which there must be exactly once. */
static uint64_t fdinfo_value(int fd, const char *key)
{
	const char *text = fdinfo(fd), *found = NULL;
	size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len) || line[len] != ':')
			continue;
		igt_assert_f(!found, "fdinfo has the key %s twice\n", key);
		found = line + len + 1;
	}
	igt_assert_f(found, "fdinfo has no key %s\n", key);
	return strtoull(found, NULL, 10);
}

/* No key comes twice: readers take the first or the last of them. */
static void assert_keys_once(int fd)
{
	char keys[64][64], *save, *line;
	unsigned int n = 0;
	char text[8192];

	snprintf(text, sizeof(text), "%s", fdinfo(fd));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		igt_assert(n < 64);
		snprintf(keys[n], sizeof(keys[n]), "%.*s", (int)strcspn(line, ":"), line);
		for (unsigned int i = 0; i < n; i++)
			igt_assert_f(strcmp(keys[i], keys[n]), "fdinfo has the key %s twice\n",
				     keys[n]);
		n++;
	}
}

static void run_work(struct submit_bench *b, uint32_t group)
{
	struct csb s;

	submit_stream_begin(&s, &b->arena, 600);
	for (unsigned int i = 0; i < 100; i++)
		submit_emit_store32(&s, submit_alloc(&b->arena, 4), i);
	submit_run(b->fd, group, 0, &s);
}

static void engine_time(void)
{
	uint64_t time, cycles;
	struct submit_bench b;
	uint32_t group;

	submit_bench_open(&b, 1);
	profiling_set(b.fd, "3");
	time = fdinfo_value(b.fd, "drm-engine-panthor");
	cycles = fdinfo_value(b.fd, "drm-cycles-panthor");
	group = submit_group_create(b.fd, b.arena.vm, 1);
	run_work(&b, group);
	igt_assert_lt_u64(time, fdinfo_value(b.fd, "drm-engine-panthor"));
	igt_assert_lt_u64(cycles, fdinfo_value(b.fd, "drm-cycles-panthor"));
	time = fdinfo_value(b.fd, "drm-engine-panthor");
	cycles = fdinfo_value(b.fd, "drm-cycles-panthor");
	/* A group that is gone has worked nevertheless. */
	igt_panthor_group_destroy(b.fd, group, 0);
	igt_assert_lte_u64(time, fdinfo_value(b.fd, "drm-engine-panthor"));
	igt_assert_lte_u64(cycles, fdinfo_value(b.fd, "drm-cycles-panthor"));
	/* Who does not want to know does not pay. */
	profiling_set(b.fd, "0");
	run_work(&b, b.group);
	profiling_set(b.fd, "3");
	igt_assert_eq_u64(time, fdinfo_value(b.fd, "drm-engine-panthor"));
	profiling_set(b.fd, "0");
	submit_bench_close(&b);
}

static void memory(void)
{
	const uint64_t size = 1 << 20;
	struct submit_bench b;
	struct panthor_bo bo;
	uint64_t total;

	submit_bench_open(&b, 1);
	igt_require_f(strstr(fdinfo(b.fd), "\ndrm-total-memory:"), "needs memory in fdinfo\n");
	assert_keys_once(b.fd);
	igt_assert_lt_u64(0, fdinfo_value(b.fd, "drm-client-id"));
	total = fdinfo_value(b.fd, "drm-total-memory");
	igt_panthor_bo_create_mapped(b.fd, &bo, size, 0, 0);
	igt_assert_eq_u64(fdinfo_value(b.fd, "drm-total-memory"), total + size / 1024);
	/* What a job stores is seen, so that it is the object's memory that was counted. */
	run_work(&b, b.group);
	igt_assert_eq_u32(submit_read32(&b.arena, b.arena.va + b.arena.used - 64), 99);
	igt_panthor_free_bo(b.fd, &bo);
	igt_assert_eq_u64(fdinfo_value(b.fd, "drm-total-memory"), total);
	submit_bench_close(&b);
}

static bool makes_dumps(int fd)
{
	drmVersionPtr v = drmGetVersion(fd);
	bool does = v && !strcmp(v->desc, "Tyr") && !access(DUMPS, F_OK);

	drmFreeVersion(v);
	return does;
}

/* The data of a dump that the kernel keeps. Return: opened, or -1 when there is none. */
static int dump_open(int flags)
{
	DIR *dir = opendir(DUMPS);
	struct dirent *entry;
	int file = -1;
	char path[320];

	while (dir && file < 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), DUMPS "/%s/data", entry->d_name);
		file = open(path, flags | O_CLOEXEC);
	}
	if (dir)
		closedir(dir);
	return file;
}

/* Dumps of others would keep ours from being made. */
static void drop_dumps(void)
{
	int file;

	for (unsigned int i = 0; i < 100 && (file = dump_open(O_WRONLY)) >= 0; i++) {
		igt_assert_eq(write(file, "1", 1), 1);
		close(file);
		usleep(1000);
	}
}

/* Return: how many bytes the dump has. */
static size_t dump_read(uint8_t *data, size_t room)
{
	size_t size = 0;
	ssize_t n = 1;
	int file = -1;

	for (unsigned int ms = 0; ms < 5000 && file < 0; ms++) {
		file = dump_open(O_RDONLY);
		if (file < 0)
			usleep(1000);
	}
	igt_assert_f(file >= 0, "no dump was made\n");
	while (n > 0 && size < room) {
		n = read(file, data + size, room - size);
		size += n > 0 ? (size_t)n : 0;
	}
	close(file);
	return size;
}

/* Its format: kmd/dump_format.h. A header of 16 bytes, sections with one of 24 before their data.
 */
struct section {
	uint32_t type, size, index, reserved;
	uint64_t va;
};

enum { DUMP_QUEUE = 3, DUMP_AS = 4, DUMP_STREAM = 6 };

static bool dump_has(const uint8_t *data, size_t size, uint32_t type, uint32_t index, uint64_t va)
{
	struct section s;

	for (size_t at = 16; size - at >= sizeof(s); at += sizeof(s) + s.size) {
		memcpy(&s, data + at, sizeof(s));
		igt_assert_lte_u64(s.size, size - at - sizeof(s));
		if (s.type == type && (type == DUMP_AS || s.index == index) && s.va == va)
			return true;
	}
	return false;
}

static void page_fault_dump(void)
{
	static uint8_t data[1 << 20];
	const uint64_t nowhere = SUBMIT_NOWHERE + 0x1230;
	struct submit_bench b;
	uint32_t total;
	struct csb s;
	size_t size;

	submit_expect_page_fault();
	submit_bench_open(&b, 2);
	igt_require_f(makes_dumps(b.fd), "needs a driver that makes dumps\n");
	drop_dumps();
	/* A driver may take one a second. */
	usleep(1100000);
	submit_stream_begin(&s, &b.arena, 8);
	submit_emit_store32(&s, nowhere, 1);
	submit_bench_start(&b, 1, &s);
	submit_assert_error(b.fd, b.done, EINVAL);
	size = dump_read(data, sizeof(data));
	drop_dumps();
	igt_assert_lt_u64(16, size);
	igt_assert(!memcmp(data, "TYRDUMP", 8));
	memcpy(&total, data + 12, sizeof(total));
	igt_assert_eq_u64(size, total);
	igt_assert(dump_has(data, size, DUMP_AS, 0, nowhere));
	igt_assert(dump_has(data, size, DUMP_QUEUE, 1, 0));
	igt_assert(dump_has(data, size, DUMP_STREAM, 1, s.va));
	submit_assert_device_works();
	submit_bench_close(&b);
}

int igt_main()
{
	igt_describe("With profiling on, fdinfo's engine time and cycles grow with the jobs.");
	submit_subtest("engine-time")
		engine_time();

	igt_describe("fdinfo counts a file's memory, and no key comes twice.");
	submit_subtest("memory")
		memory();

	igt_describe("A page fault leaves a dump with the address, the queue and its stream.");
	submit_subtest("page-fault-dump")
		page_fault_dump();
}
