/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_DEVICE_BUS_H
#define _LINUX_DEVICE_BUS_H

#include <linux/types.h>

struct device;
struct device_driver;

struct bus_type {
	const char *name;
	const char *dev_name;
	int (*match)(struct device *dev, const struct device_driver *drv);
	int (*probe)(struct device *dev);
	void (*remove)(struct device *dev);
	void (*shutdown)(struct device *dev);
};

int bus_register(const struct bus_type *bus);
void bus_unregister(const struct bus_type *bus);

#endif /* _LINUX_DEVICE_BUS_H */
