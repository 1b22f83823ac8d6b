/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * the panthor uAPI at version 1.9.
 *
 * The driver carries its own declarations: the kernel's header is at 1.0 in 6.12, and a struct that
 * later grew cannot be declared beside it.
 */
#ifndef TYR_UAPI_H
#define TYR_UAPI_H

#include "uapi/panthor_drm_1_9.h"

#endif
