// SPDX-License-Identifier: MIT
/* One way out of a helper leaves it locked; its caller then drops the buffer. */
/* expect: A put-unheld held high */
#include "../kernel.h"

static int pin(struct dma_buf_attachment *attach)
{
	int ret;

	dma_resv_lock(attach->dmabuf->resv, NULL);
	ret = dma_buf_pin(attach);
	if (ret)
		return ret;
	dma_resv_unlock(attach->dmabuf->resv);
	return 0;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf_attachment *attach = file->private_data;
	int ret = pin(attach);

	if (ret)
		dma_buf_put(attach->dmabuf); /* here: A */
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
