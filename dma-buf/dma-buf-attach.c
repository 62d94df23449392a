// SPDX-License-Identifier: MIT
/*
 * Shared buffers: devices attached to them, and their mappings.
 */
#include <linux/dma-buf.h>
#include <linux/export.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <lockstep/report.h>
#include "dma-buf-internal.h"

bool ls_dma_buf_mangle_sg;

/* --- the exporter's callbacks, each under its rule ------------------------- */

static int exporter_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach, bool ok)
{
	struct ls_callback cb;
	int ret;

	if (!dmabuf->ops->attach)
		return 0;
	ls_callback_begin(&cb, LS_RULE_dma_buf_ops__attach, dmabuf->resv, dmabuf,
			  dmabuf->ops->attach, ok);
	ret = dmabuf->ops->attach(dmabuf, attach);
	ls_callback_end(&cb);
	return ret;
}

static void exporter_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct ls_callback cb;

	if (!dmabuf->ops->detach)
		return;
	ls_callback_begin(&cb, LS_RULE_dma_buf_ops__detach, dmabuf->resv, dmabuf,
			  dmabuf->ops->detach, true);
	dmabuf->ops->detach(dmabuf, attach);
	ls_callback_end(&cb);
}

static int exporter_pin(struct dma_buf_attachment *attach, bool ok)
{
	struct dma_buf *dmabuf = attach->dmabuf;
	struct ls_callback cb;
	int ret;

	ls_callback_begin(&cb, LS_RULE_dma_buf_ops__pin, dmabuf->resv, dmabuf, dmabuf->ops->pin,
			  ok);
	ret = dmabuf->ops->pin(attach);
	ls_callback_end(&cb);
	return ret;
}

static void exporter_unpin(struct dma_buf_attachment *attach, bool ok)
{
	struct dma_buf *dmabuf = attach->dmabuf;
	struct ls_callback cb;

	ls_callback_begin(&cb, LS_RULE_dma_buf_ops__unpin, dmabuf->resv, dmabuf,
			  dmabuf->ops->unpin, ok);
	dmabuf->ops->unpin(attach);
	ls_callback_end(&cb);
}

static struct sg_table *exporter_map(struct dma_buf_attachment *attach,
				     enum dma_data_direction dir, bool ok)
{
	struct dma_buf *dmabuf = attach->dmabuf;
	struct ls_callback cb;
	struct sg_table *sgt;

	ls_callback_begin(&cb, LS_RULE_dma_buf_ops__map_dma_buf, dmabuf->resv, dmabuf,
			  dmabuf->ops->map_dma_buf, ok);
	sgt = dmabuf->ops->map_dma_buf(attach, dir);
	ls_callback_end(&cb);
	return sgt ? sgt : ERR_PTR(-ENOMEM);
}

static void exporter_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
			   enum dma_data_direction dir, bool ok)
{
	struct dma_buf *dmabuf = attach->dmabuf;
	struct ls_callback cb;

	ls_callback_begin(&cb, LS_RULE_dma_buf_ops__unmap_dma_buf, dmabuf->resv, dmabuf,
			  dmabuf->ops->unmap_dma_buf, ok);
	dmabuf->ops->unmap_dma_buf(attach, sgt, dir);
	ls_callback_end(&cb);
}

/* --- mapping -------------------------------------------------------------- */

/* Garble the page links, or restore them: the same operation. */
static void mangle(struct sg_table *sgt)
{
	struct scatterlist *sg;
	int i;

	if (!ls_dma_buf_mangle_sg)
		return;
	/* The low bits are not part of the address; sg_next() needs them. */
	for_each_sgtable_sg(sgt, sg, i)
		sg->page_link ^= ~0xffUL;
}

/* Map, with the reservation lock held. Never NULL. */
static struct sg_table *map_table(struct dma_buf_attachment *attach, enum dma_data_direction dir,
				  bool ok)
{
	struct sg_table *sgt = exporter_map(attach, dir, ok);
	long ret;

	if (IS_ERR(sgt))
		return sgt;

	/* Who cannot be told about moves must not see memory that is being moved. */
	if (!dma_buf_attachment_is_dynamic(attach)) {
		ret = dma_resv_wait_timeout(attach->dmabuf->resv, DMA_RESV_USAGE_KERNEL, true,
					    MAX_SCHEDULE_TIMEOUT);
		if (ret < 0) {
			exporter_unmap(attach, sgt, dir, ok);
			return ERR_PTR(ret);
		}
	}
	mangle(sgt);
	return sgt;
}

static void unmap_table(struct dma_buf_attachment *attach, struct sg_table *sgt,
			enum dma_data_direction dir, bool ok)
{
	mangle(sgt);
	exporter_unmap(attach, sgt, dir, ok);
}

