/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mali-csf-control.c - see mali-csf-control.h. */

#include "qemu/osdep.h"
#include "mali-csf-control.h"
#include "trace.h"

static void mali_control_serve(MaliControl *c);

static bool mali_control_sending(const MaliControl *c)
{
    return c->out_pos < c->out_len;
}

static gboolean mali_control_writable(void *do_not_use, GIOCondition cond,
                                      void *opaque)
{
    MaliControl *c = opaque;

    c->watch = 0;
    mali_control_serve(c);
    return G_SOURCE_REMOVE;
}

/*
 * Send what is left of the reply. Never blocks: both ends of the guest's
 * channel are served by this very thread.
 */
static void mali_control_send(MaliControl *c)
{
    while (mali_control_sending(c)) {
        int n = qemu_chr_fe_write(&c->chr, (uint8_t *)c->out + c->out_pos,
                                  c->out_len - c->out_pos);

        if (n > 0) {
            c->out_pos += n;
            continue;
        }
        if (!c->watch) {
            c->watch = qemu_chr_fe_add_watch(&c->chr, G_IO_OUT | G_IO_HUP,
                                             mali_control_writable, c);
        }
        if (!c->watch) {
            c->out_pos = c->out_len; /* nobody there any more */
        }
        return;
    }
}

/* Forget the first @n bytes received. */
static void mali_control_consume(MaliControl *c, size_t n)
{
    c->in_len -= n;
    memmove(c->in, c->in + n, c->in_len);
}

/* Answer the line of @len bytes, newline not counted, at the head of @in. */
static void mali_control_answer(MaliControl *c, size_t len)
{
    size_t room = sizeof(c->out) - 1; /* the newline */

    c->in[len] = '\0';
    if (c->skipping) {
        snprintf(c->out, room,
                 "error a request has at most %d bytes: shorten it",
                 MALI_CONTROL_REQUEST_MAX - 1);
        c->skipping = false;
    } else {
        c->fn(c->opaque, c->in, c->out, room);
        trace_mali_csf_control(c->in, c->out);
    }
    c->out_len = strlen(c->out);
    c->out[c->out_len++] = '\n';
    c->out_pos = 0;
    mali_control_consume(c, len + 1);
}

/* Take up one request if there is one. Returns: false when there is none. */
static bool mali_control_step(MaliControl *c)
{
    char *end = memchr(c->in, '\n', c->in_len);

    if (end) {
        mali_control_answer(c, end - c->in);
        return true;
    }
    if (c->in_len == sizeof(c->in)) {
        c->skipping = true;
        c->in_len = 0;
    }
    return false;
}

static void mali_control_serve(MaliControl *c)
{
    do {
        mali_control_send(c);
    } while (!mali_control_sending(c) && mali_control_step(c));

    if (!mali_control_sending(c)) {
        qemu_chr_fe_accept_input(&c->chr);
    }
}

static int mali_control_can_read(void *opaque)
{
    MaliControl *c = opaque;

    return mali_control_sending(c) ? 0 : sizeof(c->in) - c->in_len;
}

static void mali_control_read(void *opaque, const uint8_t *buf, int size)
{
    MaliControl *c = opaque;

    memcpy(c->in + c->in_len, buf, size);
    c->in_len += size;
    mali_control_serve(c);
}

/* A client came or went: what the one before left behind is not its own. */
static void mali_control_event(void *opaque, QEMUChrEvent event)
{
    MaliControl *c = opaque;

    if (event == CHR_EVENT_OPENED || event == CHR_EVENT_CLOSED) {
        c->in_len = 0;
        c->skipping = false;
        c->out_pos = c->out_len = 0;
        g_clear_handle_id(&c->watch, g_source_remove);
    }
}

void mali_control_start(MaliControl *c, MaliControlFn *fn, void *opaque)
{
    c->fn = fn;
    c->opaque = opaque;
    qemu_chr_fe_set_handlers(&c->chr, mali_control_can_read, mali_control_read,
                             mali_control_event, NULL, c, NULL, true);
}

void mali_control_stop(MaliControl *c)
{
    g_clear_handle_id(&c->watch, g_source_remove);
    qemu_chr_fe_set_handlers(&c->chr, NULL, NULL, NULL, NULL, NULL, NULL,
                             false);
}
