/* SPDX-License-Identifier: MIT */
#ifndef __INTEL_GT__
#define __INTEL_GT__

#include "harness.h"
#include "gem/i915_gem_object_types.h"

/* One GT without engines: what it would have cached is never invalid. */
struct intel_gt {
	struct drm_i915_private *i915;
};

#ifndef I915_MAX_GT
#define I915_MAX_GT 4
#endif

#define to_gt(i915) ((i915)->gt[0])
#define for_each_gt(gt, i915, id)                                                                  \
	for ((id) = 0; (id) < I915_MAX_GT; (id)++)                                                 \
		if (((gt) = (i915)->gt[id]) == NULL) {                                             \
		} else

static inline void intel_gt_invalidate_tlb(struct intel_gt *gt, u32 seqno)
{
	i915_unmodelled("intel_gt_invalidate_tlb");
}

static inline void intel_gt_invalidate_tlb_full(struct intel_gt *gt, u32 seqno)
{
	i915_unmodelled("intel_gt_invalidate_tlb_full");
}

static inline enum i915_map_type intel_gt_coherent_map_type(struct intel_gt *gt,
							    struct drm_i915_gem_object *obj,
							    bool always_coherent)
{
	return I915_MAP_WB;
}

#endif
