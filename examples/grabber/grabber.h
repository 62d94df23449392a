/* SPDX-License-Identifier: MIT */
#ifndef GRABBER_H
#define GRABBER_H

struct device;
struct dma_buf;
struct dma_buf_attachment;
struct sg_table;

/**
 * struct grabber_buf - a buffer of somebody else's that frames are written to
 * @dmabuf: the buffer; a reference
 * @attach: our device's attachment
 * @sgt: the mapping
 */
struct grabber_buf {
	struct dma_buf *dmabuf;
	struct dma_buf_attachment *attach;
	struct sg_table *sgt;
};

struct grabber_buf *grabber_buf_import(struct device *dev, struct dma_buf *dmabuf);
void grabber_buf_free(struct grabber_buf *buf);

#endif /* GRABBER_H */
