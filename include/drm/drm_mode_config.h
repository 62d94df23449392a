/* SPDX-License-Identifier: MIT */
#ifndef _DRM_DRM_MODE_CONFIG_H
#define _DRM_DRM_MODE_CONFIG_H

#include <linux/types.h>
#include <linux/mutex.h>
#include <linux/list.h>
#include <linux/idr.h>

/*
 * Mode setting is not here. These are the fields that code of buffers
 * reads.
 */
struct drm_device;

struct drm_mode_config_funcs {
	int (*atomic_check)(struct drm_device *dev, void *state);
	int (*atomic_commit)(struct drm_device *dev, void *state, bool nonblock);
};

struct drm_mode_config {
	struct mutex mutex;
	const struct drm_mode_config_funcs *funcs;
	int min_width, min_height;
	int max_width, max_height;
	u32 preferred_depth;
	bool prefer_shadow;
};

#endif /* _DRM_DRM_MODE_CONFIG_H */
