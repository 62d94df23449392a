/* SPDX-License-Identifier: MIT */
#ifndef __MOCK_DRM_H
#define __MOCK_DRM_H

#include <linux/file.h>
#include <linux/fs.h>

struct drm_i915_private;

struct file *mock_file(struct drm_i915_private *i915);

#endif
