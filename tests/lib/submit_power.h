/* SPDX-License-Identifier: MIT */
/*
 * submit_power.h - the device's runtime power state, from sysfs.
 */
#ifndef SUBMIT_POWER_H
#define SUBMIT_POWER_H

#include <stdbool.h>

/**
 * submit_is_suspended() - whether runtime PM says "suspended" of the device behind @fd.
 *
 * Skips the subtest when sysfs does not tell, or when runtime PM is switched off for the device.
 */
bool submit_is_suspended(int fd);

/**
 * submit_wait_suspended() - wait up to @ms milliseconds for that. Panthor suspends 50 ms after the
 * last group became idle (panthor_device_init, autosuspend delay).
 *
 * Return: whether it is.
 */
bool submit_wait_suspended(int fd, unsigned int ms);

/**
 * submit_suspend() - let the device go to sleep; fails the test when it does not within 5 s.
 */
void submit_suspend(int fd);

#endif /* SUBMIT_POWER_H */
