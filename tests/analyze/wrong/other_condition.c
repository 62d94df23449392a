// SPDX-License-Identifier: MIT
/* Taken under one condition, called under another. */
/* Low: on other ways through the same function it is held. */
/* expect: A gem-pin-locked-held not_held low */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	if (cmd == 7)
		dma_resv_lock(thing->base.resv, NULL);
	if (arg == 7)
		drm_gem_pin_locked(&thing->base); /* here: A */
	if (cmd == 7)
		dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
