/* SPDX-License-Identifier: MIT */
#ifndef __I915_FILE_PRIVATE_H__
#define __I915_FILE_PRIVATE_H__

struct drm_i915_file_private {
	struct drm_i915_private *i915;
};

#endif