/* The leak check counts mappings that are handed out. */
static void note_map(struct dma_buf_attachment *attach)
{
	if (attach->ls_maps++ == 0)
		ls_track_add(&attach->map_track, LS_KIND_MAP, "dma_buf mapping", attach,
			     attach->dmabuf->size);
}

static void note_unmap(struct dma_buf_attachment *attach)
{
	if (attach->ls_maps && --attach->ls_maps == 0)
		ls_track_del(&attach->map_track);
}

/**
 * dma_buf_map_attachment - get addresses for the device
 * @attach: the attachment
 * @direction: of the transfers
 *
 * A dynamic importer has to wait for DMA_RESV_USAGE_KERNEL fences itself.
 *
 * Context: reservation lock of the buffer held; may sleep; not in a signalling section.
 * Return: the table, which stays the exporter's; ERR_PTR(): -EINVAL: no attachment;
 * -EBUSY: mapped and cached in another direction; -EINTR, -ERESTARTSYS: interrupted;
 * -ENOMEM; and what the exporter says.
 */
struct sg_table *dma_buf_map_attachment(struct dma_buf_attachment *attach,
					enum dma_data_direction direction)
{
	struct sg_table *sgt;
	bool ok;

	might_sleep();
	if (WARN_ON(!attach || !attach->dmabuf))
		return ERR_PTR(-EINVAL);
	ok = ls_attach_enter(LS_RULE_dma_buf_map_attachment, attach);

	if (attach->sgt) {
		if (attach->dir != direction && attach->dir != DMA_BIDIRECTIONAL)
			return ERR_PTR(-EBUSY);
		note_map(attach);
		return attach->sgt;
	}

	sgt = map_table(attach, direction, ok);
	if (IS_ERR(sgt))
		return sgt;
	if (attach->dmabuf->ops->cache_sgt_mapping) {
		attach->sgt = sgt;
		attach->dir = direction;
	}
	note_map(attach);
	return sgt;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_map_attachment, DMA_BUF);

/**
 * dma_buf_map_attachment_unlocked - dma_buf_map_attachment() that takes the lock
 * @attach: the attachment
 * @direction: of the transfers
 *
 * Context: may sleep; no reservation lock held, neither this nor another.
 * Return: as dma_buf_map_attachment().
 */
struct sg_table *dma_buf_map_attachment_unlocked(struct dma_buf_attachment *attach,
						 enum dma_data_direction direction)
{
	struct sg_table *sgt;

	might_sleep();
	if (WARN_ON(!attach || !attach->dmabuf))
		return ERR_PTR(-EINVAL);
	ls_attach_enter(LS_RULE_dma_buf_map_attachment_unlocked, attach);

	dma_resv_lock(attach->dmabuf->resv, NULL);
	sgt = dma_buf_map_attachment(attach, direction);
	dma_resv_unlock(attach->dmabuf->resv);
	return sgt;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_map_attachment_unlocked, DMA_BUF);

/**
 * dma_buf_unmap_attachment - give addresses back
 * @attach: the attachment
 * @sg_table: what dma_buf_map_attachment() returned
 * @direction: as then
 *
 * Context: reservation lock of the buffer held, in free paths too; may sleep.
 */
void dma_buf_unmap_attachment(struct dma_buf_attachment *attach, struct sg_table *sg_table,
			      enum dma_data_direction direction)
{
	bool ok;

	might_sleep();
	if (WARN_ON(!attach || !attach->dmabuf || !sg_table))
		return;
	ok = ls_attach_enter(LS_RULE_dma_buf_unmap_attachment, attach);

	note_unmap(attach);
	if (attach->sgt != sg_table)
		unmap_table(attach, sg_table, direction, ok);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_unmap_attachment, DMA_BUF);

/**
 * dma_buf_unmap_attachment_unlocked - dma_buf_unmap_attachment() that takes the lock
 * @attach: the attachment
 * @sg_table: what dma_buf_map_attachment() returned
 * @direction: as then
 *
 * Context: may sleep; no reservation lock held, neither this nor another.
 */
void dma_buf_unmap_attachment_unlocked(struct dma_buf_attachment *attach,
				       struct sg_table *sg_table,
				       enum dma_data_direction direction)
{
	might_sleep();
	if (WARN_ON(!attach || !attach->dmabuf || !sg_table))
		return;
	ls_attach_enter(LS_RULE_dma_buf_unmap_attachment_unlocked, attach);

