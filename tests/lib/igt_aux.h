/* SPDX-License-Identifier: MIT */
/* Small constants and conversions that IGT's tests take for granted. */
#ifndef TYR_IGT_AUX_H
#define TYR_IGT_AUX_H

#include <stdint.h>
#include <strings.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif

#define SZ_4K   0x1000u
#define SZ_8K   0x2000u
#define SZ_16K  0x4000u
#define SZ_32K  0x8000u
#define SZ_64K  0x10000u
#define SZ_128K 0x20000u
#define SZ_256K 0x40000u
#define SZ_512K 0x80000u
#define SZ_1M   0x100000u
#define SZ_2M   0x200000u
#define SZ_4M   0x400000u
#define SZ_8M   0x800000u

#define NSEC_PER_SEC  1000000000ll
#define USEC_PER_SEC  1000000ll
#define NSEC_PER_MSEC 1000000ll
#define NSEC_PER_USEC 1000ll

/* A pointer as the 64-bit field of an ioctl's argument, and back. */
#define to_user_pointer(p)   ((uint64_t)(uintptr_t)(p))
#define from_user_pointer(u) ((void *)(uintptr_t)(u))

#endif
