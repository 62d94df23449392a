// SPDX-License-Identifier: MIT
/*
 * Devices: names, references, registration, classes, runtime power counts.
 */
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/pm_runtime.h>
#include <linux/stdarg.h>
#include <linux/pci.h>
#include "device.h"

static LIST_HEAD(devices);
static DEFINE_MUTEX(devices_lock);

const struct bus_type pci_bus_type = { .name = "pci" };
EXPORT_SYMBOL(pci_bus_type);

/**
 * device_initialize() - make a zeroed device usable
 * @dev: device; from here on it ends with put_device()
 *
 * Context: may sleep.
 */
void device_initialize(struct device *dev)
{
	kref_init(&dev->ls_ref);
	mutex_init(&dev->mutex);
	lockdep_set_novalidate_class(&dev->mutex);
	spin_lock_init(&dev->devres_lock);
	INIT_LIST_HEAD(&dev->devres_head);
	INIT_LIST_HEAD(&dev->dma_pools);
	INIT_LIST_HEAD(&dev->ls_node);
	dev->numa_node = NUMA_NO_NODE;
}
EXPORT_SYMBOL_GPL(device_initialize);

static void device_release(struct kref *ref)
{
	struct device *dev = container_of(ref, struct device, ls_ref);
	char *name = dev->ls_name;

	/* Of a device that was never bound, or got resources after it was unbound. */
	devres_release_all_of(dev);
	if (dev->release)
		dev->release(dev);
	else if (dev->type && dev->type->release)
		dev->type->release(dev);
	else if (dev->class && dev->class->dev_release)
		dev->class->dev_release(dev);
	else
		WARN(1, "Device '%s' does not have a release() function\n", name ?: "(unnamed)");
	kfree(name);
}

/**
 * get_device() - take another reference
 * @dev: device, or NULL
 *
 * Context: any.
 * Return: @dev.
 */
struct device *get_device(struct device *dev)
{
	if (dev)
		kref_get(&dev->ls_ref);
	return dev;
}
EXPORT_SYMBOL_GPL(get_device);

/**
 * put_device() - drop a reference
 * @dev: device, or NULL
 *
 * Context: may sleep: the last one runs devres and ->release().
 */
void put_device(struct device *dev)
{
	if (dev)
		kref_put(&dev->ls_ref, device_release);
}
EXPORT_SYMBOL_GPL(put_device);

/**
 * dev_set_name() - name a device
 * @dev: device
 * @fmt: format
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int dev_set_name(struct device *dev, const char *fmt, ...)
{
	va_list args;
	char *name;

	va_start(args, fmt);
	name = kvasprintf(GFP_KERNEL, fmt, args);
	va_end(args);
	if (!name)
		return -ENOMEM;
	kfree(dev->ls_name);
	dev->ls_name = name;
	return 0;
}
EXPORT_SYMBOL_GPL(dev_set_name);

/** dev_driver_string() - name of what drives a device, else of its bus or class, else "" */
const char *dev_driver_string(const struct device *dev)
{
	struct device_driver *drv = dev ? READ_ONCE(dev->driver) : NULL;

	if (drv)
		return drv->name;
	if (dev && dev->bus)
		return dev->bus->name;
	return dev && dev->class ? dev->class->name : "";
}
EXPORT_SYMBOL_GPL(dev_driver_string);

/**
 * device_add() - register a device
 * @dev: initialised and named device
 *
 * Context: may sleep.
 * Return: 0; -EINVAL without a name; -EEXIST if the class or bus has that name already.
 */
