// SPDX-License-Identifier: MIT
/*
 * Shared buffers: access by the CPU.
 */
#include <linux/dma-buf.h>
#include <linux/export.h>
#include <linux/mm.h>
#include "dma-buf-internal.h"

typedef int (*cpu_access_fn)(struct dma_buf *dmabuf, enum dma_data_direction dir);

static int exporter_cpu_access(struct dma_buf *dmabuf, cpu_access_fn fn, enum ls_rule_no no,
			       enum dma_data_direction dir, bool ok)
{
	struct ls_callback cb;
	int ret;

	if (!fn)
		return 0;
	ls_callback_begin(&cb, no, dmabuf->resv, dmabuf, fn, ok);
	ret = fn(dmabuf, dir);
	ls_callback_end(&cb);
	return ret;
}

/**
 * dma_buf_begin_cpu_access - before the CPU looks at the memory
 * @dmabuf: the buffer
 * @direction: DMA_FROM_DEVICE to read, DMA_TO_DEVICE to write, DMA_BIDIRECTIONAL
 *
 * Waits for the fences that such an access has to wait for.
 *
 * Context: may sleep; reservation lock not held.
 * Return: 0; -EINVAL: no buffer; -ERESTARTSYS: interrupted; and what the exporter says.
 */
int dma_buf_begin_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction direction)
{
	bool write = direction == DMA_TO_DEVICE || direction == DMA_BIDIRECTIONAL;
	long ret;
	bool ok;

	if (WARN_ON(!dmabuf))
		return -EINVAL;
	ok = ls_convention_enter(LS_RULE_dma_buf_begin_cpu_access, dmabuf->resv, dmabuf);
	if (ok)
		might_lock(&dmabuf->resv->lock.base);

	/* The exporter first: it may have a better way to wait. */
	ret = exporter_cpu_access(dmabuf, dmabuf->ops->begin_cpu_access,
				  LS_RULE_dma_buf_ops__begin_cpu_access, direction, ok);
	if (ret)
		return ret;
	ret = dma_resv_wait_timeout(dmabuf->resv, dma_resv_usage_rw(write), true,
				    MAX_SCHEDULE_TIMEOUT);
	return ret < 0 ? ret : 0;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_begin_cpu_access, DMA_BUF);

/**
 * dma_buf_end_cpu_access - after the CPU looked at the memory
 * @dmabuf: the buffer
 * @direction: as given to dma_buf_begin_cpu_access()
 *
 * Context: may sleep; reservation lock not held.
 * Return: 0; -EINVAL: no buffer; and what the exporter says.
 */
int dma_buf_end_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction direction)
{
	bool ok;

	if (WARN_ON(!dmabuf))
		return -EINVAL;
	ok = ls_convention_enter(LS_RULE_dma_buf_end_cpu_access, dmabuf->resv, dmabuf);
	if (ok)
		might_lock(&dmabuf->resv->lock.base);
	return exporter_cpu_access(dmabuf, dmabuf->ops->end_cpu_access,
				   LS_RULE_dma_buf_ops__end_cpu_access, direction, ok);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_end_cpu_access, DMA_BUF);

/**
 * dma_buf_mmap - map a buffer through the file of somebody else
 * @dmabuf: the buffer
 * @vma: the mapping that is being made; its file becomes that of @dmabuf
 * @pgoff: page of the buffer at its start
 *
 * Context: mmap_lock held; reservation lock not held.
 * Return: 0; -EINVAL: no buffer, no such callback, or beyond its end; -EOVERFLOW;
 * and what the exporter says.
 */
int dma_buf_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma, unsigned long pgoff)
{
	struct ls_callback cb;
	unsigned long end;
	bool ok;
	int ret;

	if (WARN_ON(!dmabuf || !vma))
		return -EINVAL;
	if (!dmabuf->ops->mmap)
		return -EINVAL;
	if (check_add_overflow(pgoff, vma_pages(vma), &end))
		return -EOVERFLOW;
	if (end > dmabuf->size >> PAGE_SHIFT)
		return -EINVAL;
	ok = ls_convention_enter(LS_RULE_dma_buf_mmap, dmabuf->resv, dmabuf);

	vma_set_file(vma, dmabuf->file);
	vma->vm_pgoff = pgoff;
	ls_callback_begin(&cb, LS_RULE_dma_buf_ops__mmap, dmabuf->resv, dmabuf, dmabuf->ops->mmap,
			  ok);
	ret = dmabuf->ops->mmap(dmabuf, vma);
	ls_callback_end(&cb);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_mmap, DMA_BUF);

