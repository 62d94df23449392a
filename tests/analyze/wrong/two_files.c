// SPDX-License-Identifier: MIT
/* A helper of another file, which one of its callers calls without the lock. */
/* expect: A gem-pin-locked-held not_held high advice case_ioctl:two_files_pin */
#include "../kernel.h"

int two_files_pin(struct thing *thing);

int two_files_pin(struct thing *thing)
{
	return drm_gem_pin_locked(&thing->base); /* here: A */
}

static int case_open(struct inode *inode, struct file *file)
{
	struct thing *thing = file->private_data;
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = two_files_pin(thing);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops_here = { .open = case_open };
