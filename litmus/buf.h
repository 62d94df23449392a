/* SPDX-License-Identifier: MIT */
#ifndef LITMUS_BUF_H
#define LITMUS_BUF_H

/**
 * DOC: a buffer that moves, in a page of code
 *
 * An exporter with one page, and importers that map it dynamically: they are told by
 * move_notify() when a mapping is no longer valid. @place counts the moves; a mapping is good
 * for as long as it is the @place that it was made at.
 */

#include "litmus.h"
#include <kunit/device.h>
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

#define BUF_IMPORTERS_MAX 2

struct importer {
	struct buf *buf;
	struct dma_buf_attachment *attach;
	struct sg_table *sgt; /* reservation lock */
	int place;
};

struct buf {
	struct dma_buf *dmabuf;
	struct device *dev;
	struct page *page;
	int place; /* reservation lock */
	struct importer *importer[BUF_IMPORTERS_MAX];
	struct mutex lock; /* of the exporter's own */
	bool flag, stale;
	atomic_t maps, released;
};

static inline struct sg_table *buf_map(struct dma_buf_attachment *attach,
				       enum dma_data_direction dir)
{
	struct buf *b = attach->dmabuf->priv;
	struct sg_table *sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);

	if (!sgt)
		return ERR_PTR(-ENOMEM);
	if (sg_alloc_table(sgt, 1, GFP_KERNEL)) {
		kfree(sgt);
		return ERR_PTR(-ENOMEM);
	}
	sg_set_page(sgt->sgl, b->page, PAGE_SIZE, 0);
	atomic_inc(&b->maps);
	return sgt;
}

static inline void buf_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
			     enum dma_data_direction dir)
{
	struct buf *b = attach->dmabuf->priv;

	atomic_dec(&b->maps);
	sg_free_table(sgt);
	kfree(sgt);
}

static inline int buf_pin(struct dma_buf_attachment *attach)
{
	return 0;
}

static inline void buf_unpin(struct dma_buf_attachment *attach)
{
}

static inline void buf_release(struct dma_buf *dmabuf)
{
	struct buf *b = dmabuf->priv;

	atomic_inc(&b->released);
}

static const struct dma_buf_ops buf_ops = {
	.map_dma_buf = buf_map,
	.unmap_dma_buf = buf_unmap,
	.pin = buf_pin,
	.unpin = buf_unpin,
	.release = buf_release,
};

/* Drop what is mapped. Reservation lock held. */
static inline void importer_unmap(struct importer *imp)
{
	struct sg_table *sgt = READ_ONCE(imp->sgt);

	if (!sgt)
		return;
	dma_buf_unmap_attachment(imp->attach, sgt, DMA_BIDIRECTIONAL);
	WRITE_ONCE(imp->sgt, NULL);
}

/* Map, unless it is mapped. Reservation lock held. */
static inline void importer_map(struct importer *imp)
{
	struct sg_table *sgt;

	if (imp->sgt)
		return;
	sgt = dma_buf_map_attachment(imp->attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt))
		return;
	WRITE_ONCE(imp->sgt, sgt);
	imp->place = imp->buf->place;
}

static inline void importer_move_notify(struct dma_buf_attachment *attach)
{
	importer_unmap(attach->importer_priv);
}

static const struct dma_buf_attach_ops importer_ops = {
	.move_notify = importer_move_notify,
};

static inline struct buf *buf_new_named(struct kunit *test, unsigned int importers,
					const char *name)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct buf *b = litmus_zalloc(test, struct buf);
	unsigned int i;

	b->dev = kunit_device_register(test, name);
	KUNIT_ASSERT_FALSE(test, IS_ERR(b->dev));
	b->page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, b->page);
	mutex_init(&b->lock);
	info.ops = &buf_ops;
	info.size = PAGE_SIZE;
	info.flags = O_RDWR;
	info.priv = b;
	b->dmabuf = dma_buf_export(&info);
	KUNIT_ASSERT_FALSE(test, IS_ERR(b->dmabuf));
	for (i = 0; i < importers; i++) {
		struct importer *imp = litmus_new(test, struct importer);

		imp->buf = b;
		imp->attach = dma_buf_dynamic_attach(b->dmabuf, b->dev, &importer_ops, imp);
		KUNIT_ASSERT_FALSE(test, IS_ERR(imp->attach));
		b->importer[i] = imp;
	}
	return b;
}

static inline struct buf *buf_new(struct kunit *test, unsigned int importers)
{
	return buf_new_named(test, importers, "litmus");
}

/* Unmap, detach, free. No lock held. */
static inline void importer_free(struct buf *b, unsigned int i)
{
	struct importer *imp = b->importer[i];

	if (!imp)
		return;
	dma_resv_lock(b->dmabuf->resv, NULL);
	importer_unmap(imp);
	dma_resv_unlock(b->dmabuf->resv);
	dma_buf_detach(b->dmabuf, imp->attach);
	b->importer[i] = NULL;
	kfree(imp);
}

static inline void buf_put(struct kunit *test, struct buf *b)
{
	unsigned int i;

	for (i = 0; i < BUF_IMPORTERS_MAX; i++)
		importer_free(b, i);
	dma_buf_put(b->dmabuf);
	flush_delayed_fput();
	KUNIT_EXPECT_EQ(test, atomic_read(&b->maps), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&b->released), 1);
	KUNIT_EXPECT_FALSE(test, b->stale);
	__free_page(b->page);
}

/* The exporter moves the buffer. */
static inline void buf_move(void *arg, unsigned int me)
{
	struct buf *b = arg;

	dma_resv_lock(b->dmabuf->resv, NULL);
	dma_buf_move_notify(b->dmabuf);
	b->place++;
	dma_resv_unlock(b->dmabuf->resv);
}

/* Is what is mapped the place where the buffer is? Reservation lock held. */
static inline void importer_use(struct importer *imp)
{
	if (imp->sgt && imp->place != imp->buf->place)
		imp->buf->stale = true;
}

#endif /* LITMUS_BUF_H */
