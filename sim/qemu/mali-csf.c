/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mali-csf.c - see mali-csf.h.
 *
 * Locks: the guest's accesses, requests over the control channels, resets and
 * -icount's timer come with the BQL held and take the model's lock inside it.
 * The real-time thread takes the model's lock alone and must never wait for
 * the BQL, so what it has to say to QEMU goes through @irq_bh.
 */

#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "migration/blocker.h"
#include "system/system.h"
#include "mali-csf.h"
#include "trace.h"

/* In the order of enum mali_sim_irq, named as the device-tree binding does. */
static const char *const mali_csf_line[MALI_SIM_IRQ_COUNT] = {
    "job", "mmu", "gpu",
};

/* Drive the interrupt lines as the model wants them. With the BQL held. */
static void mali_csf_sync_irqs(MaliCsfState *s)
{
    for (int i = 0; i < MALI_SIM_IRQ_COUNT; i++) {
        bool level = qatomic_read(&s->wanted[i]);

        if (level != s->driven[i]) {
            s->driven[i] = level;
            trace_mali_csf_irq(mali_csf_line[i], level);
            qemu_set_irq(s->irq[i], level);
        }
    }
}

static void mali_csf_irq_bh(void *opaque)
{
    mali_csf_sync_irqs(opaque);
}

/* mali_sim_ops: what the model asks of the machine. Its lock is held. */

/* The GPU reaches the RAM the machine was started with, and nothing else. */
static void *mali_csf_ram(void *opaque, uint64_t pa, uint64_t *len)
{
    MaliCsfState *s = opaque;
    uint64_t size = memory_region_size(s->ram);
    uint64_t offset = pa - s->ram->addr;

    if (pa < s->ram->addr || offset >= size) {
        return NULL;
    }
    *len = size - offset;
    return (uint8_t *)memory_region_get_ram_ptr(s->ram) + offset;
}

/* Whoever holds the BQL calls mali_csf_sync_irqs() when the model returns. */
static void mali_csf_irq(void *opaque, enum mali_sim_irq line, bool level)
{
    MaliCsfState *s = opaque;

    qatomic_set(&s->wanted[line], level);
    if (!bql_locked()) {
        qemu_bh_schedule(s->irq_bh);
    }
}

static uint64_t mali_csf_now(void *opaque)
{
    return mali_clock_now();
}

static void mali_csf_wake(void *opaque, uint64_t deadline)
{
    MaliCsfState *s = opaque;

    mali_clock_wake(&s->clock, deadline);
}

static void mali_csf_log(void *opaque, const char *line)
{
    MaliCsfState *s = opaque;

    trace_mali_csf_log(line);
    fprintf(s->log, "%s\n", line);
}

static const struct mali_sim_ops mali_csf_sim_ops = {
    .abi = MALI_SIM_ABI,
    .ram = mali_csf_ram,
    .irq = mali_csf_irq,
    .now = mali_csf_now,
    .wake = mali_csf_wake,
    .log = mali_csf_log,
};

/* What QEMU asks of the model. */

static uint64_t mali_csf_read(void *opaque, hwaddr addr, unsigned size)
{
    MaliCsfState *s = opaque;
    uint32_t value = mali_sim_read32(s->sim, addr);

    trace_mali_csf_read(addr, value);
    mali_csf_sync_irqs(s);
    return value;
}

/*
 * The lines follow at once: a guest that clears an interrupt and returns from
 * its handler must not find the line still high.
 */
static void mali_csf_write(void *opaque, hwaddr addr, uint64_t value,
                           unsigned size)
{
    MaliCsfState *s = opaque;

    trace_mali_csf_write(addr, value);
    mali_sim_write32(s->sim, addr, value);
    mali_csf_sync_irqs(s);
}

/* Registers are 32 bits wide; a 64-bit access is two, the lower half first. */
static const MemoryRegionOps mali_csf_mmio_ops = {
    .read = mali_csf_read,
    .write = mali_csf_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 4, .max_access_size = 4 },
    .valid = { .min_access_size = 4, .max_access_size = 8 },
};

static void mali_csf_run(void *opaque)
{
    MaliCsfState *s = opaque;

    mali_sim_run(s->sim);
    if (bql_locked()) {
        mali_csf_sync_irqs(s);
    }
}

static void mali_csf_request(void *opaque, const char *line,
                             char *reply, size_t size)
{
    MaliCsfState *s = opaque;

    mali_sim_control(s->sim, line, reply, size);
    mali_csf_sync_irqs(s);
}

static void mali_csf_reset_hold(Object *obj, ResetType type)
{
    MaliCsfState *s = MALI_CSF(obj);

    trace_mali_csf_reset();
    mali_sim_reset(s->sim);
    mali_csf_sync_irqs(s);
}

/* Life of the device. */

static bool mali_csf_open_log(MaliCsfState *s, Error **errp)
{
    if (!s->log_path) {
        s->log = stderr;
        return true;
    }
    s->log = fopen(s->log_path, "ae");
    if (!s->log) {
        error_setg_file_open(errp, errno, s->log_path);
        return false;
    }
    setvbuf(s->log, NULL, _IOLBF, 0);
    return true;
}

