/* SPDX-License-Identifier: MIT */
#ifndef _I915_ACTIVE_H_
#define _I915_ACTIVE_H_

#include <linux/types.h>

/* Brings GEM_BUG_ON to files that include nothing but i915_gem_object.h. */
#include "i915_gem.h"

struct i915_sched_attr;

#endif
