/* SPDX-License-Identifier: MIT */
/*
 * stress.h - what the workers share: settings from the environment, a rendezvous with the script
 * that drives them, streams that end in different ways.
 */
#ifndef STRESS_H
#define STRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "submit_bench.h"

/**
 * stress_number() - the setting @name of the environment, or @otherwise.
 */
uint32_t stress_number(const char *name, uint32_t otherwise);

/**
 * stress_text() - the same for a text.
 */
const char *stress_text(const char *name, const char *otherwise);

/**
 * stress_ready() - tell the script that the worker is where it should be: makes the file
 * STRESS_READY.
 */
void stress_ready(void);

/**
 * stress_device_is_gone() - whether ioctls of @fd say that the device was unplugged.
 */
bool stress_device_is_gone(int fd);

/**
 * stress_touch() - read the word at @at, which need not be there any more. (A register has no
 * bytes.)
 *
 * Return: false when that was a bus error.
 */
bool stress_touch(const volatile void *at);

/**
 * stress_map_flush_id() - map the page with the flush id.
 */
const volatile uint32_t *stress_map_flush_id(int fd);

#endif /* STRESS_H */
