/* SPDX-License-Identifier: MIT */
/* Everything a test commonly includes, as IGT's header of this name. */
#ifndef TYR_IGT_H
#define TYR_IGT_H

#include "igt_core.h"
#include "igt_aux.h"
#include "drmtest.h"
#include "ioctl_wrappers.h"

#endif
