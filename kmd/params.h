/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parameters of the module, within their bounds; they may change at any time. */
#ifndef TYR_PARAMS_H
#define TYR_PARAMS_H

#include <linux/types.h>

extern unsigned int tyr_job_timeout_ms;
extern unsigned int tyr_slice_ms;
extern bool tyr_huge_pages;

#endif
