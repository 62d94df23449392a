/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_OF_H
#define _LINUX_OF_H

/* There is no device tree: every lookup finds nothing. */
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/mod_devicetable.h>

struct device_node;
struct property;

#define of_match_ptr(ptr)	(ptr)

static inline struct device_node *of_node_get(struct device_node *node)
{
	return node;
}

static inline void of_node_put(struct device_node *node)
{
}

static inline bool of_property_read_bool(const struct device_node *np, const char *name)
{
	return false;
}

static inline int of_property_read_u32(const struct device_node *np, const char *name, u32 *out)
{
	return -ENOSYS;
}

#endif /* _LINUX_OF_H */
