/* SPDX-License-Identifier: MIT */
#ifndef _DRM_DRM_MANAGED_H
#define _DRM_DRM_MANAGED_H

/*
 * Resources that go away with a drm_device, newest first, when its last
 * reference is dropped (and not when the hardware is unbound, as devm_* does).
 */
#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/types.h>
#include <linux/mutex.h>

struct drm_device;

typedef void (*drmres_release_t)(struct drm_device *dev, void *res);

int __must_check __drmm_add_action(struct drm_device *dev, drmres_release_t action, void *data,
				   const char *name);
#define drmm_add_action(dev, action, data) \
	__drmm_add_action(dev, action, data, #action)

int __must_check __drmm_add_action_or_reset(struct drm_device *dev, drmres_release_t action,
					    void *data, const char *name);
#define drmm_add_action_or_reset(dev, action, data) \
	__drmm_add_action_or_reset(dev, action, data, #action)

void drmm_release_action(struct drm_device *dev, drmres_release_t action, void *data);
void *drmm_kmalloc(struct drm_device *dev, size_t size, gfp_t gfp);
char *drmm_kstrdup(struct drm_device *dev, const char *s, gfp_t gfp);
void drmm_kfree(struct drm_device *dev, void *data);
void __drmm_mutex_release(struct drm_device *dev, void *res);
void drm_managed_release(struct drm_device *dev);
void drmm_add_final_kfree(struct drm_device *dev, void *container);

static inline void *drmm_kzalloc(struct drm_device *dev, size_t size, gfp_t gfp)
{
	return drmm_kmalloc(dev, size, gfp | __GFP_ZERO);
}

static inline void *drmm_kmalloc_array(struct drm_device *dev, size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	return check_mul_overflow(n, size, &bytes) ? NULL : drmm_kmalloc(dev, bytes, flags);
}

static inline void *drmm_kcalloc(struct drm_device *dev, size_t n, size_t size, gfp_t flags)
{
	return drmm_kmalloc_array(dev, n, size, flags | __GFP_ZERO);
}

#define drmm_mutex_init(dev, lock)						\
({										\
	mutex_init(lock);							\
	drmm_add_action_or_reset(dev, __drmm_mutex_release, lock);		\
})

#endif /* _DRM_DRM_MANAGED_H */
