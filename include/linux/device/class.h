/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_DEVICE_CLASS_H
#define _LINUX_DEVICE_CLASS_H

#include <linux/types.h>
#include <linux/stat.h>

struct attribute_group;
struct device;
struct module;

/** struct class - devices of one kind; ls_open() finds their nodes by name */
struct class {
	const char *name;
	const struct attribute_group **class_groups;
	const struct attribute_group **dev_groups;
	char *(*devnode)(const struct device *dev, umode_t *mode);
	void (*class_release)(const struct class *class);
	void (*dev_release)(struct device *dev);
};

int __must_check class_register(const struct class *class);
void class_unregister(const struct class *class);
#if defined(LOCKSTEP_LINUX) && LOCKSTEP_LINUX < 0x060400
#define class_create(owner, name)	__ls_class_create(name)
#else
#define class_create(name)		__ls_class_create(name)
#endif
struct class *__must_check __ls_class_create(const char *name);
void class_destroy(const struct class *class);

#endif /* _LINUX_DEVICE_CLASS_H */
