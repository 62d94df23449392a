// SPDX-License-Identifier: MIT
/* Every early return drops what was taken before it. */
/* expect: none */
#include "../kernel.h"

static int pin_if_alive(struct thing *thing)
{
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	if (thing->dead) {
		dma_resv_unlock(thing->base.resv);
		return -EINVAL;
	}
	ret = drm_gem_pin_locked(&thing->base);
	if (ret) {
		dma_resv_unlock(thing->base.resv);
		return ret;
	}
	dma_resv_unlock(thing->base.resv);
	return 0;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret = pin_if_alive(thing);

	/* Takes the lock inside. */
	return ret ? ret : drm_gem_pin(&thing->base);
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
