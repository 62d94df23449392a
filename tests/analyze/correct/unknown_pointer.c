// SPDX-License-Identifier: MIT
/* What a function pointer from outside does is not known: nothing is said about it. */
/* expect: none */
#include "../kernel.h"

struct outside {
	void (*unlock)(struct thing *thing);
	void (*lock)(struct thing *thing);
};

extern const struct outside *outside;

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	outside->lock(thing);
	ret = drm_gem_pin_locked(&thing->base);
	dma_resv_unlock(thing->base.resv);
	outside->unlock(thing);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
