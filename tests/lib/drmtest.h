/* SPDX-License-Identifier: MIT */
/* Opening the device under test, by the name its driver gives itself. */
#ifndef TYR_DRMTEST_H
#define TYR_DRMTEST_H

#include <fcntl.h>
#include <drm.h>
#include <xf86drm.h>

#include "igt_core.h"

/* IGT's bit for the drivers that call themselves "panthor"; the only one known here. */
#define DRIVER_PANTHOR (1 << 11)

int __drm_open_driver(int chipset);
int drm_open_driver(int chipset);
int drm_open_driver_render(int chipset);
int drm_open_driver_master(int chipset);
int drm_reopen_driver(int fd);
int drm_close_driver(int fd);

#endif
