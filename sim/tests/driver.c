// SPDX-License-Identifier: MIT
/* driver.c - see driver.h. */
#include "driver.h"

#include <string.h>

#include "check.h"

#define SHADERS 0x50005u

static void *word(struct driver *d, uint32_t va)
{
	return d->shared + (va - DRV_SHARED);
}

uint32_t drv_r32(struct driver *d, uint32_t va)
{
	return *(volatile uint32_t *)word(d, va);
}

void drv_w32(struct driver *d, uint32_t va, uint32_t value)
{
	*(volatile uint32_t *)word(d, va) = value;
}

uint64_t drv_r64(struct driver *d, uint32_t va)
{
	return *(volatile uint64_t *)word(d, va);
}

void drv_w64(struct driver *d, uint32_t va, uint64_t value)
{
	*(volatile uint64_t *)word(d, va) = value;
}

uint32_t drv_csg_in(unsigned int g)
{
	return DRV_SHARED + 0x3000 + g * 0x80;
}

uint32_t drv_csg_out(unsigned int g)
{
	return DRV_SHARED + 0x7000 + g * 0x40;
}

uint32_t drv_cs_in(unsigned int g, unsigned int s)
{
	return DRV_SHARED + 0x3400 + (g * 8 + s) * 0x80;
}

uint32_t drv_cs_out(unsigned int g, unsigned int s)
{
	return DRV_SHARED + 0x7200 + (g * 8 + s) * 0x100;
}

/* ---- boot ---- */

void drv_layout(struct driver *d)
{
	memset(d->shared, 0, 0xc000);
	drv_w32(d, DRV_SHARED + GLB_CTL_INPUT_VA, DRV_GLB_IN);
	drv_w32(d, DRV_SHARED + GLB_CTL_OUTPUT_VA, DRV_GLB_OUT);
	drv_w32(d, DRV_SHARED + GLB_CTL_GROUP_NUM, 8);
	drv_w32(d, DRV_SHARED + GLB_CTL_GROUP_STRIDE, 0xa0);
	drv_w32(d, DRV_SHARED + GLB_CTL_INSTR_FEATURES, 0x71);
	for (unsigned int g = 0; g < 8; g++) {
		uint32_t ctl = DRV_SHARED + 0x1000 + g * 0xa0;

		drv_w32(d, ctl + CSG_CTL_INPUT_VA, drv_csg_in(g));
		drv_w32(d, ctl + CSG_CTL_OUTPUT_VA, drv_csg_out(g));
		drv_w32(d, ctl + CSG_CTL_STREAM_NUM, 8);
		drv_w32(d, ctl + CSG_CTL_STREAM_STRIDE, 0xc);
		for (unsigned int s = 0; s < 8; s++) {
			drv_w32(d, ctl + 0x40 + s * 0xc + CS_CTL_INPUT_VA, drv_cs_in(g, s));
			drv_w32(d, ctl + 0x40 + s * 0xc + CS_CTL_OUTPUT_VA, drv_cs_out(g, s));
		}
	}
}

void drv_start(struct driver *d)
{
	*d = (struct driver){0};
	fx_start(&d->fx);
	fx_power_l2(&d->fx);
	d->mcu_root = fx_pt_new(&d->fx);
	d->shared = fx_host(&d->fx, fx_map_new(&d->fx, d->mcu_root, DRV_SHARED, 0xc000, FX_NX));
	drv_layout(d);
	fx_as_enable(&d->fx, 0, d->mcu_root);
	fx_write(&d->fx, JOB_IRQ_MASK, ~0u);
}

void drv_stop(struct driver *d)
{
	fx_stop(&d->fx);
}

static bool has_global_irq(struct fixture *fx, void *arg)
{
	return fx_read(fx, JOB_IRQ_RAW) & JOB_IRQ_GLOBAL;
}

bool drv_enable(struct driver *d)
{
	bool ok;

	drv_irqs(d); /* what is left of before */
	fx_write(&d->fx, MCU_CONTROL, MCU_CONTROL_AUTO);
	ok = fx_wait(&d->fx, has_global_irq, NULL, 1000 * MS);
	drv_irqs(d);
	return ok;
}

