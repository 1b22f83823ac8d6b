// SPDX-License-Identifier: GPL-2.0-or-later
/* the firmware's file, and the memory that its sections are loaded into. */
#include <linux/firmware.h>
#include <linux/module.h>

#include <drm/drm_print.h>

#include "device.h"
#include "fw_internal.h"
#include "kbo.h"
#include "regs.h"

MODULE_FIRMWARE("arm/mali/arch10.8/mali_csffw.bin");
MODULE_FIRMWARE("arm/mali/arch10.10/mali_csffw.bin");
MODULE_FIRMWARE("arm/mali/arch10.12/mali_csffw.bin");
MODULE_FIRMWARE("arm/mali/arch11.8/mali_csffw.bin");
MODULE_FIRMWARE("arm/mali/arch12.8/mali_csffw.bin");
MODULE_FIRMWARE("arm/mali/arch13.8/mali_csffw.bin");

static int read_image(struct tyr_device *tdev)
{
	const u32 id = tdev->gpu_info.gpu_id;
	const struct firmware *file;
	char name[48];
	int ret;

	snprintf(name, sizeof(name), "arm/mali/arch%u.%u/mali_csffw.bin", GPU_ID_ARCH_MAJOR(id),
		 GPU_ID_ARCH_MINOR(id));
	ret = request_firmware(&file, name, tdev->base.dev);
	if (ret) {
		drm_err(&tdev->base, "firmware %s: %pe\n", name, ERR_PTR(ret));
		return ret;
	}
	ret = tyr_fw_image_parse(tdev, file->data, file->size, &tdev->fw->image);
	release_firmware(file);
	return ret;
}

/*
 * What the two coherent cache modes ask for, memory that CPU and MCU see alike, uncached memory is
 * too.
 */
static u32 map_flags(const struct tyr_fw_section *s)
{
	u32 flags = 0;

	if (!(s->flags & TYR_FW_SECTION_WRITE))
		flags |= DRM_PANTHOR_VM_BIND_OP_MAP_READONLY;
	if (!(s->flags & TYR_FW_SECTION_EXECUTE))
		flags |= DRM_PANTHOR_VM_BIND_OP_MAP_NOEXEC;
	if ((s->flags & TYR_FW_SECTION_CACHE_MASK) != TYR_FW_SECTION_CACHED)
		flags |= DRM_PANTHOR_VM_BIND_OP_MAP_UNCACHED;
	return flags;
}

static int make_memory(struct tyr_device *tdev)
{
	struct tyr_fw *fw = tdev->fw;

	/*
	 * All stay mapped for the CPU: a reset fills them anew, and must not fail for want of
	 * memory.
	 */
	for (u32 i = 0; i < fw->image.count; i++) {
		const struct tyr_fw_section *s = &fw->image.sections[i];
		struct tyr_kbo *kbo = tyr_kbo_create_mapped(tdev, fw->vm, s->size, map_flags(s),
							    s->va, "firmware section");

		if (IS_ERR(kbo)) {
			drm_err(&tdev->base, "firmware section at %#x: %pe\n", s->va, kbo);
			return PTR_ERR(kbo);
		}
		fw->memory[i] = kbo;
	}
	return 0;
}

/**
 * tyr_fw_load() - read the firmware's file and make memory for its sections, which is not filled
 * yet.
 * @tdev: the device; the firmware's VM exists.
 *
 * What was made before an error is given back by tyr_fw_unload().
 *
 * Return: 0; -%ENOENT without a file, -%EINVAL when it is no image, -%ENOMEM, or another error of
 * these (all logged).
 */
int tyr_fw_load(struct tyr_device *tdev)
{
	int ret = read_image(tdev);

	return ret ?: make_memory(tdev);
}

/**
 * tyr_fw_fill_sections() - put into the sections' memory what it begins with.
 * @fw: the firmware, which does not run.
 */
void tyr_fw_fill_sections(struct tyr_fw *fw)
{
	for (u32 i = 0; i < fw->image.count; i++) {
		const struct tyr_fw_section *s = &fw->image.sections[i];
		struct tyr_kbo *kbo = fw->memory[i];

		if (s->data_size)
			memcpy(kbo->kmap, s->data, s->data_size);
		memset(kbo->kmap + s->data_size, 0, s->size - s->data_size);
		tyr_kbo_flush_for_device(kbo);
	}
}

/**
 * tyr_fw_unload() - give back the sections' memory and what is known of the file.
 * @fw: the firmware, which does not run.
 */
void tyr_fw_unload(struct tyr_fw *fw)
{
	for (u32 i = 0; i < TYR_FW_SECTIONS_MAX; i++) {
		if (fw->memory[i])
			tyr_kbo_destroy(fw->memory[i]);
		fw->memory[i] = NULL;
	}
	tyr_fw_image_free(&fw->image);
}