static void mali_csf_close_log(MaliCsfState *s)
{
    if (s->log && s->log != stderr) {
        fclose(s->log);
    }
    s->log = NULL;
}

static bool mali_csf_block_migration(MaliCsfState *s, Error **errp)
{
    error_setg(&s->migration_blocker,
               "mali-csf: the model's state lives in libmali_sim, which "
               "cannot save it");
    return migrate_add_blocker(&s->migration_blocker, errp) == 0;
}

/* Returns: false with @errp set; what was begun is undone. */
static bool mali_csf_create(MaliCsfState *s, Error **errp)
{
    struct mali_sim_ops ops = mali_csf_sim_ops;

    if (!mali_csf_open_log(s, errp)) {
        return false;
    }
    if (!mali_clock_init(&s->clock, mali_csf_run, s, errp)) {
        mali_csf_close_log(s);
        return false;
    }
    ops.timestamp_hz = s->timestamp_hz;
    ops.capture_dir = s->capture_dir;
    s->sim = mali_sim_create(&ops, s);
    if (!s->sim) {
        error_setg_errno(errp, errno,
                         "mali-csf: no GPU (EINVAL: the libmali_sim found is "
                         "not of ABI %d, set the model up again)",
                         MALI_SIM_ABI);
        mali_clock_free(&s->clock);
        mali_csf_close_log(s);
        return false;
    }
    return true;
}

/* The reverse of realize; fine to call twice. */
static void mali_csf_destroy(MaliCsfState *s)
{
    if (!s->sim) {
        return;
    }
    mali_control_stop(&s->control);
    mali_control_stop(&s->monitor);
    mali_clock_stop(&s->clock);
    mali_sim_destroy(s->sim);
    s->sim = NULL;
    qemu_bh_delete(s->irq_bh);
    mali_clock_free(&s->clock);
    mali_csf_close_log(s);
}

/* QEMU does not unrealize devices when it ends; a capture wants its end. */
static void mali_csf_exit(Notifier *n, void *data)
{
    mali_csf_destroy(container_of(n, MaliCsfState, exit));
}

static void mali_csf_realize(DeviceState *dev, Error **errp)
{
    MaliCsfState *s = MALI_CSF(dev);

    if (!s->ram) {
        error_setg(errp, "mali-csf: the property 'ram' is not set; the machine "
                   "virt-mali does");
        return;
    }
    if (!mali_csf_block_migration(s, errp)) {
        return;
    }
    s->irq_bh = qemu_bh_new_guarded(mali_csf_irq_bh, s,
                                    &dev->mem_reentrancy_guard);
    if (!mali_csf_create(s, errp)) {
        qemu_bh_delete(s->irq_bh);
        migrate_del_blocker(&s->migration_blocker);
        return;
    }
    mali_control_start(&s->control, mali_csf_request, s);
    mali_control_start(&s->monitor, mali_csf_request, s);
    mali_clock_start(&s->clock);
    s->exit.notify = mali_csf_exit;
    qemu_add_exit_notifier(&s->exit);
}

static void mali_csf_unrealize(DeviceState *dev)
{
    MaliCsfState *s = MALI_CSF(dev);

    qemu_remove_exit_notifier(&s->exit);
    mali_csf_destroy(s);
    migrate_del_blocker(&s->migration_blocker);
}

static void mali_csf_init(Object *obj)
{
    MaliCsfState *s = MALI_CSF(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    memory_region_init_io(&s->mmio, obj, &mali_csf_mmio_ops, s, TYPE_MALI_CSF,
                          MALI_SIM_MMIO_SIZE);
    sysbus_init_mmio(sbd, &s->mmio);
    for (int i = 0; i < MALI_SIM_IRQ_COUNT; i++) {
        sysbus_init_irq(sbd, &s->irq[i]);
    }
}

static const Property mali_csf_properties[] = {
    DEFINE_PROP_LINK("ram", MaliCsfState, ram, TYPE_MEMORY_REGION,
                     MemoryRegion *),
    DEFINE_PROP_UINT64("timestamp-hz", MaliCsfState, timestamp_hz,
                       NANOSECONDS_PER_SECOND),
    DEFINE_PROP_STRING("log", MaliCsfState, log_path),
    DEFINE_PROP_STRING("capture-dir", MaliCsfState, capture_dir),
    DEFINE_PROP_CHR("control", MaliCsfState, control.chr),
    DEFINE_PROP_CHR("monitor", MaliCsfState, monitor.chr),
};

static void mali_csf_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Arm Mali-G610 (functional model)";
    dc->realize = mali_csf_realize;
    dc->unrealize = mali_csf_unrealize;
    dc->user_creatable = false; /* the machine wires it */
    device_class_set_props(dc, mali_csf_properties);
    rc->phases.hold = mali_csf_reset_hold;
}

static const TypeInfo mali_csf_types[] = {
    {
        .name = TYPE_MALI_CSF,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(MaliCsfState),
        .instance_init = mali_csf_init,
        .class_init = mali_csf_class_init,
    },
};

DEFINE_TYPES(mali_csf_types)
