// SPDX-License-Identifier: MIT
/* A function that calls itself with the lock held, and takes it at its beginning. */
/* expect: A resv-lock-unheld taken_twice high */
#include "../kernel.h"

static int pin_times(struct thing *thing, int n)
{
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = drm_gem_pin_locked(&thing->base);
	if (!ret && n)
		ret = pin_times(thing, n - 1); /* here: A */
	dma_resv_unlock(thing->base.resv);
	return ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return pin_times(file->private_data, 3);
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
