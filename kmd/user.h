/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects that travel between user space and the driver, in sizes that may differ. */
#ifndef TYR_USER_H
#define TYR_USER_H

#include <linux/stddef.h>
#include <linux/types.h>

#include "tyr_uapi.h"

int tyr_user_set(u64 ptr, u32 user_size, u32 min_size, u32 size, const void *obj);
void *tyr_user_get_array(const struct drm_panthor_obj_array *array, u32 min_stride, u32 size,
			 void *buf, size_t buf_size);
void tyr_user_put_array(void *copy, const void *buf);

/* The size of a struct up to and with its field @last: what the oldest user space passes. */
#define TYR_USER_MIN(type, last) offsetofend(type, last)

#endif
