/* SPDX-License-Identifier: MIT */
#ifndef __INTEL_MEMORY_REGION_H__
#define __INTEL_MEMORY_REGION_H__

#include <linux/io-mapping.h>
#include <linux/ioport.h>
#include <linux/types.h>
#include <uapi/drm/i915_drm.h>

struct drm_i915_private;

enum intel_memory_type {
	INTEL_MEMORY_SYSTEM = I915_MEMORY_CLASS_SYSTEM,
	INTEL_MEMORY_LOCAL = I915_MEMORY_CLASS_DEVICE,
};

enum intel_region_id {
	INTEL_REGION_SMEM,
	INTEL_REGION_LMEM_0,
	INTEL_REGION_UNKNOWN,
};

#define INTEL_REGION_LMEM INTEL_REGION_LMEM_0

struct intel_memory_region {
	struct drm_i915_private *i915;
	struct io_mapping iomap;
	struct resource region;
	resource_size_t min_page_size;
	u16 type;
	enum intel_region_id id;
};

#endif