int device_add(struct device *dev)
{
	struct device *other;
	int err;

	if (dev->init_name) {
		err = dev_set_name(dev, "%s", dev->init_name);
		dev->init_name = NULL;
		if (err)
			return err;
	}
	if (!dev->ls_name)
		return -EINVAL;
	mutex_lock(&devices_lock);
	list_for_each_entry(other, &devices, ls_node) {
		if (other->class == dev->class && other->bus == dev->bus &&
		    other->parent == dev->parent && !strcmp(dev_name(other), dev_name(dev))) {
			mutex_unlock(&devices_lock);
			return -EEXIST;
		}
	}
	get_device(dev);
	get_device(dev->parent);
	list_add_tail(&dev->ls_node, &devices);
	dev->ls_added = true;
	mutex_unlock(&devices_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(device_add);

/**
 * device_del() - undo device_add()
 * @dev: registered device; its driver is unbound
 *
 * Context: may sleep.
 */
void device_del(struct device *dev)
{
	struct device *parent = dev->parent;

	device_release_driver(dev);
	mutex_lock(&devices_lock);
	dev->ls_added = false;
	list_del_init(&dev->ls_node);
	mutex_unlock(&devices_lock);
	devres_release_all_of(dev);
	put_device(parent);
	put_device(dev);
}
EXPORT_SYMBOL_GPL(device_del);

/** device_register() - device_initialize() and device_add(); put_device() if it fails */
int device_register(struct device *dev)
{
	device_initialize(dev);
	return device_add(dev);
}
EXPORT_SYMBOL_GPL(device_register);

/** device_unregister() - device_del() and put_device() */
void device_unregister(struct device *dev)
{
	device_del(dev);
	put_device(dev);
}
EXPORT_SYMBOL_GPL(device_unregister);

static void device_kfree(struct device *dev)
{
	kfree(dev);
}

/**
 * device_create() - make and register a device of a class
 * @class: class
 * @parent: or NULL
 * @devt: device number, or 0
 * @drvdata: for dev_get_drvdata()
 * @fmt: name
 *
 * Context: may sleep.
 * Return: the device, or ERR_PTR: -ENODEV without a class, -ENOMEM, -EEXIST.
 */
struct device *device_create(const struct class *class, struct device *parent, dev_t devt,
			     void *drvdata, const char *fmt, ...)
{
	struct device *dev;
	va_list args;
	int err = -ENOMEM;

	if (IS_ERR_OR_NULL(class))
		return ERR_PTR(-ENODEV);
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	device_initialize(dev);
	dev->devt = devt;
	dev->class = class;
	dev->parent = parent;
	dev->release = device_kfree;
	dev_set_drvdata(dev, drvdata);
	va_start(args, fmt);
	dev->ls_name = kvasprintf(GFP_KERNEL, fmt, args);
	va_end(args);
	if (!dev->ls_name)
		goto err_put;
	err = device_add(dev);
	if (err)
		goto err_put;
	return dev;

err_put:
	put_device(dev);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(device_create);

/** device_destroy() - undo device_create() */
void device_destroy(const struct class *class, dev_t devt)
{
	struct device *dev, *found = NULL;

	mutex_lock(&devices_lock);
	list_for_each_entry(dev, &devices, ls_node)
		if (dev->class == class && dev->devt == devt)
			found = dev;
	get_device(found);
	mutex_unlock(&devices_lock);
	if (!found)
		return;
	device_unregister(found);
	put_device(found);
}
EXPORT_SYMBOL_GPL(device_destroy);

/* The device whose node is @name below /dev, with a reference; or NULL. */
struct device *ls_device_by_node(const char *name)
{
	struct device *dev, *found = NULL;

	mutex_lock(&devices_lock);
	list_for_each_entry(dev, &devices, ls_node) {
		char *node = NULL;

		if (!dev->devt)
			continue;
		if (dev->class && dev->class->devnode)
			node = dev->class->devnode(dev, NULL);
		if (!strcmp(node ?: dev_name(dev), name))
			found = get_device(dev);
		kfree(node);
		if (found)
			break;
	}
	mutex_unlock(&devices_lock);
	return found;
}

/**
 * __root_device_register() - a device with no parent and no bus
 * @name: its name
 * @owner: unused
 *
 * Context: may sleep.
 * Return: the device, or ERR_PTR: -ENOMEM, -EEXIST.
 */
struct device *__root_device_register(const char *name, struct module *owner)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int err;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	device_initialize(dev);
	dev->release = device_kfree;
	err = dev_set_name(dev, "%s", name);
	if (!err)
		err = device_add(dev);
	if (err) {
		put_device(dev);
		return ERR_PTR(err);
	}
	return dev;
}
EXPORT_SYMBOL_GPL(__root_device_register);

/** root_device_unregister() - undo root_device_register() */
void root_device_unregister(struct device *dev)
{
	device_unregister(dev);
}
EXPORT_SYMBOL_GPL(root_device_unregister);

/** device_create_file() - accepted; attributes are not readable here. Returns 0. */
int device_create_file(struct device *dev, const struct device_attribute *attr)
{
	return 0;
}
EXPORT_SYMBOL_GPL(device_create_file);

/** device_remove_file() - undo device_create_file() */
void device_remove_file(struct device *dev, const struct device_attribute *attr)
{
}
EXPORT_SYMBOL_GPL(device_remove_file);

/* --- binding ------------------------------------------------------------------------ */

/**
 * device_driver_attach() - bind a driver to a device
 * @drv: driver
 * @dev: device
 *
 * Context: may sleep; takes the device's lock.
 * Return: 0; -EBUSY if it is bound; what probe returned, with its resources released.
 */
int device_driver_attach(const struct device_driver *drv, struct device *dev)
{
	int err = -EBUSY;

	device_lock(dev);
	if (!dev->driver) {
		dev->driver = (struct device_driver *)drv;
		if (dev->bus && dev->bus->probe)
			err = dev->bus->probe(dev);
		else
			err = drv->probe ? drv->probe(dev) : 0;
		if (err) {
			devres_release_all_of(dev);
			dev->driver = NULL;
			dev_set_drvdata(dev, NULL);
		}
	}
	device_unlock(dev);
	return err;
}
EXPORT_SYMBOL_GPL(device_driver_attach);

/** device_release_driver() - unbind a device: remove, then its resources */
void device_release_driver(struct device *dev)
{
	struct device_driver *drv;

	device_lock(dev);
	drv = dev->driver;
	if (drv) {
		if (dev->bus && dev->bus->remove)
			dev->bus->remove(dev);
		else if (drv->remove)
			drv->remove(dev);
		devres_release_all_of(dev);
		dev->driver = NULL;
		dev_set_drvdata(dev, NULL);
	}
	device_unlock(dev);
}
EXPORT_SYMBOL_GPL(device_release_driver);

/** bus_register() - accepted: devices are bound explicitly. Returns 0. */
int bus_register(const struct bus_type *bus)
{
	return 0;
}
EXPORT_SYMBOL_GPL(bus_register);

/** bus_unregister() - undo bus_register() */
void bus_unregister(const struct bus_type *bus)
{
}
EXPORT_SYMBOL_GPL(bus_unregister);

/** class_register() - a class exists as long as it is used. Returns 0. */
int class_register(const struct class *class)
{
	return 0;
}
EXPORT_SYMBOL_GPL(class_register);

/** class_unregister() - undo class_register() */
void class_unregister(const struct class *class)
{
}
EXPORT_SYMBOL_GPL(class_unregister);

struct class *__ls_class_create(const char *name)
{
	struct class *class = kzalloc(sizeof(*class), GFP_KERNEL);

	if (!class)
		return ERR_PTR(-ENOMEM);
	class->name = name;
	return class;
}
EXPORT_SYMBOL_GPL(__ls_class_create);

/** class_destroy() - undo class_create() */
void class_destroy(const struct class *class)
{
	if (!IS_ERR_OR_NULL(class))
		kfree(class);
}
EXPORT_SYMBOL_GPL(class_destroy);

/* --- runtime power management: counted, never acted upon -------------------------------- */

static int pm_get(struct device *dev)
{
	return __atomic_fetch_add(&dev->power.usage_count, 1, __ATOMIC_SEQ_CST);
}

static int pm_put(struct device *dev)
{
	int old = __atomic_fetch_sub(&dev->power.usage_count, 1, __ATOMIC_SEQ_CST);

	if (old > 0)
		return 0;
	__atomic_fetch_add(&dev->power.usage_count, 1, __ATOMIC_SEQ_CST);
	dev_warn(dev, "Runtime PM usage count underflow!\n");
	return -EINVAL;
}

/** pm_runtime_get_sync() - use a device; 1: it was on already */
int pm_runtime_get_sync(struct device *dev)
{
	might_sleep();
	pm_get(dev);
	return 1;
}
EXPORT_SYMBOL_GPL(pm_runtime_get_sync);

/** pm_runtime_resume_and_get() - use a device; 0 */
int pm_runtime_resume_and_get(struct device *dev)
{
	might_sleep();
	pm_get(dev);
	return 0;
}
EXPORT_SYMBOL_GPL(pm_runtime_resume_and_get);

/** pm_runtime_get() - use a device, from any context; 1 */
int pm_runtime_get(struct device *dev)
{
	pm_get(dev);
	return 1;
}
EXPORT_SYMBOL_GPL(pm_runtime_get);

/** pm_runtime_get_noresume() - count a use */
void pm_runtime_get_noresume(struct device *dev)
{
	pm_get(dev);
}
EXPORT_SYMBOL_GPL(pm_runtime_get_noresume);

/** pm_runtime_get_if_in_use() - count a use if there is one already; 1 or 0 */
int pm_runtime_get_if_in_use(struct device *dev)
{
	int old = __atomic_load_n(&dev->power.usage_count, __ATOMIC_RELAXED);

	do {
		if (old <= 0)
			return 0;
	} while (!__atomic_compare_exchange_n(&dev->power.usage_count, &old, old + 1, true,
					      __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
	return 1;
}
EXPORT_SYMBOL_GPL(pm_runtime_get_if_in_use);

/** pm_runtime_put() - end a use; 0, or -EINVAL if there was none */
int pm_runtime_put(struct device *dev)
{
	return pm_put(dev);
}
EXPORT_SYMBOL_GPL(pm_runtime_put);

/** pm_runtime_put_sync() - the same, may sleep */
int pm_runtime_put_sync(struct device *dev)
{
	might_sleep();
	return pm_put(dev);
}
EXPORT_SYMBOL_GPL(pm_runtime_put_sync);

/** pm_runtime_put_autosuspend() - pm_runtime_put() */
int pm_runtime_put_autosuspend(struct device *dev)
{
	return pm_put(dev);
}
EXPORT_SYMBOL_GPL(pm_runtime_put_autosuspend);

/** pm_runtime_put_noidle() - count down */
void pm_runtime_put_noidle(struct device *dev)
{
	pm_put(dev);
}
EXPORT_SYMBOL_GPL(pm_runtime_put_noidle);

/** pm_runtime_enable() - remembered for pm_runtime_enabled() */
void pm_runtime_enable(struct device *dev)
{
	WRITE_ONCE(dev->power.runtime_enabled, true);
}
EXPORT_SYMBOL_GPL(pm_runtime_enable);

/** pm_runtime_disable() - undo pm_runtime_enable() */
void pm_runtime_disable(struct device *dev)
{
	WRITE_ONCE(dev->power.runtime_enabled, false);
}
EXPORT_SYMBOL_GPL(pm_runtime_disable);
