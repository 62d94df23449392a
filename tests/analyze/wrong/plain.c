// SPDX-License-Identifier: MIT
/* Not taken at all. */
/* expect: A unmap-held not_held high advice case_ioctl:dma_buf_unmap_attachment */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	dma_buf_unmap_attachment(thing->base.import_attach, thing->sgt, DMA_BIDIRECTIONAL); /* here: A */
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
