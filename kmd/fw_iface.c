// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * the interface that the firmware offers, checked once after the first boot.
 *
 * What the firmware says is not trusted: each block must lie in the shared section, and is looked
 * up only once.
 */
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "device.h"
#include "fw_internal.h"
#include "kbo.h"

/* What Panthor asks for, and what the interrupt's and the doorbells' 32 bits have room for. */
#define GROUPS_MIN 3
#define GROUPS_MAX 31
#define STREAMS_MIN 8
#define STREAMS_MAX 32

/* A G610's is some KiB. */
#define SUSPEND_SIZE_MAX SZ_4M

/* How many of the last registers the kernel's part of a stream may use, as user space is told. */
#define UNPRESERVED_REGS 4

/* The block at @va, NULL when it is not all in the shared section. */
static void *block(struct tyr_fw *fw, u32 va, u32 size, u32 align)
{
	const struct tyr_kbo *shared = fw->memory[fw->image.shared];
	u32 offset = va - TYR_FW_SHARED_VA;

	if (va < TYR_FW_SHARED_VA || va % align || offset > shared->size ||
	    size > shared->size - offset)
		return NULL;
	return shared->kmap + offset;
}

#define control_block(fw, type, offset) \
	((type *)block(fw, TYR_FW_SHARED_VA + (offset), sizeof(type), sizeof(u32)))
#define data_block(fw, type, va) ((type *)block(fw, READ_ONCE(va), sizeof(type), sizeof(u64)))

