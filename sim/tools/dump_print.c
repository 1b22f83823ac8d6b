/* SPDX-License-Identifier: MIT */
/* dump_print.c - the sections of a dump as text. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cs/exception.h"
#include "cs/isa.h"
#include "dump.h"

/* The struct of a section; what the section is too short for is 0. */
#define TAKE(to, s, data)                                                                    \
	do {                                                                                 \
		memset((to), 0, sizeof(*(to)));                                              \
		memcpy((to), (data), (s)->size < sizeof(*(to)) ? (s)->size : sizeof(*(to))); \
	} while (0)

/* Names are what some process chose: nothing of them may reach the terminal but letters. */
static const char *clean(char *name, size_t size)
{
	name[size - 1] = '\0';
	for (char *c = name; *c; c++) {
		if (!isprint((unsigned char)*c))
			*c = '?';
	}
	return name;
}

static void print_time(uint64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000);
	char text[40];
	struct tm tm;

	if (gmtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		printf("%s.%06u UTC", text, (unsigned int)(ns % 1000000000 / 1000));
}

static void print_info(const struct tyr_dump_section *s, const uint8_t *data)
{
	static const char *const reasons[] = {
	    [TYR_DUMP_FATAL] = "fatal fault",
	    [TYR_DUMP_PAGE_FAULT] = "page fault",
	    [TYR_DUMP_HUNG] = "hung: no progress for too long",
	    [TYR_DUMP_PROGRESS] = "hung: the firmware's progress timer ran out",
	};
	const char *reason = NULL;
	struct tyr_dump_info info;

	TAKE(&info, s, data);
	if (info.reason < sizeof(reasons) / sizeof(reasons[0]))
		reason = reasons[info.reason];
	printf("%s, ", reason ? reason : "a reason that is not known here");
	print_time(info.time_ns);
	printf("\nprocess %d (%s), GPU 0x%x, Linux %s\n", info.pid,
	       clean(info.comm, sizeof(info.comm)), info.gpu_id,
	       clean(info.release, sizeof(info.release)));
}

static void print_group(const struct tyr_dump_section *s, const uint8_t *data)
{
	struct tyr_dump_group g;

	TAKE(&g, s, data);
	printf("group %u: priority %u, slot %d, %u queues: busy 0x%x, blocked 0x%x, fatal "
	       "0x%x%s%s%s\n",
	       g.id, g.priority, g.slot, g.queue_count, g.busy, g.blocked, g.fatal,
	       g.flags & TYR_DUMP_GROUP_TIMEDOUT ? ", timed out" : "",
	       g.flags & TYR_DUMP_GROUP_DESTROYED ? ", destroyed" : "",
	       g.flags & TYR_DUMP_GROUP_INNOCENT ? ", innocent" : "");
	if (g.slot < 0)
		return;
	printf("  CSG_REQ 0x%08x, CSG_ACK 0x%08x, CSG_EP_REQ 0x%08x\n", g.req, g.ack, g.ep_req);
	printf("  CSG_STATUS_EP_CURRENT 0x%08x, CSG_STATUS_EP_REQ 0x%08x, CSG_STATUS_STATE 0x%x, "
	       "CSG_RESOURCE_DEP 0x%x\n",
	       g.status_ep_current, g.status_ep_req, g.status_state, g.resource_dep);
}

/* Codes as of AS_FAULTSTATUS; those of a class count levels of page tables. */
static void print_as_fault(uint32_t type)
{
	static const struct {
		uint32_t from, to;
		const char *name;
	} classes[] = {
	    {0xc0, 0xc4, "TRANSLATION_FAULT"},
	    {0xc8, 0xcb, "PERMISSION_FAULT"},
	    {0xd8, 0xdb, "ACCESS_FLAG"},
	    {0xe0, 0xe3, "ADDRESS_SIZE_FAULT_IN"},
	    {0xe4, 0xe7, "ADDRESS_SIZE_FAULT_OUT"},
	    {0xe8, 0xeb, "MEMORY_ATTRIBUTE_FAULT"},
	};

	for (unsigned int i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (type >= classes[i].from && type <= classes[i].to) {
			printf("%s_%u", classes[i].name, type - classes[i].from);
			return;
		}
	}
	printf("exception 0x%02x", type);
}

static void print_as(const struct tyr_dump_section *s, const uint8_t *data)
{
	static const char *const accesses[] = {"atomic", "execute", "read", "write"};
	struct tyr_dump_as as;

	TAKE(&as, s, data);
	printf("address space %u: ", as.as);
	print_as_fault(as.faultstatus & 0xff);
	printf(", %s at 0x%" PRIx64 ", FAULTSTATUS 0x%08x\n", accesses[as.faultstatus >> 8 & 3],
	       (uint64_t)as.faultaddress, as.faultstatus);
	printf("  TRANSTAB 0x%" PRIx64 ", TRANSCFG 0x%" PRIx64 ", MEMATTR 0x%016" PRIx64 "\n",
	       (uint64_t)as.transtab, (uint64_t)as.transcfg, (uint64_t)as.memattr);
}

static const char *entry_name(const struct tyr_dump_step *step)
{
	if (!(step->entry & 1))
		return "not valid";
	if (step->level == 3)
		return "page";
	return step->entry & 2 ? "table" : "block";
}

