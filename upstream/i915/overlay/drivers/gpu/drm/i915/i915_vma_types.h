/* SPDX-License-Identifier: MIT */
#ifndef _I915_VMA_TYPES_H_
#define _I915_VMA_TYPES_H_

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/types.h>

#include "harness.h"

struct drm_i915_gem_object;
struct i915_address_space;

struct i915_vma {
	struct drm_i915_gem_object *obj;
	struct list_head obj_link;
	atomic_t open_count;
	atomic_t pages_count;
	u64 size;
};

/* No case binds an object to the GTT, so no VMA is ever made. */
static inline bool i915_vma_is_pinned(const struct i915_vma *vma)
{
	i915_unmodelled("i915_vma_is_pinned");
	return false;
}

static inline void i915_vma_close(struct i915_vma *vma)
{
	i915_unmodelled("i915_vma_close");
}

static inline void i915_vma_destroy(struct i915_vma *vma)
{
	i915_unmodelled("i915_vma_destroy");
}

static inline struct i915_vma *i915_vma_instance(struct drm_i915_gem_object *obj,
						 struct i915_address_space *vm, const void *view)
{
	i915_unmodelled("i915_vma_instance");
	return NULL;
}

#define PIN_USER 0

static inline int i915_vma_pin(struct i915_vma *vma, u64 size, u64 align, u64 flags)
{
	i915_unmodelled("i915_vma_pin");
	return -1;
}

static inline void i915_vma_unpin(struct i915_vma *vma)
{
	i915_unmodelled("i915_vma_unpin");
}

#endif
