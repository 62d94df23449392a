// SPDX-License-Identifier: MIT
/* A function that calls itself, under the lock of its caller. */
/* expect: none */
#include "../kernel.h"

static int pin_times(struct thing *thing, int n)
{
	int ret;

	if (!n)
		return 0;
	ret = drm_gem_pin_locked(&thing->base);
	return ret ? ret : pin_times(thing, n - 1);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = pin_times(thing, 3);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
