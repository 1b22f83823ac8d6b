/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is left of a group that had a fault or hung, for people: a devcoredump (dump_format.h). */
#ifndef TYR_DUMP_H
#define TYR_DUMP_H

#include "dump_format.h"

struct tyr_device;
struct tyr_group;

void tyr_dump_init(struct tyr_device *tdev);
void tyr_dump_take(struct tyr_group *group, enum tyr_dump_reason reason);
void tyr_dump_take_hung(struct tyr_group *group);

#endif
