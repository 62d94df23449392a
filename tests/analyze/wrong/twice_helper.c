// SPDX-License-Identifier: MIT
/* Taken again by a helper three calls further in. */
/* expect: A resv-lock-unheld taken_twice high */
#include "../kernel.h"

static void thing_lock(struct thing *thing)
{
	dma_resv_lock(thing->base.resv, NULL);
}

static int pin(struct thing *thing)
{
	int ret;

	thing_lock(thing);
	ret = drm_gem_pin_locked(&thing->base);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

static int prepare(struct thing *thing)
{
	return pin(thing);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = prepare(thing); /* here: A */
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
