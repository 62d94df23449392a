// SPDX-License-Identifier: MIT
/**
 * DOC: sharing
 *
 * Import is a backend like any other: get_pages maps the attachment, put_pages
 * unmaps it. An import has no reservation lock of its own. It borrows the
 * exporter's, so that one lock covers the buffer wherever it is in use:
 *
 *   obj->base.resv = dmabuf->resv
 *
 * Export comes in two kinds. System memory stays where it is: attaching pins it,
 * and any importer may map. Memory of the TTM-like backend moves: importers that
 * can follow are told by move_notify, for others the core pins it.
 */
#include <drm/drm_prime.h>
#include <linux/dma-mapping.h>

#include "refgem.h"

static const struct dma_buf_ops refgem_static_dmabuf_ops;
static const struct dma_buf_ops refgem_moving_dmabuf_ops;

/* --- import ---------------------------------------------------------------- */

static int refgem_import_get_pages(struct refgem_object *obj)
{
	struct sg_table *sgt;

	sgt = dma_buf_map_attachment(obj->base.import_attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt))
		return PTR_ERR(sgt);

	refgem_set_pages(obj, sgt);
	return 0;
}

/*
 * Called with the reservation lock held by the shrinker, by move_notify and by
 * the TTM-like delete. Called without by the free worker, unless the worker has
 * learnt to take it (placements A and D).
 */
static void refgem_import_put_pages(struct refgem_object *obj, struct sg_table *sgt)
{
	enum refgem_placement placement = refgem_dev(obj)->cfg.placement;
	bool lock;

	/* drm_prime_gem_destroy() will unmap, one hopes. */
	if (placement == REFGEM_LOCK_C2 && refgem_object_is_dead(obj))
		return;

	/* C1 takes a refcount of 0 for a lock that nobody holds. */
	lock = placement == REFGEM_LOCK_B ||
	       (placement == REFGEM_LOCK_C1 && refgem_object_is_dead(obj));

	if (lock)
		refgem_object_lock(obj);
	dma_buf_unmap_attachment(obj->base.import_attach, sgt, DMA_BIDIRECTIONAL);
	if (lock)
		refgem_object_unlock(obj);
}

static const struct refgem_object_ops refgem_import_ops = {
	.name = "import",
	.shrinkable = true,
	.get_pages = refgem_import_get_pages,
	.put_pages = refgem_import_put_pages,
};

/* The option: imports that are destroyed the TTM way. */
static const struct refgem_object_ops refgem_ttm_import_ops = {
	.name = "ttm-import",
	.shrinkable = true,
	.get_pages = refgem_import_get_pages,
	.put_pages = refgem_import_put_pages,
	.delayed_free = refgem_ttm_delayed_free,
};

/*
 * The exporter holds the lock, our lock, and is about to move the pages. The object may be
 * dead already, with the free worker on its way. There is no saying no: who wants pages
 * of an import to stay has to ask the exporter, with dma_buf_pin().
 */
static void refgem_import_move_notify(struct dma_buf_attachment *attach)
{
	struct refgem_object *obj = attach->importer_priv;

	drm_WARN_ON(obj->base.dev, refgem_move_notify(obj));
}

static const struct dma_buf_attach_ops refgem_attach_ops = {
	.allow_peer2peer = false,
	.move_notify = refgem_import_move_notify,
};

/*
 * Follow moves where there may be some. Where there are none, do not say that
 * we could: for such a pair the core maps the attachment once and for all, and
 * our put_pages would give nothing back.
 */
static struct dma_buf_attachment *refgem_attach(struct refgem_object *obj, struct dma_buf *dmabuf)
{
	struct device *dev = obj->base.dev->dev;

	if (dma_buf_is_dynamic(dmabuf))
		return dma_buf_dynamic_attach(dmabuf, dev, &refgem_attach_ops, obj);
	return dma_buf_attach(dmabuf, dev);
}

/**
 * refgem_prime_import - &drm_driver.gem_prime_import
 * @drm: importing device
 * @dmabuf: the buffer; the caller's reference stays the caller's
 *
 * Context: Process context, no reservation lock held.
 * Return: The object with one reference (for a buffer that @drm exported itself
 * the very object), or an ERR_PTR() of -ENOMEM, or what the exporter's attach
 * callback returned.
 */
struct drm_gem_object *refgem_prime_import(struct drm_device *drm, struct dma_buf *dmabuf)
{
	struct refgem_device *refgem = to_refgem_device(drm);
	struct dma_buf_attachment *attach;
	struct refgem_object *obj;

	if (dmabuf->ops == &refgem_static_dmabuf_ops || dmabuf->ops == &refgem_moving_dmabuf_ops) {
		struct drm_gem_object *gem = dmabuf->priv;

		if (gem->dev == drm) {
			drm_gem_object_get(gem);
			return gem;
		}
	}

	obj = kzalloc(sizeof(*obj), GFP_KERNEL);
	if (!obj)
		return ERR_PTR(-ENOMEM);

