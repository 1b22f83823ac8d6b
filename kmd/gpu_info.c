// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * what GPU this is: its registers, read once into what DEV_QUERY returns, and a summary for the
 * log.
 *
 * Which register a field is, is known from panthor_hw.c; the products from its table and from
 * kbase's mali_kbase_gpu_id.h.
 */
#include <linux/nvmem-consumer.h>
#include <linux/property.h>

#include <drm/drm_print.h>

#include "device.h"
#include "gpu.h"
#include "regs.h"

/*
 * Architectures that this driver knows: the first of the command stream frontend, and the last
 * before PWR_CONTROL.
 */
#define ARCH_FIRST 10
#define ARCH_LAST 13

#define PRODUCT(arch, product) ((arch) << 8 | (product))

/*
 * The same design is sold by different names, depending on its number of cores and on ray tracing.
 */
static const struct {
	u32 product;
	u32 cores_min;
	bool ray_tracing;
	const char *name;
} products[] = {
	{ PRODUCT(10, 2), 0, false, "Mali-G710" },
	{ PRODUCT(10, 3), 0, false, "Mali-G510" },
	{ PRODUCT(10, 4), 0, false, "Mali-G310" },
	{ PRODUCT(10, 7), 0, false, "Mali-G610" },
	{ PRODUCT(11, 2), 11, true, "Mali-G715-Immortalis" },
	{ PRODUCT(11, 2), 7, false, "Mali-G715" },
	{ PRODUCT(11, 2), 0, false, "Mali-G615" },
	{ PRODUCT(11, 3), 0, false, "Mali-G615" },
	{ PRODUCT(12, 0), 10, true, "Mali-G720-Immortalis" },
	{ PRODUCT(12, 0), 6, false, "Mali-G720" },
	{ PRODUCT(12, 0), 0, false, "Mali-G620" },
	{ PRODUCT(12, 1), 0, false, "Mali-G620" },
	{ PRODUCT(13, 0), 10, true, "Mali-G925-Immortalis" },
	{ PRODUCT(13, 0), 6, false, "Mali-G725" },
	{ PRODUCT(13, 0), 0, false, "Mali-G625" },
	{ PRODUCT(13, 1), 0, false, "Mali-G625" },
};

static const char *product_name(const struct drm_panthor_gpu_info *info)
{
	u32 product = PRODUCT(GPU_ID_ARCH_MAJOR(info->gpu_id), GPU_ID_PRODUCT_MAJOR(info->gpu_id));
	u32 cores = hweight64(info->shader_present);
	bool ray_tracing = info->gpu_features & GPU_FEATURES_RAY_INTERSECTION;

	for (u32 i = 0; i < ARRAY_SIZE(products); i++)
		if (products[i].product == product && cores >= products[i].cores_min &&
		    (ray_tracing || !products[i].ray_tracing))
			return products[i].name;
	return "Mali";
}

static void read_registers(struct tyr_device *tdev, struct drm_panthor_gpu_info *info)
{
	info->gpu_rev = tyr_read(tdev, REVIDR);
	info->csf_id = tyr_read(tdev, CSF_ID);
	info->l2_features = tyr_read(tdev, L2_FEATURES);
	info->tiler_features = tyr_read(tdev, TILER_FEATURES);
	info->mem_features = tyr_read(tdev, MEM_FEATURES);
	info->mmu_features = tyr_read(tdev, MMU_FEATURES);
	info->thread_features = tyr_read(tdev, THREAD_FEATURES);
	info->max_threads = tyr_read(tdev, THREAD_MAX_THREADS);
	info->thread_max_workgroup_size = tyr_read(tdev, THREAD_MAX_WORKGROUP_SIZE);
	info->thread_max_barrier_size = tyr_read(tdev, THREAD_MAX_BARRIER_SIZE);
	info->coherency_features = tyr_read(tdev, COHERENCY_FEATURES);
	for (u32 i = 0; i < ARRAY_SIZE(info->texture_features); i++)
		info->texture_features[i] = tyr_read(tdev, TEXTURE_FEATURES(i));
	info->as_present = tyr_read(tdev, AS_PRESENT);
	info->shader_present = tyr_read64(tdev, SHADER_PRESENT);
	info->tiler_present = tyr_read64(tdev, TILER_PRESENT);
	info->l2_present = tyr_read64(tdev, L2_PRESENT);
	info->core_features = tyr_read(tdev, CORE_FEATURES);
	/* Before, the performance counters' set-up is at this offset. */
	if (GPU_ID_ARCH_MAJOR(info->gpu_id) >= 11)
		info->gpu_features = tyr_read64(tdev, GPU_FEATURES);
}

