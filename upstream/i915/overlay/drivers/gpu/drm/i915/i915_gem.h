/* SPDX-License-Identifier: MIT */
#ifndef __I915_GEM_H__
#define __I915_GEM_H__

#include <linux/lockdep.h>
#include <drm/drm_drv.h>

#include "i915_utils.h"

struct drm_i915_private;
struct i915_gtt_view;

/* i915's own assertions are all on: they are part of the code under test. */
#define GEM_BUG_ON(condition)  WARN(condition, "GEM_BUG_ON(%s)\n", __stringify(condition))
#define GEM_WARN_ON(condition) WARN_ON(condition)

/* Named by an inline that looks objects up by handle; nothing here calls it. */
extern struct lockdep_map rcu_lock_map;

void i915_gem_drain_freed_objects(struct drm_i915_private *i915);

#endif
