// SPDX-License-Identifier: MIT
/* A wrapper that returns whether it got the lock. */
/* expect: none */
#include "../kernel.h"

static bool thing_get_locked(struct thing *thing)
{
	if (thing->dead)
		return false;
	if (!dma_resv_trylock(thing->base.resv))
		return false;
	if (!thing->dead)
		return true;
	dma_resv_unlock(thing->base.resv);
	return false;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	while (!thing_get_locked(thing))
		schedule();
	ret = drm_gem_pin_locked(&thing->base);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