/*
 * Some SoCs have cores that must not be used, and say which in fuses (the binding's
 * "shader-present").
 */
static int apply_fuses(struct tyr_device *tdev, struct drm_panthor_gpu_info *info)
{
	u64 usable;
	int ret = nvmem_cell_read_variable_le_u64(tdev->base.dev, "shader-present", &usable);

	if (ret == -ENOENT || ret == -EOPNOTSUPP)
		return 0;
	if (ret)
		return dev_err_probe(tdev->base.dev, ret, "fuses of the shader cores\n");
	info->shader_present &= usable;
	return 0;
}

static int check(struct tyr_device *tdev, const struct drm_panthor_gpu_info *info)
{
	u32 pa_bits = MMU_FEATURES_PA_BITS(info->mmu_features);
	u32 va_bits = MMU_FEATURES_VA_BITS(info->mmu_features);

	if (info->shader_present && info->tiler_present && info->l2_present &&
	    info->as_present > 1 && pa_bits >= 32 && pa_bits <= 52 && va_bits >= 33 &&
	    va_bits <= 48)
		return 0;
	drm_err(&tdev->base, "not a usable GPU: cores %#llx, tilers %#llx, L2 %#llx, AS %#x, MMU %#x\n",
		info->shader_present, info->tiler_present, info->l2_present, info->as_present,
		info->mmu_features);
	return -ENODEV;
}

/*
 * Whether the GPU snoops is the device tree's word, but one that claims what the GPU cannot do is
 * wrong, and memory would be corrupted. ACE, full coherency, is in no GPU with a command stream
 * frontend.
 */
static int choose_coherency(struct tyr_device *tdev, struct drm_panthor_gpu_info *info)
{
	tdev->coherent = device_get_dma_attr(tdev->base.dev) == DEV_DMA_COHERENT;
	info->selected_coherency = tdev->coherent ? COHERENCY_ACE_LITE : COHERENCY_NONE;
	if (!tdev->coherent ||
	    info->coherency_features & COHERENCY_FEATURE_BIT(COHERENCY_ACE_LITE))
		return 0;
	drm_err(&tdev->base, "coherent by the device tree, but the GPU has no ACE-Lite (features %#x)\n",
		info->coherency_features);
	return -EOPNOTSUPP;
}

static void tell(struct tyr_device *tdev, const struct drm_panthor_gpu_info *info)
{
	drm_info(&tdev->base, "%s id %#x major %#x minor %#x status %#x\n", product_name(info),
		 info->gpu_id >> 16, GPU_ID_VERSION_MAJOR(info->gpu_id),
		 GPU_ID_VERSION_MINOR(info->gpu_id), GPU_ID_VERSION_STATUS(info->gpu_id));
	drm_info(&tdev->base, "features: L2 %#x, tiler %#x, memory %#x, MMU %#x, AS %#x, %scoherent\n",
		 info->l2_features, info->tiler_features, info->mem_features, info->mmu_features,
		 info->as_present, tdev->coherent ? "" : "not ");
	drm_info(&tdev->base, "present: shader cores %#llx, L2 %#llx, tilers %#llx\n",
		 info->shader_present, info->l2_present, info->tiler_present);
}

/**
 * tyr_gpu_identify() - fill in tyr_device.gpu_info and .coherent.
 * @tdev: the device; its clocks run.
 *
 * Return: 0; -%ENXIO when nothing answers, -%EOPNOTSUPP for an architecture that the driver does
 * not know or a device tree that claims coherency wrongly, -%ENODEV when the registers make no
 * sense, or the error of reading fuses.
 */
int tyr_gpu_identify(struct tyr_device *tdev)
{
	struct drm_panthor_gpu_info *info = &tdev->gpu_info;
	u32 arch;
	int ret;

	info->gpu_id = tyr_read(tdev, GPU_ID);
	if (!info->gpu_id || info->gpu_id == U32_MAX)
		return -ENXIO;
	arch = GPU_ID_ARCH_MAJOR(info->gpu_id);
	if (arch < ARCH_FIRST || arch > ARCH_LAST) {
		drm_err(&tdev->base, "GPU %#x is of architecture %u, not %u to %u\n", info->gpu_id,
			arch, ARCH_FIRST, ARCH_LAST);
		return -EOPNOTSUPP;
	}
	read_registers(tdev, info);
	ret = apply_fuses(tdev, info);
	if (!ret)
		ret = check(tdev, info);
	if (!ret)
		ret = choose_coherency(tdev, info);
	if (!ret)
		tell(tdev, info);
	return ret;
}
