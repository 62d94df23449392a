// SPDX-License-Identifier: MIT
/* An error inside a loop goes on with the next round and forgets to unlock: then it is taken twice. */
/* expect: A resv-lock-unheld taken_twice high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	while (maybe()) {
		dma_resv_lock(thing->base.resv, NULL); /* here: A */
		if (drm_gem_pin_locked(&thing->base))
			continue;
		dma_resv_unlock(thing->base.resv);
	}
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
