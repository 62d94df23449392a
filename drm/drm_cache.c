// SPDX-License-Identifier: MIT
/* Caches of the processor. There is one coherent memory, so only the copy has work to do. */
#include <drm/drm_cache.h>
#include <linux/export.h>
#include <linux/string.h>

static void *plain_address(const struct iosys_map *map)
{
	return map->is_iomem ? (void __force *)map->vaddr_iomem : map->vaddr;
}

/**
 * drm_memcpy_from_wc - copy from memory that is slow to read
 * @dst: where to
 * @src: where from
 * @len: bytes
 *
 * Context: not in an interrupt, where the kernel warns and copies the slow way.
 */
void drm_memcpy_from_wc(struct iosys_map *dst, const struct iosys_map *src, unsigned long len)
{
	WARN_ON(in_interrupt());
	memcpy(plain_address(dst), plain_address(src), len);
}
EXPORT_SYMBOL(drm_memcpy_from_wc);
