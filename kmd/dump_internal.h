/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the dump share. */
#ifndef TYR_DUMP_INTERNAL_H
#define TYR_DUMP_INTERNAL_H

#include <linux/workqueue.h>

#include "dump.h"

struct tyr_group;

/**
 * struct tyr_dump - what was seen when it happened; the rest is added where sleeping is allowed
 * @work: does so.
 * @group: the group, with a reference.
 * @when: in jiffies.
 * @info: see dump_format.h, as the following.
 * @words: the group's state.
 * @queues: its queues'.
 */
struct tyr_dump {
	struct work_struct work;
	struct tyr_group *group;
	unsigned long when;
	struct tyr_dump_info info;
	struct tyr_dump_group words;
	struct tyr_dump_queue queues[];
};

void tyr_dump_write(struct tyr_dump *dump);

#endif
