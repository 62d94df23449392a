// SPDX-License-Identifier: MIT
/* The wrapper said no, and it goes on. */
/* Low: on other ways through the same function it is held. */
/* expect: A gem-pin-locked-held not_held low */
#include "../kernel.h"

static int thing_lock(struct thing *thing)
{
	int ret = dma_resv_lock_interruptible(thing->base.resv, NULL);

	if (ret)
		return ret;
	if (thing->dead) {
		dma_resv_unlock(thing->base.resv);
		return -EINVAL;
	}
	return 0;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret = thing_lock(thing);

	if (ret == -EINTR)
		return ret;
	drm_gem_pin_locked(&thing->base); /* here: A */
	if (!ret)
		dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
