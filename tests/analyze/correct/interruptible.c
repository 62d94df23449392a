// SPDX-License-Identifier: MIT
/* A signal came instead of the lock. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret = dma_resv_lock_interruptible(thing->base.resv, NULL);

	if (ret)
		return ret;
	ret = drm_gem_pin_locked(&thing->base);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
