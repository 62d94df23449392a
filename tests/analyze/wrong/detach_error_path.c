// SPDX-License-Identifier: MIT
/* One way out of unwinding detaches before the lock is dropped. */
/* expect: A detach-unheld taken_twice high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf_attachment *attach = file->private_data;
	struct dma_buf *dmabuf = attach->dmabuf;
	int ret;

	dma_resv_lock(dmabuf->resv, NULL);
	ret = dma_buf_pin(attach);
	if (ret)
		goto err_detach;
	dma_resv_unlock(dmabuf->resv);
	return 0;

err_detach:
	dma_buf_detach(dmabuf, attach); /* here: A */
	dma_resv_unlock(dmabuf->resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