#define bad_iface(tdev, fmt, ...) \
	(drm_err(&(tdev)->base, "firmware interface: " fmt "\n", ##__VA_ARGS__), -EINVAL)

static int check_glb(struct tyr_device *tdev, struct tyr_fw_glb *glb)
{
	struct tyr_fw *fw = tdev->fw;

	spin_lock_init(&glb->lock);
	glb->control = control_block(fw, const struct tyr_glb_control, 0);
	if (!glb->control)
		return bad_iface(tdev, "the shared section is too small");
	if (!READ_ONCE(glb->control->version))
		return bad_iface(tdev, "version 0: the firmware did not fill it in");
	glb->in = data_block(fw, struct tyr_glb_input, glb->control->input_va);
	glb->out = data_block(fw, const struct tyr_glb_output, glb->control->output_va);
	if (!glb->in || !glb->out)
		return bad_iface(tdev, "global blocks at %#x and %#x", glb->control->input_va,
				 glb->control->output_va);
	return 0;
}

static int check_csg(struct tyr_device *tdev, struct tyr_fw_csg *csg, u32 slot, u32 offset)
{
	struct tyr_fw *fw = tdev->fw;

	spin_lock_init(&csg->lock);
	csg->control = control_block(fw, const struct tyr_csg_control, offset);
	if (!csg->control)
		return bad_iface(tdev, "group %u: control block at offset %#x", slot, offset);
	csg->in = data_block(fw, struct tyr_csg_input, csg->control->input_va);
	csg->out = data_block(fw, const struct tyr_csg_output, csg->control->output_va);
	if (!csg->in || !csg->out)
		return bad_iface(tdev, "group %u: blocks at %#x and %#x", slot,
				 csg->control->input_va, csg->control->output_va);
	return 0;
}

static int check_cs(struct tyr_device *tdev, struct tyr_fw_cs *cs, u32 slot, u32 stream, u32 offset)
{
	struct tyr_fw *fw = tdev->fw;

	spin_lock_init(&cs->lock);
	cs->control = control_block(fw, const struct tyr_cs_control, offset);
	if (!cs->control)
		return bad_iface(tdev, "stream %u of group %u: control block at offset %#x",
				 stream, slot, offset);
	cs->in = data_block(fw, struct tyr_cs_input, cs->control->input_va);
	cs->out = data_block(fw, const struct tyr_cs_output, cs->control->output_va);
	if (!cs->in || !cs->out)
		return bad_iface(tdev, "stream %u of group %u: blocks at %#x and %#x", stream,
				 slot, cs->control->input_va, cs->control->output_va);
	return 0;
}

/* Any group may get any slot, so all slots have to be alike. */
static bool csgs_alike(const struct tyr_csg_control *a, const struct tyr_csg_control *b)
{
	return a->features == b->features && a->suspend_size == b->suspend_size &&
	       a->protm_suspend_size == b->protm_suspend_size &&
	       a->stream_num == b->stream_num && a->stream_stride == b->stream_stride;
}

static int check_streams(struct tyr_device *tdev, u32 slot, u32 offset, u32 stride, u32 count)
{
	struct tyr_fw_interface *iface = &tdev->fw->iface;

	for (u32 i = 0; i < count; i++) {
		struct tyr_fw_cs *cs = &iface->cs[slot * count + i];
		int ret = check_cs(tdev, cs, slot, i, offset + i * stride);

		if (ret)
			return ret;
		if (cs->control->features != iface->cs[0].control->features)
			return bad_iface(tdev, "stream %u of group %u is unlike the first", i,
					 slot);
	}
	return 0;
}

/* The first group tells how many streams there are, and with that how much memory is needed. */
static int check_group_layout(struct tyr_device *tdev, const struct tyr_csg_control *control,
			      u32 group_stride, u32 *streams, u32 *stream_stride)
{
	*streams = READ_ONCE(control->stream_num);
	*stream_stride = READ_ONCE(control->stream_stride);
	if (*streams < STREAMS_MIN || *streams > STREAMS_MAX)
		return bad_iface(tdev, "%u streams a group", *streams);
	/* A group's streams are described within the group's stride. */
	if (*stream_stride < sizeof(struct tyr_cs_control) || *stream_stride > group_stride ||
	    TYR_FW_CS_CONTROL + *streams * *stream_stride > group_stride)
		return bad_iface(tdev, "strides: %#x bytes a group, %#x a stream", group_stride,
				 *stream_stride);
	return 0;
}

static int check_groups(struct tyr_device *tdev, u32 count, u32 group_stride)
{
	struct tyr_fw_interface *iface = &tdev->fw->iface;
	u32 streams = 0, stream_stride = 0;

	for (u32 slot = 0; slot < count; slot++) {
		struct tyr_fw_csg *csg = &iface->csg[slot];
		u32 offset = TYR_FW_CSG_CONTROL + slot * group_stride;
		int ret = check_csg(tdev, csg, slot, offset);

		if (!ret && slot == 0) {
			ret = check_group_layout(tdev, csg->control, group_stride, &streams,
						 &stream_stride);
			if (ret)
				return ret;
			iface->cs = drmm_kcalloc(&tdev->base, count * streams, sizeof(*iface->cs),
						 GFP_KERNEL);
			if (!iface->cs)
				return -ENOMEM;
		}
		if (!ret && !csgs_alike(csg->control, iface->csg[0].control))
			ret = bad_iface(tdev, "group %u is unlike the first", slot);
		if (!ret)
			ret = check_streams(tdev, slot, offset + TYR_FW_CS_CONTROL, stream_stride,
					    streams);
		if (ret)
			return ret;
	}
	iface->caps.groups = count;
	iface->caps.streams = streams;
	return 0;
}

static int check_caps(struct tyr_device *tdev, u32 version)
{
	const struct tyr_csg_control *csg = tdev->fw->iface.csg[0].control;
	u32 features = READ_ONCE(tdev->fw->iface.cs[0].control->features);
	struct tyr_fw_caps *caps = &tdev->fw->iface.caps;

	caps->work_regs = CS_FEATURES_WORK_REGS(features);
	caps->scoreboards = CS_FEATURES_SCOREBOARDS(features);
	caps->suspend_size = READ_ONCE(csg->suspend_size);
	caps->protm_suspend_size = READ_ONCE(csg->protm_suspend_size);
	caps->ep_req_64bit = version >= TYR_FW_VERSION(4, 0);
	if (!caps->suspend_size || caps->suspend_size > SUSPEND_SIZE_MAX ||
	    caps->protm_suspend_size > SUSPEND_SIZE_MAX)
		return bad_iface(tdev, "suspend buffers of %#x and %#x bytes", caps->suspend_size,
				 caps->protm_suspend_size);
	if (caps->work_regs <= UNPRESERVED_REGS || !caps->scoreboards)
		return bad_iface(tdev, "stream features %#x", features);
	return 0;
}

static void publish_caps(struct tyr_device *tdev, const struct tyr_fw_caps *caps)
{
	tdev->csif_info.csg_slot_count = caps->groups;
	tdev->csif_info.cs_slot_count = caps->streams;
	tdev->csif_info.cs_reg_count = caps->work_regs;
	tdev->csif_info.scoreboard_slot_count = caps->scoreboards;
	tdev->csif_info.unpreserved_cs_reg_count = UNPRESERVED_REGS;
}

static void tell(struct tyr_device *tdev, const struct tyr_glb_control *control, u32 version)
{
	u32 instr = version >= TYR_FW_VERSION(1, 1) ? READ_ONCE(control->instr_features) : 0;

	drm_info(&tdev->base,
		 "CSF FW using interface v%u.%u.%u, Features %#x Instrumentation features %#x\n",
		 TYR_FW_VERSION_MAJOR(version), TYR_FW_VERSION_MINOR(version),
		 TYR_FW_VERSION_PATCH(version), READ_ONCE(control->features), instr);
}

/**
 * tyr_fw_iface_init() - find the blocks of the interface; the firmware has booted for the first
 * time.
 * @tdev: the device.
 *
 * Return: 0, -%EINVAL when the interface makes no sense (logged), or -%ENOMEM.
 */
int tyr_fw_iface_init(struct tyr_device *tdev)
{
	struct tyr_fw_interface *iface = &tdev->fw->iface;
	struct tyr_fw_glb glb = {};
	u32 version, groups, stride;
	int ret;

	ret = check_glb(tdev, &glb);
	if (ret)
		return ret;
	version = READ_ONCE(glb.control->version);
	groups = READ_ONCE(glb.control->group_num);
	stride = READ_ONCE(glb.control->group_stride);
	if (groups < GROUPS_MIN || groups > GROUPS_MAX)
		return bad_iface(tdev, "%u groups", groups);
	if (stride % 4 || stride > SZ_64K)
		return bad_iface(tdev, "%#x bytes a group", stride);
	ret = check_groups(tdev, min_t(u32, groups, TYR_FW_GROUPS_MAX), stride);
	if (!ret)
		ret = check_caps(tdev, version);
	if (ret)
		return ret;
	publish_caps(tdev, &iface->caps);
	tell(tdev, glb.control, version);
	spin_lock_init(&iface->glb.lock);
	iface->glb.control = glb.control;
	iface->glb.out = glb.out;
	iface->glb.in = glb.in;
	return 0;
}
