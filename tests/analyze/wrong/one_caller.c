// SPDX-License-Identifier: MIT
/* One of two callers forgot it; the other holds it, so it belongs into the first. */
/* expect: A gem-pin-locked-held not_held high advice case_ioctl:pin */
#include "../kernel.h"

static int pin(struct thing *thing)
{
	return drm_gem_pin_locked(&thing->base); /* here: A */
}

static int case_open(struct inode *inode, struct file *file)
{
	struct thing *thing = file->private_data;
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = pin(thing);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return pin(file->private_data);
}

const struct file_operations case_fops = { .open = case_open, .unlocked_ioctl = case_ioctl };
