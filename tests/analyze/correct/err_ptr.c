// SPDX-License-Identifier: MIT
/* A function that returns an object locked, or an error. */
/* expect: none */
#include "../kernel.h"

static struct thing *thing_get_locked(struct file *file)
{
	struct thing *thing = file->private_data;

	if (!thing)
		return ERR_PTR(-EINVAL);
	dma_resv_lock(thing->base.resv, NULL);
	if (thing->dead) {
		dma_resv_unlock(thing->base.resv);
		return ERR_PTR(-EBUSY);
	}
	return thing;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = thing_get_locked(file);
	int ret;

	if (IS_ERR(thing))
		return PTR_ERR(thing);
	ret = drm_gem_pin_locked(&thing->base);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
