// SPDX-License-Identifier: MIT
/* The variants that take the lock themselves. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf_attachment *attach = file->private_data;
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
	struct iosys_map map;

	if (IS_ERR(sgt))
		return PTR_ERR(sgt);
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_BIDIRECTIONAL);
	return dma_buf_vmap_unlocked(attach->dmabuf, &map);
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
