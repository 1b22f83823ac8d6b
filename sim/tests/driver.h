/* SPDX-License-Identifier: MIT */
/*
 * driver.h - a tiny driver over the fake machine: places a firmware layout as Arm's image has it,
 * boots the MCU, programs groups and streams, rings doorbells and takes events, all through
 * mali_sim.h and guest memory, in the way Panthor does it.
 *
 * Only the offsets come from the model (mcu/words.def, mcu/bits.h); that those are right is what
 * the stock Panthor proves. Word addresses are those of Arm's image for arch10.8.
 */
#ifndef TESTS_DRIVER_H
#define TESTS_DRIVER_H

#include "fixture.h"
#include "mcu/bits.h"
#include "mcu/iface.h"

#define US 1000ull
#define MS 1000000ull

#define DRV_SHARED  0x04000000u
#define DRV_GLB_IN  (DRV_SHARED + 0x2000)
#define DRV_GLB_OUT (DRV_SHARED + 0x6000)

/* Registers that the tests look at. */
#define GPU_IRQ_RAW   0x20u
#define MCU_CONTROL   0x700u
#define MCU_STATUS    0x704u
#define JOB_IRQ_RAW   0x1000u
#define JOB_IRQ_CLEAR 0x1004u
#define JOB_IRQ_MASK  0x1008u
#define DOORBELL(n)   (0x80000u + (n) * 0x10000u)

/* A queue as Panthor makes one: ring in the group's address space, input and output page in the
 * firmware's. */
#define DRV_RING_SIZE 4096u
#define DRV_RING_VA   0x10000000ull
#define DRV_DATA_VA \
	0x20000000ull /* 64 KiB of the group's memory, one mapping for each address space */
#define DRV_DATA_SIZE 0x10000u

struct drv_queue {
	uint8_t *ring, *in, *out;
	uint64_t insert;
};

struct driver {
	struct fixture fx;
	uint64_t mcu_root, root[8];
	uint8_t *shared; /* the interface section */
	uint8_t *data[8];
	uint64_t suspend_pa[8];
	struct drv_queue q[8][8];
};

/** drv_start() - power, address space 0 with the section at its place; the MCU still off.
 * drv_stop() - end. */
void drv_start(struct driver *d);
void drv_stop(struct driver *d);

/** drv_layout() - (re)load the section's initial data, as at a cold boot. */
void drv_layout(struct driver *d);

/** drv_enable() - MCU_CONTROL = AUTO and wait for the boot interrupt. Return: whether it came. */
bool drv_enable(struct driver *d);

/** drv_boot() - drv_start(), drv_enable(), global configuration as Panthor's. Return: whether it
 * booted. */
bool drv_boot(struct driver *d);

/** drv_configure() - timers and core mask, as panthor_fw_init_global_iface(). */
void drv_configure(struct driver *d);

/* Words of the interface. */
uint32_t drv_r32(struct driver *d, uint32_t va);
void drv_w32(struct driver *d, uint32_t va, uint32_t value);
void drv_w64(struct driver *d, uint32_t va, uint64_t value);
uint64_t drv_r64(struct driver *d, uint32_t va);
uint32_t drv_csg_in(unsigned int g);
uint32_t drv_csg_out(unsigned int g);
uint32_t drv_cs_in(unsigned int g, unsigned int s);
uint32_t drv_cs_out(unsigned int g, unsigned int s);

/** drv_doorbell() - write 1 to doorbell page @n. */
void drv_doorbell(struct driver *d, unsigned int n);

/** drv_glb() - toggle @bits of GLB_REQ, ring, wait up to @limit. Return: whether all were
 * acknowledged. */
bool drv_glb(struct driver *d, uint32_t bits, uint64_t limit);

/** drv_ring_groups() - toggle the groups' bits in GLB_DB_REQ and ring doorbell 0. */
void drv_ring_groups(struct driver *d, uint32_t mask);

/** drv_group_program() - memory for group @g on address space @as, its queues and input blocks; no
 * request yet.
 *  @streams: how many; the stream's doorbell is @g + 1, as Panthor does it. */
void drv_group_program(struct driver *d, unsigned int g, unsigned int as, unsigned int streams,
		       unsigned int priority);

