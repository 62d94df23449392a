// SPDX-License-Identifier: MIT
/**
 * DOC: system memory
 *
 * The plain backend. The contents live in pages that are allocated on first use
 * and stay with the object (a driver with swappable memory would use shmem here);
 * get_pages maps them for the device, put_pages undoes that, truncate throws the
 * contents of a purgeable object away.
 */
#include <linux/dma-mapping.h>
#include <linux/highmem.h>

#include "refgem.h"

static void refgem_free_backing(struct refgem_object *obj)
{
	unsigned int i;

	if (!obj->backing)
		return;
	for (i = 0; i < refgem_object_nr_pages(obj); i++)
		if (obj->backing[i])
			__free_page(obj->backing[i]);
	kvfree(obj->backing);
	obj->backing = NULL;
}

static int refgem_alloc_backing(struct refgem_object *obj)
{
	unsigned int i, nr = refgem_object_nr_pages(obj);

	obj->backing = kvcalloc(nr, sizeof(*obj->backing), GFP_KERNEL);
	if (!obj->backing)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		obj->backing[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!obj->backing[i]) {
			refgem_free_backing(obj);
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * refgem_map_page_array - map an object's pages for its device
 * @obj: the object
 * @pages: as many pages as it has
 *
 * Context: Process context. Reservation lock held, it guards @pages.
 * Return: The table, to be undone with refgem_unmap_sg(), or an ERR_PTR() of
 * -ENOMEM, or what the DMA layer said.
 */
struct sg_table *refgem_map_page_array(struct refgem_object *obj, struct page **pages)
{
	struct sg_table *sgt;
	int ret;

	sgt = kmalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return ERR_PTR(-ENOMEM);

	ret = sg_alloc_table_from_pages(sgt, pages, refgem_object_nr_pages(obj), 0, obj->base.size,
					GFP_KERNEL);
	if (ret)
		goto err_free;

	ret = dma_map_sgtable(obj->base.dev->dev, sgt, DMA_BIDIRECTIONAL, 0);
	if (ret)
		goto err_free_table;

	return sgt;

err_free_table:
	sg_free_table(sgt);
err_free:
	kfree(sgt);
	return ERR_PTR(ret);
}

/**
 * refgem_unmap_sg - undo refgem_map_page_array()
 * @obj: the object
 * @sgt: its table
 *
 * Context: Process context.
 */
void refgem_unmap_sg(struct refgem_object *obj, struct sg_table *sgt)
{
	dma_unmap_sgtable(obj->base.dev->dev, sgt, DMA_BIDIRECTIONAL, 0);
	sg_free_table(sgt);
	kfree(sgt);
}

static int refgem_sysmem_get_pages(struct refgem_object *obj)
{
	struct sg_table *sgt;
	int ret;

	if (!obj->backing) {
		ret = refgem_alloc_backing(obj);
		if (ret)
			return ret;
	}

	/* If this fails the backing stays; release frees it. */
	sgt = refgem_map_page_array(obj, obj->backing);
	if (IS_ERR(sgt))
		return PTR_ERR(sgt);

	refgem_set_pages(obj, sgt);
	return 0;
}

static const struct refgem_object_ops refgem_sysmem_ops = {
	.name = "sysmem",
	.shrinkable = true,
	.get_pages = refgem_sysmem_get_pages,
	.put_pages = refgem_unmap_sg,
	.truncate = refgem_free_backing,
	.release = refgem_free_backing,
};

/**
 * refgem_sysmem_create - make an object in system memory
 * @refgem: the device
 * @size: bytes; rounded up to pages
 *
 * Context: Process context.
 * Return: The object with one reference, or an ERR_PTR() of -EINVAL for size 0,
 * -ENOMEM.
 */
struct refgem_object *refgem_sysmem_create(struct refgem_device *refgem, size_t size)
{
	struct refgem_object *obj;

	size = PAGE_ALIGN(size);
	if (!size)
		return ERR_PTR(-EINVAL);

	obj = kzalloc(sizeof(*obj), GFP_KERNEL);
	if (!obj)
		return ERR_PTR(-ENOMEM);

	refgem_object_init(refgem, obj, &refgem_sysmem_ops, size);
	return obj;
}
