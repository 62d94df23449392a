// SPDX-License-Identifier: MIT
/* That the lock could not be taken is a bug, of which there is a warning: nobody goes on from there. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int err = dma_resv_lock_interruptible(thing->base.resv, NULL);

	WARN_ON(err);
	drm_gem_pin_locked(&thing->base);
	dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
