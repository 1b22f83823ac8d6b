/* SPDX-License-Identifier: MIT */
/*
 * id.h - what the Mali-G610 MP4 of an RK3588 says it is. Sources: the kernel log of a Rock 5B
 * (GPU_ID and the features that Panthor prints) and the values that Mesa's drm-shim/panfrost_noop.c
 * took from a G610.
 */
#ifndef GPU_ID_H
#define GPU_ID_H

#define G610_GPU_ID         0xa8670005u
#define G610_L2_FEATURES    0x07120306u
#define G610_TILER_FEATURES 0x00000809u
#define G610_MEM_FEATURES   0x00000301u
#define G610_MMU_FEATURES   0x00002830u /* 48 bits virtual, 40 physical */
#define G610_AS_PRESENT     0x000000ffu
#define G610_CSF_ID         0x040a0412u
#define G610_SHADER_PRESENT 0x50005ull
#define G610_TILER_PRESENT  0x1ull
#define G610_L2_PRESENT     0x1ull
#define G610_STACK_PRESENT  0x0ull

#define G610_MAX_THREADS        2048u
#define G610_MAX_WORKGROUP_SIZE 1024u
#define G610_MAX_BARRIER_SIZE   1024u
#define G610_THREAD_FEATURES    0x04010000u

/* Compressed texture formats: every one but those whose bits the dump of a G610 has clear. The dump
 * shows only the first word; the others read zero there. */
#define G610_TEXTURE_FEATURES_0 0xc1ffff9eu

/* CORE_FEATURES, REVID and COHERENCY_FEATURES are zero in the same dump: the RK3588 wires the GPU
 * without a coherent port, so the only protocol is 31, "none" (panthor_gpu_regs.h). */
#define G610_CORE_FEATURES      0u
#define G610_REVID              0u
#define G610_COHERENCY_FEATURES 0u
#define COHERENCY_NONE          31u

#endif /* GPU_ID_H */
