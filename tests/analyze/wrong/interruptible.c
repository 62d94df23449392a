// SPDX-License-Identifier: MIT
/* A signal came, and the call is made all the same. */
/* Low: on other ways through the same function it is held. */
/* expect: A gem-pin-locked-held not_held low */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int err = dma_resv_lock_interruptible(thing->base.resv, NULL);
	int ret = drm_gem_pin_locked(&thing->base); /* here: A */

	if (!err)
		dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
