/* SPDX-License-Identifier: MIT */
#ifndef _DRM_CACHE_H_
#define _DRM_CACHE_H_

#include <linux/scatterlist.h>
#include <linux/iosys-map.h>

/* One coherent memory: there is nothing to flush. */
static inline void drm_clflush_pages(struct page *pages[], unsigned long num_pages)
{
}

static inline void drm_clflush_sg(struct sg_table *st)
{
}

static inline void drm_clflush_virt_range(void *addr, unsigned long length)
{
}

static inline bool drm_need_swiotlb(int dma_bits)
{
	return false;
}

static inline bool drm_arch_can_wc_memory(void)
{
	return true;
}

static inline void drm_memcpy_init_early(void)
{
}

void drm_memcpy_from_wc(struct iosys_map *dst, const struct iosys_map *src, unsigned long len);

#endif
