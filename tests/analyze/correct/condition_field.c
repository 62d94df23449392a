// SPDX-License-Identifier: MIT
/* The condition is a field of the object, looked at again three calls further in. */
/* expect: none */
#include "../kernel.h"

static void unmap(struct thing *thing)
{
	if (thing->base.import_attach)
		dma_buf_unmap_attachment(thing->base.import_attach, thing->sgt, DMA_BIDIRECTIONAL);
	else
		kfree(thing->sgt);
}

static void put_pages(struct thing *thing)
{
	unmap(thing);
	thing->sgt = NULL;
}

static void shrink(struct thing *thing)
{
	put_pages(thing);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	if (thing->base.import_attach)
		dma_resv_lock(thing->base.resv, NULL);
	shrink(thing);
	if (thing->base.import_attach)
		dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
