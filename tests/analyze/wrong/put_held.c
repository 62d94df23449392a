// SPDX-License-Identifier: MIT
/* Held across dma_buf_put(): the last reference may go, and the exporter may take the lock. */
/* expect: A put-unheld held high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf_attachment *attach = file->private_data;
	struct dma_buf *dmabuf = attach->dmabuf;

	dma_resv_lock(dmabuf->resv, NULL);
	dma_buf_unpin(attach);
	dma_buf_put(dmabuf); /* here: A */
	dma_resv_unlock(dmabuf->resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
