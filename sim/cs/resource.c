/* SPDX-License-Identifier: MIT */
/* resource.c - REQ_RESOURCE: the endpoints that a stream may use until it asks again; none gives
 * them back. */
#include "cs/exec.h"
#include "gpu/sim.h"

enum cs_step cs_exec_req_resource(struct cs *cs, const struct cs_instr *in)
{
	uint32_t wanted = (uint32_t)(in->word & 0xf); /* as CS_STATUS_REQ_RESOURCE has them */

	cs->wait.resource = wanted;
	if (wanted && cs->owner->grant && !cs->owner->grant(cs->sim, cs, wanted)) {
		cs->stop = CS_STOP_RESOURCE;
		return CS_STEP_BLOCK;
	}
	cs->granted = wanted;
	return CS_STEP_NEXT;
}