void drv_configure(struct driver *d)
{
	drv_w64(d, DRV_GLB_IN + GLB_IN_ALLOC_EN, SHADERS);
	/* 10 ms, in units of 1024 ticks of 1 ns; the progress timer 2.6 s */
	drv_w32(d, DRV_GLB_IN + GLB_IN_PWROFF_TIMER, 10 * MS / 1024);
	drv_w32(d, DRV_GLB_IN + GLB_IN_IDLE_TIMER, 10 * MS / 1024);
	drv_w32(d, DRV_GLB_IN + GLB_IN_PROGRESS_TIMER, (5ull * 500 * 1024 * 1024) >> 10);
	drv_w32(d, DRV_GLB_IN + GLB_IN_ACK_IRQ_MASK,
		GLB_CFG_ALLOC_EN | GLB_PING | GLB_CFG_PROGRESS_TIMER | GLB_CFG_PWROFF_TIMER |
		    GLB_IDLE_ENABLE | GLB_IDLE_EVENT);
	drv_w32(d, DRV_GLB_IN + GLB_IN_REQ,
		drv_r32(d, DRV_GLB_IN + GLB_IN_REQ) | GLB_IDLE_ENABLE | GLB_COUNTER_ENABLE);
	CHECK(drv_glb(d, GLB_CFG_ALLOC_EN | GLB_CFG_PWROFF_TIMER | GLB_CFG_PROGRESS_TIMER, MS));
	drv_irqs(d);
}

bool drv_boot(struct driver *d)
{
	drv_start(d);
	if (!drv_enable(d))
		return false;
	drv_configure(d);
	return true;
}

/* ---- global requests ---- */

void drv_doorbell(struct driver *d, unsigned int n)
{
	fx_write(&d->fx, DOORBELL(n), 1);
}

struct ack_wait {
	struct driver *d;
	uint32_t in, out, bits;
};

static bool acked(struct fixture *fx, void *arg)
{
	struct ack_wait *w = arg;

	return !((drv_r32(w->d, w->in) ^ drv_r32(w->d, w->out)) & w->bits);
}

bool drv_glb(struct driver *d, uint32_t bits, uint64_t limit)
{
	struct ack_wait w = {d, DRV_GLB_IN + GLB_IN_REQ, DRV_GLB_OUT + GLB_OUT_ACK, bits};
	uint32_t req = drv_r32(d, w.in), ack = drv_r32(d, w.out);

	drv_w32(d, w.in, (req & ~bits) | (~ack & bits));
	drv_doorbell(d, 0);
	return fx_wait(&d->fx, acked, &w, limit);
}

void drv_ring_groups(struct driver *d, uint32_t mask)
{
	uint32_t req = drv_r32(d, DRV_GLB_IN + GLB_IN_DB_REQ);
	uint32_t ack = drv_r32(d, DRV_GLB_OUT + GLB_OUT_DB_ACK);

	drv_w32(d, DRV_GLB_IN + GLB_IN_DB_REQ, (req & ~mask) | (~ack & mask));
	drv_doorbell(d, 0);
}

/* ---- groups ---- */

/* Memory of a slot: made once, used again by whatever group comes to the slot. */
static void slot_memory(struct driver *d, unsigned int g, unsigned int as)
{
	if (!d->root[as]) {
		d->root[as] = fx_pt_new(&d->fx);
		d->data[as] = fx_host(
		    &d->fx, fx_map_new(&d->fx, d->root[as], DRV_DATA_VA, DRV_DATA_SIZE, FX_NX));
		fx_as_enable(&d->fx, as, d->root[as]);
	}
	if (d->suspend_pa[g])
		return;
	d->suspend_pa[g] =
	    fx_map_new(&d->fx, d->mcu_root, DRV_SHARED + 0x100000 + g * 0x10000,
		       drv_r32(d, DRV_SHARED + 0x1000 + CSG_CTL_SUSPEND_SIZE), FX_NX);
	for (unsigned int s = 0; s < 8; s++) {
		struct drv_queue *q = &d->q[g][s];
		uint64_t ring =
		    fx_map_new(&d->fx, d->root[as], DRV_RING_VA + (g * 8 + s) * 0x10000ull,
			       DRV_RING_SIZE, FX_NX);
		uint64_t io =
		    fx_map_new(&d->fx, d->mcu_root, DRV_SHARED + 0x200000 + (g * 8 + s) * 0x2000,
			       0x2000, FX_NX);

		q->ring = fx_host(&d->fx, ring);
		q->in = fx_host(&d->fx, io);
		q->out = q->in + 4096;
	}
	fx_as_flush(&d->fx, 0, DRV_SHARED, 0x400000);
	fx_as_flush(&d->fx, as, DRV_RING_VA, 0x1000000);
}

