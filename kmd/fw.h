/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firmware: its image, starting and stopping it, requests and doorbells.
 *
 * fw_iface.h has the memory that host and firmware share.
 */
#ifndef TYR_FW_H
#define TYR_FW_H

#include <linux/types.h>

struct tyr_device;
struct tyr_fw_csg;
struct tyr_fw_cs;
struct tyr_kbo;
struct tyr_vm;

/* What the firmware's interface says; constant after tyr_fw_init(). */
struct tyr_fw_caps {
	u32 groups; /* group slots that may be used; 16 at most, for a priority each */
	u32 streams; /* stream slots of a group */
	u32 work_regs; /* registers of a stream */
	u32 scoreboards; /* scoreboard entries of a stream */
	u32 suspend_size; /* bytes of a group's suspend buffer */
	u32 protm_suspend_size;
	bool ep_req_64bit; /* interface 4.0 and later */
};

int tyr_fw_init(struct tyr_device *tdev);
void tyr_fw_unplug(struct tyr_device *tdev);

int tyr_fw_boot(struct tyr_device *tdev, bool reload);
bool tyr_fw_halt(struct tyr_device *tdev, u32 timeout_ms);
void tyr_fw_stop(struct tyr_device *tdev);

const struct tyr_fw_caps *tyr_fw_caps(struct tyr_device *tdev);
struct tyr_vm *tyr_fw_vm(struct tyr_device *tdev);
struct tyr_fw_csg *tyr_fw_csg(struct tyr_device *tdev, u32 slot);
struct tyr_fw_cs *tyr_fw_cs(struct tyr_device *tdev, u32 slot, u32 stream);

void tyr_fw_ring_doorbell(struct tyr_device *tdev, u32 doorbell);
void tyr_fw_ring_groups(struct tyr_device *tdev, u32 slot_mask);
int tyr_fw_wait_csg(struct tyr_device *tdev, u32 slot, u32 req_mask, u32 *acked, u32 timeout_ms);

struct tyr_kbo *tyr_fw_alloc_suspend_buf(struct tyr_device *tdev, u32 size);

#endif
