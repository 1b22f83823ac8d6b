/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mali-csf-control.h - a chardev that takes one request a line and answers each
 * with one line. What the requests mean is the model's business
 * (docs/model.md); here are only lines.
 */
#ifndef HW_MALI_MALI_CSF_CONTROL_H
#define HW_MALI_MALI_CSF_CONTROL_H

#include "chardev/char-fe.h"

/* Longest request, its newline included, and longest reply, in bytes. */
#define MALI_CONTROL_REQUEST_MAX 1024
#define MALI_CONTROL_REPLY_MAX   16384

/* Answer @line (no newline) in @reply, a terminated string without newline. */
typedef void MaliControlFn(void *opaque, const char *line,
                           char *reply, size_t size);

/**
 * MaliControl:
 * @in: bytes received and not yet answered, @in_len of them.
 * @skipping: the rest of an overlong line is being thrown away.
 * @out: the reply being sent; @out_pos of @out_len bytes are gone.
 * @watch: source that waits until the chardev takes more; 0 for none.
 *
 * One reply at a time: the next request waits until it is gone, so a client
 * that does not read holds up nobody but itself.
 */
typedef struct MaliControl {
    CharBackend chr;
    MaliControlFn *fn;
    void *opaque;
    char in[MALI_CONTROL_REQUEST_MAX];
    size_t in_len;
    bool skipping;
    char out[MALI_CONTROL_REPLY_MAX];
    size_t out_len;
    size_t out_pos;
    guint watch;
} MaliControl;

/* mali_control_start: serve the chardev, if one was given. */
void mali_control_start(MaliControl *c, MaliControlFn *fn, void *opaque);

/* mali_control_stop: serve no more. */
void mali_control_stop(MaliControl *c);

#endif /* HW_MALI_MALI_CSF_CONTROL_H */
