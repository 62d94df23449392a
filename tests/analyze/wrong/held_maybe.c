// SPDX-License-Identifier: MIT
/* The argument that says whether it is held is wrong for one caller. */
/* expect: A gem-pin-locked-held not_held high */
#include "../kernel.h"

static int pin(struct thing *thing, bool locked)
{
	int ret;

	if (!locked)
		dma_resv_lock(thing->base.resv, NULL);
	ret = drm_gem_pin_locked(&thing->base); /* here: A */
	if (!locked)
		dma_resv_unlock(thing->base.resv);
	return ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret = pin(thing, false);

	return ret ? ret : pin(thing, true);
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
