// SPDX-License-Identifier: MIT
/* The lock is taken, the call made and the lock dropped under the same condition. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf_attachment *attach = file->private_data;
	bool pin = cmd == 7;

	if (pin)
		dma_resv_lock(attach->dmabuf->resv, NULL);
	schedule();
	if (pin)
		dma_buf_unpin(attach);
	if (pin)
		dma_resv_unlock(attach->dmabuf->resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
