/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virt-mali.c - the machine virt with the GPU of an RK3588.
 *
 * It derives from the abstract virt machine, not from a numbered version of
 * it: that is the newest virt of whatever QEMU this is built into.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/arm/virt.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "hw/qdev-properties.h"
#include "mali-csf.h"
#include "mali-fdt.h"

/* A hole in virt's memory map, between its secure RAM and its PCI window. */
#define VIRT_MALI_BASE 0x0f000000

/* The RK3588's SPIs 92 to 94, which virt does not use with a GICv3. */
#define VIRT_MALI_SPI 92

#define TYPE_VIRT_MALI_MACHINE MACHINE_TYPE_NAME("virt-mali")
OBJECT_DECLARE_TYPE(VirtMaliState, VirtMaliClass, VIRT_MALI_MACHINE)

struct VirtMaliState {
    VirtMachineState parent_obj;
    bool mali;
};

struct VirtMaliClass {
    VirtMachineClass parent_class;
    void (*parent_init)(MachineState *ms);
};

static void virt_mali_add_gpu(VirtMachineState *vms)
{
    MachineState *ms = MACHINE(vms);
    DeviceState *dev = qdev_new(TYPE_MALI_CSF);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    object_property_add_child(OBJECT(vms), "gpu", OBJECT(dev));
    object_property_set_link(OBJECT(dev), "ram", OBJECT(ms->ram),
                             &error_fatal);
    qdev_prop_set_uint64(dev, "timestamp-hz",
                         object_property_get_uint(OBJECT(first_cpu), "cntfrq",
                                                  &error_fatal));
    sysbus_realize_and_unref(sbd, &error_fatal);
    sysbus_mmio_map(sbd, 0, VIRT_MALI_BASE);
    for (int i = 0; i < MALI_SIM_IRQ_COUNT; i++) {
        sysbus_connect_irq(sbd, i, qdev_get_gpio_in(vms->gic,
                                                    VIRT_MALI_SPI + i));
    }
    mali_fdt_add(ms->fdt, VIRT_MALI_BASE, VIRT_MALI_SPI);
}

static void virt_mali_init(MachineState *ms)
{
    VirtMaliState *s = VIRT_MALI_MACHINE(ms);

    VIRT_MALI_MACHINE_GET_CLASS(ms)->parent_init(ms);
    if (s->mali) {
        virt_mali_add_gpu(VIRT_MACHINE(ms));
    }
}

static bool virt_mali_get_mali(Object *obj, Error **errp)
{
    return VIRT_MALI_MACHINE(obj)->mali;
}

static void virt_mali_set_mali(Object *obj, bool value, Error **errp)
{
    VIRT_MALI_MACHINE(obj)->mali = value;
}

static void virt_mali_instance_init(Object *obj)
{
    VirtMachineState *vms = VIRT_MACHINE(obj);

    VIRT_MALI_MACHINE(obj)->mali = true;
    /* As on an RK3588. A GICv2 would give the GPU's SPIs to PCI as MSIs. */
    vms->gic_version = VIRT_GIC_VERSION_3;
}

static void virt_mali_class_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);
    VirtMaliClass *vmc = VIRT_MALI_MACHINE_CLASS(oc);

    vmc->parent_init = mc->init;
    mc->init = virt_mali_init;
    mc->desc = "QEMU Arm Virtual Machine with an RK3588's Mali-G610";
    mc->default_cpu_type = ARM_CPU_TYPE_NAME("cortex-a76");

    object_class_property_add_bool(oc, "mali", virt_mali_get_mali,
                                   virt_mali_set_mali);
    object_class_property_set_description(oc, "mali",
                                          "Set on/off to fit the Mali-G610");
}

static const TypeInfo virt_mali_types[] = {
    {
        .name = TYPE_VIRT_MALI_MACHINE,
        .parent = TYPE_VIRT_MACHINE,
        .instance_size = sizeof(VirtMaliState),
        .instance_init = virt_mali_instance_init,
        .class_size = sizeof(VirtMaliClass),
        .class_init = virt_mali_class_init,
    },
};

DEFINE_TYPES(virt_mali_types)
