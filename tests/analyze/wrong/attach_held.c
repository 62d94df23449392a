// SPDX-License-Identifier: MIT
/* Attached with the lock held. */
/* expect: A dynamic-attach-unheld taken_twice high */
#include "../kernel.h"

static void case_move(struct dma_buf_attachment *attach)
{
}

static const struct dma_buf_attach_ops case_attach_ops = { .move_notify = case_move };

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf *dmabuf = dma_buf_get(arg);
	struct dma_buf_attachment *attach;
	int ret;

	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	dma_resv_lock(dmabuf->resv, NULL);
	attach = dma_buf_dynamic_attach(dmabuf, NULL, &case_attach_ops, file); /* here: A */
	ret = IS_ERR(attach) ? PTR_ERR(attach) : dma_buf_pin(attach);
	dma_resv_unlock(dmabuf->resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
