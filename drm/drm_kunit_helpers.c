// SPDX-License-Identifier: MIT
/*
 * DRM devices for KUnit cases; they go with the case.
 */
#include <drm/drm_drv.h>
#include <drm/drm_kunit_helpers.h>
#include <drm/drm_managed.h>
#include <kunit/device.h>
#include <kunit/resource.h>
#include <linux/device.h>
#include <linux/module.h>

/**
 * drm_kunit_helper_alloc_device() - a device without hardware
 * @test: case
 *
 * Context: may sleep.
 * Return: the device, or ERR_PTR.
 */
struct device *drm_kunit_helper_alloc_device(struct kunit *test)
{
	return kunit_device_register(test, "drm-kunit-mock-device");
}
EXPORT_SYMBOL_GPL(drm_kunit_helper_alloc_device);

/** drm_kunit_helper_free_device() - end it before the case ends */
void drm_kunit_helper_free_device(struct kunit *test, struct device *dev)
{
	kunit_device_unregister(test, dev);
}
EXPORT_SYMBOL_GPL(drm_kunit_helper_free_device);

/**
 * __drm_kunit_helper_alloc_drm_device_with_driver() - a DRM device for a case
 * @test: case
 * @dev: device underneath
 * @size: bytes of the structure around it
 * @offset: of the &struct drm_device in it
 * @driver: driver
 *
 * Context: may sleep.
 * Return: the structure, or ERR_PTR: -EINVAL, -ENOMEM.
 */
struct drm_device *__drm_kunit_helper_alloc_drm_device_with_driver(struct kunit *test,
								   struct device *dev,
								   size_t size, size_t offset,
								   const struct drm_driver *driver)
{
	return __devm_drm_dev_alloc(dev, driver, size, offset);
}
EXPORT_SYMBOL_GPL(__drm_kunit_helper_alloc_drm_device_with_driver);

/** __drm_kunit_helper_alloc_drm_device() - the same with a driver that only has features */
struct drm_device *__drm_kunit_helper_alloc_drm_device(struct kunit *test, struct device *dev,
						       size_t size, size_t offset, u32 features)
{
	struct drm_driver *driver = devm_kzalloc(dev, sizeof(*driver), GFP_KERNEL);

	if (!driver)
		return ERR_PTR(-ENOMEM);
	driver->driver_features = features;
	return __drm_kunit_helper_alloc_drm_device_with_driver(test, dev, size, offset, driver);
}
EXPORT_SYMBOL_GPL(__drm_kunit_helper_alloc_drm_device);
