// SPDX-License-Identifier: MIT
/* Taken by both spellings: the lock is the first member of what it protects. */
/* expect: A resv-lock-unheld taken_twice high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	ww_mutex_lock(&thing->base.resv->lock, NULL);
	dma_resv_lock(thing->base.resv, NULL); /* here: A */
	ww_mutex_unlock(&thing->base.resv->lock);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
