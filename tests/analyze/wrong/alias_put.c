// SPDX-License-Identifier: MIT
/* The object's lock is that of the buffer it was imported from. */
/* expect: A put-unheld held high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	if (!thing->base.import_attach)
		return -EINVAL;
	dma_resv_lock(thing->base.resv, NULL);
	dma_buf_put(thing->base.import_attach->dmabuf); /* here: A */
	dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
