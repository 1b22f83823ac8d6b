/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mali-csf.h - the virtual Mali-G610 as a QEMU device.
 *
 * The GPU itself is libmali_sim; this device translates between QEMU and
 * mali_sim.h and holds no GPU logic. The flow: an access of the guest goes to
 * the library (mali-csf.c), what the GPU does by itself is run by the clock
 * (mali-csf-clock.c), and people and tests talk to the model over the two
 * control channels (mali-csf-control.c).
 */
#ifndef HW_MALI_MALI_CSF_H
#define HW_MALI_MALI_CSF_H

#include "mali_sim.h"
#include "hw/sysbus.h"
#include "mali-csf-clock.h"
#include "mali-csf-control.h"

#define TYPE_MALI_CSF "mali-csf"
OBJECT_DECLARE_SIMPLE_TYPE(MaliCsfState, MALI_CSF)

/**
 * MaliCsfState:
 * @ram: the machine's RAM, the only memory the GPU can reach (link property).
 * @timestamp_hz: rate of the CPUs' generic timer, which the GPU counts with
 *     (property).
 * @log_path: where the model's log goes; stderr when NULL (property).
 * @capture_dir: where "capture start NAME" puts its files; no captures when
 *     NULL (property).
 * @control: the guest's end of the control channel (chardev property).
 * @monitor: the host's end of the control channel (chardev property).
 * @wanted: levels that the model last asked for; written under its lock.
 * @driven: levels of the lines; protected by the BQL.
 * @irq_bh: brings @driven up to @wanted when the model ran without the BQL.
 */
struct MaliCsfState {
    SysBusDevice parent_obj;

    MemoryRegion *ram;
    uint64_t timestamp_hz;
    char *log_path;
    char *capture_dir;
    MaliControl control;
    MaliControl monitor;

    MemoryRegion mmio;
    qemu_irq irq[MALI_SIM_IRQ_COUNT];
    bool wanted[MALI_SIM_IRQ_COUNT];
    bool driven[MALI_SIM_IRQ_COUNT];
    QEMUBH *irq_bh;

    struct mali_sim *sim;
    MaliClock clock;
    FILE *log;
    Error *migration_blocker;
    Notifier exit;
};

#endif /* HW_MALI_MALI_CSF_H */
