// SPDX-License-Identifier: MIT
/* To assert that it is not held asks nobody to hold it. */
/* expect: none */
#include "../kernel.h"

static void pin(struct thing *thing)
{
	lockdep_assert_not_held(&thing->base.resv->lock.base);
	dma_resv_lock(thing->base.resv, NULL);
	thing->dead = false;
	dma_resv_unlock(thing->base.resv);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	pin(file->private_data);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
