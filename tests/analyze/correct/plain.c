// SPDX-License-Identifier: MIT
/* Taken, used, dropped. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf_attachment *attach = file->private_data;
	struct sg_table *sgt;

	dma_resv_lock(attach->dmabuf->resv, NULL);
	sgt = dma_buf_map_attachment(attach, DMA_BIDIRECTIONAL);
	if (!IS_ERR(sgt))
		dma_buf_unmap_attachment(attach, sgt, DMA_BIDIRECTIONAL);
	dma_resv_unlock(attach->dmabuf->resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
