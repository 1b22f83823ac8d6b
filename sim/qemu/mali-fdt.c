/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mali-fdt.c - see mali-fdt.h. */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "system/device_tree.h"
#include "hw/arm/fdt.h"
#include "mali_sim.h"
#include "mali-fdt.h"

/* The model's core clock, which is also the RK3588's highest. */
#define CORE_HZ 1000000000u

/* The supply's fixed voltage: what the highest operating point asks for. */
#define SUPPLY_UV 850000

/* rk3588-opp.dtsi, gpu_opp_table; each goes up to SUPPLY_UV. */
static const struct {
    uint32_t mhz;
    uint32_t microvolt;
} mali_opps[] = {
    { 300, 675000 }, { 400, 675000 }, { 500, 675000 }, { 600, 675000 },
    { 700, 700000 }, { 800, 750000 }, { 900, 800000 }, { 1000, 850000 },
};

static uint32_t add_phandle(void *fdt, const char *node)
{
    uint32_t phandle = qemu_fdt_alloc_phandle(fdt);

    qemu_fdt_setprop_cell(fdt, node, "phandle", phandle);
    return phandle;
}

/* One fixed clock stands for the three that CRU gives an RK3588's GPU. */
static uint32_t add_clock(void *fdt)
{
    const char *node = "/gpu-clock";

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string(fdt, node, "compatible", "fixed-clock");
    qemu_fdt_setprop_cell(fdt, node, "#clock-cells", 0);
    qemu_fdt_setprop_cell(fdt, node, "clock-frequency", CORE_HZ);
    return add_phandle(fdt, node);
}

static uint32_t add_supply(void *fdt)
{
    const char *node = "/gpu-supply";

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string(fdt, node, "compatible", "regulator-fixed");
    qemu_fdt_setprop_string(fdt, node, "regulator-name", "vdd_gpu_s0");
    qemu_fdt_setprop_cell(fdt, node, "regulator-min-microvolt", SUPPLY_UV);
    qemu_fdt_setprop_cell(fdt, node, "regulator-max-microvolt", SUPPLY_UV);
    qemu_fdt_setprop(fdt, node, "regulator-always-on", NULL, 0);
    return add_phandle(fdt, node);
}

static void add_opp(void *fdt, const char *table, uint32_t mhz, uint32_t uv)
{
    uint64_t hz = mhz * 1000000ull;
    g_autofree char *node = g_strdup_printf("%s/opp-%" PRIu64, table, hz);

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_u64(fdt, node, "opp-hz", hz);
    qemu_fdt_setprop_cells(fdt, node, "opp-microvolt", uv, uv, SUPPLY_UV);
}

static uint32_t add_opp_table(void *fdt)
{
    const char *node = "/gpu-opp-table";

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string(fdt, node, "compatible", "operating-points-v2");
    /* Highest first: libfdt puts each new node before its siblings. */
    for (int i = ARRAY_SIZE(mali_opps) - 1; i >= 0; i--) {
        add_opp(fdt, node, mali_opps[i].mhz, mali_opps[i].microvolt);
    }
    return add_phandle(fdt, node);
}

static void add_interrupts(void *fdt, const char *node, int spi)
{
    static const char names[] = "job\0mmu\0gpu";

    qemu_fdt_setprop_cells(fdt, node, "interrupts",
                           GIC_FDT_IRQ_TYPE_SPI, spi + MALI_SIM_IRQ_JOB,
                           GIC_FDT_IRQ_FLAGS_LEVEL_HI,
                           GIC_FDT_IRQ_TYPE_SPI, spi + MALI_SIM_IRQ_MMU,
                           GIC_FDT_IRQ_FLAGS_LEVEL_HI,
                           GIC_FDT_IRQ_TYPE_SPI, spi + MALI_SIM_IRQ_GPU,
                           GIC_FDT_IRQ_FLAGS_LEVEL_HI);
    qemu_fdt_setprop(fdt, node, "interrupt-names", names, sizeof(names));
}

static void add_power(void *fdt, const char *node)
{
    static const char names[] = "core\0coregroup\0stacks";
    uint32_t clock = add_clock(fdt);

    qemu_fdt_setprop_cells(fdt, node, "clocks", clock, clock, clock);
    qemu_fdt_setprop(fdt, node, "clock-names", names, sizeof(names));
    qemu_fdt_setprop_cell(fdt, node, "mali-supply", add_supply(fdt));
    qemu_fdt_setprop_cell(fdt, node, "operating-points-v2",
                          add_opp_table(fdt));
    qemu_fdt_setprop_cell(fdt, node, "#cooling-cells", 2);
    qemu_fdt_setprop_cell(fdt, node, "dynamic-power-coefficient", 2982);
}

void mali_fdt_add(void *fdt, hwaddr base, int spi)
{
    static const char compatible[] =
        "rockchip,rk3588-mali\0arm,mali-valhall-csf";
    g_autofree char *node = g_strdup_printf("/gpu@%" HWADDR_PRIx, base);

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop(fdt, node, "compatible", compatible, sizeof(compatible));
    qemu_fdt_setprop_sized_cells(fdt, node, "reg", 2, base,
                                 2, (uint64_t)MALI_SIM_MMIO_SIZE);
    add_interrupts(fdt, node, spi);
    add_power(fdt, node);
    /*
     * The root node of virt says that all DMA is coherent. This GPU's is not,
     * as its COHERENCY_FEATURES say, and Panthor refuses a contradiction.
     */
    qemu_fdt_setprop(fdt, node, "dma-noncoherent", NULL, 0);
}
