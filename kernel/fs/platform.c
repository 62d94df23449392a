// SPDX-License-Identifier: MIT
/*
 * Platform devices: a bus whose devices are found by name.
 */
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/dma-mapping.h>
#include "internal.h"

static LIST_HEAD(pdevs);
static LIST_HEAD(pdrvs);
static DEFINE_MUTEX(platform_lock);
static DEFINE_IDA(platform_ids);

static struct device platform_bus = { .init_name = "platform" };

/**
 * struct platform_object - a device that platform_device_alloc() made
 * @link: in pdevs, while added
 */
struct platform_object {
	struct platform_device pdev;
	struct list_head link;
	char name[];
};

static int platform_match(struct device *dev, const struct device_driver *drv)
{
	struct platform_device *pdev = to_platform_device(dev);
	const struct platform_device_id *id;

	id = container_of(drv, struct platform_driver, driver)->id_table;
	for (; id && id->name[0]; id++) {
		if (!strcmp(id->name, pdev->name)) {
			pdev->id_entry = id;
			return 1;
		}
	}
	return !strcmp(pdev->name, drv->name);
}

static int platform_probe(struct device *dev)
{
	struct platform_driver *drv = to_platform_driver(dev->driver);

	return drv->probe ? drv->probe(to_platform_device(dev)) : 0;
}

static void platform_remove(struct device *dev)
{
	struct platform_driver *drv = to_platform_driver(dev->driver);

	/* An int before 6.11; nobody looked at it then. */
	if (drv->remove)
		drv->remove(to_platform_device(dev));
}

const struct bus_type platform_bus_type = {
	.name = "platform",
	.match = platform_match,
	.probe = platform_probe,
	.remove = platform_remove,
};
EXPORT_SYMBOL_GPL(platform_bus_type);

static void platform_release(struct device *dev)
{
	struct platform_device *pdev = to_platform_device(dev);

	kfree(pdev->dev.platform_data);
	kfree(pdev->resource);
	kfree(container_of(pdev, struct platform_object, pdev));
}

/**
 * platform_device_alloc() - a device, not added yet
 * @name: name; drivers match it
 * @id: PLATFORM_DEVID_NONE, PLATFORM_DEVID_AUTO, or a number
 *
 * Context: may sleep.
 * Return: the device, for platform_device_put(), or NULL.
 */
struct platform_device *platform_device_alloc(const char *name, int id)
{
	struct platform_object *po = kzalloc(sizeof(*po) + strlen(name) + 1, GFP_KERNEL);
	struct platform_device *pdev;

	if (!po)
		return NULL;
	strcpy(po->name, name);
	INIT_LIST_HEAD(&po->link);
	pdev = &po->pdev;
	pdev->name = po->name;
	pdev->id = id;
	device_initialize(&pdev->dev);
	pdev->dev.release = platform_release;
	pdev->platform_dma_mask = DMA_BIT_MASK(32);
	pdev->dev.dma_mask = &pdev->platform_dma_mask;
	pdev->dev.coherent_dma_mask = pdev->platform_dma_mask;
	pdev->dev.dma_parms = &pdev->dma_parms;
	return pdev;
}
EXPORT_SYMBOL_GPL(platform_device_alloc);

static int name_device(struct platform_device *pdev)
{
	int id;

	switch (pdev->id) {
	case PLATFORM_DEVID_NONE:
		return dev_set_name(&pdev->dev, "%s", pdev->name);
	case PLATFORM_DEVID_AUTO:
		id = ida_alloc(&platform_ids, GFP_KERNEL);
		if (id < 0)
			return id;
		pdev->id = id;
		pdev->id_auto = true;
		return dev_set_name(&pdev->dev, "%s.%d.auto", pdev->name, id);
	default:
		return dev_set_name(&pdev->dev, "%s.%d", pdev->name, pdev->id);
	}
}

static void free_id(struct platform_device *pdev)
{
	if (pdev->id_auto) {
		ida_free(&platform_ids, pdev->id);
		pdev->id = PLATFORM_DEVID_AUTO;
		pdev->id_auto = false;
	}
}

/* With platform_lock held: bind to the first driver that takes it. */
static void find_driver(struct platform_device *pdev)
{
	struct platform_driver *drv;

	list_for_each_entry(drv, &pdrvs, ls_node)
		if (platform_match(&pdev->dev, &drv->driver) &&
		    !device_driver_attach(&drv->driver, &pdev->dev))
			return;
}

/**
 * platform_device_add() - register a device, and bind it if there is a driver
 * @pdev: device from platform_device_alloc()
 *
 * Context: may sleep.
 * Return: 0, -EEXIST, -ENOMEM. That a driver refuses the device is no error.
 */
