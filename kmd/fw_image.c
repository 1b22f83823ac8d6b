// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * the parser of the firmware's image.
 *
 * The file begins with a header of five words and a table of entries, each of which begins with a
 * word that has its type and its size; data is elsewhere in the file. All of it is little endian.
 * Layouts and types: what mali_kbase_csf_firmware.c reads, and the image itself.
 */
#include <linux/ctype.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include <drm/drm_print.h>

#include "device.h"
#include "fw_image.h"

/* Header: magic, version (major in 15:8), hash of it, 0, end of the entries */
#define HEADER_SIZE 20
#define MAGIC 0xc3f13a6e
#define VERSION_MAJOR(version) ((version) >> 8 & 0xff)

/* An entry's first word */
#define ENTRY_TYPE(word) ((word) & 0xff)
#define ENTRY_SIZE(word) ((word) >> 8 & 0xff)
#define ENTRY_OPTIONAL BIT(31)

enum entry_type {
	ENTRY_SECTION = 0,
	ENTRY_CONFIG = 1,
	ENTRY_TEST = 2,
	ENTRY_TRACE_BUFFER = 3,
	ENTRY_TIMELINE = 4,
	ENTRY_BUILD_INFO = 6,
};

#define SECTION_FLAGS                                                                     \
	(TYR_FW_SECTION_READ | TYR_FW_SECTION_WRITE | TYR_FW_SECTION_EXECUTE |            \
	 TYR_FW_SECTION_CACHE_MASK | TYR_FW_SECTION_PROTECTED | TYR_FW_SECTION_SHARED |   \
	 TYR_FW_SECTION_ZERO)

/**
 * struct parser - where we are
 * @tdev: the device, for messages.
 * @data: the file.
 * @size: its size.
 * @index: number of the entry.
 * @offset: where the entry begins.
 * @entry_size: its size; all of it is within the table.
 * @total: bytes of the sections so far.
 * @image: what was found.
 */
struct parser {
	struct tyr_device *tdev;
	const u8 *data;
	u32 size;
	u32 index;
	u32 offset;
	u32 entry_size;
	u64 total;
	struct tyr_fw_image *image;
};

static __printf(2, 3) int bad_entry(const struct parser *p, const char *fmt, ...)
{
	struct va_format text = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	text.va = &args;
	drm_err(&p->tdev->base, "firmware image: entry %u at %#x: %pV\n", p->index, p->offset,
		&text);
	va_end(args);
	return -EINVAL;
}

static u32 word(const struct parser *p, u32 offset)
{
	return get_unaligned_le32(p->data + offset);
}

static int check_section(struct parser *p, const struct tyr_fw_section *s, u32 va_end,
			 u32 data_start, u32 data_end)
{
	if (s->flags & ~SECTION_FLAGS)
		return bad_entry(p, "unknown flags %#x", s->flags & ~(u32)SECTION_FLAGS);
	if (va_end < s->va)
		return bad_entry(p, "address range %#x-%#x ends before it begins", s->va, va_end);
	if (!PAGE_ALIGNED(s->va) || !PAGE_ALIGNED(va_end))
		return bad_entry(p, "address range %#x-%#x is not of pages", s->va, va_end);
	if (data_end < data_start || data_end > p->size)
		return bad_entry(p, "data %#x-%#x is not in a file of %#x bytes", data_start,
				 data_end, p->size);
	if (s->data_size > s->size)
		return bad_entry(p, "%#x bytes of data for a section of %#x", s->data_size,
				 s->size);
	if (p->total + s->size > TYR_FW_SECTIONS_SIZE_MAX)
		return bad_entry(p, "the sections need more than %#x bytes",
				 TYR_FW_SECTIONS_SIZE_MAX);
	return 0;
}

static int check_overlap(struct parser *p, const struct tyr_fw_section *s)
{
	for (u32 i = 0; i < p->image->count; i++) {
		const struct tyr_fw_section *other = &p->image->sections[i];

		if (s->va < (u64)other->va + other->size && other->va < (u64)s->va + s->size)
			return bad_entry(p, "section at %#x overlaps the one at %#x", s->va,
					 other->va);
	}
	return 0;
}

/* Both sides write to the section that holds the interface. */
static int check_shared(struct parser *p, const struct tyr_fw_section *s)
{
	const u32 needed = TYR_FW_SECTION_SHARED | TYR_FW_SECTION_READ | TYR_FW_SECTION_WRITE;

	if ((s->flags & needed) != needed)
		return bad_entry(p, "the section at %#x is not shared for writing (flags %#x)",
				 s->va, s->flags);
	p->image->shared = p->image->count;
	return 0;
}

static int add_section(struct parser *p, const struct tyr_fw_section *s, u32 data_start)
{
	struct tyr_fw_image *image = p->image;
	void *data = NULL;

	if (image->count == TYR_FW_SECTIONS_MAX)
		return bad_entry(p, "more than %u sections", TYR_FW_SECTIONS_MAX);
	if (s->data_size) {
		data = kvmemdup(p->data + data_start, s->data_size, GFP_KERNEL);
		if (!data)
			return -ENOMEM;
	}
	image->sections[image->count] = *s;
	image->sections[image->count].data = data;
	image->count++;
	p->total += s->size;
	return 0;
}

/*
 * Flags, first and last address, first and last offset of the data; a name follows, which nobody
 * needs.
 */
