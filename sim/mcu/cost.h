/* SPDX-License-Identifier: MIT */
/*
 * cost.h - how long the firmware takes, in ns of guest time.
 *
 * No public source gives these figures: they are guesses of the right order, so that a driver sees
 * requests that take time and an order of events that is the same in every run. They are no figures
 * of the hardware. All of them go through event_arm_in() and are stretched by the "slow" fault.
 */
#ifndef MCU_COST_H
#define MCU_COST_H

#define COST_BOOT          500000 /* MCU enabled to "booted" */
#define COST_HALT          50000  /* HALT request to MCU_STATUS.HALT */
#define COST_WAKE          50000  /* doorbell to a sleeping MCU to MCU_STATUS.ENABLED */
#define COST_DOORBELL      1000   /* global doorbell to the first look at the requests */
#define COST_RING          1000   /* user doorbell to the look at the ring */
#define COST_CSG_START     15000  /* group requests, from the look at them to the acknowledgement */
#define COST_CSG_RESUME    25000
#define COST_CSG_SUSPEND   20000 /* plus what is in flight */
#define COST_CSG_TERMINATE 10000
#define COST_CSG_OTHER     2000    /* endpoint configuration, status update, stream doorbells */
#define COST_SWITCH        1000    /* a hardware interface takes another stream */
#define COST_CSG_IDLE      10000   /* a group must be idle for that long before the event */
#define COST_SLICE         1000000 /* time slice among streams of equal priority */

/*
 * A stream that executed so many instructions without getting further in its ring is a loop, and so
 * is one that was suspended in the middle of a job. It pauses between batches, so that a few such
 * loops leave the machine that runs the model enough of its cores to answer the guest in time. A
 * job that draws hands its work to endpoints and comes nowhere near.
 */
#define LONG_RUN   5000
#define COST_PAUSE 20000
#define PAUSE_MOST 25 /* times COST_PAUSE: the longer the loop, the longer the pause */

#endif /* MCU_COST_H */
