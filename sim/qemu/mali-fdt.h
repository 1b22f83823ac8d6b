/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mali-fdt.h - the device-tree nodes that a driver needs to find the GPU. */
#ifndef HW_MALI_MALI_FDT_H
#define HW_MALI_MALI_FDT_H

#include "exec/hwaddr.h"

/**
 * mali_fdt_add: describe the GPU of an RK3588 as its own tree does (binding:
 * arm,mali-valhall-csf.yaml; values: rk3588-base.dtsi and rk3588-opp.dtsi).
 * @fdt: the machine's tree.
 * @base: address of the register window.
 * @spi: first of three shared peripheral interrupts: job, mmu, gpu.
 */
void mali_fdt_add(void *fdt, hwaddr base, int spi);

#endif /* HW_MALI_MALI_FDT_H */
