/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MISCDEVICE_H
#define _LINUX_MISCDEVICE_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/device.h>
#include <linux/fs.h>

#define MISC_MAJOR		10
#define MISC_DYNAMIC_MINOR	255

/**
 * struct miscdevice - a device node with a number of its own
 * @minor: number, or MISC_DYNAMIC_MINOR
 * @name: of the device; opened by ls_open("/dev/NAME")
 */
struct miscdevice {
	int minor;
	const char *name;
	const struct file_operations *fops;
	struct list_head list;
	struct device *parent;
	struct device *this_device;
	const struct attribute_group **groups;
	const char *nodename;
	umode_t mode;
};

int misc_register(struct miscdevice *misc);
void misc_deregister(struct miscdevice *misc);

#define module_misc_device(m)	module_driver(m, misc_register, misc_deregister)

#endif /* _LINUX_MISCDEVICE_H */
