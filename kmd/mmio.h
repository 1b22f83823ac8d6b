/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user MMIO range: one page with the number of the GPU's last cache flush. */
#ifndef TYR_MMIO_H
#define TYR_MMIO_H

#include <linux/types.h>

struct tyr_device;
struct vm_area_struct;

int tyr_mmio_init(struct tyr_device *tdev);
void tyr_mmio_set_powered(struct tyr_device *tdev, bool powered);
int tyr_mmio_map(struct tyr_device *tdev, struct vm_area_struct *vma, u64 offset);

#endif
