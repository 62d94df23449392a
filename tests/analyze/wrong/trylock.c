// SPDX-License-Identifier: MIT
/* Tried, but the answer is used only for the unlock. */
/* Low: on other ways through the same function it is held. */
/* expect: A gem-pin-locked-held not_held low */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	bool locked = dma_resv_trylock(thing->base.resv);
	int ret = drm_gem_pin_locked(&thing->base); /* here: A */

	if (locked)
		dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
