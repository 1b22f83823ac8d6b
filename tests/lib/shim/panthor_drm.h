/* SPDX-License-Identifier: MIT */
/* The system's header, under the name that an IGT tree has it by. */
#ifndef TYR_SHIM_PANTHOR_DRM_H
#define TYR_SHIM_PANTHOR_DRM_H

#include <drm/panthor_drm.h>

#endif