/* First user of the kernel mapping. */
static int map_first(struct dma_buf *dmabuf, bool ok)
{
	struct iosys_map map;
	struct ls_callback cb;
	int ret;

	BUG_ON(iosys_map_is_set(&dmabuf->vmap_ptr));
	iosys_map_clear(&map);
	ls_callback_begin(&cb, LS_RULE_dma_buf_ops__vmap, dmabuf->resv, dmabuf, dmabuf->ops->vmap,
			  ok);
	ret = dmabuf->ops->vmap(dmabuf, &map);
	ls_callback_end(&cb);
	if (!ret)
		dmabuf->vmap_ptr = map;
	return ret;
}

/**
 * dma_buf_vmap - map the whole buffer into the kernel
 * @dmabuf: the buffer
 * @map: out: where; cleared on failure
 *
 * All users share one mapping, which the exporter makes for the first.
 *
 * Context: reservation lock held; may sleep.
 * Return: 0; -EINVAL: no buffer, or the exporter has no vmap; -ENOMEM and what else
 * the exporter says.
 */
int dma_buf_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	bool ok;
	int ret;

	iosys_map_clear(map);
	if (WARN_ON(!dmabuf))
		return -EINVAL;
	ok = ls_convention_enter(LS_RULE_dma_buf_vmap, dmabuf->resv, dmabuf);
	if (!dmabuf->ops->vmap)
		return -EINVAL;

	if (!dmabuf->vmapping_counter) {
		ret = map_first(dmabuf, ok);
		if (ret)
			return ret;
	}
	BUG_ON(iosys_map_is_null(&dmabuf->vmap_ptr));
	dmabuf->vmapping_counter++;
	*map = dmabuf->vmap_ptr;
	return 0;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_vmap, DMA_BUF);

/**
 * dma_buf_vmap_unlocked - dma_buf_vmap() that takes the lock
 * @dmabuf: the buffer
 * @map: out: where; cleared on failure
 *
 * Context: may sleep; no reservation lock held, neither this nor another.
 * Return: as dma_buf_vmap().
 */
int dma_buf_vmap_unlocked(struct dma_buf *dmabuf, struct iosys_map *map)
{
	int ret;

	iosys_map_clear(map);
	if (WARN_ON(!dmabuf))
		return -EINVAL;
	ls_convention_enter(LS_RULE_dma_buf_vmap_unlocked, dmabuf->resv, dmabuf);

	dma_resv_lock(dmabuf->resv, NULL);
	ret = dma_buf_vmap(dmabuf, map);
	dma_resv_unlock(dmabuf->resv);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_vmap_unlocked, DMA_BUF);

/**
 * dma_buf_vunmap - undo dma_buf_vmap()
 * @dmabuf: the buffer
 * @map: what dma_buf_vmap() gave
 *
 * Context: reservation lock held; may sleep.
 */
void dma_buf_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct ls_callback cb;
	bool ok;

	if (WARN_ON(!dmabuf))
		return;
	ok = ls_convention_enter(LS_RULE_dma_buf_vunmap, dmabuf->resv, dmabuf);

	BUG_ON(!dmabuf->vmapping_counter);
	BUG_ON(iosys_map_is_null(&dmabuf->vmap_ptr));
	BUG_ON(!iosys_map_is_equal(&dmabuf->vmap_ptr, map));

	if (--dmabuf->vmapping_counter)
		return;
	if (dmabuf->ops->vunmap) {
		ls_callback_begin(&cb, LS_RULE_dma_buf_ops__vunmap, dmabuf->resv, dmabuf,
				  dmabuf->ops->vunmap, ok);
		dmabuf->ops->vunmap(dmabuf, map);
		ls_callback_end(&cb);
	}
	iosys_map_clear(&dmabuf->vmap_ptr);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_vunmap, DMA_BUF);

/**
 * dma_buf_vunmap_unlocked - dma_buf_vunmap() that takes the lock
 * @dmabuf: the buffer
 * @map: what dma_buf_vmap() gave
 *
 * Context: may sleep; no reservation lock held, neither this nor another.
 */
void dma_buf_vunmap_unlocked(struct dma_buf *dmabuf, struct iosys_map *map)
{
	if (WARN_ON(!dmabuf))
		return;
	ls_convention_enter(LS_RULE_dma_buf_vunmap_unlocked, dmabuf->resv, dmabuf);

	dma_resv_lock(dmabuf->resv, NULL);
	dma_buf_vunmap(dmabuf, map);
	dma_resv_unlock(dmabuf->resv);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_vunmap_unlocked, DMA_BUF);
