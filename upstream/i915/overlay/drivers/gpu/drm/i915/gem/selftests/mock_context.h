/* SPDX-License-Identifier: MIT */
#ifndef __MOCK_CONTEXT_H
#define __MOCK_CONTEXT_H

#include "gem/i915_gem_context.h"

struct file;

struct i915_gem_context *live_context(struct drm_i915_private *i915, struct file *file);

#endif
