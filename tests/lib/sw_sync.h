/* SPDX-License-Identifier: MIT */
/* Sync files: what a fence came to. */
#ifndef TYR_SW_SYNC_H
#define TYR_SW_SYNC_H

int sync_fence_wait(int fence, int timeout);
int sync_fence_status(int fence);

#endif
