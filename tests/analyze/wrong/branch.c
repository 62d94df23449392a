// SPDX-License-Identifier: MIT
/* Missing on one branch only. */
/* expect: A pin-held not_held high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf_attachment *attach = file->private_data;
	int ret;

	if (cmd == 1) {
		dma_resv_lock(attach->dmabuf->resv, NULL);
		ret = dma_buf_pin(attach);
		dma_resv_unlock(attach->dmabuf->resv);
	} else {
		ret = dma_buf_pin(attach); /* here: A */
	}
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
