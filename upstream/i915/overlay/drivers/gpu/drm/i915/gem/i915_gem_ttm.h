/* SPDX-License-Identifier: MIT */
#ifndef _I915_GEM_TTM_H_
#define _I915_GEM_TTM_H_

#include <drm/ttm/ttm_bo.h>

#include "harness.h"

struct drm_i915_gem_object;

static inline struct ttm_buffer_object *i915_gem_to_ttm(struct drm_i915_gem_object *obj)
{
	i915_unmodelled("i915_gem_to_ttm");
	return NULL;
}

static inline bool i915_ttm_resource_mappable(struct ttm_resource *res)
{
	i915_unmodelled("i915_ttm_resource_mappable");
	return false;
}

#endif
