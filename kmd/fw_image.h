/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * the firmware's image: sections to load, as the file has them.
 *
 * The file is not trusted: what comes out of tyr_fw_image_parse() lies within it, fits and does not
 * overlap.
 */
#ifndef TYR_FW_IMAGE_H
#define TYR_FW_IMAGE_H

#include <linux/bits.h>
#include <linux/sizes.h>
#include <linux/types.h>

struct tyr_device;

/* Arm's image for a G610 has 7 sections of less than 1 MiB together. */
#define TYR_FW_SECTIONS_MAX 32
#define TYR_FW_SECTIONS_SIZE_MAX SZ_16M

/* Where the MCU finds memory that it shares with the host; the interface is at its start. */
#define TYR_FW_SHARED_VA 0x04000000
#define TYR_FW_SHARED_RANGE 0x04000000

/* tyr_fw_section.flags: CSF_FIRMWARE_ENTRY_* of mali_kbase_csf_firmware.c */
#define TYR_FW_SECTION_READ BIT(0)
#define TYR_FW_SECTION_WRITE BIT(1)
#define TYR_FW_SECTION_EXECUTE BIT(2)
#define TYR_FW_SECTION_CACHE_MASK GENMASK(4, 3)
#define TYR_FW_SECTION_CACHED BIT(3) /* of CACHE_MASK; all others are mapped uncached */
#define TYR_FW_SECTION_PROTECTED BIT(5)
#define TYR_FW_SECTION_SHARED BIT(30)
#define TYR_FW_SECTION_ZERO BIT(31)

/**
 * struct tyr_fw_section - memory that the firmware wants
 * @va: where, a multiple of the page size.
 * @size: how much, a multiple of the page size.
 * @flags: TYR_FW_SECTION_*.
 * @data_size: bytes of @data.
 * @data: what it begins with, a copy; the rest is zero. NULL when @data_size is 0.
 */
struct tyr_fw_section {
	u32 va;
	u32 size;
	u32 flags;
	u32 data_size;
	void *data;
};

/**
 * struct tyr_fw_image - what an image holds
 * @count: number of sections.
 * @shared: index of the one at TYR_FW_SHARED_VA.
 * @sections: the sections, in the order of the file.
 */
struct tyr_fw_image {
	u32 count;
	u32 shared;
	struct tyr_fw_section sections[TYR_FW_SECTIONS_MAX];
};

int tyr_fw_image_parse(struct tyr_device *tdev, const void *data, size_t size,
		       struct tyr_fw_image *image);
void tyr_fw_image_free(struct tyr_fw_image *image);

#endif
