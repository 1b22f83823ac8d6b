/* SPDX-License-Identifier: MIT */
/* control.h - the text control channel: one request line, one reply line. docs/model.md lists the
 * verbs. */
#ifndef GPU_CONTROL_H
#define GPU_CONTROL_H

#include <stddef.h>

struct mali_sim;

/** control_request() - as mali_sim_control(), with the lock held. */
int control_request(struct mali_sim *sim, const char *line, char *reply, size_t size);

#endif /* GPU_CONTROL_H */
