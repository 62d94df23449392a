/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MOD_DEVICETABLE_H
#define _LINUX_MOD_DEVICETABLE_H

#include <linux/types.h>
#include <linux/uuid.h>

typedef unsigned long kernel_ulong_t;

struct pci_device_id {
	u32 vendor, device;
	u32 subvendor, subdevice;
	u32 class, class_mask;
	kernel_ulong_t driver_data;
	u32 override_only;
};

struct of_device_id {
	char name[32];
	char type[32];
	char compatible[128];
	const void *data;
};

struct platform_device_id {
	char name[20];
	kernel_ulong_t driver_data;
};

#endif /* _LINUX_MOD_DEVICETABLE_H */