int platform_device_add(struct platform_device *pdev)
{
	int err;

	if (!pdev->dev.parent)
		pdev->dev.parent = &platform_bus;
	pdev->dev.bus = &platform_bus_type;
	err = name_device(pdev);
	if (!err)
		err = device_add(&pdev->dev);
	if (err) {
		free_id(pdev);
		return err;
	}
	mutex_lock(&platform_lock);
	list_add_tail(&container_of(pdev, struct platform_object, pdev)->link, &pdevs);
	find_driver(pdev);
	mutex_unlock(&platform_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(platform_device_add);

/**
 * platform_device_del() - undo platform_device_add()
 * @pdev: device, NULL or ERR_PTR
 *
 * Context: may sleep.
 */
void platform_device_del(struct platform_device *pdev)
{
	if (IS_ERR_OR_NULL(pdev))
		return;
	mutex_lock(&platform_lock);
	list_del_init(&container_of(pdev, struct platform_object, pdev)->link);
	mutex_unlock(&platform_lock);
	device_del(&pdev->dev);
	free_id(pdev);
}
EXPORT_SYMBOL_GPL(platform_device_del);

/** platform_device_put() - drop a reference; NULL and ERR_PTR are ignored */
void platform_device_put(struct platform_device *pdev)
{
	if (!IS_ERR_OR_NULL(pdev))
		put_device(&pdev->dev);
}
EXPORT_SYMBOL_GPL(platform_device_put);

/** platform_device_unregister() - platform_device_del() and platform_device_put() */
void platform_device_unregister(struct platform_device *pdev)
{
	platform_device_del(pdev);
	platform_device_put(pdev);
}
EXPORT_SYMBOL_GPL(platform_device_unregister);

/**
 * platform_device_register_full() - make and add a device
 * @info: what it is like; copied
 *
 * Context: may sleep.
 * Return: the device, or ERR_PTR: -ENOMEM, -EEXIST.
 */
struct platform_device *
platform_device_register_full(const struct platform_device_info *info)
{
	struct platform_device *pdev = platform_device_alloc(info->name, info->id);
	int err = -ENOMEM;

	if (!pdev)
		return ERR_PTR(-ENOMEM);
	pdev->dev.parent = info->parent;
	pdev->dev.fwnode = info->fwnode;
	if (info->dma_mask) {
		pdev->platform_dma_mask = info->dma_mask;
		pdev->dev.coherent_dma_mask = info->dma_mask;
	}
	if (info->num_res) {
		pdev->resource = kmemdup(info->res, info->num_res * sizeof(*info->res), GFP_KERNEL);
		if (!pdev->resource)
			goto err_put;
		pdev->num_resources = info->num_res;
	}
	if (info->data) {
		pdev->dev.platform_data = kmemdup(info->data, info->size_data, GFP_KERNEL);
		if (!pdev->dev.platform_data)
			goto err_put;
	}
	err = platform_device_add(pdev);
	if (err)
		goto err_put;
	return pdev;

err_put:
	platform_device_put(pdev);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(platform_device_register_full);

/**
 * __platform_driver_register() - add a driver and bind it to the devices that match
 * @drv: driver
 * @owner: its module
 *
 * Context: may sleep.
 * Return: 0, or -EBUSY if there is a driver of that name.
 */
int __platform_driver_register(struct platform_driver *drv, struct module *owner)
{
	struct platform_driver *other;
	struct platform_object *po;

	drv->driver.owner = owner;
	drv->driver.bus = &platform_bus_type;
	mutex_lock(&platform_lock);
	list_for_each_entry(other, &pdrvs, ls_node) {
		if (!strcmp(other->driver.name, drv->driver.name)) {
			mutex_unlock(&platform_lock);
			return -EBUSY;
		}
	}
	list_add_tail(&drv->ls_node, &pdrvs);
	list_for_each_entry(po, &pdevs, link)
		if (!po->pdev.dev.driver && platform_match(&po->pdev.dev, &drv->driver))
			device_driver_attach(&drv->driver, &po->pdev.dev);
	mutex_unlock(&platform_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(__platform_driver_register);

/**
 * platform_driver_unregister() - unbind a driver from its devices and remove it
 * @drv: driver
 *
 * Context: may sleep.
 */
void platform_driver_unregister(struct platform_driver *drv)
{
	struct platform_object *po;

	mutex_lock(&platform_lock);
	list_del(&drv->ls_node);
	list_for_each_entry(po, &pdevs, link)
		if (po->pdev.dev.driver == &drv->driver)
			device_release_driver(&po->pdev.dev);
	mutex_unlock(&platform_lock);
}
EXPORT_SYMBOL_GPL(platform_driver_unregister);

static void bus_device_release(struct device *dev)
{
}

int ls_platform_init(void)
{
	platform_bus.release = bus_device_release;
	return device_register(&platform_bus);
}
