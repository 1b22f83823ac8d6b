// SPDX-License-Identifier: MIT
/*
 * victim.c - a client that does anything at random, from the seed STRESS_SEED, until it is killed:
 * VMs, buffers, mappings, groups, heaps, jobs that end well, badly, and never, waits in the kernel,
 * dma-bufs.
 *
 * Nothing is checked here: what counts is what the kernel has left when the process is gone. How
 * often each kind of thing succeeded is added up in the file STRESS_TALLY, so that the script sees
 * that it was done.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "stress.h"
#include "submit_fault.h"
#include "submit_stream.h"

IGT_TEST_DESCRIPTION("Does anything at random until it is killed.");

#define FILES    3
#define SPACES   3
#define BUFFERS  12
#define GROUPS   6
#define HEAPS    3
#define SYNCOBJS 12
#define THREADS  4
#define QUEUES   3

#define BUFFER_MAX (4u << 20)

enum stream { STORE, COUNT_ON, FOREVER, BAD, FAULT, BLOCK, HEAP, STREAMS };

/* A VM with an arena, whose streams are built once. */
struct space {
	struct submit_arena arena;
	struct csb streams[STREAMS];
	uint32_t groups[GROUPS];
	uint32_t heaps[HEAPS];
};

struct client {
	int fd;
	struct drm_panthor_gpu_info gpu;
	struct space spaces[SPACES];
	struct {
		uint32_t handle;
		uint64_t size;
	} buffers[BUFFERS];
	uint32_t syncobjs[SYNCOBJS];
};

static struct client clients[FILES];
static unsigned int threads;

/* What was done, in the order of the names that the script prints. */
enum deed {
	DID_OPEN,
	DID_VM,
	DID_BUFFER,
	DID_MAP,
	DID_BIND,
	DID_GROUP,
	DID_SUBMIT,
	DID_HEAP,
	DID_WAIT,
	DID_PRIME,
	DEEDS
};
static uint32_t *tally;

static void did(enum deed deed, bool it)
{
	if (it)
		__atomic_add_fetch(&tally[deed], 1, __ATOMIC_RELAXED);
}

static unsigned int any(unsigned int n)
{
	return random() % n;
}

static bool call(int fd, unsigned long request, void *args)
{
	bool ok = !igt_ioctl(fd, request, args);

	errno = 0;
	return ok;
}

static void build_streams(struct space *s)
{
	uint64_t word = submit_alloc(&s->arena, 4), never = submit_alloc(&s->arena, 4);
	struct csb *streams = s->streams;

	for (unsigned int i = 0; i < STREAMS; i++)
		submit_stream_begin(&streams[i], &s->arena, 16);
	submit_emit_store32(&streams[STORE], word, 1);
	submit_emit_count_until(&streams[COUNT_ON], word, never);
	submit_emit_forever(&streams[FOREVER]);
	submit_emit_invalid(&streams[BAD]);
	submit_emit_store32(&streams[FAULT], 0x700000000ull, 1);
	csb_move48(&streams[BLOCK], 0, never);
	csb_move32(&streams[BLOCK], 2, 0);
	csb_sync_wait32(&streams[BLOCK], CSB_GREATER, 0, 2, false);
	csb_heap_operation(&streams[HEAP], CSB_HEAP_VT_STARTED, 0, 2);
	csb_wait(&streams[HEAP], 1 << 2);
}

/* The VMs of a file, and its syncobjs. Setting up is as far as a victim may be wrong about itself.
 */
static void open_client(struct client *c)
{
	c->fd = drm_open_driver_render(DRIVER_PANTHOR);
	igt_panthor_query(c->fd, DRM_PANTHOR_DEV_QUERY_GPU_INFO, &c->gpu, sizeof(c->gpu), 0);
	for (unsigned int i = 0; i < SYNCOBJS; i++)
		c->syncobjs[i] = syncobj_create(c->fd, 0);
	did(DID_OPEN, true);
}

static struct space *get_space(struct client *c)
{
	struct space *s = &c->spaces[any(SPACES)];

	if (!s->arena.vm) {
		submit_arena_init(&s->arena, c->fd, 64 * 1024);
		build_streams(s);
		did(DID_VM, true);
	}
	return s;
}

