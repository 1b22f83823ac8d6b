/* SPDX-License-Identifier: MIT */
/*
 * Mutations of the driver, to prove that tests can fail. The environment's TYR_MUTATE selects one:
 * accept (an ioctl of the driver that fails reports success), refuse (each fails with EINVAL and
 * never reaches the kernel), absent (the device cannot be opened).
 */
#ifndef TYR_MUTATE_H
#define TYR_MUTATE_H

#include <stdbool.h>

void mutate_from_environment(void);
bool mutate_absent(void);

#endif
