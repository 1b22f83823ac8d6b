/* SPDX-License-Identifier: GPL-2.0-or-later OR MIT */
/*
 * The dump of a group that had a fault or hung, as devcoredump gives it; tyr-dump prints it.
 *
 * A header, then sections: each a struct tyr_dump_section and as many bytes as it says, a multiple
 * of 8. All is in the byte order of the machine that made it. A section of a type that a reader
 * does not know is skipped; a struct may get more members at its end, so a reader takes no more
 * than a section has and counts what is missing as 0. Anything else gets a new version.
 */
#ifndef TYR_DUMP_FORMAT_H
#define TYR_DUMP_FORMAT_H

#include <linux/types.h>

#define TYR_DUMP_MAGIC "TYRDUMP"
#define TYR_DUMP_VERSION 1

struct tyr_dump_header {
	char magic[8];
	__u32 version;
	__u32 size; /* of all, this included */
};

enum tyr_dump_type {
	TYR_DUMP_INFO = 1,     /* struct tyr_dump_info */
	TYR_DUMP_GROUP = 2,    /* struct tyr_dump_group */
	TYR_DUMP_QUEUE = 3,    /* struct tyr_dump_queue; index: the queue */
	TYR_DUMP_AS = 4,       /* struct tyr_dump_as */
	TYR_DUMP_RING = 5,     /* instructions of queue @index from position va on (as EXTRACT) */
	TYR_DUMP_STREAM = 6,   /* user space's instructions at address va, of queue @index */
	TYR_DUMP_WALK = 7,     /* struct tyr_dump_step[]: what translates va, topmost first */
	TYR_DUMP_MAPPINGS = 8, /* struct tyr_dump_mapping[]: what is mapped at va and beside it */
};

struct tyr_dump_section {
	__u32 type;
	__u32 size; /* of what follows */
	__u32 index;
	__u32 reserved;
	__u64 va;
};

enum tyr_dump_reason {
	TYR_DUMP_FATAL = 1,      /* a queue had a fatal fault */
	TYR_DUMP_PAGE_FAULT = 2, /* the address space had a fault */
	TYR_DUMP_HUNG = 3,       /* a queue made no progress for too long */
	TYR_DUMP_PROGRESS = 4,   /* the firmware's progress timer ran out */
};

struct tyr_dump_info {
	__u64 time_ns; /* since 1970 */
	__u32 reason;
	__u32 gpu_id;
	__s32 pid; /* of the process that made the group */
	__u32 reserved;
	char comm[16];
	char release[64]; /* the kernel's */
};

#define TYR_DUMP_GROUP_TIMEDOUT 0x1
#define TYR_DUMP_GROUP_DESTROYED 0x2
#define TYR_DUMP_GROUP_INNOCENT 0x4

struct tyr_dump_group {
	__u32 id; /* its number in debugfs and traces */
	__u32 priority;
	__s32 slot; /* -1: none; the words of the firmware are 0 then, those of the queues too */
	__u32 flags;
	__u32 queue_count;
	__u32 busy; /* a bit for each queue, as in the next two */
	__u32 blocked;
	__u32 fatal;
	__u32 req; /* CSG_REQ, and so on */
	__u32 ack;
	__u32 ep_req;
	__u32 status_ep_current;
	__u32 status_ep_req;
	__u32 status_state;
	__u32 resource_dep;
	__u32 reserved;
};

struct tyr_dump_queue {
	__u64 ring_va;
	__u64 insert; /* positions count bytes and never wrap */
	__u64 extract;
	__u64 written; /* jobs that were written into the ring */
	__u64 done;    /* jobs that are done */
	__u64 job_stream; /* of the job at EXTRACT; 0: none is there */
	__u32 job_size;
	__u32 ring_size;
	__u32 priority;
	__u32 req; /* CS_REQ, and so on */
	__u32 ack;
	__u32 status_wait;
	__u64 status_cmd_ptr;
	__u64 status_wait_sync_ptr;
	__u64 status_wait_sync_value;
	__u32 status_req_resource;
	__u32 status_scoreboards;
	__u32 status_blocked_reason;
	__u32 fault;
	__u64 fault_info;
	__u64 fatal_info;
	__u32 fatal;
	__u32 reserved;
};

struct tyr_dump_as {
	__u32 as;
	__u32 faultstatus;
	__u64 faultaddress;
	__u64 transtab;
	__u64 memattr;
	__u64 transcfg;
};

struct tyr_dump_step {
	__u32 level;
	__u32 index;
	__u64 entry;
};

struct tyr_dump_mapping {
	__u64 va;
	__u64 size;
	__u64 offset; /* in the object */
	__u32 flags;  /* DRM_PANTHOR_VM_BIND_OP_MAP_* */
	__u32 reserved;
	char label[32]; /* the object's, cut off; may be empty */
};

#endif
