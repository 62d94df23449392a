/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_DEVICE_DRIVER_H
#define _LINUX_DEVICE_DRIVER_H

#include <linux/types.h>

struct attribute_group;
struct bus_type;
struct device;
struct dev_pm_ops;
struct module;
struct of_device_id;

struct device_driver {
	const char *name;
	const struct bus_type *bus;
	struct module *owner;
	const char *mod_name;
	bool suppress_bind_attrs;
	const struct of_device_id *of_match_table;
	int (*probe)(struct device *dev);
	int (*remove)(struct device *dev);
	void (*shutdown)(struct device *dev);
	const struct attribute_group **groups;
	const struct dev_pm_ops *pm;
};

#define module_driver(__driver, __register, __unregister, ...)		\
	static int __init __driver##_init(void)				\
	{								\
		return __register(&(__driver), ##__VA_ARGS__);		\
	}								\
	module_init(__driver##_init);					\
	static void __exit __driver##_exit(void)			\
	{								\
		__unregister(&(__driver), ##__VA_ARGS__);		\
	}								\
	module_exit(__driver##_exit)

#endif /* _LINUX_DEVICE_DRIVER_H */
