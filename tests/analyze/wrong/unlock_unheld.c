// SPDX-License-Identifier: MIT
/* Dropped twice. */
/* Low: on other ways through the same function it is held. */
/* expect: A resv-unlock-held not_held low */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = drm_gem_pin_locked(&thing->base);
	if (ret)
		dma_resv_unlock(thing->base.resv);
	if (!ret || cmd)
		dma_resv_unlock(thing->base.resv); /* here: A */
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
