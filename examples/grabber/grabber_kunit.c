// SPDX-License-Identifier: MIT
/*
 * The suite: an exporter of one page to import from, and what the driver does with it. A
 * case checks results; locks, references and memory are Lockstep's to check.
 */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "grabber.h"

/* --- an exporter ------------------------------------------------------------- */

static struct sg_table *page_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct page *page = attach->dmabuf->priv;
	struct sg_table *sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	int err;

	if (!sgt)
		return ERR_PTR(-ENOMEM);
	err = sg_alloc_table_from_pages(sgt, &page, 1, 0, PAGE_SIZE, GFP_KERNEL);
	if (err)
		goto err_free;
	err = dma_map_sgtable(attach->dev, sgt, dir, 0);
	if (err)
		goto err_table;
	return sgt;

err_table:
	sg_free_table(sgt);
err_free:
	kfree(sgt);
	return ERR_PTR(err);
}

static void page_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		       enum dma_data_direction dir)
{
	dma_unmap_sgtable(attach->dev, sgt, dir, 0);
	sg_free_table(sgt);
	kfree(sgt);
}

static void page_release(struct dma_buf *dmabuf)
{
	__free_page(dmabuf->priv);
}

static const struct dma_buf_ops page_ops = {
	.map_dma_buf = page_map,
	.unmap_dma_buf = page_unmap,
	.release = page_release,
};

static struct dma_buf *page_export(void)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct page *page = alloc_page(GFP_KERNEL);
	struct dma_buf *dmabuf;

	if (!page)
		return ERR_PTR(-ENOMEM);
	info.ops = &page_ops;
	info.size = PAGE_SIZE;
	info.flags = O_RDWR;
	info.priv = page;
	dmabuf = dma_buf_export(&info);
	if (IS_ERR(dmabuf))
		__free_page(page);
	return dmabuf;
}

/* --- cases --------------------------------------------------------------------- */

/* The import keeps the buffer alive; the exporter lets go first. */
static void import_outlives_exporter(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "grabber");
	struct dma_buf *dmabuf;
	struct grabber_buf *buf;

	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	dmabuf = page_export();
	KUNIT_ASSERT_FALSE(test, IS_ERR(dmabuf));
	buf = grabber_buf_import(dev, dmabuf);
	dma_buf_put(dmabuf);
	KUNIT_ASSERT_FALSE(test, IS_ERR(buf));

	KUNIT_EXPECT_EQ(test, buf->sgt->nents, 1);
	KUNIT_EXPECT_EQ(test, sg_dma_len(buf->sgt->sgl), PAGE_SIZE);
	grabber_buf_free(buf);
}

/* Two grabbers share one buffer. */
static void two_imports(struct kunit *test)
{
	struct device *dev[2];
	struct grabber_buf *buf[2];
	struct dma_buf *dmabuf;
	int i;

	dev[0] = kunit_device_register(test, "left");
	dev[1] = kunit_device_register(test, "right");
	KUNIT_ASSERT_FALSE(test, IS_ERR(dev[0]) || IS_ERR(dev[1]));
	dmabuf = page_export();
	KUNIT_ASSERT_FALSE(test, IS_ERR(dmabuf));
	for (i = 0; i < 2; i++)
		buf[i] = grabber_buf_import(dev[i], dmabuf);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_FALSE(test, IS_ERR(buf[i]));
		if (!IS_ERR(buf[i]))
			grabber_buf_free(buf[i]);
	}
	dma_buf_put(dmabuf);
}

static struct kunit_case grabber_cases[] = {
	KUNIT_CASE(import_outlives_exporter),
	KUNIT_CASE(two_imports),
	{}
};

static struct kunit_suite grabber_suite = {
	.name = "grabber",
	.test_cases = grabber_cases,
};
kunit_test_suite(grabber_suite);

MODULE_LICENSE("Dual MIT/GPL");
