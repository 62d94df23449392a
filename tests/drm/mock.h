/* SPDX-License-Identifier: MIT */
#ifndef TESTS_DRM_MOCK_H
#define TESTS_DRM_MOCK_H

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>
#include <kunit/test.h>

/** struct mock_bo - a shmem-backed object, or an import */
struct mock_bo {
	struct drm_gem_object base;
	struct sg_table *sgt; /* of an import */
	struct page **pages;
	void *vaddr;
	int pins;
	bool evicted;
};

#define to_mock(obj) container_of(obj, struct mock_bo, base)

extern int mock_freed; /* objects freed so far */

struct drm_device *mock_device(struct kunit *test, const char *name);
struct mock_bo *mock_try_create(struct drm_device *drm, size_t size);
struct mock_bo *mock_create(struct kunit *test, struct drm_device *drm, size_t size);
/* A client of the device, as a descriptor and as what the driver sees of it. */
int mock_open(struct kunit *test, struct drm_device *drm, struct drm_file **file);

#endif /* TESTS_DRM_MOCK_H */
