// SPDX-License-Identifier: MIT
/* Taken by the caller's caller. */
/* expect: none */
#include "../kernel.h"

static int pin(struct thing *thing)
{
	return drm_gem_pin_locked(&thing->base);
}

static int pin_twice(struct thing *thing)
{
	int ret = pin(thing);

	return ret ? ret : pin(thing);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = pin_twice(thing);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
