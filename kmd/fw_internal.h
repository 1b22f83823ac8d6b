/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the firmware share; included by fw*.c only. */
#ifndef TYR_FW_INTERNAL_H
#define TYR_FW_INTERNAL_H

#include <linux/wait.h>
#include <linux/workqueue.h>

#include "fw.h"
#include "fw_iface.h"
#include "fw_image.h"
#include "irq.h"

/* Each group on a slot gets a priority of its own, and the firmware has as many as this. */
#define TYR_FW_GROUPS_MAX 16

/**
 * struct tyr_fw_interface - the blocks of the interface; set up by the first boot, constant
 * afterwards
 * @caps: what it offers.
 * @glb: the global interface; @glb.in is NULL until all is set up.
 * @csg: those of the groups.
 * @cs: those of the streams, @caps.streams for each group.
 */
struct tyr_fw_interface {
	struct tyr_fw_caps caps;
	struct tyr_fw_glb glb;
	struct tyr_fw_csg csg[TYR_FW_GROUPS_MAX];
	struct tyr_fw_cs *cs;
};

/**
 * struct tyr_fw - the firmware
 * @irq: the job interrupt.
 * @vm: the MCU's VM, NULL until it is made.
 * @image: the sections as the file has them.
 * @memory: their memory; NULL until it is made.
 * @iface: the interface.
 * @answered: woken when the firmware has said something.
 * @started: MCU_CONTROL says that it runs, and @vm has its address space. Whoever calls boot
 *        and stop sees to it that they do not meet.
 * @booted: it has said that it runs.
 * @ping: the watchdog.
 */
struct tyr_fw {
	struct tyr_irq irq;
	struct tyr_vm *vm;
	struct tyr_fw_image image;
	struct tyr_kbo *memory[TYR_FW_SECTIONS_MAX];
	struct tyr_fw_interface iface;
	wait_queue_head_t answered;
	bool started;
	bool booted;
	struct delayed_work ping;
};

/* fw_load.c */
int tyr_fw_load(struct tyr_device *tdev);
void tyr_fw_fill_sections(struct tyr_fw *fw);
void tyr_fw_unload(struct tyr_fw *fw);

/* fw_iface.c */
int tyr_fw_iface_init(struct tyr_device *tdev);

/* fw_request.c */
void tyr_fw_configure(struct tyr_device *tdev);
u32 tyr_fw_wait_acks(struct tyr_fw *fw, const u32 *req, const u32 *ack, u32 mask, u32 timeout_ms);

/* fw_watchdog.c */
void tyr_fw_ping_work(struct work_struct *work);
void tyr_fw_watch(struct tyr_device *tdev);

#endif
