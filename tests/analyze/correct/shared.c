// SPDX-License-Identifier: MIT
/* Two objects with one lock. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *parent = file->private_data;
	struct thing *child = kzalloc(sizeof(*child), 0);
	int ret;

	if (!child)
		return -ENOMEM;
	child->base.resv = parent->base.resv;
	dma_resv_lock(parent->base.resv, NULL);
	ret = drm_gem_pin_locked(&child->base);
	if (!ret)
		ret = drm_gem_pin_locked(&parent->base);
	dma_resv_unlock(child->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
