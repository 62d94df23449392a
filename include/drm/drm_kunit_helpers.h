/* SPDX-License-Identifier: MIT */
#ifndef _DRM_DRM_KUNIT_HELPERS_H
#define _DRM_DRM_KUNIT_HELPERS_H

#include <drm/drm_drv.h>
#include <linux/device.h>
#include <linux/slab.h>
#include <kunit/test.h>

struct drm_device;
struct kunit;

struct device *drm_kunit_helper_alloc_device(struct kunit *test);
void drm_kunit_helper_free_device(struct kunit *test, struct device *dev);
struct drm_device *__drm_kunit_helper_alloc_drm_device_with_driver(struct kunit *test,
								   struct device *dev,
								   size_t size, size_t offset,
								   const struct drm_driver *driver);
struct drm_device *__drm_kunit_helper_alloc_drm_device(struct kunit *test, struct device *dev,
						       size_t size, size_t offset, u32 features);

#define drm_kunit_helper_alloc_drm_device_with_driver(_test, _dev, _type, _member, _drv)	\
	((_type *)__drm_kunit_helper_alloc_drm_device_with_driver(_test, _dev, sizeof(_type),	\
								  offsetof(_type, _member), _drv))
#define drm_kunit_helper_alloc_drm_device(_test, _dev, _type, _member, _feat)			\
	((_type *)__drm_kunit_helper_alloc_drm_device(_test, _dev, sizeof(_type),		\
						      offsetof(_type, _member), _feat))

#endif /* _DRM_DRM_KUNIT_HELPERS_H */
