// SPDX-License-Identifier: MIT
/* kobjects: names, parents and counts; nothing is shown anywhere. */
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

/**
 * kobject_init() - make a kobject, with its first reference
 * @kobj: the object, zeroed
 * @ktype: its type
 */
void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
{
	kref_init(&kobj->kref);
	INIT_LIST_HEAD(&kobj->entry);
	kobj->ktype = ktype;
	kobj->state_initialized = 1;
}

static int set_name(struct kobject *kobj, const char *fmt, va_list args)
{
	char *name = kvasprintf(GFP_KERNEL, fmt, args);

	if (!name)
		return -ENOMEM;
	kfree(kobj->name);
	kobj->name = name;
	return 0;
}

/**
 * kobject_set_name() - name a kobject
 * @kobj: the object
 * @name: format
 *
 * Context: May sleep.
 * Return: 0, or -ENOMEM.
 */
int kobject_set_name(struct kobject *kobj, const char *name, ...)
{
	va_list args;
	int err;

	va_start(args, name);
	err = set_name(kobj, name, args);
	va_end(args);
	return err;
}

static int add(struct kobject *kobj, struct kobject *parent, const char *fmt, va_list args)
{
	int err = set_name(kobj, fmt, args);

	if (err)
		return err;
	kobj->parent = parent ? kobject_get(parent) : NULL;
	kobj->state_in_sysfs = 1;
	return 0;
}

/**
 * kobject_add() - name a kobject and put it below another
 * @kobj: the object
 * @parent: referenced until kobject_del(), may be NULL
 * @fmt: name
 *
 * Context: May sleep.
 * Return: 0, or -ENOMEM.
 */
int kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = add(kobj, parent, fmt, args);
	va_end(args);
	return err;
}

/**
 * kobject_init_and_add() - kobject_init() and kobject_add()
 * @kobj: the object
 * @ktype: its type
 * @parent: may be NULL
 * @fmt: name
 *
 * Context: May sleep.
 * Return: 0, or -ENOMEM; the reference must be put in either case.
 */
int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype,
			 struct kobject *parent, const char *fmt, ...)
{
	va_list args;
	int err;

	kobject_init(kobj, ktype);
	va_start(args, fmt);
	err = add(kobj, parent, fmt, args);
	va_end(args);
	return err;
}

/**
 * kobject_del() - take a kobject from below its parent
 * @kobj: the object, may be NULL
 */
void kobject_del(struct kobject *kobj)
{
	struct kobject *parent = kobj ? kobj->parent : NULL;

	if (!kobj || !kobj->state_in_sysfs)
		return;
	kobj->state_in_sysfs = 0;
	kobj->parent = NULL;
	kobject_put(parent);
}

/**
 * kobject_get() - take a reference
 * @kobj: the object, may be NULL
 *
 * Return: @kobj.
 */
struct kobject *kobject_get(struct kobject *kobj)
{
	if (kobj)
		kref_get(&kobj->kref);
	return kobj;
}

static void kobject_release(struct kref *kref)
{
	struct kobject *kobj = container_of(kref, struct kobject, kref);
	const char *name = kobj->name;

	kobject_del(kobj);
	if (kobj->ktype && kobj->ktype->release)
		kobj->ktype->release(kobj);
	kfree(name);
}

/**
 * kobject_put() - drop a reference; the last one calls the type's release
 * @kobj: the object, may be NULL
 */
void kobject_put(struct kobject *kobj)
{
	if (kobj)
		kref_put(&kobj->kref, kobject_release);
}

/**
 * sysfs_emit() - print the value of an attribute
 * @buf: the page that ->show() was given
 * @fmt: printf format
 *
 * Context: as sprintf().
 * Return: how many characters were printed, as many as fit into the page; 0, with a
 * warning, if @buf is not the beginning of a page.
 */
int sysfs_emit(char *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	if (WARN(!buf || offset_in_page(buf), "sysfs_emit: buffer %px is no page\n", buf))
		return 0;
	va_start(args, fmt);
	len = vscnprintf(buf, PAGE_SIZE, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL_GPL(sysfs_emit);

/**
 * sysfs_emit_at() - go on printing the value of an attribute
 * @buf: the page that ->show() was given
 * @at: offset to print at
 * @fmt: printf format
 *
 * Context: as sprintf().
 * Return: as sysfs_emit(), and 0 with a warning if @at is not in the page.
 */
int sysfs_emit_at(char *buf, int at, const char *fmt, ...)
{
	va_list args;
	int len;

	if (WARN(!buf || offset_in_page(buf) || at < 0 || at >= PAGE_SIZE,
		 "sysfs_emit_at: buffer %px, offset %d\n", buf, at))
		return 0;
	va_start(args, fmt);
	len = vscnprintf(buf + at, PAGE_SIZE - at, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL_GPL(sysfs_emit_at);