static void program_stream(struct driver *d, unsigned int g, unsigned int s)
{
	uint32_t in = drv_cs_in(g, s), req;
	uint32_t io = DRV_SHARED + 0x200000 + (g * 8 + s) * 0x2000;

	*(uint64_t *)(d->q[g][s].in + 8) = *(uint64_t *)d->q[g][s].out; /* extract-init */
	drv_w64(d, in + CS_IN_BASE, DRV_RING_VA + (g * 8 + s) * 0x10000ull);
	drv_w32(d, in + CS_IN_SIZE, DRV_RING_SIZE);
	drv_w64(d, in + CS_IN_USER_INPUT, io);
	drv_w64(d, in + CS_IN_USER_OUTPUT, io + 4096);
	drv_w32(d, in + CS_IN_CONFIG, 1 | (g + 1) << 8);
	drv_w32(d, in + CS_IN_ACK_IRQ_MASK, ~0u);
	req = drv_r32(d, in + CS_IN_REQ) & ~CS_STATE_MASK;
	drv_w32(d, in + CS_IN_REQ, req | CS_STATE_START | CS_IDLE_EMPTY | CS_IDLE_SYNC_WAIT);
}

void drv_streams_doorbell(struct driver *d, unsigned int g, uint32_t mask)
{
	uint32_t req = drv_r32(d, drv_csg_in(g) + CSG_IN_DB_REQ);
	uint32_t ack = drv_r32(d, drv_csg_out(g) + CSG_OUT_DB_ACK);

	drv_w32(d, drv_csg_in(g) + CSG_IN_DB_REQ, (req & ~mask) | (~ack & mask));
}

void drv_group_program(struct driver *d, unsigned int g, unsigned int as, unsigned int streams,
		       unsigned int priority)
{
	uint32_t in = drv_csg_in(g);

	slot_memory(d, g, as);
	for (unsigned int s = 0; s < streams; s++)
		program_stream(d, g, s);
	drv_w64(d, in + CSG_IN_ALLOW_COMPUTE, SHADERS);
	drv_w64(d, in + CSG_IN_ALLOW_FRAGMENT, SHADERS);
	drv_w32(d, in + CSG_IN_ALLOW_OTHER, 1);
	drv_w32(d, in + CSG_IN_EP_REQ, 4 | 4 << 8 | 1 << 16 | priority << 28);
	drv_w32(d, in + CSG_IN_CONFIG, as);
	drv_w64(d, in + CSG_IN_SUSPEND_BUF, DRV_SHARED + 0x100000 + g * 0x10000);
	drv_w32(d, in + CSG_IN_ACK_IRQ_MASK, ~0u);
	drv_streams_doorbell(d, g, (1u << streams) - 1);
}

bool drv_group_request(struct driver *d, unsigned int g, uint32_t bits, uint64_t limit)
{
	struct ack_wait w = {d, drv_csg_in(g) + CSG_IN_REQ, drv_csg_out(g) + CSG_OUT_ACK, bits};
	uint32_t req = drv_r32(d, w.in), ack = drv_r32(d, w.out);

	drv_w32(d, w.in, (req & ~bits) | (~ack & bits));
	drv_ring_groups(d, 1u << g);
	return fx_wait(&d->fx, acked, &w, limit);
}

bool drv_group_state(struct driver *d, unsigned int g, uint32_t state, uint64_t limit)
{
	struct ack_wait w = {d, drv_csg_in(g) + CSG_IN_REQ, drv_csg_out(g) + CSG_OUT_ACK,
			     CSG_STATE_MASK};
	uint32_t req = (drv_r32(d, w.in) & ~CSG_STATE_MASK) | state;

	if (state == CSG_STATE_START || state == CSG_STATE_RESUME) {
		req = (req & ~CSG_EP_CFG) | (~drv_r32(d, w.out) & CSG_EP_CFG);
		w.bits |= CSG_EP_CFG;
	}
	drv_w32(d, w.in, req);
	drv_ring_groups(d, 1u << g);
	return fx_wait(&d->fx, acked, &w, limit);
}

