/* SPDX-License-Identifier: MIT */
/*
 * bits.h - the fields of the interface words (offsets: words.def).
 *
 * Source of all of them: mali_kbase_csf_registers.h; panthor_fw.h says the same where it names
 * them.
 */
#ifndef MCU_BITS_H
#define MCU_BITS_H

#define BIT32(n) (1u << (n))

/* GLB_REQ and GLB_ACK */
#define GLB_HALT               BIT32(0)
#define GLB_CFG_PROGRESS_TIMER BIT32(1)
#define GLB_CFG_ALLOC_EN       BIT32(2)
#define GLB_CFG_PWROFF_TIMER   BIT32(3)
#define GLB_PROTM_ENTER        BIT32(4)
#define GLB_PRFCNT_ENABLE      BIT32(5)
#define GLB_PRFCNT_SAMPLE      BIT32(6)
#define GLB_COUNTER_ENABLE     BIT32(7)
#define GLB_PING               BIT32(8)
#define GLB_FWCFG_UPDATE       BIT32(9)
#define GLB_IDLE_ENABLE        BIT32(10)
#define GLB_ITER_TRACE_ENABLE  BIT32(11)
#define GLB_SLEEP              BIT32(12)
#define GLB_CFG_EVICTION_TIMER BIT32(16)
#define GLB_IDLE_EVENT         BIT32(26)
#define GLB_DEBUG_CSF          BIT32(30)

/* GLB_PWROFF_TIMER, GLB_IDLE_TIMER and their CONFIG words */
#define TIMER_VALUE_MASK      0x7fffffffu
#define TIMER_SOURCE_GPU      BIT32(31)
#define TIMER_CONFIG_NO_SHIFT BIT32(0)

/* CSG_REQ and CSG_ACK */
#define CSG_STATE_MASK      0x7u
#define CSG_STATE_TERMINATE 0u
#define CSG_STATE_START     1u
#define CSG_STATE_SUSPEND   2u
#define CSG_STATE_RESUME    3u
#define CSG_EP_CFG          BIT32(4)
#define CSG_STATUS_UPDATE   BIT32(5)
#define CSG_SYNC_UPDATE     BIT32(28)
#define CSG_IDLE            BIT32(29)
#define CSG_DOORBELL        BIT32(30)
#define CSG_PROGRESS_EVENT  BIT32(31)
#define CSG_EVENTS          (CSG_SYNC_UPDATE | CSG_IDLE | CSG_PROGRESS_EVENT)

/* CSG_EP_REQ and the CSG_STATUS_EP_* words */
#define EP_COMPUTE(v)  ((v) & 0xffu)
#define EP_FRAGMENT(v) (((v) >> 8) & 0xffu)
#define EP_TILER(v)    (((v) >> 16) & 0xfu)
#define EP_PRIORITY(v) (((v) >> 28) & 0xfu)

#define CSG_CONFIG_AS_MASK    0xfu
#define CSG_STATUS_STATE_IDLE BIT32(0)

/* CS_REQ and CS_ACK */
#define CS_STATE_MASK        0x7u
#define CS_STATE_STOP        0u
#define CS_STATE_START       1u
#define CS_EXTRACT_EVENT     BIT32(4)
#define CS_IDLE_SYNC_WAIT    BIT32(8)
#define CS_IDLE_PROTM_PEND   BIT32(9)
#define CS_IDLE_EMPTY        BIT32(10)
#define CS_IDLE_RESOURCE_REQ BIT32(11)
#define CS_IDLE_FLAGS \
	(CS_IDLE_SYNC_WAIT | CS_IDLE_PROTM_PEND | CS_IDLE_EMPTY | CS_IDLE_RESOURCE_REQ)
#define CS_TILER_OOM BIT32(26)
#define CS_FATAL     BIT32(30)
#define CS_FAULT     BIT32(31)
#define CS_EVENTS    (CS_TILER_OOM | CS_FATAL | CS_FAULT)

#define CS_CONFIG_PRIORITY(v) ((v) & 0xfu)
#define CS_CONFIG_DOORBELL(v) (((v) >> 8) & 0xffu)

/* CS_STATUS_WAIT, CS_STATUS_BLOCKED_REASON */
#define CS_WAIT_SB_SRC_WAIT     (8u << 16)
#define CS_WAIT_COND(v)         ((uint32_t)((v) & 0xf) << 24)
#define CS_WAIT_PROGRESS        BIT32(28)
#define CS_WAIT_PROTM           BIT32(29)
#define CS_WAIT_SYNC_64B        BIT32(30)
#define CS_WAIT_SYNC            BIT32(31)
#define CS_REASON_UNBLOCKED     0u
#define CS_REASON_SB_WAIT       1u
#define CS_REASON_PROGRESS_WAIT 2u
#define CS_REASON_SYNC_WAIT     3u
#define CS_REASON_DEFERRED      4u
#define CS_REASON_RESOURCE      5u
#define CS_REASON_FLUSH         6u

/* CS_FATAL exception types that the firmware itself raises */
#define CS_FATAL_CONFIG_FAULT 0x40u
#define CS_FATAL_FW_INTERNAL  0x68u

/* STREAM_FEATURES */
#define STREAM_FEATURES(regs, sbs) \
	((uint32_t)(regs) | (uint32_t)(sbs) << 8 | BIT32(16) | BIT32(17) | BIT32(18))

/* MCU_CONTROL: request in bits 1:0, doorbells disabled in bit 31 (mali_kbase_gpu_regmap_csf.h) */
#define MCU_CONTROL_REQ_MASK   0x3u
#define MCU_CONTROL_DISABLE    0u
#define MCU_CONTROL_ENABLE     1u
#define MCU_CONTROL_AUTO       2u
#define MCU_CONTROL_DB_DISABLE BIT32(31)

/* JOB_IRQ: a bit per group, the global interface in bit 31; GPU_IRQ: the MCU's status changed */
#define JOB_IRQ_GLOBAL     BIT32(31)
#define GPU_IRQ_MCU_STATUS BIT32(19)

#endif /* MCU_BITS_H */
