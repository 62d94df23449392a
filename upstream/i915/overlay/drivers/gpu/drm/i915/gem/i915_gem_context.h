/* SPDX-License-Identifier: MIT */
#ifndef __I915_GEM_CONTEXT_H__
#define __I915_GEM_CONTEXT_H__

#include <linux/mutex.h>
#include <linux/radix-tree.h>

#include "harness.h"
#include "i915_vma_types.h"
#include "gem/i915_gem_object_types.h"

struct intel_engine_cs;
struct drm_i915_file_private;

/* Contexts exist for GPU work, of which there is none: no case makes a handle in one. */
struct i915_gem_context {
	struct drm_i915_file_private *file_priv;
	struct mutex lut_mutex;
	struct radix_tree_root handles_vma;
};

struct intel_context {
	struct intel_engine_cs *engine;
	struct i915_address_space *vm;
};

static inline struct i915_gem_context *i915_gem_context_get(struct i915_gem_context *ctx)
{
	i915_unmodelled("i915_gem_context_get");
	return ctx;
}

static inline void i915_gem_context_put(struct i915_gem_context *ctx)
{
	i915_unmodelled("i915_gem_context_put");
}

static inline void i915_lut_handle_free(struct i915_lut_handle *lut)
{
	i915_unmodelled("i915_lut_handle_free");
}

/* A context of the harness has an empty list of engines. */
struct i915_gem_engines_iter {
	int unused;
};

#define i915_gem_context_lock_engines(ctx)   (ctx)
#define i915_gem_context_unlock_engines(ctx) ((void)(ctx))
#define for_each_gem_engine(ce, engines, it)                                                       \
	for ((void)(engines), (it).unused = 0, (ce) = NULL; (ce);)

static inline bool intel_engine_can_store_dword(struct intel_engine_cs *engine)
{
	i915_unmodelled("intel_engine_can_store_dword");
	return false;
}

#endif
