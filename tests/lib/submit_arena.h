/* SPDX-License-Identifier: MIT */
/*
 * submit_arena.h - an address space with one buffer in it, for streams and the words they touch.
 *
 * A submission test needs code for the GPU, data for the GPU, and a look at the data afterwards.
 * All of it comes from one buffer that is mapped uncached on the GPU's side, so that what a job
 * stored is in memory when its fence signals, and a word that the CPU writes is seen by a job that
 * polls it.
 */
#ifndef SUBMIT_ARENA_H
#define SUBMIT_ARENA_H

#include <stdint.h>

#include "igt_panthor.h"

/* GPU address of every arena's buffer: the same in every VM, which isolation tests rely on. */
#define SUBMIT_ARENA_VA 0x1000000ull

struct submit_arena {
	int fd;               /* the device */
	uint32_t vm;          /* handle of the address space, owned */
	struct panthor_bo bo; /* the buffer, mapped for the CPU */
	uint64_t va;          /* GPU address of its first byte */
	uint64_t used;        /* bytes handed out */
};

/**
 * submit_arena_init() - create a VM and map a zeroed buffer of @size bytes in it.
 */
void submit_arena_init(struct submit_arena *a, int fd, uint64_t size);

/**
 * submit_arena_fini() - destroy the VM and free the buffer.
 */
void submit_arena_fini(struct submit_arena *a);

/**
 * submit_alloc() - hand out @size bytes, 64-byte aligned (a cache line; GROUP_SUBMIT's alignment).
 *
 * Return: their GPU address. Fails the test when the arena is full.
 */
uint64_t submit_alloc(struct submit_arena *a, uint64_t size);

/**
 * submit_cpu() - where the CPU sees GPU address @va of the arena.
 */
void *submit_cpu(const struct submit_arena *a, uint64_t va);

/**
 * submit_read32() / submit_read64() - the word at GPU address @va, as the CPU sees it now.
 */
uint32_t submit_read32(const struct submit_arena *a, uint64_t va);
uint64_t submit_read64(const struct submit_arena *a, uint64_t va);

/**
 * submit_write32() / submit_write64() - set the word at GPU address @va.
 */
void submit_write32(const struct submit_arena *a, uint64_t va, uint32_t value);
void submit_write64(const struct submit_arena *a, uint64_t va, uint64_t value);

/**
 * submit_poll32() - wait until the word at @va is at least @least.
 *
 * Return: whether it was within @ms milliseconds.
 */
bool submit_poll32(const struct submit_arena *a, uint64_t va, uint32_t least, unsigned int ms);

#endif /* SUBMIT_ARENA_H */
