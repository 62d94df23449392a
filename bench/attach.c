// SPDX-License-Identifier: MIT
/* Attach, map, unmap, detach while many other attachments are present. */
#include <linux/device.h>
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "bench.h"

static struct dma_buf *bench_buf;
static struct dma_buf_attachment **bench_present;
static unsigned int bench_nr_present;
static struct device *bench_dev;
static struct sg_table bench_sgt;
static struct scatterlist bench_sg;

/* The exporter does nothing: what is measured is the core. */
static struct sg_table *bench_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	return &bench_sgt;
}

static void bench_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
			enum dma_data_direction dir)
{
}

static void bench_release(struct dma_buf *buf)
{
}

static const struct dma_buf_ops bench_buf_ops = {
	.map_dma_buf = bench_map,
	.unmap_dma_buf = bench_unmap,
	.release = bench_release,
};

int bench_attach_prepare(unsigned int present)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	unsigned int i;

	sg_init_table(&bench_sg, 1);
	bench_sgt.sgl = &bench_sg;
	bench_sgt.nents = bench_sgt.orig_nents = 1;

	bench_dev = root_device_register("bench");
	if (IS_ERR(bench_dev))
		return PTR_ERR(bench_dev);

	info.ops = &bench_buf_ops;
	info.size = PAGE_SIZE;
	info.flags = O_RDWR;
	info.priv = &bench_sgt;
	bench_buf = dma_buf_export(&info);
	if (IS_ERR(bench_buf))
		return PTR_ERR(bench_buf);

	bench_present = kvcalloc(present, sizeof(*bench_present), GFP_KERNEL);
	if (!bench_present)
		return -ENOMEM;
	for (i = 0; i < present; i++) {
		bench_present[i] = dma_buf_attach(bench_buf, bench_dev);
		if (IS_ERR(bench_present[i]))
			return PTR_ERR(bench_present[i]);
	}
	bench_nr_present = present;
	return 0;
}

int bench_attach_cycle(unsigned long iterations)
{
	while (iterations--) {
		struct dma_buf_attachment *attach = dma_buf_attach(bench_buf, bench_dev);
		struct sg_table *sgt;

		if (IS_ERR(attach))
			return PTR_ERR(attach);
		dma_resv_lock(bench_buf->resv, NULL);
		sgt = dma_buf_map_attachment(attach, DMA_BIDIRECTIONAL);
		if (!IS_ERR(sgt))
			dma_buf_unmap_attachment(attach, sgt, DMA_BIDIRECTIONAL);
		dma_resv_unlock(bench_buf->resv);
		dma_buf_detach(bench_buf, attach);
		if (IS_ERR(sgt))
			return PTR_ERR(sgt);
	}
	return 0;
}

void bench_attach_finish(void)
{
	while (bench_nr_present)
		dma_buf_detach(bench_buf, bench_present[--bench_nr_present]);
	kvfree(bench_present);
	dma_buf_put(bench_buf);
	root_device_unregister(bench_dev);
}
