// SPDX-License-Identifier: MIT
/*
 * Mappings over mappings: a new one replaces what it covers, and the rest of an old one keeps
 * showing the pages it showed. Each case is a list of mappings of two BOs; the GPU then reads
 * every page.
 */
#include "vm.h"

#define PAGES 8u
#define OLD   0x1000u /* pages of the first BO read as OLD + n */
#define NEW   0x2000u /* and of the second as NEW + n */

/* A mapping of the second BO, in pages: at address @at, @count of them, from its page @from. */
struct layer {
	unsigned int at, count, from;
};

static const struct overlap {
	const char *name, *what;
	struct layer layers[3];
} overlaps[] = {
    {"vm_bind_overlap_all", "the whole of a mapping", {{0, 8, 0}}},
    {"vm_bind_overlap_head", "its beginning", {{0, 3, 2}}},
    {"vm_bind_overlap_tail", "its end", {{5, 3, 1}}},
    {"vm_bind_overlap_middle", "its middle, which splits it", {{2, 3, 4}}},
    {"vm_bind_overlap_single_pages", "single pages of it", {{1, 1, 7}, {4, 1, 0}, {6, 1, 3}}},
    {"vm_bind_overlap_nested", "a part of what replaced a part", {{1, 6, 0}, {2, 4, 3}, {3, 2, 6}}},
    {"vm_bind_overlap_straddle", "the border of two mappings", {{4, 4, 0}, {2, 4, 2}}},
};

/* What the GPU should see, page by page, after the layers. */
static void expected(const struct overlap *o, uint32_t *pages)
{
	for (unsigned int i = 0; i < PAGES; i++)
		pages[i] = OLD + i;
	for (unsigned int l = 0; l < ARRAY_SIZE(o->layers); l++)
		for (unsigned int i = 0; i < o->layers[l].count; i++)
			pages[o->layers[l].at + i] = NEW + o->layers[l].from + i;
}

static void run_overlap(int fd, const struct overlap *o)
{
	struct panthor_bo old, new;
	uint32_t pages[PAGES], vm;
	struct gpu_mem gpu;

	igt_panthor_vm_create(fd, &vm, 0);
	gpu_mem_open(&gpu, fd, vm, GPU_VA);
	marked_bo_create(fd, &old, PAGES * PAGE_SIZE, OLD);
	marked_bo_create(fd, &new, PAGES * PAGE_SIZE, NEW);
	igt_assert_eq(try_bind_op(fd, vm, map_op(old.handle, TEST_VA, old.size)), 0);

	for (unsigned int l = 0; l < ARRAY_SIZE(o->layers); l++) {
		const struct layer *layer = &o->layers[l];
		struct drm_panthor_vm_bind_op op =
		    map_op(new.handle, TEST_VA + layer->at * PAGE_SIZE, layer->count * PAGE_SIZE);

		op.bo_offset = layer->from * PAGE_SIZE;
		igt_assert_eq(try_bind_op(fd, vm, op), 0);
	}

	expected(o, pages);
	for (unsigned int i = 0; i < PAGES; i++)
		igt_assert_f(gpu_load32(&gpu, TEST_VA + i * PAGE_SIZE) == pages[i],
			     "page %u is not %#x\n", i, pages[i]);
	igt_assert_eq_u32(vm_state(fd, vm), DRM_PANTHOR_VM_STATE_USABLE);
	gpu_mem_close(&gpu);
	igt_panthor_free_bo(fd, &old);
	igt_panthor_free_bo(fd, &new);
	igt_panthor_vm_destroy(fd, vm, 0);
}

void vm_overlap_tests(int fd)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(overlaps); i++) {
		igt_describe_f("A mapping that replaces %s", overlaps[i].what);
		igt_subtest(overlaps[i].name)
			run_overlap(fd, &overlaps[i]);
	}
}