	dma_resv_lock(attach->dmabuf->resv, NULL);
	dma_buf_unmap_attachment(attach, sg_table, direction);
	dma_resv_unlock(attach->dmabuf->resv);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_unmap_attachment_unlocked, DMA_BUF);

/* --- attaching ------------------------------------------------------------ */

/*
 * One side is dynamic and the other is not: map now, for both directions, and
 * until detach, with the memory pinned if it could move otherwise.
 */
static int map_for_good(struct dma_buf_attachment *attach)
{
	struct dma_buf *dmabuf = attach->dmabuf;
	struct sg_table *sgt;
	int ret = 0;

	dma_resv_lock(dmabuf->resv, NULL);
	if (dma_buf_is_dynamic(dmabuf))
		ret = exporter_pin(attach, true);
	if (ret)
		goto out_unlock;

	sgt = map_table(attach, DMA_BIDIRECTIONAL, true);
	if (IS_ERR(sgt)) {
		ret = PTR_ERR(sgt);
		if (dma_buf_is_dynamic(dmabuf))
			exporter_unpin(attach, true);
		goto out_unlock;
	}
	attach->sgt = sgt;
	attach->dir = DMA_BIDIRECTIONAL;
out_unlock:
	dma_resv_unlock(dmabuf->resv);
	return ret;
}

static void drop_attachment(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);

static struct dma_buf_attachment *attach_device(struct dma_buf *dmabuf, struct device *dev,
						const struct dma_buf_attach_ops *importer_ops,
						void *importer_priv, enum ls_rule_no rule)
{
	struct dma_buf_attachment *attach;
	bool ok;
	int ret;

	if (WARN_ON(!dmabuf || !dev))
		return ERR_PTR(-EINVAL);
	if (WARN_ON(importer_ops && !importer_ops->move_notify))
		return ERR_PTR(-EINVAL);
	ok = ls_convention_enter(rule, dmabuf->resv, dmabuf);

	attach = kzalloc(sizeof(*attach), GFP_KERNEL);
	if (!attach)
		return ERR_PTR(-ENOMEM);
	attach->dmabuf = dmabuf;
	attach->dev = dev;
	attach->importer_ops = importer_ops;
	attach->importer_priv = importer_priv;
	attach->peer2peer = importer_ops && importer_ops->allow_peer2peer;

	ret = exporter_attach(dmabuf, attach, ok);
	if (ret)
		goto err_free;

	dma_resv_lock(dmabuf->resv, NULL);
	list_add(&attach->node, &dmabuf->attachments);
	dma_resv_unlock(dmabuf->resv);
	ls_track_add(&attach->track, LS_KIND_ATTACH, "dma_buf attachment", attach,
		     sizeof(*attach));

	if (dma_buf_attachment_is_dynamic(attach) != dma_buf_is_dynamic(dmabuf)) {
		ret = map_for_good(attach);
		if (ret) {
			drop_attachment(dmabuf, attach);
			return ERR_PTR(ret);
		}
	}
	return attach;

err_free:
	kfree(attach);
	return ERR_PTR(ret);
}

/**
 * dma_buf_dynamic_attach - attach a device whose driver can be told about moves
 * @dmabuf: the buffer; the caller has a reference until detach
 * @dev: the device
 * @importer_ops: with move_notify; NULL: as dma_buf_attach()
 * @importer_priv: for &dma_buf_attachment.importer_priv
 *
 * Context: may sleep; reservation lock not held.
 * Return: the attachment, or ERR_PTR(): -EINVAL: no buffer, no device or no
 * move_notify; -ENOMEM; -ERESTARTSYS: interrupted while waiting for a move; and
 * what the exporter says, -EBUSY for a device that cannot reach the memory.
 */
struct dma_buf_attachment *dma_buf_dynamic_attach(struct dma_buf *dmabuf, struct device *dev,
						  const struct dma_buf_attach_ops *importer_ops,
						  void *importer_priv)
{
	return attach_device(dmabuf, dev, importer_ops, importer_priv,
			     LS_RULE_dma_buf_dynamic_attach);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_dynamic_attach, DMA_BUF);

/**
 * dma_buf_attach - attach a device
 * @dmabuf: the buffer; the caller has a reference until detach
 * @dev: the device
 *
 * Context: may sleep; reservation lock not held.
 * Return: as dma_buf_dynamic_attach().
 */
struct dma_buf_attachment *dma_buf_attach(struct dma_buf *dmabuf, struct device *dev)
{
	return attach_device(dmabuf, dev, NULL, NULL, LS_RULE_dma_buf_attach);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_attach, DMA_BUF);

