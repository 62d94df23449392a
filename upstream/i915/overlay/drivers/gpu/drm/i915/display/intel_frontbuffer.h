/* SPDX-License-Identifier: MIT */
#ifndef __INTEL_FRONTBUFFER_H__
#define __INTEL_FRONTBUFFER_H__

#include <linux/kref.h>
#include <linux/rcupdate.h>

#include "harness.h"

struct drm_i915_gem_object;

enum fb_op_origin {
	ORIGIN_CPU,
	ORIGIN_CS,
	ORIGIN_FLIP,
	ORIGIN_DIRTYFB,
	ORIGIN_CURSOR_UPDATE,
};

/* No object of the harness is scanned out. */
struct intel_frontbuffer {
	struct kref ref;
};

static inline struct intel_frontbuffer *__intel_frontbuffer_get(struct drm_i915_gem_object *obj)
{
	i915_unmodelled("__intel_frontbuffer_get");
	return NULL;
}

static inline void intel_frontbuffer_put(struct intel_frontbuffer *front)
{
	i915_unmodelled("intel_frontbuffer_put");
}

static inline void intel_frontbuffer_flush(struct intel_frontbuffer *front,
					   enum fb_op_origin origin)
{
	i915_unmodelled("intel_frontbuffer_flush");
}

static inline void intel_frontbuffer_invalidate(struct intel_frontbuffer *front,
						enum fb_op_origin origin)
{
	i915_unmodelled("intel_frontbuffer_invalidate");
}

#endif
