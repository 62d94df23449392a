// SPDX-License-Identifier: MIT
/* Tried; the answer is kept in a variable and asked for twice. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	bool locked = dma_resv_trylock(thing->base.resv);
	int ret = 0;

	if (locked)
		ret = drm_gem_pin_locked(&thing->base);
	schedule();
	if (locked)
		dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