/* Its groups stay, and have faults. */
static void drop_space(struct client *c)
{
	struct space *s = &c->spaces[any(SPACES)];

	if (!s->arena.vm || any(4))
		return;
	submit_arena_fini(&s->arena);
	for (unsigned int i = 0; i < GROUPS; i++) {
		struct drm_panthor_group_destroy destroy = {.group_handle = s->groups[i]};

		if (s->groups[i] && any(2))
			call(c->fd, DRM_IOCTL_PANTHOR_GROUP_DESTROY, &destroy);
	}
	memset(s, 0, sizeof(*s));
}

static void change_buffer(struct client *c)
{
	struct drm_panthor_bo_create create = {.size = 1 + any(BUFFER_MAX)};
	unsigned int i = any(BUFFERS);

	if (c->buffers[i].handle) {
		gem_close(c->fd, c->buffers[i].handle);
		c->buffers[i].handle = 0;
		return;
	}
	if (any(3) == 0)
		create.exclusive_vm_id = get_space(c)->arena.vm;
	if (any(4) == 0)
		create.size = 2u << 20;
	if (!call(c->fd, DRM_IOCTL_PANTHOR_BO_CREATE, &create))
		return;
	c->buffers[i].handle = create.handle;
	c->buffers[i].size = create.size;
	did(DID_BUFFER, true);
}

/* Some of a buffer's pages are touched; some mappings stay. */
static void map_buffer(struct client *c)
{
	unsigned int i = any(BUFFERS);
	struct drm_panthor_bo_mmap_offset args = {.handle = c->buffers[i].handle};
	uint64_t size = c->buffers[i].size;
	char *map;

	if (!args.handle || !call(c->fd, DRM_IOCTL_PANTHOR_BO_MMAP_OFFSET, &args))
		return;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd, args.offset);
	if (map == MAP_FAILED)
		return;
	for (unsigned int n = 0; n < 4; n++)
		map[any(size)] = 1;
	did(DID_MAP, true);
	if (any(4))
		munmap(map, size);
}

static uint32_t fill_syncs(struct client *c, struct drm_panthor_sync_op *ops, unsigned int max)
{
	uint32_t n = any(max + 1);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t syncobj = c->syncobjs[any(SYNCOBJS)];

		if (any(2))
			ops[i] = submit_in(syncobj);
		else if (any(2))
			ops[i] = submit_out(syncobj);
		else
			ops[i] = submit_out_point(syncobj, 1 + any(100));
	}
	return n;
}

static void bind(struct client *c)
{
	struct drm_panthor_vm_bind_op op = {};
	struct drm_panthor_sync_op syncs[3];
	struct drm_panthor_vm_bind args = {.ops = DRM_PANTHOR_OBJ_ARRAY(1, &op)};
	unsigned int i = any(BUFFERS);

	args.vm_id = get_space(c)->arena.vm;
	op.va = 0x40000000ull + any(16) * 0x100000ull;
	op.size = c->buffers[i].handle && any(2) ? c->buffers[i].size : 4096 * (1 + any(600));
	op.flags = DRM_PANTHOR_VM_BIND_OP_TYPE_UNMAP;
	if (any(3)) {
		op.flags = DRM_PANTHOR_VM_BIND_OP_TYPE_MAP;
		op.bo_handle = c->buffers[i].handle;
	}
	if (any(2)) {
		args.flags = DRM_PANTHOR_VM_BIND_ASYNC;
		op.syncs = (struct drm_panthor_obj_array)DRM_PANTHOR_OBJ_ARRAY(
		    fill_syncs(c, syncs, 3), syncs);
	}
	did(DID_BIND, call(c->fd, DRM_IOCTL_PANTHOR_VM_BIND, &args));
}

static void change_group(struct client *c)
{
	struct space *s = get_space(c);
	uint32_t *group = &s->groups[any(GROUPS)];
	struct drm_panthor_queue_create queues[QUEUES] = {};
	struct drm_panthor_group_destroy destroy = {.group_handle = *group};
	struct drm_panthor_group_create create = {
	    .queues = DRM_PANTHOR_OBJ_ARRAY(1 + any(QUEUES), queues),
	    .max_compute_cores = 1,
	    .max_fragment_cores = 1,
	    .max_tiler_cores = 1,
	    .compute_core_mask = c->gpu.shader_present,
	    .fragment_core_mask = c->gpu.shader_present,
	    .tiler_core_mask = c->gpu.tiler_present,
	    .priority = any(PANTHOR_GROUP_PRIORITY_MEDIUM + 1),
	    .vm_id = s->arena.vm,
	};

	for (unsigned int i = 0; i < QUEUES; i++)
		queues[i].ringbuf_size = 4096u << any(3);
	if (*group)
		call(c->fd, DRM_IOCTL_PANTHOR_GROUP_DESTROY, &destroy);
	*group = 0;
	if (!call(c->fd, DRM_IOCTL_PANTHOR_GROUP_CREATE, &create))
		return;
	*group = create.group_handle;
	did(DID_GROUP, true);
}