static int parse_section(struct parser *p)
{
	struct tyr_fw_section s = {};
	u32 va_end, data_start, data_end;
	int ret;

	if (p->entry_size < 6 * 4)
		return bad_entry(p, "%u bytes are no section", p->entry_size);
	s.flags = word(p, p->offset + 4);
	s.va = word(p, p->offset + 8);
	va_end = word(p, p->offset + 12);
	data_start = word(p, p->offset + 16);
	data_end = word(p, p->offset + 20);
	s.size = va_end - s.va;
	s.data_size = data_end - data_start;
	ret = check_section(p, &s, va_end, data_start, data_end);
	/* Sections for the protected mode, which the driver does not enter, are not loaded. */
	if (ret || !s.size || s.flags & TYR_FW_SECTION_PROTECTED)
		return ret;
	ret = check_overlap(p, &s);
	if (!ret && s.va == TYR_FW_SHARED_VA)
		ret = check_shared(p, &s);
	return ret ?: add_section(p, &s, data_start);
}

/* Only a text that is one is printed. The driver does not depend on it, so there is no error. */
static void parse_build_info(struct parser *p)
{
	static const char prefix[] = "git_sha: ";
	const u32 prefix_len = sizeof(prefix) - 1;
	u32 start, size;
	const char *text;

	if (p->entry_size < 3 * 4)
		return;
	start = word(p, p->offset + 4);
	size = word(p, p->offset + 8);
	if (start > p->size || size > p->size - start || size <= prefix_len)
		return;
	text = (const char *)p->data + start;
	if (memcmp(text, prefix, prefix_len) || text[size - 1])
		return;
	for (u32 i = prefix_len; i < size - 1; i++)
		if (!isascii(text[i]) || !isprint(text[i]))
			return;
	drm_info(&p->tdev->base, "firmware git sha: %s\n", text + prefix_len);
}

static int parse_entry(struct parser *p, u32 first)
{
	switch (ENTRY_TYPE(first)) {
	case ENTRY_SECTION:
		return parse_section(p);
	case ENTRY_BUILD_INFO:
		parse_build_info(p);
		return 0;
	case ENTRY_CONFIG:
	case ENTRY_TEST:
	case ENTRY_TRACE_BUFFER:
	case ENTRY_TIMELINE:
		return 0;
	default:
		if (first & ENTRY_OPTIONAL)
			return 0;
		return bad_entry(p, "type %u is unknown and not optional", ENTRY_TYPE(first));
	}
}

static int parse_table(struct parser *p, u32 end)
{
	int ret;

	for (p->offset = HEADER_SIZE; p->offset < end; p->offset += p->entry_size, p->index++) {
		u32 first;

		if (end - p->offset < 4)
			return bad_entry(p, "the table ends within it, at %#x", end);
		first = word(p, p->offset);
		p->entry_size = ENTRY_SIZE(first);
		if (p->entry_size < 4 || p->entry_size % 4)
			return bad_entry(p, "a size of %u bytes", p->entry_size);
		if (p->entry_size > end - p->offset)
			return bad_entry(p, "size %u reaches beyond the table's end at %#x",
					 p->entry_size, end);
		ret = parse_entry(p, first);
		if (ret)
			return ret;
	}
	return 0;
}

static int check_header(struct parser *p, size_t size)
{
	struct drm_device *drm = &p->tdev->base;

	if (size < HEADER_SIZE || size > SZ_64M) {
		drm_err(drm, "firmware image: a file of %zu bytes is no image\n", size);
		return -EINVAL;
	}
	if (word(p, 0) != MAGIC) {
		drm_err(drm, "firmware image: it begins with %#x, not %#x\n", word(p, 0), MAGIC);
		return -EINVAL;
	}
	if (VERSION_MAJOR(word(p, 4))) {
		drm_err(drm, "firmware image: major version %u, only 0 is known\n",
			VERSION_MAJOR(word(p, 4)));
		return -EINVAL;
	}
	if (word(p, 16) < HEADER_SIZE || word(p, 16) > size) {
		drm_err(drm, "firmware image: its table ends at %#x, the file at %#zx\n",
			word(p, 16), size);
		return -EINVAL;
	}
	return 0;
}

static int parse(struct parser *p, size_t size)
{
	int ret = check_header(p, size);

	if (ret)
		return ret;
	p->size = size;
	p->image->shared = TYR_FW_SECTIONS_MAX;
	ret = parse_table(p, word(p, 16));
	if (ret)
		return ret;
	if (p->image->shared < p->image->count)
		return 0;
	drm_err(&p->tdev->base, "firmware image: no section at %#x\n", TYR_FW_SHARED_VA);
	return -EINVAL;
}

/**
 * tyr_fw_image_parse() - find the sections of an image.
 * @tdev: the device, for messages.
 * @data: the file; it is not needed afterwards.
 * @size: its size.
 * @image: is filled in. To be given back with tyr_fw_image_free(), unless there is an error.
 *
 * Return: 0, -%EINVAL when it is not an image that can be loaded (logged), or -%ENOMEM.
 */
int tyr_fw_image_parse(struct tyr_device *tdev, const void *data, size_t size,
		       struct tyr_fw_image *image)
{
	struct parser p = {
		.tdev = tdev,
		.data = data,
		.image = image,
	};
	int ret;

	memset(image, 0, sizeof(*image));
	ret = parse(&p, size);
	if (ret)
		tyr_fw_image_free(image);
	return ret;
}

/**
 * tyr_fw_image_free() - give back what an image holds.
 * @image: the image; empty afterwards.
 */
void tyr_fw_image_free(struct tyr_fw_image *image)
{
	for (u32 i = 0; i < image->count; i++)
		kvfree(image->sections[i].data);
	image->count = 0;
}
