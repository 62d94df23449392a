// SPDX-License-Identifier: MIT
/* A wrapper that returns with the lock held only if it says 0. */
/* expect: none */
#include "../kernel.h"

static int thing_lock(struct thing *thing, bool interruptible)
{
	int ret = 0;

	if (interruptible)
		ret = dma_resv_lock_interruptible(thing->base.resv, NULL);
	else
		dma_resv_lock(thing->base.resv, NULL);
	if (ret)
		return ret;
	if (thing->dead) {
		dma_resv_unlock(thing->base.resv);
		return -EINVAL;
	}
	return 0;
}

static void thing_unlock(struct thing *thing)
{
	dma_resv_unlock(thing->base.resv);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret = thing_lock(thing, cmd == 1);

	if (ret)
		return ret;
	ret = drm_gem_pin_locked(&thing->base);
	thing_unlock(thing);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