/** drv_group_state() - request a state (with endpoint configuration for START and RESUME) and wait.
 * Return: whether it was acknowledged within @limit. */
bool drv_group_state(struct driver *d, unsigned int g, uint32_t state, uint64_t limit);

/** drv_group_request() - toggle @bits (EP_CFG, STATUS_UPDATE) and wait as above. */
bool drv_group_request(struct driver *d, unsigned int g, uint32_t bits, uint64_t limit);

/** drv_group_run() - program and start. */
void drv_group_run(struct driver *d, unsigned int g, unsigned int as, unsigned int streams,
		   unsigned int priority);

/** drv_streams_doorbell() - toggle the streams' bits in CSG_DB_REQ (the group is rung separately).
 */
void drv_streams_doorbell(struct driver *d, unsigned int g, uint32_t mask);

/** drv_emit() - append instructions to a ring; drv_kick() - move insert and ring the user doorbell.
 */
void drv_emit(struct driver *d, unsigned int g, unsigned int s, const uint64_t *instr, size_t n);
void drv_kick(struct driver *d, unsigned int g, unsigned int s);

/** drv_submit() - both. */
void drv_submit(struct driver *d, unsigned int g, unsigned int s, const uint64_t *instr, size_t n);

/** drv_extract() - the stream's extract offset. */
uint64_t drv_extract(struct driver *d, unsigned int g, unsigned int s);

/** drv_done() - everything submitted was executed; drv_wait_done() waits for that. */
bool drv_done(struct driver *d, unsigned int g, unsigned int s);
bool drv_wait_done(struct driver *d, unsigned int g, unsigned int s, uint64_t limit);

/** drv_irqs() - pending job interrupts, cleared. */
uint32_t drv_irqs(struct driver *d);

/** drv_csg_events() / drv_cs_events() - events that await acknowledgement; drv_ack_csg() /
 * drv_ack_cs() do that. */
uint32_t drv_csg_events(struct driver *d, unsigned int g);
uint32_t drv_cs_events(struct driver *d, unsigned int g, unsigned int s);
void drv_ack_csg(struct driver *d, unsigned int g, uint32_t bits);
void drv_ack_cs(struct driver *d, unsigned int g, unsigned int s, uint32_t bits);

/** drv_data32() - word @n of the address space's data. */
uint32_t *drv_data32(struct driver *d, unsigned int as, unsigned int n);

/** drv_no_complaints() - CHECK that nothing was complained about; prints the log if so. */
void drv_no_complaints(struct driver *d);

/* Instructions (encodings: Mesa's genxml/v10.xml). */
#define I_MOVE48(reg, imm) (1ull << 56 | (uint64_t)(reg) << 48 | ((imm) & 0xffffffffffffull))
#define I_MOVE32(reg, imm) (2ull << 56 | (uint64_t)(reg) << 48 | (uint32_t)(imm))
#define I_WAIT(mask)       (3ull << 56 | (uint64_t)(mask) << 16)
#define I_ADD32(d, s, imm) \
	(16ull << 56 | (uint64_t)(d) << 48 | (uint64_t)(s) << 40 | (uint32_t)(imm))
#define I_STORE(addr, src) \
	(21ull << 56 | (uint64_t)(src) << 48 | (uint64_t)(addr) << 40 | 1ull << 16)
#define I_LOAD(dst, addr) \
	(20ull << 56 | (uint64_t)(dst) << 48 | (uint64_t)(addr) << 40 | 1ull << 16)
#define I_BRANCH_ALWAYS(n) (22ull << 56 | 6ull << 28 | (uint16_t)(n))
#define I_SYNC_ADD64(a, v) (51ull << 56 | (uint64_t)(a) << 40 | (uint64_t)(v) << 32 | 1)
#define I_SYNC_WAIT64_GT(a, v) \
	(53ull << 56 | (uint64_t)(a) << 40 | (uint64_t)(v) << 32 | 1ull << 28)
#define I_REQ_RESOURCE(mask) (34ull << 56 | (mask))
#define I_RUN_COMPUTE        (4ull << 56)
#define I_BAD                (0xffull << 56)

#endif /* TESTS_DRIVER_H */
