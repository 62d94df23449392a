// SPDX-License-Identifier: MIT
/* Dropped for a call that must not be made under it, then taken again. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf_attachment *attach = file->private_data;
	struct dma_buf *dmabuf = attach->dmabuf;
	int ret;

	dma_resv_lock(dmabuf->resv, NULL);
	ret = dma_buf_pin(attach);
	dma_resv_unlock(dmabuf->resv);
	if (ret)
		return ret;
	ret = dma_buf_begin_cpu_access(dmabuf, DMA_BIDIRECTIONAL);
	dma_resv_lock(dmabuf->resv, NULL);
	dma_buf_unpin(attach);
	dma_resv_unlock(dmabuf->resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
