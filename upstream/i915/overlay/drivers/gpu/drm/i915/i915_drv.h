/* SPDX-License-Identifier: MIT */
#ifndef _I915_DRV_H_
#define _I915_DRV_H_

#include <linux/llist.h>
#include <linux/module.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include <asm/pgtable.h>
#include <asm/set_memory.h>
#include <drm/drm_device.h>
#include <drm/drm_drv.h>
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>
#include <drm/drm_print.h>
#include <uapi/drm/i915_drm.h>

#include "harness.h"
#include "i915_gem.h"
#include "i915_gem_gtt.h"
#include "i915_selftest.h"
#include "i915_utils.h"
#include "intel_memory_region.h"
#include "gem/i915_gem_object_types.h"
#include "gem/i915_gem_object.h"
#include "gt/intel_gt.h"

/**
 * struct intel_device_info - what the mock device can do
 * @cachelevel_to_pat: as in i915, one PAT index for each cache level
 */
struct intel_device_info {
	unsigned int cachelevel_to_pat[8];
};

struct intel_runtime_info {
	unsigned int page_sizes;
};

/**
 * struct drm_i915_private - the mock device
 * @drm: what DRM sees; first, as to_i915() expects
 * @parent: the struct device under it, which importers attach with
 * @mm.free_list: objects whose last reference went, for @mm.free_work
 * @mm.free_count: objects between their last reference and their kfree
 * @mm.obj_lock: guards the two lists and the two counts below it
 * @shrinker: reclaims pages of @mm.shrink_list and @mm.purge_list
 */
struct drm_i915_private {
	struct drm_device drm;
	struct device *parent;
	const struct intel_device_info *info;
	struct intel_runtime_info runtime;
	struct workqueue_struct *wq;
	unsigned long gem_quirks;
#define GEM_QUIRK_PIN_SWIZZLED_PAGES 1
	struct intel_gt *gt[4];
	struct {
		struct llist_head free_list;
		struct work_struct free_work;
		atomic_t free_count;

		spinlock_t obj_lock;
		struct list_head purge_list;
		struct list_head shrink_list;
		u32 shrink_count;
		u64 shrink_memory;

		struct intel_memory_region *regions[INTEL_REGION_UNKNOWN];
	} mm;
	struct shrinker *shrinker;
	struct intel_memory_region smem;
};

static inline struct drm_i915_private *to_i915(const struct drm_device *dev)
{
	return container_of(dev, struct drm_i915_private, drm);
}

/* Pages of the arena are ordinary memory, whatever the caching they are mapped with. */
#ifndef pat_enabled
#define pat_enabled() true
#endif

#define INTEL_INFO(i915)   ((i915)->info)
#define RUNTIME_INFO(i915) (&(i915)->runtime)

/* An integrated device of Tiger Lake's kind: shared last-level cache, no local memory. */
#define IS_DGFX(i915)		    ((void)(i915), 0)
#define IS_DG1(i915)		    ((void)(i915), 0)
#define IS_JSL_EHL(i915)	    ((void)(i915), 0)
#define IS_JASPERLAKE(i915)	    ((void)(i915), 0)
#define IS_ELKHARTLAKE(i915)	    ((void)(i915), 0)
#define HAS_LLC(i915)		    ((void)(i915), 1)
#define HAS_LMEM(i915)		    ((void)(i915), 0)
#define HAS_FLAT_CCS(i915)	    ((void)(i915), 0)
#define HAS_PAGE_SIZES(i915, sizes) ((sizes) && !((sizes) & ~RUNTIME_INFO(i915)->page_sizes))

#if LOCKSTEP_LINUX >= KERNEL_VERSION(6, 2, 0)
struct drm_i915_gem_object;

/* Objects of the harness belong to no client. */
static inline void i915_drm_client_remove_object(struct drm_i915_gem_object *obj)
{
}
#endif

struct drm_i915_private *mock_gem_device(void);
void mock_destroy_device(struct drm_i915_private *i915);

#endif
