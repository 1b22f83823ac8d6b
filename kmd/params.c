// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parameters of the module: what somebody who looks for a bug or tunes a machine wants to change.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "params.h"

#define JOB_TIMEOUT_MIN 100
#define JOB_TIMEOUT_MAX (60 * 60 * 1000)
#define SLICE_MIN 1
#define SLICE_MAX 1000

/* A queue that makes no progress for this long, but for the time without a slot, is hung. */
unsigned int tyr_job_timeout_ms = 5000;

/* How long groups of one priority keep a slot while others wait for it. */
unsigned int tyr_slice_ms = 10;

/* Large objects are put into 2 MiB pages. */
bool tyr_huge_pages = true;

static int set_job_timeout(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, JOB_TIMEOUT_MIN, JOB_TIMEOUT_MAX);
}

static int set_slice(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, SLICE_MIN, SLICE_MAX);
}

static const struct kernel_param_ops job_timeout_ops = {
	.set = set_job_timeout,
	.get = param_get_uint,
};

static const struct kernel_param_ops slice_ops = {
	.set = set_slice,
	.get = param_get_uint,
};

module_param_cb(job_timeout_ms, &job_timeout_ops, &tyr_job_timeout_ms, 0644);
__MODULE_PARM_TYPE(job_timeout_ms, "uint");
MODULE_PARM_DESC(job_timeout_ms,
		 "Time without progress after which a job is hung, 100 to 3600000 ms (default 5000)");

module_param_cb(slice_ms, &slice_ops, &tyr_slice_ms, 0644);
__MODULE_PARM_TYPE(slice_ms, "uint");
MODULE_PARM_DESC(slice_ms,
		 "Time that a group keeps its slot while equals wait for one, 1 to 1000 ms (default 10)");

module_param_named(huge_pages, tyr_huge_pages, bool, 0444);
MODULE_PARM_DESC(huge_pages, "Put objects of 2 MiB and more into 2 MiB pages (default Y)");
