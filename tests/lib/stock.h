/* SPDX-License-Identifier: MIT */
/*
 * stock.h - Linux's own Panthor, whose known bugs (docs/findings.md) some subtests have to go
 * round. Other drivers of the uAPI are known by their DRM description, and asked for all.
 */
#ifndef STOCK_H
#define STOCK_H

#include <stdbool.h>

/**
 * stock_panthor() - whether Linux's Panthor is behind @fd; with its uAPI's minor in @min to @max.
 */
bool stock_panthor(int fd, int min, int max);

/**
 * skip_on_panthor() - skip what Linux's Panthor, in any version so far, cannot bear.
 * @why: what it does, for the reason of the skip.
 */
void skip_on_panthor(int fd, const char *why);

/* The minors of the kernels that were looked at. */
#define STOCK_6_12 0
#define STOCK_7_3  9
#define STOCK_ANY  0, 0x7fffffff

#endif
