/* SPDX-License-Identifier: MIT */
#ifndef __I915_GEM_MMAN_H__
#define __I915_GEM_MMAN_H__

struct drm_i915_gem_object;

void i915_gem_object_release_mmap_gtt(struct drm_i915_gem_object *obj);
void i915_gem_object_release_mmap_offset(struct drm_i915_gem_object *obj);

#endif
