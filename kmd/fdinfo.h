/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What /proc/PID/fdinfo says of an open file: engine time, frequencies, memory. */
#ifndef TYR_FDINFO_H
#define TYR_FDINFO_H

struct drm_file;
struct drm_printer;

void tyr_show_fdinfo(struct drm_printer *p, struct drm_file *file);

#endif