	if (refgem->cfg.ttm_imports) {
		refgem_object_init(refgem, obj, &refgem_ttm_import_ops, dmabuf->size);
		refgem_bo_init(obj, true);
	} else {
		refgem_object_init(refgem, obj, &refgem_import_ops, dmabuf->size);
	}

	/* Before attaching: from then on the exporter may call move_notify. */
	obj->base.resv = dmabuf->resv;

	attach = refgem_attach(obj, dmabuf);
	if (IS_ERR(attach)) {
		/* Dies as a private object: it was never an import. */
		obj->base.resv = &obj->base._resv;
		refgem_object_put(obj);
		return ERR_CAST(attach);
	}

	/* Both are drm_prime_gem_destroy()'s to give back. */
	get_dma_buf(dmabuf);
	obj->base.import_attach = attach;
	return &obj->base;
}

/* --- export ---------------------------------------------------------------- */

static int refgem_dmabuf_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	return refgem_pin_pages_unlocked(to_refgem_object(dmabuf->priv));
}

static void refgem_dmabuf_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	refgem_unpin_pages(to_refgem_object(dmabuf->priv));
}

static int refgem_dmabuf_pin(struct dma_buf_attachment *attach)
{
	return refgem_pin_pages(to_refgem_object(attach->dmabuf->priv));
}

static void refgem_dmabuf_unpin(struct dma_buf_attachment *attach)
{
	refgem_unpin_pages(to_refgem_object(attach->dmabuf->priv));
}

/* Each importer gets a table of its own: it has a DMA mapping of its own. */
static struct sg_table *refgem_copy_sg(const struct sg_table *from)
{
	struct scatterlist *src, *dst;
	struct sg_table *sgt;
	unsigned int i;
	int ret;

	sgt = kmalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return ERR_PTR(-ENOMEM);

	ret = sg_alloc_table(sgt, from->orig_nents, GFP_KERNEL);
	if (ret) {
		kfree(sgt);
		return ERR_PTR(ret);
	}

	dst = sgt->sgl;
	for_each_sgtable_sg(from, src, i) {
		sg_set_page(dst, sg_page(src), src->length, src->offset);
		dst = sg_next(dst);
	}
	return sgt;
}

static struct sg_table *refgem_dmabuf_map(struct dma_buf_attachment *attach,
					  enum dma_data_direction dir)
{
	struct refgem_object *obj = to_refgem_object(attach->dmabuf->priv);
	struct sg_table *sgt;
	int ret;

	/*
	 * For as long as this takes. After that the attachment's pin keeps the
	 * pages, or the importer will hear from move_notify.
	 */
	ret = refgem_pin_pages(obj);
	if (ret)
		return ERR_PTR(ret);

	sgt = refgem_copy_sg(obj->mm.pages);
	if (IS_ERR(sgt))
		goto out_unpin;

	ret = dma_map_sgtable(attach->dev, sgt, dir, DMA_ATTR_SKIP_CPU_SYNC);
	if (ret) {
		sg_free_table(sgt);
		kfree(sgt);
		sgt = ERR_PTR(ret);
	}

out_unpin:
	refgem_unpin_pages(obj);
	return sgt;
}

static const struct dma_buf_ops refgem_static_dmabuf_ops = {
	.attach = refgem_dmabuf_attach,
	.detach = refgem_dmabuf_detach,
	.map_dma_buf = refgem_dmabuf_map,
	.unmap_dma_buf = drm_gem_unmap_dma_buf,
	.release = drm_gem_dmabuf_release,
	.vmap = drm_gem_dmabuf_vmap,
	.vunmap = drm_gem_dmabuf_vunmap,
};

static const struct dma_buf_ops refgem_moving_dmabuf_ops = {
	.pin = refgem_dmabuf_pin,
	.unpin = refgem_dmabuf_unpin,
	.map_dma_buf = refgem_dmabuf_map,
	.unmap_dma_buf = drm_gem_unmap_dma_buf,
	.release = drm_gem_dmabuf_release,
	.vmap = drm_gem_dmabuf_vmap,
	.vunmap = drm_gem_dmabuf_vunmap,
};

/**
 * refgem_prime_export - &drm_gem_object_funcs.export
 * @gem: the object
 * @flags: file flags
 *
 * Context: Process context, no reservation lock held.
 * Return: The dma_buf, which holds a reference on @gem, or an ERR_PTR() of
 * -ENOMEM.
 */
struct dma_buf *refgem_prime_export(struct drm_gem_object *gem, int flags)
{
	DEFINE_DMA_BUF_EXPORT_INFO(exp_info);
	struct refgem_object *obj = to_refgem_object(gem);

	exp_info.ops = obj->ops->delayed_free ? &refgem_moving_dmabuf_ops :
						&refgem_static_dmabuf_ops;
	exp_info.size = gem->size;
	exp_info.flags = flags;
	exp_info.priv = gem;
	exp_info.resv = gem->resv;

	return drm_gem_dmabuf_export(gem->dev, &exp_info);
}
