/* SPDX-License-Identifier: MIT */
#ifndef I915_MOCK_H
#define I915_MOCK_H

/* What the harness's own files share. */

#include <linux/atomic.h>
#include <linux/dma-buf.h>
#include <linux/types.h>

struct device;
struct dma_buf;
struct drm_i915_gem_object;
struct drm_i915_private;
struct page;

unsigned long mock_shrink(struct drm_i915_private *i915, unsigned long target);
bool mock_shrink_object(struct drm_i915_gem_object *obj);

/**
 * struct mock_export - pages that an exporter other than i915 offers
 * @mapped: mappings that are alive
 * @pinned: pins that are held; a dynamic exporter only
 * @nr: pages in @pages
 */
struct mock_export {
	atomic_t mapped;
	atomic_t pinned;
	unsigned int nr;
	struct page *pages[];
};

struct dma_buf *mock_export_static(unsigned int nr_pages);
struct dma_buf *mock_export_dynamic(unsigned int nr_pages);

static inline struct mock_export *to_mock_export(struct dma_buf *dmabuf)
{
	return dmabuf->priv;
}

#endif /* I915_MOCK_H */
