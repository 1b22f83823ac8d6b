/* SPDX-License-Identifier: MIT */
/* pagemap.c - a hash table of pages; it only grows. */
#include "gpu/pagemap.h"

#include <stdlib.h>

static size_t place_of(const struct pagemap *m, uint64_t pa)
{
	size_t i = (size_t)((pa / PAGEMAP_PAGE * 0x9e3779b97f4a7c15ull) >> 20) & (m->room - 1);

	while (m->slot[i] && m->slot[i]->pa != pa)
		i = (i + 1) & (m->room - 1);
	return i;
}

struct kept_page *pagemap_find(const struct pagemap *m, uint64_t pa)
{
	if (m->room == 0)
		return NULL;
	return m->slot[place_of(m, pa & ~(uint64_t)(PAGEMAP_PAGE - 1))];
}

static bool grow(struct pagemap *m)
{
	struct pagemap bigger = {.room = m->room ? m->room * 2 : 64};

	bigger.slot = calloc(bigger.room, sizeof(*bigger.slot));
	if (!bigger.slot)
		return false;
	for (size_t i = 0; i < m->room; i++)
		if (m->slot[i])
			bigger.slot[place_of(&bigger, m->slot[i]->pa)] = m->slot[i];
	free(m->slot);
	m->slot = bigger.slot;
	m->room = bigger.room;
	return true;
}

struct kept_page *pagemap_add(struct pagemap *m, uint64_t pa)
{
	struct kept_page *page = pagemap_find(m, pa);

	pa &= ~(uint64_t)(PAGEMAP_PAGE - 1);
	if (page)
		return page;
	if (m->count >= m->limit || (m->count * 2 >= m->room && !grow(m)))
		return NULL;
	page = calloc(1, sizeof(*page));
	if (!page)
		return NULL;
	page->pa = pa;
	m->slot[place_of(m, pa)] = page;
	m->count++;
	return page;
}

void pagemap_free(struct pagemap *m)
{
	for (size_t i = 0; i < m->room; i++)
		free(m->slot[i]);
	free(m->slot);
	*m = (struct pagemap){0};
}
