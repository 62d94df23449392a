// SPDX-License-Identifier: MIT
/*
 * The driver: a frame grabber imports buffers. Nothing in here knows of Lockstep.
 */
#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "grabber.h"

static bool forget_lock;
module_param(forget_lock, bool, 0644);
MODULE_PARM_DESC(forget_lock, "Unmap without the reservation lock, to see what happens");

/**
 * grabber_buf_import() - get at the memory of a buffer
 * @dev: the grabber
 * @dmabuf: the buffer; its reservation lock is not held
 *
 * Context: may sleep.
 * Return: the import, to be freed by grabber_buf_free(), or an ERR_PTR.
 */
struct grabber_buf *grabber_buf_import(struct device *dev, struct dma_buf *dmabuf)
{
	struct grabber_buf *buf = kzalloc(sizeof(*buf), GFP_KERNEL);
	int err;

	if (!buf)
		return ERR_PTR(-ENOMEM);
	buf->attach = dma_buf_attach(dmabuf, dev);
	if (IS_ERR(buf->attach)) {
		err = PTR_ERR(buf->attach);
		goto err_free;
	}

	dma_resv_lock(dmabuf->resv, NULL);
	buf->sgt = dma_buf_map_attachment(buf->attach, DMA_FROM_DEVICE);
	dma_resv_unlock(dmabuf->resv);
	if (IS_ERR(buf->sgt)) {
		err = PTR_ERR(buf->sgt);
		goto err_detach;
	}

	get_dma_buf(dmabuf);
	buf->dmabuf = dmabuf;
	return buf;

err_detach:
	dma_buf_detach(dmabuf, buf->attach);
err_free:
	kfree(buf);
	return ERR_PTR(err);
}

/**
 * grabber_buf_free() - undo grabber_buf_import()
 * @buf: the import
 *
 * Context: may sleep; the reservation lock is not held.
 */
void grabber_buf_free(struct grabber_buf *buf)
{
	struct dma_buf *dmabuf = buf->dmabuf;

	if (!forget_lock)
		dma_resv_lock(dmabuf->resv, NULL);
	dma_buf_unmap_attachment(buf->attach, buf->sgt, DMA_FROM_DEVICE);
	if (!forget_lock)
		dma_resv_unlock(dmabuf->resv);

	dma_buf_detach(dmabuf, buf->attach);
	dma_buf_put(dmabuf);
	kfree(buf);
}

MODULE_DESCRIPTION("Example of an importer");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_IMPORT_NS(DMA_BUF);
