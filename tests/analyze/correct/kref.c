// SPDX-License-Identifier: MIT
/* The release function of a count takes the lock; the last put is made without it. */
/* expect: none */
#include "../kernel.h"

static void thing_release(struct kref *kref)
{
	struct thing *thing = container_of(kref, struct thing, base.refcount);

	dma_resv_lock(thing->base.resv, NULL);
	dma_buf_unmap_attachment(thing->base.import_attach, thing->sgt, DMA_BIDIRECTIONAL);
	dma_resv_unlock(thing->base.resv);
	kfree(thing);
}

static int case_release(struct inode *inode, struct file *file)
{
	struct thing *thing = file->private_data;

	kref_put(&thing->base.refcount, thing_release);
	return 0;
}

const struct file_operations case_fops = { .release = case_release };
