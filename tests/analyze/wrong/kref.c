// SPDX-License-Identifier: MIT
/* The release function of a count takes the lock, and a put is made with it held. */
/* expect: A resv-lock-unheld taken_twice high */
#include "../kernel.h"

static void thing_release(struct kref *kref)
{
	struct thing *thing = container_of(kref, struct thing, base.refcount);

	dma_resv_lock(thing->base.resv, NULL);
	dma_buf_unmap_attachment(thing->base.import_attach, thing->sgt, DMA_BIDIRECTIONAL);
	dma_resv_unlock(thing->base.resv);
	kfree(thing);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	dma_resv_lock(thing->base.resv, NULL);
	thing->dead = true;
	kref_put(&thing->base.refcount, thing_release); /* here: A */
	dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