static void print_walk(const struct tyr_dump_section *s, const uint8_t *data)
{
	struct tyr_dump_step step;

	printf("  page walk of 0x%" PRIx64 ":\n", (uint64_t)s->va);
	for (size_t at = 0; s->size - at >= sizeof(step); at += sizeof(step)) {
		memcpy(&step, data + at, sizeof(step));
		printf("    level %u, entry %3u: 0x%016" PRIx64 " %s\n", step.level, step.index,
		       (uint64_t)step.entry, entry_name(&step));
	}
}

static const char *where(const struct tyr_dump_mapping *m, uint64_t va)
{
	if (va < m->va)
		return "behind it";
	return va - m->va < m->size ? "there" : "before it";
}

static void print_mappings(const struct tyr_dump_section *s, const uint8_t *data)
{
	struct tyr_dump_mapping m;

	printf("  what is mapped:\n");
	for (size_t at = 0; s->size - at >= sizeof(m); at += sizeof(m)) {
		memcpy(&m, data + at, sizeof(m));
		printf("    %-9s 0x%" PRIx64 " to 0x%" PRIx64 ", offset 0x%" PRIx64
		       ", flags 0x%x %s\n",
		       where(&m, s->va), (uint64_t)m.va, (uint64_t)(m.va + m.size),
		       (uint64_t)m.offset, m.flags, clean(m.label, sizeof(m.label)));
	}
}

static void print_exception(const char *name, uint32_t word, uint64_t info)
{
	if (word)
		printf("  %s: %s (0x%02x), data 0x%x, info 0x%" PRIx64 "\n", name,
		       cs_exception_name(word & 0xff), word & 0xff, word >> 8, info);
}

static void print_queue(const struct tyr_dump_section *s, const struct tyr_dump_queue *q)
{
	printf("queue %u: priority %u, ring of %u bytes at 0x%" PRIx64 ", EXTRACT 0x%" PRIx64
	       ", INSERT 0x%" PRIx64 ", jobs: %" PRIu64 " written, %" PRIu64 " done\n",
	       s->index, q->priority, q->ring_size, (uint64_t)q->ring_va, (uint64_t)q->extract,
	       (uint64_t)q->insert, (uint64_t)q->written, (uint64_t)q->done);
	if (q->job_size)
		printf("  at EXTRACT: the job with %u bytes at 0x%" PRIx64 "\n", q->job_size,
		       (uint64_t)q->job_stream);
	print_exception("CS_FATAL", q->fatal, q->fatal_info);
	print_exception("CS_FAULT", q->fault, q->fault_info);
	printf("  CS_REQ 0x%08x, CS_ACK 0x%08x, CS_STATUS_CMD_PTR 0x%" PRIx64
	       ", CS_STATUS_BLOCKED_REASON %u\n",
	       q->req, q->ack, (uint64_t)q->status_cmd_ptr, q->status_blocked_reason);
	printf("  CS_STATUS_WAIT 0x%08x (0x%" PRIx64 ", value %" PRIu64
	       "), CS_STATUS_SCOREBOARDS 0x%x, CS_STATUS_REQ_RESOURCE 0x%x\n",
	       q->status_wait, (uint64_t)q->status_wait_sync_ptr,
	       (uint64_t)q->status_wait_sync_value, q->status_scoreboards, q->status_req_resource);
}

/* Instructions from @va on; a mark is put before the one at @mark. */
static void print_code(const struct tyr_dump_section *s, const uint8_t *data, uint64_t mark)
{
	uint64_t word, last = 0;
	uint32_t zeros = 0;
	char text[200];

	for (size_t at = 0; s->size - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, data + at, sizeof(word));
		/* Memory that nobody wrote is a long row of NOPs. */
		zeros = at && !word && !last && s->va + at != mark ? zeros + 1 : 0;
		last = word;
		if (zeros) {
			if (zeros == 1)
				printf("    ...\n");
			continue;
		}
		cs_disasm(word, text, sizeof(text));
		printf(" %s %012" PRIx64 ": %016" PRIx64 "  %s\n", s->va + at == mark ? "=>" : "  ",
		       (uint64_t)(s->va + at), word, text);
	}
}

void dump_print_section(struct dump *d, const struct tyr_dump_section *s, const uint8_t *data)
{
	switch (s->type) {
	case TYR_DUMP_INFO:
		print_info(s, data);
		break;
	case TYR_DUMP_GROUP:
		print_group(s, data);
		break;
	case TYR_DUMP_QUEUE:
		TAKE(&d->queue, s, data);
		print_queue(s, &d->queue);
		break;
	case TYR_DUMP_AS:
		print_as(s, data);
		break;
	case TYR_DUMP_RING:
		printf("  ring, by position; => EXTRACT\n");
		print_code(s, data, d->queue.extract);
		break;
	case TYR_DUMP_STREAM:
		printf("  stream; => CS_STATUS_CMD_PTR, or where it had its fatal fault\n");
		print_code(s, data, d->queue.status_cmd_ptr ?: d->queue.fatal_info);
		break;
	case TYR_DUMP_WALK:
		print_walk(s, data);
		break;
	case TYR_DUMP_MAPPINGS:
		print_mappings(s, data);
		break;
	default:
		printf("section of type %u, %u bytes\n", s->type, s->size);
	}
}
