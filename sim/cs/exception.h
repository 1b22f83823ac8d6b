/* SPDX-License-Identifier: MIT */
/* exception.h - CS_FAULT and CS_FATAL: the codes, and raising them. */
#ifndef CS_EXCEPTION_H
#define CS_EXCEPTION_H

#include <stdint.h>

struct cs;

/* CS_EXC_CS_BUS_FAULT = 0x48, … */
enum cs_exception_type {
#define EXCEPTION(name, code, class) CS_EXC_##name = (code),
#include "cs/exception.def"
#undef EXCEPTION
};

/** cs_exception_name() - "CS_BUS_FAULT" for 0x48; "?" for a code that is not in exception.def. */
const char *cs_exception_name(uint8_t type);

/**
 * cs_raise_fault() - CS_FAULT: the stream enters the error state, stops, and goes on when the host
 * has acknowledged. A second one before that is only logged, as the register holds one.
 */
void cs_raise_fault(struct cs *cs, enum cs_exception_type type, uint32_t data, uint64_t info);

/** cs_raise_fatal() - CS_FATAL: the stream is dead. Only the first is latched. */
void cs_raise_fatal(struct cs *cs, enum cs_exception_type type, uint32_t data, uint64_t info);

#endif /* CS_EXCEPTION_H */
