/* SPDX-License-Identifier: MIT */
/* pagemap.h - pages of guest memory kept by physical address: what a capture remembers, what a
 * replay runs on. */
#ifndef GPU_PAGEMAP_H
#define GPU_PAGEMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGEMAP_PAGE 4096u

struct kept_page {
	uint64_t pa;  /* page aligned */
	bool written; /* by the GPU */
	/* a capture: what the GPU writes in the event that is being done, and the other pages like
	 * that */
	size_t dirty_start, dirty_end;
	struct kept_page *next_dirty;
	uint8_t data[PAGEMAP_PAGE];
};

struct pagemap {
	struct kept_page **slot; /* open addressing; NULL: free */
	size_t room, count;
	size_t limit; /* pages at most */
};

/** pagemap_find() - the page that holds @pa, NULL when it is not kept. */
struct kept_page *pagemap_find(const struct pagemap *m, uint64_t pa);

/** pagemap_add() - a zeroed page for @pa, or the one that is there. Return: NULL without memory or
 * at the limit. */
struct kept_page *pagemap_add(struct pagemap *m, uint64_t pa);

/** pagemap_free() - forget all pages. */
void pagemap_free(struct pagemap *m);

#endif /* GPU_PAGEMAP_H */
