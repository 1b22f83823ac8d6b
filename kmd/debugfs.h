/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is, in /sys/kernel/debug/dri/NUMBER/: groups, slots, vms, gems, counters. */
#ifndef TYR_DEBUGFS_H
#define TYR_DEBUGFS_H

struct tyr_device;

void tyr_debugfs_init(struct tyr_device *tdev);

#endif
