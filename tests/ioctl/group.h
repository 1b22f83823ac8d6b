/* SPDX-License-Identifier: MIT */
/* The parts of panthor_group. */
#ifndef TYR_IOCTL_GROUP_H
#define TYR_IOCTL_GROUP_H

#include "util.h"

/* Panthor's limit for a file (MAX_GROUPS_PER_POOL in both kernels). */
#define MAX_GROUPS 128

void group_create_arg_tests(int fd);
void group_submit_arg_tests(int fd);

/* GROUP_CREATE and, if that worked, GROUP_DESTROY; 0 or -errno. */
int try_group(int fd, struct drm_panthor_group_create args);
/* GROUP_SUBMIT; 0 or -errno. */
int try_submit(int fd, uint32_t group, struct drm_panthor_obj_array submits);
/* Arguments of a medium-priority group with a core of each kind. */
struct drm_panthor_group_create group_args(int fd, uint32_t vm, uint32_t count,
					   struct drm_panthor_queue_create *queues);

#endif
