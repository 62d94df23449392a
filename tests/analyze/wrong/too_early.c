// SPDX-License-Identifier: MIT
/* Dropped before the last call that needs it. */
/* expect: A unmap-held not_held high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf_attachment *attach = file->private_data;
	struct sg_table *sgt;

	dma_resv_lock(attach->dmabuf->resv, NULL);
	sgt = dma_buf_map_attachment(attach, DMA_BIDIRECTIONAL);
	dma_resv_unlock(attach->dmabuf->resv);
	if (IS_ERR(sgt))
		return PTR_ERR(sgt);
	dma_buf_unmap_attachment(attach, sgt, DMA_BIDIRECTIONAL); /* here: A */
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
