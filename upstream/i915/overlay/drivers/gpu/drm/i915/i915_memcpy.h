/* SPDX-License-Identifier: MIT */
#ifndef __I915_MEMCPY_H__
#define __I915_MEMCPY_H__

#include <linux/types.h>

#include "harness.h"

static inline bool i915_memcpy_from_wc(void *dst, const void *src, unsigned long len)
{
	i915_unmodelled("i915_memcpy_from_wc");
	return false;
}

#endif
