// SPDX-License-Identifier: MIT
/* The lock of another object is held. */
/* expect: A gem-pin-locked-held not_held high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing **pair = file->private_data;
	int ret;

	dma_resv_lock(pair[0]->base.resv, NULL);
	ret = drm_gem_pin_locked(&pair[1]->base); /* here: A */
	dma_resv_unlock(pair[0]->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
