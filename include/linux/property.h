/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PROPERTY_H
#define _LINUX_PROPERTY_H

/* There is no firmware description of devices: no property is present. */
#include <linux/types.h>
#include <linux/errno.h>

struct device;
struct fwnode_handle;

static inline bool device_property_present(const struct device *dev, const char *name)
{
	return false;
}

static inline bool device_property_read_bool(const struct device *dev, const char *name)
{
	return false;
}

static inline int device_property_read_u32(const struct device *dev, const char *name, u32 *val)
{
	return -ENXIO;
}

#endif /* _LINUX_PROPERTY_H */
