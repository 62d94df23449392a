// SPDX-License-Identifier: MIT
/* Taken, and taken again. */
/* expect: A resv-lock-unheld taken_twice high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	dma_resv_lock(thing->base.resv, NULL);
	dma_resv_lock(thing->base.resv, NULL); /* here: A */
	dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
