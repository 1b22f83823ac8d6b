// SPDX-License-Identifier: MIT
/*
 * stock.c - see stock.h.
 */
#include <errno.h>
#include <string.h>
#include <xf86drm.h>

#include "igt.h"
#include "stock.h"

bool stock_panthor(int fd, int min, int max)
{
	drmVersionPtr v = drmGetVersion(fd);
	bool is = v && !strcmp(v->desc, "Panthor DRM driver") && v->version_minor >= min &&
		  v->version_minor <= max;

	drmFreeVersion(v);
	errno = 0;
	return is;
}

void skip_on_panthor(int fd, const char *why)
{
	igt_require_f(!stock_panthor(fd, STOCK_ANY), "Linux's Panthor %s\n", why);
}
