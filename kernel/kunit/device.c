// SPDX-License-Identifier: MIT
/*
 * Devices that go away with their case.
 */
#include <kunit/device.h>
#include <kunit/platform_device.h>
#include <kunit/test.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

static void dev_release(struct device *dev)
{
	kfree(dev);
}

static void unregister(void *dev)
{
	device_unregister(dev);
}

/**
 * kunit_driver_create() - a driver that does nothing
 * @test: the case; the driver lives as long
 * @name: of the driver
 *
 * Context: Task context.
 * Return: the driver, or ERR_PTR(-ENOMEM).
 */
struct device_driver *kunit_driver_create(struct kunit *test, const char *name)
{
	struct device_driver *drv = kunit_kzalloc(test, sizeof(*drv), GFP_KERNEL);

	if (!drv)
		return ERR_PTR(-ENOMEM);
	drv->name = kunit_kstrdup(test, name, GFP_KERNEL);
	if (!drv->name)
		return ERR_PTR(-ENOMEM);
	return drv;
}

/**
 * kunit_device_register_with_driver() - register a device for the length of the case
 * @test: the case
 * @name: of the device, behind the name of the case and a dot
 * @drv: driver to bind to it
 *
 * Context: Task context.
 * Return: the device, or ERR_PTR: -ENOMEM, or what device_register() says.
 */
struct device *kunit_device_register_with_driver(struct kunit *test, const char *name,
						 const struct device_driver *drv)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int err;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	err = dev_set_name(dev, "%s.%s", test->name, name);
	if (err) {
		kfree(dev);
		return ERR_PTR(err);
	}
	dev->release = dev_release;
	dev->driver = (struct device_driver *)drv;
	err = device_register(dev);
	if (err) {
		put_device(dev);
		return ERR_PTR(err);
	}
	dev->dma_mask = &dev->coherent_dma_mask;
	dev->coherent_dma_mask = DMA_BIT_MASK(32);

	err = kunit_add_action_or_reset(test, unregister, dev);
	return err ? ERR_PTR(err) : dev;
}

/**
 * kunit_device_register() - the same, with a driver of its own
 * @test: the case
 * @name: of the device and the driver
 *
 * Context: Task context.
 * Return: the device, or ERR_PTR: -ENOMEM, or what device_register() says.
 */
struct device *kunit_device_register(struct kunit *test, const char *name)
{
	struct device_driver *drv = kunit_driver_create(test, name);

	if (IS_ERR(drv))
		return ERR_CAST(drv);
	return kunit_device_register_with_driver(test, name, drv);
}

/**
 * kunit_device_unregister() - unregister it before the end of the case
 * @test: the case
 * @dev: from kunit_device_register()
 *
 * Context: Task context.
 */
void kunit_device_unregister(struct kunit *test, struct device *dev)
{
	kunit_release_action(test, unregister, dev);
}

static void put_pdev(void *pdev)
{
	platform_device_put(pdev);
}

static void unregister_pdev(void *pdev)
{
	platform_device_unregister(pdev);
}

/**
 * kunit_platform_device_alloc() - a platform device that is put with the case
 * @test: the case
 * @name: of the device
 * @id: its number
 *
 * Context: Task context.
 * Return: the device, or NULL.
 */
struct platform_device *kunit_platform_device_alloc(struct kunit *test, const char *name, int id)
{
	struct platform_device *pdev = platform_device_alloc(name, id);

	if (!pdev || kunit_add_action_or_reset(test, put_pdev, pdev))
		return NULL;
	return pdev;
}

/**
 * kunit_platform_device_add() - register it for the rest of the case
 * @test: the case
 * @pdev: from kunit_platform_device_alloc()
 *
 * Context: Task context.
 * Return: 0, -ENOMEM, or what platform_device_add() says.
 */
int kunit_platform_device_add(struct kunit *test, struct platform_device *pdev)
{
	int err = platform_device_add(pdev);

	if (err)
		return err;
	/* Unregistering puts it too: one undo instead of the other. */
	kunit_remove_action(test, put_pdev, pdev);
	return kunit_add_action_or_reset(test, unregister_pdev, pdev);
}