void drv_group_run(struct driver *d, unsigned int g, unsigned int as, unsigned int streams,
		   unsigned int priority)
{
	drv_group_program(d, g, as, streams, priority);
	CHECK(drv_group_state(d, g, CSG_STATE_START, 10 * MS));
}

/* ---- queues ---- */

void drv_emit(struct driver *d, unsigned int g, unsigned int s, const uint64_t *instr, size_t n)
{
	struct drv_queue *q = &d->q[g][s];

	for (size_t k = 0; k < n; k++, q->insert += 8)
		memcpy(q->ring + q->insert % DRV_RING_SIZE, &instr[k], 8);
}

void drv_kick(struct driver *d, unsigned int g, unsigned int s)
{
	*(volatile uint64_t *)d->q[g][s].in = d->q[g][s].insert;
	drv_doorbell(d, g + 1);
}

void drv_submit(struct driver *d, unsigned int g, unsigned int s, const uint64_t *instr, size_t n)
{
	drv_emit(d, g, s, instr, n);
	drv_kick(d, g, s);
}

uint64_t drv_extract(struct driver *d, unsigned int g, unsigned int s)
{
	return *(volatile uint64_t *)d->q[g][s].out;
}

bool drv_done(struct driver *d, unsigned int g, unsigned int s)
{
	return drv_extract(d, g, s) == d->q[g][s].insert;
}

struct queue_wait {
	struct driver *d;
	unsigned int g, s;
};

static bool queue_done(struct fixture *fx, void *arg)
{
	struct queue_wait *w = arg;

	return drv_done(w->d, w->g, w->s);
}

bool drv_wait_done(struct driver *d, unsigned int g, unsigned int s, uint64_t limit)
{
	struct queue_wait w = {d, g, s};

	return fx_wait(&d->fx, queue_done, &w, limit);
}

/* ---- events ---- */

uint32_t drv_irqs(struct driver *d)
{
	uint32_t raw = fx_read(&d->fx, JOB_IRQ_RAW);

	fx_write(&d->fx, JOB_IRQ_CLEAR, raw);
	return raw;
}

static uint32_t differ(struct driver *d, uint32_t in, uint32_t out)
{
	return drv_r32(d, in) ^ drv_r32(d, out);
}

uint32_t drv_csg_events(struct driver *d, unsigned int g)
{
	return differ(d, drv_csg_in(g) + CSG_IN_REQ, drv_csg_out(g) + CSG_OUT_ACK) & CSG_EVENTS;
}

uint32_t drv_cs_events(struct driver *d, unsigned int g, unsigned int s)
{
	return differ(d, drv_cs_in(g, s) + CS_IN_REQ, drv_cs_out(g, s) + CS_OUT_ACK) & CS_EVENTS;
}

void drv_ack_csg(struct driver *d, unsigned int g, uint32_t bits)
{
	uint32_t in = drv_csg_in(g) + CSG_IN_REQ;
	uint32_t ack = drv_r32(d, drv_csg_out(g) + CSG_OUT_ACK);

	drv_w32(d, in, (drv_r32(d, in) & ~bits) | (ack & bits));
}

void drv_ack_cs(struct driver *d, unsigned int g, unsigned int s, uint32_t bits)
{
	uint32_t in = drv_cs_in(g, s) + CS_IN_REQ;
	uint32_t ack = drv_r32(d, drv_cs_out(g, s) + CS_OUT_ACK);

	drv_w32(d, drv_csg_in(g) + CSG_IN_IRQ_ACK, drv_r32(d, drv_csg_out(g) + CSG_OUT_IRQ_REQ));
	drv_w32(d, in, (drv_r32(d, in) & ~bits) | (ack & bits));
}

uint32_t *drv_data32(struct driver *d, unsigned int as, unsigned int n)
{
	return (uint32_t *)d->data[as] + n;
}

void drv_no_complaints(struct driver *d)
{
	CHECK_EQ(fx_complaints(&d->fx), 0);
	if (fx_complaints(&d->fx))
		fx_log_dump(&d->fx);
}
