/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device: what the parts of the driver share, and the state of an open file.
 *
 * Each part (gpu, mmu, fw, sched, devfreq, reset) owns a struct of its own, which only its files
 * look into. The others know its verbs.
 */
#ifndef TYR_DEVICE_H
#define TYR_DEVICE_H

#include <linux/io.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include <drm/drm_device.h>
#include <drm/drm_file.h>

#include "census.h"
#include "compat.h"
#include "tyr_uapi.h"

struct clk;
struct page;
struct tyr_devfreq;
struct tyr_fw;
struct tyr_gpu;
struct tyr_mmu;
struct tyr_reset;
struct tyr_sched;

/**
 * struct tyr_pm - runtime power state as the user MMIO page must know it
 * @powered: registers may be mapped to user space; under @mmio_lock.
 * @dummy_flush_id: what user space reads instead of the register while the GPU is off.
 * @warm: the firmware was halted cleanly, so that it can be started without loading it anew.
 * @ready: probe is through; before, power changes concern clocks only.
 */
struct tyr_pm {
	/** @mmio_lock: orders page faults of the flush-id page against power changes. */
	struct mutex mmio_lock;
	bool powered;
	struct page *dummy_flush_id;
	bool warm;
	bool ready;
};

/**
 * struct tyr_device - one GPU
 * @base: the DRM device.
 * @iomem: the registers (2 MiB).
 * @phys: their physical address, for the user MMIO page.
 * @clks: clocks by the names of the device-tree binding; the last two may be NULL.
 * @coherent: the GPU snoops the CPU's caches.
 * @gpu_info: DEV_QUERY's answer, filled by tyr_gpu_init().
 * @csif_info: likewise, filled by tyr_fw_init().
 * @gpu: the GPU control block (gpu.c).
 * @mmu: address spaces (mmu.c).
 * @fw: the firmware (fw.c).
 * @sched: groups and slots (sched.c).
 * @devfreq: frequency scaling (devfreq.c).
 * @reset: recovery (reset.c).
 * @pm: see struct tyr_pm.
 * @census: what there is, and what has happened (census.h).
 * @profiling: mask of the job profiling switch (sysfs "profiling").
 * @next_dump: when the next dump may be taken, in jiffies (dump.c).
 */
struct tyr_device {
	struct drm_device base;
	void __iomem *iomem;
	phys_addr_t phys;
	struct {
		struct clk *core;
		struct clk *stacks;
		struct clk *coregroup;
	} clks;
	bool coherent;
	struct drm_panthor_gpu_info gpu_info;
	struct drm_panthor_csif_info csif_info;
	struct tyr_gpu *gpu;
	struct tyr_mmu *mmu;
	struct tyr_fw *fw;
	struct tyr_sched *sched;
	struct tyr_devfreq *devfreq;
	struct tyr_reset *reset;
	struct tyr_pm pm;
	struct tyr_census census;
	unsigned long next_dump;
	u32 profiling;
	/** @unplug_lock: only one caller unplugs. */
	struct mutex unplug_lock;
};

/**
 * struct tyr_file - one open file
 * @tdev: the device.
 * @vms: VMs by handle, 1 and up.
 * @groups: groups by handle, 1 and up.
 * @gone: what profiled jobs of groups that are destroyed took; under the lock of @groups.
 * @mmio_offset: where this file expects the user MMIO range.
 */
struct tyr_file {
	struct tyr_device *tdev;
	struct xarray vms;
	struct xarray groups;
	struct {
		u64 cycles;
		u64 time;
	} gone;
	u64 mmio_offset;
};

static inline struct tyr_device *to_tyr_device(const struct drm_device *dev)
{
	return container_of(dev, struct tyr_device, base);
}

static inline u32 tyr_read(struct tyr_device *tdev, u32 reg)
{
	return readl(tdev->iomem + reg);
}

static inline void tyr_write(struct tyr_device *tdev, u32 reg, u32 value)
{
	writel(value, tdev->iomem + reg);
}

/*
 * A 64-bit register is two 32-bit ones that need not be read at once: constants and status, no
 * counters.
 */
static inline u64 tyr_read64(struct tyr_device *tdev, u32 reg)
{
	return tyr_read(tdev, reg) | (u64)tyr_read(tdev, reg + 4) << 32;
}

static inline void tyr_write64(struct tyr_device *tdev, u32 reg, u64 value)
{
	tyr_write(tdev, reg, lower_32_bits(value));
	tyr_write(tdev, reg + 4, upper_32_bits(value));
}

int tyr_device_init(struct tyr_device *tdev);
void tyr_device_unplug(struct tyr_device *tdev);
void tyr_device_lost(struct tyr_device *tdev, const char *why);

const char *tyr_exception_name(u32 code);

#endif
