/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Freeing in the background, and the module's end. */
#ifndef TYR_CLEANUP_H
#define TYR_CLEANUP_H

struct tyr_device;
struct work_struct;

int tyr_cleanup_init(void);
void tyr_cleanup_fini(void);
int tyr_cleanup_watch(struct tyr_device *tdev);
void tyr_cleanup_queue(struct work_struct *work);

#endif
