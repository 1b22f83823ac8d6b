// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fdinfo, by the keys of Documentation/gpu/drm-usage-stats.rst.
 */
#include <linux/math64.h>

#include <asm/arch_timer.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "device.h"
#include "devfreq.h"
#include "fdinfo.h"
#include "group.h"
#include "heap.h"
#include "kbo.h"
#include "vm.h"

/* Sums over a file's groups and VMs. */
struct sums {
	u64 cycles;
	u64 ticks;
	u64 memory;
	u64 active;
};

static u64 group_memory(const struct tyr_group *group)
{
	return group->mem->size + group->iface->size + group->suspend->size +
	       (group->protm_suspend ? group->protm_suspend->size : 0);
}

static struct sums add_up(struct tyr_file *tfile)
{
	struct tyr_group *group;
	struct sums s = {};
	unsigned long i;
	struct tyr_vm *vm;

	xa_lock(&tfile->groups);
	s.cycles = tfile->gone.cycles;
	s.ticks = tfile->gone.time;
	xa_for_each(&tfile->groups, i, group) {
		s.cycles += READ_ONCE(group->stats.cycles);
		s.ticks += READ_ONCE(group->stats.time);
		s.memory += group_memory(group);
		if (READ_ONCE(group->slot) >= 0)
			s.active += group_memory(group);
	}
	xa_unlock(&tfile->groups);
	xa_lock(&tfile->vms);
	xa_for_each(&tfile->vms, i, vm) {
		u64 heaps = tyr_heap_pool_size(vm);

		s.memory += heaps;
		if (READ_ONCE(vm->as.id) >= 0)
			s.active += heaps;
	}
	xa_unlock(&tfile->vms);
	return s;
}

/*
 * Memory without a handle (rings, suspend buffers, tiler heaps) is a region of its own: what has
 * handles is "memory", of which the DRM core tells. Panthor has keys of its own for it.
 */
static void show_internal(struct drm_printer *p, const struct sums *s)
{
	drm_printf(p, "drm-total-internal:\t%llu KiB\n", s->memory >> 10);
	drm_printf(p, "drm-resident-internal:\t%llu KiB\n", s->memory >> 10);
	drm_printf(p, "drm-active-internal:\t%llu KiB\n", s->active >> 10);
	drm_printf(p, "panthor-resident-memory:\t%llu KiB\n", s->memory >> 10);
	drm_printf(p, "panthor-active-memory:\t%llu KiB\n", s->active >> 10);
}

/**
 * tyr_show_fdinfo() - print what a file used.
 * @p: where.
 * @file: the file.
 */
void tyr_show_fdinfo(struct drm_printer *p, struct drm_file *file)
{
	struct tyr_file *tfile = file->driver_priv;
	struct tyr_device *tdev = tfile->tdev;
	struct sums s = add_up(tfile);

	if (tdev->profiling & TYR_PROFILE_TIME)
		drm_printf(p, "drm-engine-panthor:\t%llu ns\n",
			   mul_u64_u64_div_u64(s.ticks, NSEC_PER_SEC, arch_timer_get_cntfrq()));
	if (tdev->profiling & TYR_PROFILE_CYCLES)
		drm_printf(p, "drm-cycles-panthor:\t%llu\n", s.cycles);
	drm_printf(p, "drm-maxfreq-panthor:\t%lu Hz\n", tyr_devfreq_max(tdev));
	drm_printf(p, "drm-curfreq-panthor:\t%lu Hz\n", tyr_devfreq_freq(tdev));
	show_internal(p, &s);
	drm_show_memory_stats(p, file);
}
