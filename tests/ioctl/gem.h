/* SPDX-License-Identifier: MIT */
/* The parts of panthor_gem. */
#ifndef TYR_IOCTL_GEM_H
#define TYR_IOCTL_GEM_H

#include "util.h"

void gem_sync_tests(int fd);
void gem_info_tests(int fd);

/* BO_CREATE and, if that worked, GEM_CLOSE; 0 or -errno. */
int try_bo_create(int fd, struct drm_panthor_bo_create args);
/* A page that may be mapped in @vm alone; its handle. */
uint32_t create_exclusive(int fd, uint32_t vm);

#endif
