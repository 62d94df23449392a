// SPDX-License-Identifier: MIT
/*
 * Two exporters that are not i915: one with fixed pages, as udmabuf has them, and a
 * dynamic one, which importers must pin.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "mock.h"

static struct sg_table *export_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct mock_export *mem = to_mock_export(attach->dmabuf);
	struct sg_table *st;
	int err;

	st = kmalloc(sizeof(*st), GFP_KERNEL);
	if (!st)
		return ERR_PTR(-ENOMEM);

	err = sg_alloc_table_from_pages(st, mem->pages, mem->nr, 0, mem->nr << PAGE_SHIFT,
					GFP_KERNEL);
	if (err)
		goto err_free;

	err = dma_map_sgtable(attach->dev, st, dir, 0);
	if (err)
		goto err_table;

	atomic_inc(&mem->mapped);
	return st;

err_table:
	sg_free_table(st);
err_free:
	kfree(st);
	return ERR_PTR(err);
}

static void export_unmap(struct dma_buf_attachment *attach, struct sg_table *st,
			 enum dma_data_direction dir)
{
	struct mock_export *mem = to_mock_export(attach->dmabuf);

	dma_unmap_sgtable(attach->dev, st, dir, 0);
	sg_free_table(st);
	kfree(st);
	WARN_ON(atomic_dec_return(&mem->mapped) < 0);
}

static int export_pin(struct dma_buf_attachment *attach)
{
	atomic_inc(&to_mock_export(attach->dmabuf)->pinned);
	return 0;
}

static void export_unpin(struct dma_buf_attachment *attach)
{
	WARN_ON(atomic_dec_return(&to_mock_export(attach->dmabuf)->pinned) < 0);
}

static int export_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct mock_export *mem = to_mock_export(dmabuf);
	void *vaddr = vmap(mem->pages, mem->nr, 0, PAGE_KERNEL);

	if (!vaddr)
		return -ENOMEM;
	iosys_map_set_vaddr(map, vaddr);
	return 0;
}

static void export_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	vunmap(map->vaddr);
}

static void free_pages_of(struct mock_export *mem, unsigned int nr)
{
	while (nr--)
		__free_page(mem->pages[nr]);
	kfree(mem);
}

static void export_release(struct dma_buf *dmabuf)
{
	struct mock_export *mem = to_mock_export(dmabuf);

	WARN_ON(atomic_read(&mem->mapped) || atomic_read(&mem->pinned));
	free_pages_of(mem, mem->nr);
}

static const struct dma_buf_ops static_ops = {
	.map_dma_buf = export_map,
	.unmap_dma_buf = export_unmap,
	.vmap = export_vmap,
	.vunmap = export_vunmap,
	.release = export_release,
};

static const struct dma_buf_ops dynamic_ops = {
	.pin = export_pin,
	.unpin = export_unpin,
	.map_dma_buf = export_map,
	.unmap_dma_buf = export_unmap,
	.vmap = export_vmap,
	.vunmap = export_vunmap,
	.release = export_release,
};

static struct dma_buf *export(const struct dma_buf_ops *ops, unsigned int nr)
{
	DEFINE_DMA_BUF_EXPORT_INFO(exp_info);
	struct mock_export *mem;
	struct dma_buf *dmabuf;
	unsigned int i;
	int err = -ENOMEM;

	mem = kzalloc(struct_size(mem, pages, nr), GFP_KERNEL);
	if (!mem)
		return ERR_PTR(-ENOMEM);

	for (i = 0; i < nr; i++) {
		mem->pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!mem->pages[i])
			goto err_pages;
	}
	mem->nr = nr;

	exp_info.ops = ops;
	exp_info.size = (size_t)nr << PAGE_SHIFT;
	exp_info.flags = O_RDWR | O_CLOEXEC;
	exp_info.priv = mem;
	dmabuf = dma_buf_export(&exp_info);
	if (!IS_ERR(dmabuf))
		return dmabuf;
	err = PTR_ERR(dmabuf);

err_pages:
	free_pages_of(mem, i);
	return ERR_PTR(err);
}

/**
 * mock_export_static - buffer of an exporter whose pages never move
 * @nr_pages: size
 *
 * Context: may sleep.
 * Return: the buffer with one reference, or ERR_PTR: -ENOMEM.
 */
struct dma_buf *mock_export_static(unsigned int nr_pages)
{
	return export(&static_ops, nr_pages);
}

/**
 * mock_export_dynamic - buffer of an exporter that may move what is not pinned
 * @nr_pages: size
 *
 * Context: may sleep.
 * Return: the buffer with one reference, or ERR_PTR: -ENOMEM.
 */
struct dma_buf *mock_export_dynamic(unsigned int nr_pages)
{
	return export(&dynamic_ops, nr_pages);
}
