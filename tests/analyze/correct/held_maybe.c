// SPDX-License-Identifier: MIT
/* Held by some callers and not by others: the argument says which. */
/* expect: none */
#include "../kernel.h"

static int pin(struct thing *thing, bool locked)
{
	int ret;

	if (!locked)
		dma_resv_lock(thing->base.resv, NULL);
	ret = drm_gem_pin_locked(&thing->base);
	if (!locked)
		dma_resv_unlock(thing->base.resv);
	return ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret = pin(thing, false);

	if (ret)
		return ret;
	dma_resv_lock(thing->base.resv, NULL);
	ret = pin(thing, true);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
