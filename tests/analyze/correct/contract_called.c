// SPDX-License-Identifier: MIT
/* What the callee asserts is so. */
/* expect: none */
#include "../kernel.h"

static int thing_pin(struct thing *thing)
{
	dma_resv_assert_held(thing->base.resv);
	return drm_gem_pin_locked(&thing->base);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = thing_pin(thing);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
