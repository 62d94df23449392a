// SPDX-License-Identifier: MIT
/*
 * Round the call that needs the lock another caller holds it. One further out takes it itself for
 * what is dead, and needs it for what is not: round that it has to be taken only for what is not.
 */
/* expect: A gem-pin-locked-held not_held high advice case_ioctl:settle?!file->private_data->dead */
#include "../kernel.h"

static int thing_pin(struct thing *thing)
{
	return drm_gem_pin_locked(&thing->base); /* here: A */
}

static int bury(struct thing *thing)
{
	dma_resv_lock(thing->base.resv, NULL);
	thing->base.size = 0;
	dma_resv_unlock(thing->base.resv);
	return 0;
}

static int settle(struct thing *thing)
{
	if (thing->dead)
		return bury(thing);
	return thing_pin(thing);
}

static int case_open(struct inode *inode, struct file *file)
{
	struct thing *thing = file->private_data;
	int ret = 0;

	dma_resv_lock(thing->base.resv, NULL);
	if (!thing->dead)
		ret = settle(thing);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return settle(file->private_data);
}

const struct file_operations case_fops = { .open = case_open, .unlocked_ioctl = case_ioctl };
