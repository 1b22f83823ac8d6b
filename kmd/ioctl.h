/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ioctls that belong to no object. */
#ifndef TYR_IOCTL_H
#define TYR_IOCTL_H

#include <linux/types.h>

struct drm_device;
struct drm_file;

int tyr_ioctl_dev_query(struct drm_device *dev, void *data, struct drm_file *file);
int tyr_group_priority_allowed(struct drm_file *file, u8 priority);

#endif
