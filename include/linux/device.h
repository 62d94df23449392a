/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

/**
 * DOC: devices
 *
 * The device model without buses that probe hardware: a device has a name, a
 * parent, a reference count, a release function and managed resources (devres),
 * with the kernel's order of destruction. Binding to a driver is explicit.
 */

#include <linux/types.h>
#include <linux/dev_printk.h>
#include <linux/ioport.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/compiler.h>
#include <linux/mutex.h>
#include <linux/atomic.h>
#include <linux/uidgid.h>
#include <linux/gfp_types.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/stat.h>
#include <linux/spinlock.h>
#include <linux/cleanup.h>
#include <linux/kdev_t.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/pm.h>
#include <linux/device/bus.h>
#include <linux/device/class.h>
#include <linux/device/driver.h>
#include <linux/device/devres.h>

struct device_node;
struct dma_map_ops;
struct fwnode_handle;
struct iommu_group;
struct device_private;
struct vm_area_struct;

struct device_dma_parameters {
	unsigned int max_segment_size;
	unsigned int min_align_mask;
	unsigned long segment_boundary_mask;
};

struct dev_pm_info {
	int usage_count;
	bool runtime_enabled;
};

struct device_type {
	const char *name;
	const struct attribute_group **groups;
	void (*release)(struct device *dev);
};

struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count);
};

#define DEVICE_ATTR(_name, _mode, _show, _store) \
	struct device_attribute dev_attr_##_name = __ATTR(_name, _mode, _show, _store)
#define DEVICE_ATTR_RW(_name)	struct device_attribute dev_attr_##_name = __ATTR_RW(_name)
#define DEVICE_ATTR_RO(_name)	struct device_attribute dev_attr_##_name = __ATTR_RO(_name)
#define DEVICE_ATTR_WO(_name)	struct device_attribute dev_attr_##_name = __ATTR_WO(_name)

/**
 * struct device - a device
 * @kobj: its name; kept for code that looks there
 * @parent: holds a reference on it while registered
 * @init_name: name to take at device_add()
 * @release: frees it when the last reference goes
 * @mutex: see device_lock()
 * @devres_lock: protects @devres_head
 * @devres_head: managed resources, newest first
 * @dma_mask: may be NULL
 */
struct device {
	struct kobject kobj;
	struct device *parent;
	struct device_private *p;
	const char *init_name;
	const struct device_type *type;
	const struct bus_type *bus;
	struct device_driver *driver;
	void *platform_data;
	void *driver_data;
	struct mutex mutex;
	struct dev_pm_info power;
	const struct dma_map_ops *dma_ops;
	u64 *dma_mask;
	u64 coherent_dma_mask;
	u64 bus_dma_limit;
	struct device_dma_parameters *dma_parms;
	struct list_head dma_pools;
	struct device_node *of_node;
	struct fwnode_handle *fwnode;
	int numa_node;
	dev_t devt;
	u32 id;
	spinlock_t devres_lock;
	struct list_head devres_head;
	const struct class *class;
	const struct attribute_group **groups;
	void (*release)(struct device *dev);
	struct iommu_group *iommu_group;
	bool dma_coherent;
	/* ours */
	char *ls_name;
	struct kref ls_ref;
	bool ls_added;
	bool ls_dead;
	struct list_head ls_node;
};

#define kobj_to_dev(kobj_ptr)	container_of(kobj_ptr, struct device, kobj)

static inline const char *dev_name(const struct device *dev)
{
	if (dev->init_name)
		return dev->init_name;
	return dev->ls_name ? dev->ls_name : "(unnamed)";
}

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

static inline void *dev_get_platdata(const struct device *dev)
{
	return dev->platform_data;
}

static inline int dev_to_node(struct device *dev)
{
	return dev->numa_node;
}

static inline void set_dev_node(struct device *dev, int node)
{
	dev->numa_node = node;
}

static inline void device_lock(struct device *dev)
{
	mutex_lock(&dev->mutex);
}

static inline int device_trylock(struct device *dev)
{
	return mutex_trylock(&dev->mutex);
}

static inline void device_unlock(struct device *dev)
{
	mutex_unlock(&dev->mutex);
}

static inline int device_is_registered(struct device *dev)
{
	return dev->ls_added;
}

static inline bool dev_is_removable(struct device *dev)
{
	return false;
}

const char *dev_driver_string(const struct device *dev);
__printf(2, 3) int dev_set_name(struct device *dev, const char *fmt, ...);
struct device *get_device(struct device *dev);
void put_device(struct device *dev);
DEFINE_FREE(put_device, struct device *, if (_T) put_device(_T))

void device_initialize(struct device *dev);
int __must_check device_add(struct device *dev);
void device_del(struct device *dev);
int __must_check device_register(struct device *dev);
void device_unregister(struct device *dev);
__printf(5, 6) struct device *device_create(const struct class *class, struct device *parent,
					    dev_t devt, void *drvdata, const char *fmt, ...);
void device_destroy(const struct class *class, dev_t devt);

struct device *__root_device_register(const char *name, struct module *owner);
#define root_device_register(name)	__root_device_register(name, THIS_MODULE)
void root_device_unregister(struct device *dev);

int device_create_file(struct device *dev, const struct device_attribute *attr);
void device_remove_file(struct device *dev, const struct device_attribute *attr);

int device_driver_attach(const struct device_driver *drv, struct device *dev);
void device_release_driver(struct device *dev);

#define MODULE_ALIAS_CHARDEV(major, minor)	MODULE_ALIAS("char-major-" __stringify(major) "-" \
							     __stringify(minor))

#endif /* _LINUX_DEVICE_H */
