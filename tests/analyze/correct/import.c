// SPDX-License-Identifier: MIT
/* An imported object has the lock of its buffer. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	if (!thing->base.import_attach)
		return -EINVAL;
	dma_resv_lock(thing->base.resv, NULL);
	thing->sgt = dma_buf_map_attachment(thing->base.import_attach, DMA_BIDIRECTIONAL);
	dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
