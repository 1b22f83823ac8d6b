/* SPDX-License-Identifier: MIT */
/* What several of the ioctl programs need. */
#ifndef TYR_IOCTL_UTIL_H
#define TYR_IOCTL_UTIL_H

#include <stdbool.h>
#include <stdint.h>

#include "igt.h"
#include "igt_panthor.h"

#define PAGE_SIZE 4096ull

/* A GPU address that no other mapping of these tests uses. */
#define TEST_VA 0x100000ull

/* How long anything here may take, in nanoseconds. */
#define WAIT_NS (10ll * NSEC_PER_SEC)

/* No object has this handle: the tests never make that many. */
#define BAD_HANDLE 0xdeadbeefu

/* Allocations over 2 GiB make the kernel warn, once a boot; a huge count is one. */
#define HUGE_COUNT_WARNING "WARNING:.*kvmalloc"

/* Why a sync operation that signals what does not exist is kept from Panthor: it puts a NULL
 * object. */
#define PANTHOR_BAD_SIGNAL "panics when a sync operation signals an object that does not exist"

/* An object array with a stride of one's choice. */
#define OBJ_ARRAY(n, size, ptr)          \
	((struct drm_panthor_obj_array){ \
	    .stride = (size), .count = (n), .array = to_user_pointer(ptr)})

int uapi_minor(int fd);
void *fault_page(void);
void free_fault_page(void *page);
int mmap_error(int fd, uint64_t offset, size_t size, int prot, int flags);
void drop_privileges(void);
uint64_t user_va_range(int fd);

struct drm_panthor_sync_op signal_op(uint32_t syncobj);
struct drm_panthor_sync_op wait_op(uint32_t syncobj);
struct drm_panthor_sync_op signal_point(uint32_t syncobj, uint64_t point);
struct drm_panthor_sync_op wait_point(uint32_t syncobj, uint64_t point);
bool wait_done(int fd, uint32_t syncobj);
int fence_status(int fd, uint32_t syncobj);
bool has_fence(int fd, uint32_t syncobj);
void assert_completed(int fd, uint32_t syncobj, const char *what);

#endif
