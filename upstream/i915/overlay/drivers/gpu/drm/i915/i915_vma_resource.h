/* SPDX-License-Identifier: MIT */
#ifndef __I915_VMA_RESOURCE_H__
#define __I915_VMA_RESOURCE_H__

/* Masks of page sizes: those of the sg list, and those the GTT may use for it. */
struct i915_page_sizes {
	unsigned int phys;
	unsigned int sg;
};

#endif
