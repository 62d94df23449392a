// SPDX-License-Identifier: MIT
/* Tried, and given up if somebody else has it. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	if (!dma_resv_trylock(thing->base.resv))
		return -EBUSY;
	ret = drm_gem_pin_locked(&thing->base);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
