/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers that the driver uses: byte offsets into the GPU's 2 MiB, and their fields.
 *
 * Names, offsets and fields are those of Arm's mali_kbase_gpu_regmap.h and its csf twin, less the
 * _LO and _HI of 64-bit registers, which are one name here (see tyr_read64()). Where kbase names
 * none, Linux's panthor_*_regs.h is the source.
 */
#ifndef TYR_REGS_H
#define TYR_REGS_H

#include <linux/bits.h>

/* Identity */
#define GPU_ID 0x000
#define GPU_ID_ARCH_MAJOR(id) ((id) >> 28)
#define GPU_ID_ARCH_MINOR(id) ((id) >> 24 & 0xf)
#define GPU_ID_ARCH_REV(id) ((id) >> 20 & 0xf)
#define GPU_ID_PRODUCT_MAJOR(id) ((id) >> 16 & 0xf)
#define GPU_ID_VERSION_MAJOR(id) ((id) >> 12 & 0xf)
#define GPU_ID_VERSION_MINOR(id) ((id) >> 4 & 0xff)
#define GPU_ID_VERSION_STATUS(id) ((id) & 0xf)
#define L2_FEATURES 0x004
#define CORE_FEATURES 0x008
#define TILER_FEATURES 0x00c
#define MEM_FEATURES 0x010
#define MMU_FEATURES 0x014
#define MMU_FEATURES_VA_BITS(x) ((x) & 0xff)
#define MMU_FEATURES_PA_BITS(x) ((x) >> 8 & 0xff)
#define AS_PRESENT 0x018
#define CSF_ID 0x01c
#define GPU_FEATURES 0x060 /* 64 bits; since architecture 11, something else before */
#define GPU_FEATURES_RAY_INTERSECTION BIT_ULL(2)
#define THREAD_MAX_THREADS 0x0a0
#define THREAD_MAX_WORKGROUP_SIZE 0x0a4
#define THREAD_MAX_BARRIER_SIZE 0x0a8
#define THREAD_FEATURES 0x0ac
#define TEXTURE_FEATURES(n) (0x0b0 + (n) * 4)
#define REVIDR 0x280
#define COHERENCY_FEATURES 0x300
#define COHERENCY_FEATURE_BIT(protocol) BIT(protocol)
#define COHERENCY_ENABLE 0x304 /* a protocol; to be set while the L2 is off */
#define COHERENCY_ACE_LITE 0
#define COHERENCY_ACE 1
#define COHERENCY_NONE 31

/*
 * Interrupt blocks. RAWSTAT: what happened; MASK: what may interrupt; STATUS: both. The line is
 * high while STATUS is not 0. Writing 1 to a bit of CLEAR clears it in RAWSTAT.
 */
#define GPU_IRQ_BASE 0x0020
#define JOB_IRQ_BASE 0x1000
#define MMU_IRQ_BASE 0x2000
#define INT_RAWSTAT 0x0
#define INT_CLEAR 0x4
#define INT_MASK 0x8
#define INT_STATUS 0xc

/* The GPU block's; a bit that is none of these must not be touched. */
#define GPU_IRQ_FAULT BIT(0)
#define GPU_IRQ_PROTM_FAULT BIT(1)
#define GPU_IRQ_RESET_COMPLETED BIT(8)
#define GPU_IRQ_POWER_CHANGED_SINGLE BIT(9)
#define GPU_IRQ_POWER_CHANGED_ALL BIT(10)
#define GPU_IRQ_CLEAN_CACHES_COMPLETED BIT(17)
#define GPU_IRQ_DOORBELL_MIRROR BIT(18)
#define GPU_IRQ_MCU_STATUS BIT(19)

/* The job block's */
#define JOB_IRQ_GROUP(slot) BIT(slot)
#define JOB_IRQ_GLOBAL_IF BIT(31)

/* The MMU block's */
#define MMU_IRQ_FAULT(as) BIT(as)
#define MMU_IRQ_COMMAND_COMPLETED(as) BIT((as) + 16)

/* Commands and state */
#define GPU_COMMAND 0x030
#define GPU_COMMAND_SOFT_RESET (0x1 | 1 << 8)
#define GPU_COMMAND_HARD_RESET (0x1 | 2 << 8)
#define GPU_COMMAND_CYCLE_COUNT_STOP (0x3 | 0 << 8)
#define GPU_COMMAND_CYCLE_COUNT_START (0x3 | 1 << 8)
#define GPU_COMMAND_FLUSH(l2, lsc, other) (0x4 | (l2) << 8 | (lsc) << 12 | (other) << 16)
#define GPU_COMMAND_CLEAR_FAULT 0x7
#define GPU_STATUS 0x034
#define GPU_STATUS_GPU_ACTIVE BIT(0)
#define GPU_STATUS_PWR_ACTIVE BIT(1)
#define GPU_STATUS_PAGE_FAULT BIT(4)
#define GPU_STATUS_PROTECTED_MODE_ACTIVE BIT(7)
#define GPU_FAULTSTATUS 0x03c
#define GPU_FAULTSTATUS_EXCEPTION_TYPE(x) ((x) & 0xff)
#define GPU_FAULTSTATUS_ADDRESS_VALID BIT(10)
#define GPU_FAULTSTATUS_JASID_VALID BIT(11)
#define GPU_FAULTSTATUS_JASID(x) ((x) >> 12 & 0xf)
#define GPU_FAULTADDRESS 0x040

/* Counters, 64 bits: tyr_read64() may tear these */
#define TIMESTAMP_OFFSET 0x088
#define CYCLE_COUNT 0x090
#define TIMESTAMP 0x098

