// SPDX-License-Identifier: MIT
/* The pattern language of --run-subtest. */
#include <fnmatch.h>

#include "igt_private.h"

/*
 * igt_glob_match: whether @name is selected by @pattern, a comma-separated list of shell globs in
 * which a leading '!' takes names out again. The last element that matches decides, as in IGT:
 * "vm_*,!vm_bind*" is every vm_ subtest except the binds.
 */
bool igt_glob_match(const char *name, const char *pattern)
{
	char element[256];
	bool selected = false;

	while (*pattern) {
		size_t len = strcspn(pattern, ",");
		bool negate = *pattern == '!';
		const char *glob = element + negate;

		snprintf(element, sizeof(element), "%.*s", (int)len, pattern);
		if (fnmatch(glob, name, 0) == 0)
			selected = !negate;
		pattern += len;
		if (*pattern == ',')
			pattern++;
	}
	return selected;
}