static enum stream pick_stream(void)
{
	return any(3) ? STORE : any(STREAMS);
}

/* As many jobs as a ring has no room for, now and then. */
static void submit(struct client *c)
{
	struct space *s = get_space(c);
	uint32_t group = s->groups[any(GROUPS)];
	unsigned int times = any(8) ? 1 : 80;

	if (!group)
		return;
	while (times--) {
		struct drm_panthor_sync_op syncs[3];
		uint32_t n = fill_syncs(c, syncs, 3);
		const struct csb *stream = any(10) ? &s->streams[pick_stream()] : NULL;

		did(DID_SUBMIT, !__submit_job(c->fd, group, any(QUEUES), stream, syncs, n));
	}
}

static void change_heap(struct client *c)
{
	struct space *s = get_space(c);
	uint32_t *heap = &s->heaps[any(HEAPS)];
	struct drm_panthor_tiler_heap_destroy destroy = {.handle = *heap};
	struct drm_panthor_tiler_heap_create create = {
	    .vm_id = s->arena.vm,
	    .initial_chunk_count = 1 + any(3),
	    .chunk_size = 128 * 1024,
	    .max_chunks = 8,
	    .target_in_flight = 8,
	};

	if (*heap)
		call(c->fd, DRM_IOCTL_PANTHOR_TILER_HEAP_DESTROY, &destroy);
	*heap = 0;
	if (!call(c->fd, DRM_IOCTL_PANTHOR_TILER_HEAP_CREATE, &create))
		return;
	*heap = create.handle;
	did(DID_HEAP, true);
}

struct wait {
	int fd;
	uint32_t syncobj;
};

static void *wait_thread(void *arg)
{
	struct wait w = *(struct wait *)arg;

	free(arg);
	did(DID_WAIT, true);
	syncobj_wait_err(w.fd, &w.syncobj, 1, INT64_MAX, DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT);
	return NULL;
}

/* Somebody who waits in the kernel for a fence that may be there or come. */
static void start_wait(struct client *c)
{
	struct wait *w = malloc(sizeof(*w));
	pthread_t thread;

	w->fd = c->fd;
	w->syncobj = c->syncobjs[any(SYNCOBJS)];
	if (threads < THREADS && !pthread_create(&thread, NULL, wait_thread, w))
		threads++;
	else
		free(w);
}

/* A dma-buf, which another file may take; some stay open. */
static void share(struct client *c)
{
	struct drm_prime_handle out = {.handle = c->buffers[any(BUFFERS)].handle,
				       .flags = DRM_CLOEXEC};
	struct drm_prime_handle in = {};
	struct client *other = &clients[any(FILES)];

	if (!out.handle || !call(c->fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &out))
		return;
	in.fd = out.fd;
	if (call(other->fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &in) && any(2) && other != c)
		gem_close(other->fd, in.handle);
	did(DID_PRIME, true);
	if (any(16))
		close(out.fd);
}

static void act(void)
{
	static void (*const acts[])(struct client *) = {
	    change_buffer, map_buffer, bind,        bind,       change_group, submit,
	    submit,        submit,     change_heap, start_wait, share,        drop_space,
	};
	struct client *c = &clients[any(FILES)];

	if (!c->fd)
		open_client(c);
	acts[any(ARRAY_SIZE(acts))](c);
}

static void open_tally(void)
{
	int fd = open(stress_text("STRESS_TALLY", "/dev/null"), O_RDWR | O_CLOEXEC);

	tally = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (tally == MAP_FAILED)
		tally = calloc(DEEDS, sizeof(*tally));
}

int igt_simple_main()
{
	srandom(stress_number("STRESS_SEED", 1));
	open_tally();
	for (unsigned int i = 0; i < FILES; i++)
		open_client(&clients[i]);
	stress_ready();
	for (;;)
		act();
}