/* Power: a bit for each core, 64 bits */
#define SHADER_PRESENT 0x100
#define TILER_PRESENT 0x110
#define L2_PRESENT 0x120
#define SHADER_READY 0x140
#define TILER_READY 0x150
#define L2_READY 0x160
#define SHADER_PWRON 0x180
#define TILER_PWRON 0x190
#define L2_PWRON 0x1a0
#define SHADER_PWROFF 0x1c0
#define TILER_PWROFF 0x1d0
#define L2_PWROFF 0x1e0
#define SHADER_PWRTRANS 0x200
#define TILER_PWRTRANS 0x210
#define L2_PWRTRANS 0x220

/* The firmware's processor */
#define MCU_CONTROL 0x700
#define MCU_CONTROL_DISABLE 0
#define MCU_CONTROL_ENABLE 1
#define MCU_CONTROL_AUTO 2 /* enabled, and again after each reset */
#define MCU_STATUS 0x704
#define MCU_STATUS_DISABLED 0
#define MCU_STATUS_ENABLED 1
#define MCU_STATUS_HALTED 2
#define MCU_STATUS_FATAL 3

/* Address spaces */
#define AS_COUNT_MAX 16
#define AS_BASE(as) (0x2400 + (as) * 0x40)
#define AS_TRANSTAB(as) (AS_BASE(as) + 0x00)
#define AS_MEMATTR(as) (AS_BASE(as) + 0x08)
#define AS_LOCKADDR(as) (AS_BASE(as) + 0x10)
#define AS_COMMAND(as) (AS_BASE(as) + 0x18)
#define AS_FAULTSTATUS(as) (AS_BASE(as) + 0x1c)
#define AS_FAULTADDRESS(as) (AS_BASE(as) + 0x20)
#define AS_STATUS(as) (AS_BASE(as) + 0x28)
#define AS_TRANSCFG(as) (AS_BASE(as) + 0x30)
#define AS_FAULTEXTRA(as) (AS_BASE(as) + 0x38)

/* MEMATTR: a byte for each of the eight attributes that a table entry can name */
#define AS_MEMATTR_ALLOC_IMPL (2 << 2)                           /* the GPU decides what to cache */
#define AS_MEMATTR_ALLOC_EXPL(w, r) (3 << 2 | !!(w) | !!(r) << 1) /* on writes, on reads */
#define AS_MEMATTR_SH_MIDGARD_INNER (0 << 4)
#define AS_MEMATTR_SH_CPU_INNER BIT(4)
#define AS_MEMATTR_SH_CPU_INNER_SHADER_COH (2 << 4)
#define AS_MEMATTR_SHARED (0 << 6)
#define AS_MEMATTR_NON_CACHEABLE BIT(6)
#define AS_MEMATTR_WRITE_BACK (2 << 6)
#define AS_MEMATTR_FAULT (3 << 6)

/* LOCKADDR: an address aligned to the size of the region, and in 5:0 log2 of that size, less one */
#define AS_LOCKADDR_SIZE(log2) ((log2) - 1)
#define AS_LOCKADDR_LOG2_MIN 15

#define AS_COMMAND_NOP 0
#define AS_COMMAND_UPDATE 1    /* take over TRANSTAB, MEMATTR and TRANSCFG */
#define AS_COMMAND_LOCK 2      /* accesses to the region stall */
#define AS_COMMAND_UNLOCK 3    /* forget the region's translations, then let accesses go on */
#define AS_COMMAND_FLUSH_PT 4  /* flush the L2 and forget the region's translations */
#define AS_COMMAND_FLUSH_MEM 5 /* flush all caches and forget the region's translations */

#define AS_STATUS_ACTIVE BIT(0)

#define AS_FAULTSTATUS_EXCEPTION_TYPE(x) ((x) & 0xff)
#define AS_FAULTSTATUS_ACCESS_TYPE(x) ((x) >> 8 & 0x3)
#define AS_FAULTSTATUS_ACCESS_ATOMIC 0
#define AS_FAULTSTATUS_ACCESS_EX 1
#define AS_FAULTSTATUS_ACCESS_READ 2
#define AS_FAULTSTATUS_ACCESS_WRITE 3
#define AS_FAULTSTATUS_SOURCE_ID(x) ((x) >> 16)

#define AS_TRANSCFG_MODE_UNMAPPED 1
#define AS_TRANSCFG_MODE_IDENTITY 2
#define AS_TRANSCFG_MODE_AARCH64_4K 6
#define AS_TRANSCFG_INA_BITS(x) ((u64)(x) << 6)   /* 55 less the virtual address' bits */
#define AS_TRANSCFG_OUTA_BITS(x) ((u64)(x) << 14) /* 55 less the physical address' bits */
#define AS_TRANSCFG_PTW_NON_CACHEABLE BIT_ULL(24)
#define AS_TRANSCFG_PTW_WRITE_BACK (2ull << 24)
#define AS_TRANSCFG_PTW_SH_NON (0ull << 28)
#define AS_TRANSCFG_PTW_SH_OUTER (2ull << 28)
#define AS_TRANSCFG_PTW_SH_INNER (3ull << 28)
#define AS_TRANSCFG_PTW_READ_ALLOC BIT_ULL(30)
#define AS_TRANSCFG_DISABLE_HIER_AP BIT_ULL(33)
#define AS_TRANSCFG_DISABLE_AF_FAULT BIT_ULL(34)
#define AS_TRANSCFG_WXN BIT_ULL(35)
#define AS_TRANSCFG_XREADABLE BIT_ULL(36)

/* Pages that user space may see or the firmware listens to */
#define LATEST_FLUSH 0x10000
#define DOORBELL(n) (0x80000 + (n) * 0x10000)
#define DOORBELL_COUNT 24 /* 0 is the firmware's own, the rest are for streams */
#define DOORBELL_GLOBAL 0

#define GPU_REGS_SIZE 0x200000

#endif
