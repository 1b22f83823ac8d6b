/* SPDX-License-Identifier: MIT */
/*
 * Panthor's uAPI, one thin helper an ioctl, under IGT's names. @err is the errno that the ioctl
 * must fail with, or 0 if it must succeed. For command streams see cs.h; the cs_ functions here
 * are the few that IGT's header has.
 */
#ifndef TYR_IGT_PANTHOR_H
#define TYR_IGT_PANTHOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cs.h"
#include "panthor_drm.h"

struct panthor_bo {
	int handle;
	uint64_t offset; /* mmap offset, 0: not asked for */
	uint64_t size;   /* bytes, as the driver rounded it */
	void *map;       /* CPU mapping, or NULL */
};

void igt_panthor_skip_on_big_endian(void);
void igt_panthor_require_uapi_minor(int fd, int minor);
void igt_panthor_query(int fd, int32_t type, void *data, size_t size, int err);
void igt_panthor_vm_create_userva_range(int fd, uint32_t *vm_id, int err, uint64_t *uva_range);
void igt_panthor_vm_destroy(int fd, uint32_t vm_id, int err);
void igt_panthor_vm_bind_offset(int fd, uint32_t vm_id, uint32_t bo_handle, uint64_t va,
				uint64_t size, uint64_t offset, uint32_t flags, int err);
void igt_panthor_bo_create(int fd, struct panthor_bo *bo, uint64_t size, uint32_t flags, int err);
uint64_t igt_panthor_bo_mmap_offset(int fd, uint32_t handle, int err);
void *igt_panthor_mmap_bo(int fd, uint32_t handle, uint64_t size, unsigned int prot,
			  uint64_t offset);
void igt_panthor_bo_create_mapped(int fd, struct panthor_bo *bo, uint64_t size, uint32_t flags,
				  int err);
void igt_panthor_free_bo(int fd, struct panthor_bo *bo);
void igt_panthor_group_create(int fd, struct drm_panthor_group_create *group_create, int err);
void igt_panthor_group_destroy(int fd, uint32_t group_handle, int err);
void igt_panthor_group_submit(int fd, struct drm_panthor_group_submit *group_submit, int err);
uint32_t igt_panthor_group_create_simple(int fd, uint32_t vm_id, int err);
void igt_panthor_group_submit_simple(int fd, uint32_t group_handle, uint32_t queue_index,
				     uint64_t stream_addr, uint32_t stream_size,
				     uint32_t syncobj_handle, int err);
uint64_t igt_panthor_get_first_core(uint64_t cores_present);

static inline void igt_panthor_vm_create(int fd, uint32_t *vm_id, int err)
{
	igt_panthor_vm_create_userva_range(fd, vm_id, err, NULL);
}

static inline void igt_panthor_vm_bind(int fd, uint32_t vm_id, uint32_t bo_handle, uint64_t va,
				       uint64_t size, uint32_t flags, int err)
{
	igt_panthor_vm_bind_offset(fd, vm_id, bo_handle, va, size, 0, flags, err);
}

/* Map @size bytes of nothing at @va: reads give undefined values, none of them faults. */
static inline void igt_panthor_vm_bind_sparse(int fd, uint32_t vm_id, uint64_t va, uint64_t size,
					      int err)
{
	igt_panthor_vm_bind_offset(fd, vm_id, 0, va, size, 0,
				   DRM_PANTHOR_VM_BIND_OP_TYPE_MAP |
				       DRM_PANTHOR_VM_BIND_OP_MAP_SPARSE |
				       DRM_PANTHOR_VM_BIND_OP_MAP_NOEXEC,
				   err);
}

/* IGT's names of what FLUSH_CACHE2 does with a cache. */
enum cs_flush_mode {
	CS_FLUSH_MODE_NONE = CSB_FLUSH_NONE,
	CS_FLUSH_MODE_CLEAN = CSB_FLUSH_CLEAN,
	CS_FLUSH_MODE_INVALIDATE = CSB_FLUSH_INVALIDATE,
	CS_FLUSH_MODE_CLEAN_AND_INVALIDATE = CSB_FLUSH_CLEAN_INVALIDATE,
};

enum cs_condition {
	CS_CONDITION_GT = CSB_GREATER,
	CS_CONDITION_EQ = CSB_EQUAL,
};

static inline uint64_t cs_nop(void)
{
	return csb_pack(CSB_OP_NOP);
}

static inline uint64_t cs_mov48(uint8_t dst, uint64_t imm)
{
	return csb_pack(CSB_OP_MOVE, CSB(DST, dst), CSB(IMM48, imm & 0xffffffffffffull));
}

static inline uint64_t cs_mov32(uint8_t dst, uint32_t imm)
{
	return csb_pack(CSB_OP_MOVE32, CSB(DST, dst), CSB(IMM32, imm));
}

static inline uint64_t cs_wait(uint16_t wait_mask, bool progress_inc)
{
	return csb_pack(CSB_OP_WAIT, CSB(WAIT_MASK, wait_mask), CSB(PROGRESS, progress_inc));
}

static inline uint64_t cs_stm(uint8_t address, uint8_t src, uint16_t mask, int16_t offset)
{
	return csb_pack(CSB_OP_STORE_MULTIPLE, CSB(SRC, address), CSB(DST, src),
			CSB(REG_MASK, mask), CSB(OFFSET, (uint16_t)offset));
}

static inline uint64_t cs_stm32(uint8_t address, uint8_t src, int16_t offset)
{
	return cs_stm(address, src, 0x1, offset);
}

static inline uint64_t cs_stm64(uint8_t address, uint8_t src, int16_t offset)
{
	return cs_stm(address, src, 0x3, offset);
}

static inline uint64_t cs_add_imm32(uint8_t dst, uint8_t src, uint32_t imm)
{
	return csb_pack(CSB_OP_ADD_IMMEDIATE32, CSB(DST, dst), CSB(SRC, src), CSB(IMM32, imm));
}

static inline uint64_t cs_load_multiple(uint8_t address, uint8_t dst, uint32_t mask, int16_t offset)
{
	return csb_pack(CSB_OP_LOAD_MULTIPLE, CSB(SRC, address), CSB(DST, dst), CSB(REG_MASK, mask),
			CSB(OFFSET, (uint16_t)offset));
}

static inline uint64_t cs_branch(uint8_t src, enum cs_condition condition, int16_t offset)
{
	return csb_pack(CSB_OP_BRANCH, CSB(SRC, src), CSB(CONDITION, condition),
			CSB(OFFSET, (uint16_t)offset));
}

static inline uint64_t cs_sync_set32(uint8_t address, uint8_t val)
{
	return csb_pack(CSB_OP_SYNC_SET32, CSB(SRC, address), CSB(DATA, val));
}

static inline uint64_t cs_sync_wait32(uint8_t address, uint8_t val, enum cs_condition condition)
{
	return csb_pack(CSB_OP_SYNC_WAIT32, CSB(SRC, address), CSB(DATA, val),
			CSB(CONDITION, condition));
}

static inline uint64_t cs_flush(enum cs_flush_mode l2_mode, enum cs_flush_mode lsc_mode,
				enum cs_flush_mode other_mode, uint16_t wait_mask, uint8_t flush_id,
				uint8_t signal_slot)
{
	return csb_pack(CSB_OP_FLUSH_CACHE2, CSB(FLUSH_L2, l2_mode), CSB(FLUSH_LSC, lsc_mode),
			CSB(FLUSH_OTHER, other_mode), CSB(WAIT_MASK, wait_mask), CSB(SRC, flush_id),
			CSB(SIGNAL, signal_slot));
}

#endif
