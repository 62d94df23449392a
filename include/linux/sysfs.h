/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SYSFS_H
#define _LINUX_SYSFS_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/stringify.h>

/*
 * Attributes can be declared and registered, so that drivers build and their
 * calls succeed; nothing reads them.
 */
struct kobject;
struct file;
struct bin_attribute;

struct attribute {
	const char *name;
	umode_t mode;
};

struct attribute_group {
	const char *name;
	umode_t (*is_visible)(struct kobject *kobj, struct attribute *attr, int n);
	struct attribute **attrs;
	struct bin_attribute **bin_attrs;
};

struct sysfs_ops {
	ssize_t (*show)(struct kobject *kobj, struct attribute *attr, char *buf);
	ssize_t (*store)(struct kobject *kobj, struct attribute *attr, const char *buf, size_t n);
};

#define sysfs_attr_init(attr)	do { } while (0)

#define __ATTR(_name, _mode, _show, _store) {				\
	.attr = { .name = __stringify(_name), .mode = (_mode) },	\
	.show = _show,							\
	.store = _store,						\
}
#define __ATTR_RO(_name)	__ATTR(_name, 0444, _name##_show, NULL)
#define __ATTR_RW(_name)	__ATTR(_name, 0644, _name##_show, _name##_store)
#define __ATTR_WO(_name)	__ATTR(_name, 0200, NULL, _name##_store)
#define ATTRIBUTE_GROUPS(_name)						\
	static const struct attribute_group _name##_group = { .attrs = _name##_attrs }; \
	static const struct attribute_group *_name##_groups[] = { &_name##_group, NULL }

static inline int sysfs_create_group(struct kobject *kobj, const struct attribute_group *grp)
{
	return 0;
}

static inline void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *grp)
{
}

static inline int sysfs_create_file(struct kobject *kobj, const struct attribute *attr)
{
	return 0;
}

static inline void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr)
{
}

static inline int sysfs_create_link(struct kobject *kobj, struct kobject *target, const char *name)
{
	return 0;
}

static inline void sysfs_remove_link(struct kobject *kobj, const char *name)
{
}

__printf(2, 3) int sysfs_emit(char *buf, const char *fmt, ...);
__printf(3, 4) int sysfs_emit_at(char *buf, int at, const char *fmt, ...);

#endif /* _LINUX_SYSFS_H */