/* A mapping whose attachment goes can never be unmapped again. */
static noinline void report_lost_mapping(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct ls_report r;

	ls_report_init(&r, LS_LEAK, "map-leak", "a mapping is unmapped before its device detaches");
	ls_stack_save(&r.stack, 2); /* from the public function on */
	ls_describe_resv(dmabuf->resv, dmabuf, r.object, sizeof(r.object));
	snprintf(r.what, sizeof(r.what), "dma_buf_detach() with %u mapping%s not unmapped",
		 attach->ls_maps, attach->ls_maps == 1 ? "" : "s");
	ls_report_emit(&r);
}

static noinline void drop_attachment(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	dma_resv_lock(dmabuf->resv, NULL);
	if (attach->ls_maps) {
		/* The cached one is unmapped here: late, but not lost. */
		if (!attach->sgt && ls_checking(LS_CHECK_LEAKS))
			report_lost_mapping(dmabuf, attach);
		ls_track_del(&attach->map_track);
	}
	if (attach->sgt) {
		unmap_table(attach, attach->sgt, attach->dir, true);
		if (dma_buf_is_dynamic(dmabuf))
			exporter_unpin(attach, true);
	}
	list_del(&attach->node);
	dma_resv_unlock(dmabuf->resv);

	exporter_detach(dmabuf, attach);
	ls_track_del(&attach->track);
	kfree(attach);
}

/**
 * dma_buf_detach - undo dma_buf_attach() or dma_buf_dynamic_attach()
 * @dmabuf: the buffer
 * @attach: the attachment, without mappings; freed
 *
 * Context: may sleep; reservation lock not held.
 */
void dma_buf_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	if (WARN_ON(!dmabuf || !attach || attach->dmabuf != dmabuf))
		return;
	ls_convention_enter(LS_RULE_dma_buf_detach, dmabuf->resv, dmabuf);
	drop_attachment(dmabuf, attach);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_detach, DMA_BUF);

/* --- moving --------------------------------------------------------------- */

/**
 * dma_buf_pin - keep the memory where it is, for long
 * @attach: attachment of a dynamic importer
 *
 * For memory that is used outside of what fences and move_notify cover, scanout
 * for example.
 *
 * Context: reservation lock of the buffer held; may sleep.
 * Return: 0, or what the exporter says.
 */
int dma_buf_pin(struct dma_buf_attachment *attach)
{
	bool ok;

	WARN_ON(!dma_buf_attachment_is_dynamic(attach));
	ok = ls_attach_enter(LS_RULE_dma_buf_pin, attach);
	return dma_buf_is_dynamic(attach->dmabuf) ? exporter_pin(attach, ok) : 0;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_pin, DMA_BUF);

/**
 * dma_buf_unpin - undo dma_buf_pin()
 * @attach: the attachment
 *
 * Context: reservation lock of the buffer held.
 */
void dma_buf_unpin(struct dma_buf_attachment *attach)
{
	bool ok;

	WARN_ON(!dma_buf_attachment_is_dynamic(attach));
	ok = ls_attach_enter(LS_RULE_dma_buf_unpin, attach);
	if (dma_buf_is_dynamic(attach->dmabuf))
		exporter_unpin(attach, ok);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_unpin, DMA_BUF);

/* Inlined, so that a report's chain begins with the function that was called. */
static __always_inline void tell_importers(struct dma_buf *dmabuf)
{
	struct dma_buf_attachment *attach;
	struct ls_callback cb;
	bool ok;

	ok = ls_convention_enter(LS_RULE_dma_buf_move_notify, dmabuf->resv, dmabuf);
	list_for_each_entry(attach, &dmabuf->attachments, node) {
		if (!dma_buf_attachment_is_dynamic(attach))
			continue;
		ls_callback_begin(&cb, LS_RULE_dma_buf_attach_ops__move_notify, dmabuf->resv,
				  dmabuf, attach->importer_ops->move_notify, ok);
		attach->importer_ops->move_notify(attach);
		ls_callback_end(&cb);
	}
}

/**
 * dma_buf_move_notify - tell dynamic importers that the memory is about to move
 * @dmabuf: the buffer
 *
 * Their mappings stay valid until the fences are over, and should be made anew.
 *
 * Context: reservation lock of the buffer held, by the exporter.
 */
void dma_buf_move_notify(struct dma_buf *dmabuf)
{
	tell_importers(dmabuf);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_move_notify, DMA_BUF);

/**
 * dma_buf_invalidate_mappings - the name of dma_buf_move_notify() from 7.1 on
 * @dmabuf: the buffer
 *
 * Context: as dma_buf_move_notify().
 */
void dma_buf_invalidate_mappings(struct dma_buf *dmabuf)
{
	tell_importers(dmabuf);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_invalidate_mappings, DMA_BUF);
