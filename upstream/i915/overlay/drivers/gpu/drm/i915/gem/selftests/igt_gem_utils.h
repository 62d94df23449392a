/* SPDX-License-Identifier: MIT */
#ifndef __IGT_GEM_UTILS_H__
#define __IGT_GEM_UTILS_H__

#include "gem/i915_gem_context.h"

static inline int igt_gpu_fill_dw(struct intel_context *ce, struct i915_vma *vma, u64 offset,
				  unsigned long count, u32 value)
{
	i915_unmodelled("igt_gpu_fill_dw");
	return -1;
}

#endif
