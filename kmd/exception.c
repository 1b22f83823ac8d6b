// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * names of the exceptions that the GPU reports, of jobs (CS_FAULT, CS_FATAL), address spaces
 * (AS_FAULTSTATUS) and itself (GPU_FAULTSTATUS) alike.
 *
 * Codes and names are those of kbase's mali_kbase_gpu_fault.c and mali_kbase_csf_registers.h; the
 * levels of translation faults those of panthor_device.h.
 */
#include "device.h"

static const char *const names[] = {
	[0x00] = "OK",
	[0x04] = "TERMINATED",
	[0x05] = "KABOOM",
	[0x06] = "EUREKA",
	[0x08] = "ACTIVE",
	[0x0f] = "CS_RESOURCE_TERMINATED",
	[0x40] = "CS_CONFIG_FAULT",
	[0x41] = "CS_UNRECOVERABLE",
	[0x44] = "CS_ENDPOINT_FAULT",
	[0x48] = "CS_BUS_FAULT",
	[0x49] = "CS_INVALID_INSTRUCTION",
	[0x4a] = "CS_CALL_STACK_OVERFLOW",
	[0x4b] = "CS_INHERIT_FAULT",
	[0x50] = "INSTR_INVALID_PC",
	[0x51] = "INSTR_INVALID_ENC",
	[0x55] = "INSTR_BARRIER_FAULT",
	[0x58] = "DATA_INVALID_FAULT",
	[0x59] = "TILE_RANGE_FAULT",
	[0x5a] = "ADDR_RANGE_FAULT",
	[0x5b] = "IMPRECISE_FAULT",
	[0x60] = "OUT_OF_MEMORY",
	[0x68] = "FIRMWARE_INTERNAL_ERROR",
	[0x69] = "CS_RESOURCE_EVICTION_TIMEOUT",
	[0x80] = "GPU_BUS_FAULT",
	[0x88] = "GPU_SHAREABILITY_FAULT",
	[0x89] = "SYSTEM_SHAREABILITY_FAULT",
	[0x8a] = "GPU_CACHEABILITY_FAULT",
	[0xc0] = "TRANSLATION_FAULT_0",
	[0xc1] = "TRANSLATION_FAULT_1",
	[0xc2] = "TRANSLATION_FAULT_2",
	[0xc3] = "TRANSLATION_FAULT_3",
	[0xc4] = "TRANSLATION_FAULT_4",
	[0xc8] = "PERMISSION_FAULT_0",
	[0xc9] = "PERMISSION_FAULT_1",
	[0xca] = "PERMISSION_FAULT_2",
	[0xcb] = "PERMISSION_FAULT_3",
	[0xd9] = "ACCESS_FLAG_1",
	[0xda] = "ACCESS_FLAG_2",
	[0xdb] = "ACCESS_FLAG_3",
	[0xe0] = "ADDRESS_SIZE_FAULT_IN",
	[0xe4] = "ADDRESS_SIZE_FAULT_OUT_0",
	[0xe5] = "ADDRESS_SIZE_FAULT_OUT_1",
	[0xe6] = "ADDRESS_SIZE_FAULT_OUT_2",
	[0xe7] = "ADDRESS_SIZE_FAULT_OUT_3",
	[0xe8] = "MEMORY_ATTRIBUTE_FAULT_0",
	[0xe9] = "MEMORY_ATTRIBUTE_FAULT_1",
	[0xea] = "MEMORY_ATTRIBUTE_FAULT_2",
	[0xeb] = "MEMORY_ATTRIBUTE_FAULT_3",
};

/**
 * tyr_exception_name() - what an exception code means.
 * @code: the code, 8 bits.
 *
 * Return: its name, "unknown" for one that has none.
 */
const char *tyr_exception_name(u32 code)
{
	if (code >= ARRAY_SIZE(names) || !names[code])
		return "unknown";
	return names[code];
}
