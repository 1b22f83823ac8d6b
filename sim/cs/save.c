/* SPDX-License-Identifier: MIT */
/*
 * save.c - a stream in a suspend buffer and back. The buffer is guest memory: whatever is read is
 * checked as if an enemy had written it, so that an image at worst makes the stream do what some
 * instructions could have done.
 */
#include <string.h>

#include "cs/cs.h"
#include "cs/exception.h"
#include "cs/exec.h"
#include "cs/op.h"

#define MAGIC   0x53435954u /* "TYCS" */
#define VERSION 1

#define FLAG_ERROR         0x01
#define FLAG_FAULT_PENDING 0x02
#define FLAG_FATAL         0x04
#define FLAG_HEAP_REPLIED  0x08
#define FLAGS_ALL          0x0f

struct image {
	uint32_t magic, version;
	uint32_t flags;
	uint8_t depth, handler, sb_endpoint, sb_other;
	uint32_t granted, heap_state;
	uint32_t fault_type, fault_data, fatal_type, fatal_data;
	uint64_t fault_info, fatal_info;
	uint64_t extract, progress, ring_calls;
	uint64_t heap_context, heap_start, heap_end;
	uint64_t handler_va;
	uint32_t handler_len, zero;
	uint32_t regs[CS_REG_COUNT];
	struct cs_frame call[CS_FRAME_COUNT];
};

_Static_assert(sizeof(struct image) <= CS_SAVE_SIZE,
	       "the image does not fit its part of the suspend buffer");

void cs_save(const struct cs *cs, uint8_t image[CS_SAVE_SIZE])
{
	struct image im = {
	    .magic = MAGIC,
	    .version = VERSION,
	    .flags = (cs->error ? FLAG_ERROR : 0) | (cs->fault_pending ? FLAG_FAULT_PENDING : 0) |
		     (cs->stop == CS_STOP_FATAL || cs->announce_fatal ? FLAG_FATAL : 0) |
		     (cs->heap_replied ? FLAG_HEAP_REPLIED : 0),
	    .depth = (uint8_t)cs->depth,
	    .handler = (uint8_t)cs->handler,
	    .sb_endpoint = cs->sb_endpoint,
	    .sb_other = cs->sb_other,
	    .granted = cs->granted,
	    .heap_state = cs->heap_state,
	    .fault_type = cs->fault.type,
	    .fault_data = cs->fault.data,
	    .fatal_type = cs->fatal.type,
	    .fatal_data = cs->fatal.data,
	    .fault_info = cs->fault.info,
	    .fatal_info = cs->fatal.info,
	    .extract = cs->extract,
	    .progress = cs->progress,
	    .ring_calls = cs->ring_calls,
	    .heap_context = cs->heap.context,
	    .heap_start = cs->heap_start,
	    .heap_end = cs->heap_end,
	    .handler_va = cs->handler_va,
	    .handler_len = cs->handler_len,
	};

	memcpy(im.regs, cs->regs, sizeof(im.regs));
	memcpy(im.call, cs->call, cs->depth * sizeof(im.call[0]));
	memset(image, 0, CS_SAVE_SIZE);
	memcpy(image, &im, sizeof(im));
}

static bool frames_fit(const struct image *im)
{
	unsigned int limit = im->handler ? CS_FRAME_COUNT : CS_CALL_DEPTH;

	if (im->depth > limit || im->handler > im->depth)
		return false;
	/* Nothing but the handler goes deeper than a stream's own frames. */
	if (im->handler > CS_CALL_DEPTH + 1)
		return false;
	for (unsigned int i = 0; i < CS_FRAME_COUNT; i++) {
		const struct cs_frame *f = &im->call[i];

		if ((f->start | f->pc | f->end) & 7 || f->start > f->pc || f->pc > f->end ||
		    f->end - f->start > UINT32_MAX)
			return false;
	}
	return true;
}

static bool plausible(const struct image *im)
{
	return im->magic == MAGIC && im->version == VERSION && !(im->flags & ~FLAGS_ALL) &&
	       im->sb_endpoint < CS_SB_COUNT && im->sb_other < CS_SB_COUNT && im->granted < 16 &&
	       im->heap_state <= CS_HEAP_AGAIN && im->fault_type < 256 && im->fatal_type < 256 &&
	       im->fault_data < 1u << 24 && im->fatal_data < 1u << 24 && !(im->extract & 7) &&
	       !(im->heap_context & 31) && !((im->handler_va | im->handler_len) & 7) && !im->zero &&
	       im->handler_va + im->handler_len >= im->handler_va && frames_fit(im);
}

static void take(struct cs *cs, const struct image *im)
{
	cs->error = im->flags & FLAG_ERROR;
	cs->fault_pending = im->flags & FLAG_FAULT_PENDING;
	cs->heap_replied = im->flags & FLAG_HEAP_REPLIED;
	cs->announce_fault = cs->fault_pending;
	cs->announce_fatal = im->flags & FLAG_FATAL;
	cs->depth = im->depth;
	cs->handler = im->handler;
	cs->sb_endpoint = im->sb_endpoint;
	cs->sb_other = im->sb_other;
	cs->granted = im->granted;
	cs->heap_state = (enum cs_heap_state)im->heap_state;
	if (cs->heap_state == CS_HEAP_ASKED && !cs->heap_replied)
		cs->heap_state = CS_HEAP_AGAIN;
	cs->fault = (struct cs_exception){(uint8_t)im->fault_type, im->fault_data, im->fault_info};
	cs->fatal = (struct cs_exception){(uint8_t)im->fatal_type, im->fatal_data, im->fatal_info};
	cs->extract = im->extract;
	cs->insert = im->extract;
	cs->progress = im->progress;
	cs->ring_calls = im->ring_calls;
	cs->heap.context = im->heap_context;
	cs->heap_start = im->heap_start;
	cs->heap_end = im->heap_end;
	cs->handler_va = im->handler_va;
	cs->handler_len = im->handler_len;
	memcpy(cs->regs, im->regs, sizeof(cs->regs));
	memcpy(cs->call, im->call, sizeof(cs->call));
}

bool cs_restore(struct cs *cs, struct mali_sim *sim, const struct cs_owner *owner,
		const struct cs_config *cfg, const uint8_t image[CS_SAVE_SIZE])
{
	struct image im;

	memcpy(&im, image, sizeof(im));
	if (!plausible(&im))
		return false;
	cs_stop_now(cs);
	*cs = (struct cs){0};
	cs_ring_attach(cs, sim, owner, cfg);
	take(cs, &im);
	return true;
}
